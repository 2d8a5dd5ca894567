"""The tables of a plan, column by column: the one place that says what stands in each, and in which unit.

Whoever reads or writes a plan, the workbook and the reference page (docs/reference/plan-tables.md) take it from here. The audit keeps a
list of its own of labels and whole numbers (a test compares the two).
"""

from __future__ import annotations

from dataclasses import dataclass

TEXT = ""
"""Unit of a column that holds texts."""

MW, MWH, MUSD, TONNES, HOURS, GPUS, H100E = "MW", "MWh", "million USD", "t", "h", "GPUs", "H100-equivalents"
YES_NO, UNITS, ONE, BESIDE = "0 or 1", "units", "1", "as in unit"


@dataclass(frozen=True, slots=True)
class PlanColumn:
    """A column of a table of a plan.

    Parameters
    ----------
    name : str
        In CSV and Parquet.
    unit : str
        Empty where the column holds texts.
    meaning : str
        In a sentence.
    """

    name: str
    unit: str
    meaning: str

    @property
    def is_text(self) -> bool:
        """Whether it holds texts; else it holds numbers."""
        return self.unit == TEXT

    @property
    def is_whole(self) -> bool:
        """Whether its numbers are whole in every plan."""
        return self.unit in (YES_NO, UNITS)


@dataclass(frozen=True, slots=True)
class PlanTable:
    """A table of a plan: its name, which rows it has, and its columns."""

    name: str
    rows: str
    columns: tuple[PlanColumn, ...]


_PERIOD = PlanColumn("period", TEXT, "First month of the period, `2024-06`.")
_SITE = PlanColumn("site_id", TEXT, "The site.")
_CONTRACT = PlanColumn("contract_id", TEXT, "The contract.")
_GPU = PlanColumn("gpu", TEXT, "The GPU model.")
_WORKLOAD = PlanColumn("workload", TEXT, "The workload.")
_GROUP = PlanColumn("group", TEXT, "Group of the ledger (conventions, Ledger).")
_LINE = PlanColumn("line", TEXT, "Line of the group.")
_PURSE = PlanColumn("purse", TEXT, "The purse.")

_TABLES = (
    PlanTable("construction", "Every period of every started site, under its mode.", (
        _PERIOD, _SITE, PlanColumn("mode", TEXT, "Mode of construction."),
        PlanColumn("started", YES_NO, "1 in the period of the start."),
        PlanColumn("built_it_mw", MW, "IT capacity built so far."),
        PlanColumn("added_it_mw", MW, "IT capacity that enters service in the period."),
        PlanColumn("liquid_it_mw", MW, "IT capacity with liquid cooling so far."),
    )),
    PlanTable("fleet", "Every period of every started site and GPU model that is ever there.", (
        _PERIOD, _SITE, _GPU,
        PlanColumn("ordered", GPUS, "GPUs whose order falls into the period."),
        PlanColumn("delivered", GPUS, "GPUs that arrive in the period."),
        PlanColumn("online", GPUS, "GPUs that are installed and not yet retired."),
        PlanColumn("retired", GPUS, "GPUs that leave service in the period."),
        PlanColumn("powered", GPUS, "GPUs that run."),
        PlanColumn("exempt_delivered", GPUS, "Part of `delivered` that is free of sales tax."),
    )),
    PlanTable("power", "Every period of every tariff used, from its begin, and of gas, from its first units, to the end of the horizon.", (
        _PERIOD, _SITE, _CONTRACT,
        PlanColumn("contracted_mw", MW, "MW contracted with a tariff; of gas all units that stand."),
        PlanColumn("firm_mw", MW, "What counts for the peak: of a tariff what is contracted, of gas the units less the spare ones, "
                                  "derated, and what a battery stands in for."),
        PlanColumn("energy_mwh", MWH, "Energy drawn or generated."),
        PlanColumn("billed_mw", MW, "Billed demand: peak, ratchet or minimum take, the largest (of a rate: see `bills`); 0 for gas."),
        PlanColumn("kind", TEXT, "`firm`, `index`, `interruptible` or `onsite_gas`."),
        PlanColumn("begins", YES_NO, "1 in the period in which service begins."),
        PlanColumn("exits", YES_NO, "1 in the period in which it is left early."),
        PlanColumn("leaves", YES_NO, "1 in the last period where it is left at the end of the horizon."),
        PlanColumn("peak_mw", MW, "Most that is laid on the contract."),
        PlanColumn("billed_mwh", MWH, "Energy billed: what is drawn, at least the take-or-pay share."),
        PlanColumn("units", UNITS, "Generating units that stand, spare ones included; 0 for tariffs."),
        PlanColumn("extra_mw", MW, "Share of what the site's peak adds to its hourly mean that this contract carries."),
        PlanColumn("spare_cover_mw", MW, "Firm MW of gas for which a battery stands in as the spare unit."),
    )),
    PlanTable("dispatch", "Every flow of every typical hour of every period with load. Flows of 0 have no row; `load` always has one.", (
        _PERIOD, _SITE,
        PlanColumn("hour", TEXT, "`mean` (one hour stands for the period), or month, day and hour of the model year: `08-14T17`."),
        PlanColumn("weight_h", HOURS, "Hours of the period that this one stands for; they sum to the hours of the period."),
        PlanColumn("flow", TEXT, "`load`; `drawn` (tariff); `generated` (gas); `own_use`, `sold`, `spilled` (physical agreement); "
                                 "`charge`, `discharge`, `stored` (battery); `shed`, `shifted_out`, `shifted_in` (workload)."),
        PlanColumn("subject", TEXT, "Contract or workload of the flow; empty for `load`."),
        PlanColumn("mw", MW, "Mean over the hour; of `stored` the MWh at its end."),
    )),
    PlanTable("ppas", "Every period of a power purchase agreement, from the first with MW to the end of the horizon.", (
        _PERIOD, _SITE, _CONTRACT,
        PlanColumn("begins", YES_NO, "1 in the period in which service begins."),
        PlanColumn("mw", MW, "MW in service, the same over the whole term."),
        PlanColumn("volume_mwh", MWH, "All that the agreement yields, used or not."),
    )),
    PlanTable("batteries", "Every period of a battery, from the first with MW to the end of the horizon.", (
        _PERIOD, _SITE, _CONTRACT,
        PlanColumn("added_mw", MW, "MW that enter service in the period."),
        PlanColumn("added_mwh", MWH, "MWh that enter service in the period."),
        PlanColumn("mw", MW, "MW in service."),
        PlanColumn("mwh", MWH, "MWh in service."),
        PlanColumn("shave_mw", MW, "Held to shave what the peak adds to the hourly mean."),
        PlanColumn("spare_mw", MW, "Held to stand in for spare units of gas."),
        PlanColumn("cover_mw", MW, "Held for the hours in which interruptible tariffs are called. The three duties are a site's; they are "
                                   "laid on its batteries by their MW."),
    )),
    PlanTable("bills", "Every charge of a rate in a period, by tier, and the top-up to a minimum bill.", (
        _PERIOD, _SITE, _CONTRACT,
        PlanColumn("charge", TEXT, "Name of the rate's charge, or `minimum_bill`."),
        PlanColumn("tier", ONE, "1, 2, ... of an energy charge; 0: the charge has none."),
        PlanColumn("billed", BESIDE, "Energy of the period in the tier; demand, the same in each month billed; the top-up."),
        PlanColumn("unit", TEXT, "Unit of `billed`: `MWh`, `MW` or `musd`."),
    )),
    PlanTable("emissions", "Every period with load of every site.", (
        _PERIOD, _SITE,
        PlanColumn("location_t", TONNES, "By the grid where the site stands."),
        PlanColumn("market_t", TONNES, "By contracts, less what certificates of financial clean agreements cover; may be below 0."),
        PlanColumn("matched_mwh", MWH, "Load that clean agreements meet in the same hour."),
        PlanColumn("load_mwh", MWH, "Load, before anything is shed or shifted."),
    )),
    PlanTable("load", "Every period of every started site.", (
        _PERIOD, _SITE,
        PlanColumn("it_mw", MW, "Load of the GPUs that run."),
        PlanColumn("facility_peak_mw", MW, "Peak at the meter, cooling included."),
        PlanColumn("facility_mwh", MWH, "Energy at the meter."),
    )),
    PlanTable("workloads", "Every period of every workload.", (
        _PERIOD, _WORKLOAD,
        PlanColumn("site_id", TEXT, "Its host, a site or a rental; empty before the choice is known, or if it is never ready."),
        PlanColumn("family", TEXT, "Family of the GPUs that serve it."),
        PlanColumn("allocated_h100e", H100E, "GPUs allocated to it."),
        PlanColumn("ready", YES_NO, "1 while it is ready."),
    )),
    PlanTable("allocation", "Every GPU model that serves a workload at a site in a period. GPUs that are rented serve whole.", (
        _PERIOD, _SITE, _GPU, _WORKLOAD, PlanColumn("gpus", GPUS, "GPUs that serve the workload."),
    )),
    PlanTable("service", "Reserved; no plan has a row yet.", (
        _WORKLOAD, _SITE, PlanColumn("gpus", GPUS, "GPUs that serve the workload."), PlanColumn("share", ONE, "Share of the workload."),
    )),
    PlanTable("rentals", "Every period of every rental that is used.", (
        _PERIOD, PlanColumn("rental", TEXT, "The rental offer."),
        PlanColumn("gpus", GPUS, "GPUs rented."), PlanColumn("begun_gpus", GPUS, "GPUs whose rent begins in the period."),
    )),
    PlanTable("ledger", "Every amount that is not 0, by period (or `beyond` the horizon), site, group, line and subject.", (
        _PERIOD, PlanColumn("site_id", TEXT, "The site; empty where the amount is no site's."), _GROUP, _LINE,
        PlanColumn("subject", TEXT, "GPU model, contract, rental, workload or mode; else empty."),
        PlanColumn("nominal_musd", MUSD, "As paid; positive is a cost."),
        PlanColumn("present_musd", MUSD, "Discounted to the start of the horizon."),
    )),
    PlanTable("cash", "Every period of every purse; where there is a loan also of the purse `debt`, which receives what is drawn.", (
        _PERIOD, _PURSE,
        PlanColumn("in_musd", MUSD, "Received in the period."), PlanColumn("out_musd", MUSD, "Paid in the period."),
        PlanColumn("balance_musd", MUSD, "Left at the end of the period."),
    )),
    PlanTable("payments", "What each purse pays for a ledger line in a period.", (
        _PERIOD, _PURSE, _GROUP, _LINE, PlanColumn("musd", MUSD, "Paid; negative where it comes back."),
    )),
    PlanTable("debt", "Every period, where the scenario has a loan.", (
        _PERIOD,
        PlanColumn("drawn_musd", MUSD, "Drawn in the period."), PlanColumn("repaid_musd", MUSD, "Repaid in the period."),
        PlanColumn("interest_musd", MUSD, "Interest of the period."), PlanColumn("fee_musd", MUSD, "Fee of the period."),
        PlanColumn("balance_musd", MUSD, "Owed after the period's draws and instalments."),
        PlanColumn("lendable_musd", MUSD, "The most that may be owed."),
    )),
    PlanTable("commitments", "Every signature.", (
        PlanColumn("sign_by", TEXT, "Month by which it must be signed."), _SITE,
        PlanColumn("subject", TEXT, "What is signed: a mode, a contract, GPUs, a rental."),
        PlanColumn("committed_musd", MUSD, "What the signature commits to, nominal."),
        PlanColumn("nonrefundable_musd", MUSD, "What of it is lost if all is cancelled the day after."),
        PlanColumn("exit_musd", MUSD, "The fee for leaving, where one is agreed."),
    )),
    PlanTable("assumptions", "Every input.", (
        PlanColumn("table", TEXT, "Table or section of the scenario."), PlanColumn("key", TEXT, "Key of its row."),
        PlanColumn("column", TEXT, "Its field."), PlanColumn("value", TEXT, "What was used."), PlanColumn("unit", TEXT, "Its unit."),
        PlanColumn("kind", TEXT, "Fact, estimate, assumption or offer."), PlanColumn("quality", TEXT, "How good the source is."),
        PlanColumn("as_of", TEXT, "Date of the source."), PlanColumn("source", TEXT, "The source."),
    )),
)

TABLES = {table.name: table for table in _TABLES}
"""Tables of a plan by name, in the order in which they are written."""

TEXT_COLUMNS = frozenset(column.name for table in _TABLES for column in table.columns if column.is_text)
"""Columns that hold texts, in whichever table they stand; all others hold numbers."""
