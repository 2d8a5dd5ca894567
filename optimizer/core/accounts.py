"""The chart of accounts: groups and lines of the ledger, and what each line is to all that reads one.

The one place that knows which way the money of a line goes, which purses it concerns, what it is used for, whether it is a cost of power,
whether the hours dispatched change it, and which inputs scale it. The audit keeps a list of its own (a test compares the two).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Direction = Literal["paid", "returned", "apart"]
"""``paid``: purses pay it. ``returned``: it comes back to purses, its amounts are negative. ``apart``: no purse has to do with it."""

AccountKey = tuple[str, str]
"""Group and line."""

BUILDINGS, HARDWARE, POWER_WORKS, RUNNING, RENT, LOAN, COMMITTED, NO_USE = (
    "land and buildings", "GPUs and network", "power works, deposits", "running the sites", "rent", "the loan", "committed before", "",
)
USES = (BUILDINGS, HARDWARE, POWER_WORKS, RUNNING, RENT, LOAN, COMMITTED)
"""What cash is used for, in the words and the order of the report."""

DRAW_LINE, OFFSET_LINE = "debt_draw", "debt_offset"
"""Lines of the group ``finance`` that no purse pays: what the loan brings, and what takes back its gain in present value."""


@dataclass(frozen=True, slots=True)
class Group:
    """One group of the ledger.

    Parameters
    ----------
    name : str
        As the ledger and docs/conventions.md name it.
    is_cash : bool
        Whether its lines are cash; value of time and residual value are not.
    is_decided : bool
        Whether the plan decides them; what was committed before it does not.
    paid_as : tuple of str
        Groups under which purses pay it, where not under its own name alone.
    """

    name: str
    is_cash: bool = True
    is_decided: bool = True
    paid_as: tuple[str, ...] = ()


GROUPS = {group.name: group for group in (
    Group("capital"), Group("deposits"), Group("operations"), Group("lease"), Group("rent"),
    Group("finance", paid_as=("finance", "operations")), Group("committed", is_decided=False, paid_as=("rent",)),
    Group("delay", is_cash=False), Group("residual", is_cash=False),
)}
"""Groups by name, in the order of the report."""

NEVER_CASH = tuple(name for name, group in GROUPS.items() if not group.is_cash)
CASH_COST = tuple(name for name, group in GROUPS.items() if group.is_cash and group.is_decided)
"""Groups that are the cash cost of a plan: cash that it decides to pay."""


@dataclass(frozen=True, slots=True)
class Account:
    """One line of the ledger.

    Parameters
    ----------
    group, line : str
        As the ledger and docs/conventions.md name them.
    direction : str
        ``paid``, ``returned`` or ``apart``.
    use : str
        What the money is used for, one of ``USES``; empty where it is no cash.
    scaled_by : tuple of str
        Inputs that the amount grows with, ``table.column``.
    is_power : bool
        Whether it is part of the cost of power.
    by_hour : str
        Whether the hours dispatched change it, and whose line it then is: a ``contract``'s or the ``site``'s; empty where they do not.
    of_gpus : bool
        Whether its subject is a GPU model: it hangs on the GPUs that a site has, not on the site.
    in_minimum_bill : bool
        Whether it counts towards the minimum bill of its tariff.
    """

    group: str
    line: str
    direction: Direction
    use: str
    scaled_by: tuple[str, ...]
    is_power: bool = False
    by_hour: Literal["", "contract", "site"] = ""
    of_gpus: bool = False
    in_minimum_bill: bool = False


_IT_LOAD = ("gpus.it_kw_per_gpu", "workloads.gpus_h100e", "workloads.gpus")
_HALLS = ("modes.capex_musd_per_mw", "modes.capex_us_mean_musd_per_mw", "modes.fixed_cost_musd", *_IT_LOAD)
_GPUS = ("gpus.h100_equivalents", "workloads.gpus_h100e", "workloads.gpus")
_WORKS = ("sites.peak_facility_ratio", "tariffs.customer_capex_musd", "tariffs.capex_refund_months")
_CHARGES = ("horizon.escalation_per_year", *_IT_LOAD)
_PEAK = ("sites.peak_facility_ratio", *_CHARGES)
_ENERGY = ("sites.annual_pue", "workloads.utilisation", *_CHARGES)
_UNITS = ("sites.peak_facility_ratio", "onsite_gas.derate_fraction", "onsite_gas.min_months", "onsite_gas.spare_units",
          "onsite_gas.unit_mw")
_STORES = ("batteries.round_trip_efficiency", "batteries.usd_per_kw", "batteries.usd_per_kwh", "batteries.duration_h")
_AGREEMENTS = ("ppas.strike_usd_per_mwh", "ppas.hub_level_usd_per_mwh", "ppas.term_months", "ppas.wires_usd_per_mwh",
               "ppas.sell_back_fee_usd_per_mwh")
_RENTALS = ("rentals.usd_per_gpu_hour", "rentals.committed_gpus", "rentals.committed_until", "rentals.min_months",
            "rentals.deposit_fraction", "rentals.relet_fraction")
_DATES = ("modes.lead_months", "modes.mw_per_month", "tariffs.sign_lead_months", "ramps.mw", "onsite_gas.permit_months",
          "onsite_gas.sign_lead_months", "gpus.supply", "gpus.install_months", "workloads.delay_cost_musd_per_month")

_CHART = (
    Account("capital", "land", "paid", BUILDINGS, ("modes.land_musd",)),
    Account("capital", "construction", "paid", BUILDINGS, _HALLS),
    Account("capital", "liquid_cooling", "paid", BUILDINGS, ("modes.liquid_adder_musd_per_mw", *_HALLS)),
    Account("capital", "interconnection", "paid", POWER_WORKS, _WORKS, is_power=True),
    Account("capital", "interconnection_refund", "returned", POWER_WORKS, _WORKS, is_power=True),
    Account("capital", "gpus", "paid", HARDWARE, ("gpus.price_usd", *_GPUS), of_gpus=True),
    Account("capital", "spares", "paid", HARDWARE, ("gpus.price_usd", "gpus.spares_fraction", *_GPUS), of_gpus=True),
    Account("capital", "network", "paid", HARDWARE, ("gpus.network_usd", *_GPUS), of_gpus=True),
    Account("capital", "installation", "paid", HARDWARE, ("gpus.install_usd", *_GPUS), of_gpus=True),
    Account("capital", "sales_tax", "paid", HARDWARE, ("sites.sales_tax_fraction", "gpus.price_usd", "gpus.network_usd", *_GPUS),
            of_gpus=True),
    Account("capital", "generators", "paid", POWER_WORKS, ("onsite_gas.buy_usd_per_kw", *_UNITS), is_power=True),
    Account("capital", "batteries", "paid", POWER_WORKS, _STORES, is_power=True),

    Account("deposits", "contract_deposit", "paid", POWER_WORKS, ("tariffs.deposit_musd",), is_power=True),
    Account("deposits", "contract_deposit_return", "returned", POWER_WORKS, ("tariffs.deposit_musd",), is_power=True),
    Account("deposits", "rental_deposit", "paid", RENT, _RENTALS),
    Account("deposits", "rental_deposit_return", "returned", RENT, _RENTALS),

    Account("operations", "energy", "paid", RUNNING, (
        "tariffs.energy_usd_per_mwh", "tariffs.price_level_usd_per_mwh", "tariffs.adder_usd_per_mwh", "tariffs.ancillary_usd_per_mwh",
        "tariffs.min_energy_fraction", *_ENERGY), is_power=True, by_hour="contract", in_minimum_bill=True),
    Account("operations", "energy_credit", "returned", RUNNING, ("tariffs.price_level_usd_per_mwh", *_ENERGY),
            is_power=True, by_hour="contract"),
    Account("operations", "transmission", "paid", RUNNING, ("tariffs.transmission_usd_per_mwh", *_ENERGY),
            is_power=True, by_hour="contract"),
    Account("operations", "capacity", "paid", RUNNING, ("tariffs.capacity_usd_per_kw_month", *_PEAK), is_power=True, by_hour="contract"),
    Account("operations", "coincident", "paid", RUNNING, ("tariffs.coincident_usd_per_kw", *_ENERGY), is_power=True, by_hour="contract"),
    Account("operations", "demand", "paid", RUNNING, (
        "tariffs.demand_usd_per_kw_month", "tariffs.ratchet_fraction", "tariffs.min_take_fraction", *_PEAK),
            is_power=True, by_hour="contract", in_minimum_bill=True),
    Account("operations", "fixed_charge", "paid", RUNNING, ("tariffs.fixed_usd_per_month", *_CHARGES),
            is_power=True, in_minimum_bill=True),
    Account("operations", "minimum_bill", "paid", RUNNING, ("tariffs.minimum_bill_usd_per_month", *_CHARGES),
            is_power=True, by_hour="contract"),
    Account("operations", "exit_fee", "paid", RUNNING, ("tariffs.exit_musd",), is_power=True),
    Account("operations", "ppa_energy", "paid", RUNNING, _AGREEMENTS, is_power=True, by_hour="contract"),
    Account("operations", "ppa_wires", "paid", RUNNING, _AGREEMENTS, is_power=True, by_hour="contract"),
    Account("operations", "ppa_sales", "returned", RUNNING, _AGREEMENTS, is_power=True, by_hour="contract"),
    Account("operations", "ppa_settlement", "paid", RUNNING, _AGREEMENTS, is_power=True, by_hour="contract"),
    Account("operations", "ppa_credit", "returned", RUNNING, _AGREEMENTS, is_power=True, by_hour="contract"),
    Account("operations", "gas_fuel", "paid", RUNNING, (
        "onsite_gas.gas_usd_per_mmbtu", "onsite_gas.heat_rate_mmbtu_per_mwh", *_ENERGY), is_power=True, by_hour="contract"),
    Account("operations", "generator_rent", "paid", RUNNING, ("onsite_gas.rent_usd_per_kw_month", *_UNITS), is_power=True),
    Account("operations", "battery_wear", "paid", RUNNING, (
        "batteries.degradation_usd_per_mwh", "batteries.round_trip_efficiency"), is_power=True, by_hour="contract"),
    Account("operations", "carbon", "paid", RUNNING, ("sites.grid_t_per_mwh", "onsite_gas.emissions_t_per_mwh"),
            is_power=True, by_hour="site"),
    Account("operations", "staff", "paid", RUNNING, ("modes.staff_musd_per_mw_year", "horizon.escalation_per_year")),
    Account("operations", "property_tax", "paid", RUNNING, (
        "sites.property_tax_fraction_per_year", "sites.abatement_months", "modes.capex_musd_per_mw", "modes.capex_us_mean_musd_per_mw",
        "gpus.price_usd", "gpus.network_usd", "gpus.lifetime_months"), of_gpus=True),

    Account("lease", "lease", "paid", RUNNING, (
        "modes.lease_usd_per_kw_month", "modes.lease_months", "modes.free_rent_months", "horizon.escalation_per_year")),
    Account("rent", "rental", "paid", RENT, _RENTALS),

    # What is drawn is received by the purse of the loan; what takes back a gain in present value is no cash.
    Account("finance", DRAW_LINE, "apart", LOAN, ("budget.advance_fraction_of_gpus",)),
    Account("finance", "debt_repayment", "paid", LOAN, ("budget.repay_months",)),
    Account("finance", "debt_interest", "paid", LOAN, ("budget.interest_per_year", "budget.repay_months")),
    Account("finance", "debt_fee", "paid", LOAN, ("budget.fee_fraction",)),
    Account("finance", OFFSET_LINE, "apart", LOAN, ()),
    Account("committed", "rental", "paid", COMMITTED, _RENTALS),

    Account("delay", "delay", "apart", NO_USE, _DATES),
    Account("delay", "lost_compute", "apart", NO_USE, (
        "workloads.lost_compute_usd_per_mwh", "workloads.flexible_fraction", *_DATES), by_hour="site"),

    Account("residual", "gpus", "apart", NO_USE, ("gpus.price_usd", "gpus.lifetime_months", "gpus.resale_fraction", *_GPUS), of_gpus=True),
    Account("residual", "generators", "apart", NO_USE, ("onsite_gas.buy_usd_per_kw", "onsite_gas.resale_fraction", *_UNITS),
            is_power=True),
    Account("residual", "batteries", "apart", NO_USE, ("batteries.lifetime_months", "batteries.resale_fraction", *_STORES), is_power=True),
    Account("residual", "buildings", "apart", NO_USE, ("modes.residual_fraction", *_HALLS)),
    Account("residual", "land", "apart", NO_USE, ("modes.land_musd",)),
)

ACCOUNTS: dict[AccountKey, Account] = {(account.group, account.line): account for account in _CHART}
"""Every account by group and line; the ledger of the model books on no other."""


def is_returned(group: str, line: str) -> bool:
    """Whether a line brings money back to the purses (refunds, returned deposits, credits, sales).

    Raises
    ------
    KeyError
        Where there is no such account.
    """
    return ACCOUNTS[group, line].direction == "returned"


def paid_as(group: str) -> tuple[str, ...]:
    """Groups under which purses pay a group: what was committed before as rent, a loan from operations too; all others as their own."""
    return GROUPS[group].paid_as or (group,)


def may_pay(pays_for: Iterable[str], group: str, line: str) -> bool:
    """Whether a purse may pay a line, or take back what a line returns.

    Parameters
    ----------
    pays_for : iterable of str
        Groups, or ``group.line``, that the purse names. What a line returns goes to purses that may pay any line of its group.
    group, line : str
        The account.

    Raises
    ------
    KeyError
        Where there is no such account.
    """
    groups = paid_as(group)
    if is_returned(group, line):
        return any(name.split(".")[0] in groups for name in pays_for)
    return not {*groups, *(f"{one}.{line}" for one in groups)}.isdisjoint(pays_for)


def purse_names() -> dict[str, list[str]]:
    """Groups that a purse may name, with the lines of each that it may name alone."""
    names: dict[str, list[str]] = {}
    for account in ACCOUNTS.values():
        if account.group in paid_as(account.group) and account.direction != "apart":
            names.setdefault(account.group, []).append(account.line)
    return names
