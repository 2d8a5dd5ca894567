"""How much each input weighs: the present value of the ledger lines that it drives.

The rule: an input weighs the sum of the absolute present values of the lines that it scales, for the site, contract, GPU model, rental or
workload that it belongs to. Dates and rates of delivery (leads, ramps, permits, supply) scale the value of time; those of a contract only
where it begins as early as it can. Terms of payment, lots and limits (most MW, most GPUs) scale nothing: a limit that binds stands among
what would break the plan. It is no sensitivity: it says what money hangs on an input, not how likely it is to be wrong. An input of a
candidate that the plan does not use weighs nothing, though another value might have had it chosen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from optimizer.core.offers import Tariff
    from optimizer.report.page.case import ReportCase

_ENERGY = ("energy", "energy_credit", "transmission", "coincident", "gas_fuel")
_GRID = (*_ENERGY, "demand", "capacity", "fixed_charge", "minimum_bill")
_AGREEMENT = ("ppa_energy", "ppa_wires", "ppa_sales", "ppa_settlement", "ppa_credit")
_HARDWARE = ("gpus", "spares", "network", "installation", "sales_tax")
_BUILDING = ("construction", "liquid_cooling", "buildings")
_DELAY = ("delay", "lost_compute")
_INTERCONNECTION = ("interconnection", "interconnection_refund")
_RENT = ("rental", "rental_deposit", "rental_deposit_return")

ALL: tuple[str, ...] = ("*",)
"""Every line."""

LINES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "sites": {
        "sales_tax_fraction": ("sales_tax",), "property_tax_fraction_per_year": ("property_tax",), "abatement_months": ("property_tax",),
        "annual_pue": _ENERGY, "peak_facility_ratio": ("demand", "capacity", "generator_rent", "generators", *_INTERCONNECTION),
        "grid_t_per_mwh": ("carbon",),
    },
    "modes": {
        "capex_musd_per_mw": (*_BUILDING, "property_tax"), "capex_us_mean_musd_per_mw": (*_BUILDING, "property_tax"),
        "fixed_cost_musd": _BUILDING, "land_musd": ("land",), "lead_months": _DELAY, "mw_per_month": _DELAY,
        "liquid_adder_musd_per_mw": ("liquid_cooling",), "lease_usd_per_kw_month": ("lease",), "lease_months": ("lease",),
        "free_rent_months": ("lease",), "staff_musd_per_mw_year": ("staff",), "residual_fraction": ("buildings",),
    },
    "tariffs": {
        "energy_usd_per_mwh": ("energy",), "price_level_usd_per_mwh": ("energy", "energy_credit"), "adder_usd_per_mwh": ("energy",),
        "ancillary_usd_per_mwh": ("energy",), "transmission_usd_per_mwh": ("transmission",), "coincident_usd_per_kw": ("coincident",),
        "capacity_usd_per_kw_month": ("capacity",), "demand_usd_per_kw_month": ("demand",), "ratchet_fraction": ("demand",),
        "min_take_fraction": ("demand",), "min_energy_fraction": ("energy",), "fixed_usd_per_month": ("fixed_charge",),
        "minimum_bill_usd_per_month": ("minimum_bill",), "customer_capex_musd": _INTERCONNECTION, "capex_refund_months": _INTERCONNECTION,
        "deposit_musd": ("contract_deposit", "contract_deposit_return"), "exit_musd": ("exit_fee",), "sign_lead_months": _DELAY,
    },
    "ramps": {"mw": _DELAY},
    "onsite_gas": {
        "gas_usd_per_mmbtu": ("gas_fuel",), "heat_rate_mmbtu_per_mwh": ("gas_fuel",), "rent_usd_per_kw_month": ("generator_rent",),
        "buy_usd_per_kw": ("generators",), "emissions_t_per_mwh": ("carbon",), "resale_fraction": ("residual.generators",),
        "permit_months": _DELAY, "sign_lead_months": _DELAY,
        **dict.fromkeys(("derate_fraction", "min_months", "spare_units", "unit_mw"), ("generator_rent", "generators")),
    },
    "ppas": dict.fromkeys(("strike_usd_per_mwh", "hub_level_usd_per_mwh", "term_months", "wires_usd_per_mwh", "sell_back_fee_usd_per_mwh"),
                          _AGREEMENT),
    "batteries": {
        "degradation_usd_per_mwh": ("battery_wear",), "round_trip_efficiency": ("batteries", "battery_wear"),
        **dict.fromkeys(("usd_per_kw", "usd_per_kwh", "duration_h"), ("batteries",)),
        **dict.fromkeys(("lifetime_months", "resale_fraction"), ("residual.batteries",)),
    },
    "gpus": {
        "price_usd": ("gpus", "spares", "sales_tax", "property_tax"), "network_usd": ("network", "sales_tax", "property_tax"),
        "install_usd": ("installation",), "spares_fraction": ("spares",), "h100_equivalents": _HARDWARE,
        "it_kw_per_gpu": (*_BUILDING, *_GRID), "supply": _DELAY, "install_months": _DELAY,
        "lifetime_months": ("residual.gpus", "property_tax"), "resale_fraction": ("residual.gpus",),
    },
    "workloads": {"delay_cost_musd_per_month": _DELAY, "gpus_h100e": (*_HARDWARE, *_BUILDING, *_GRID),
                  "gpus": (*_HARDWARE, *_BUILDING, *_GRID), "utilisation": _ENERGY,
                  "lost_compute_usd_per_mwh": ("lost_compute",), "flexible_fraction": ("lost_compute",)},
    "rentals": dict.fromkeys(("usd_per_gpu_hour", "committed_gpus", "committed_until", "min_months", "deposit_fraction", "relet_fraction"),
                             ("rental", "rental_deposit", "rental_deposit_return")),
    "budget": {"interest_per_year": ("debt_interest",), "fee_fraction": ("debt_fee",),
               "repay_months": ("debt_interest", "debt_repayment"), "advance_fraction_of_gpus": ("debt_draw",)},
    "horizon": {"discount_rate_per_year": ALL, "escalation_per_year": (*_GRID, "gas_fuel", "staff", "lease")},
}
"""Lines that an input scales, by its table and column; ``group.line`` where the line stands in several groups. Others scale none."""


class Input(NamedTuple):
    """Name of an input, as the table ``assumptions`` has it."""

    table: str
    key: str
    column: str


class Line(NamedTuple):
    """Absolute present value of a ledger line, for a site and a subject."""

    site_id: str
    group: str
    line: str
    subject: str
    musd: float


def weights(case: ReportCase) -> pd.DataFrame:
    """Weigh every input, the heaviest first.

    Returns
    -------
    pandas.DataFrame
        The table ``assumptions`` with ``weight_musd`` (absolute present value) and ``drives`` (lines that have money on them).
    """
    ledger = case.tables["ledger"]
    columns = (*(ledger[column].fillna("").astype(str) for column in ("site_id", "group", "line", "subject")), ledger["present_musd"].abs())
    lines = [Line(*row) for row in zip(*columns, strict=True)]
    names = case.tables["assumptions"][["table", "key", "column"]].astype(str)
    found = [_driven(case, lines, Input(*row)) for row in names.itertuples(index=False, name=None)]
    frame = case.tables["assumptions"].assign(weight_musd=[musd for musd, _ in found], drives=[named for _, named in found])
    return frame.sort_values("weight_musd", ascending=False, kind="stable").reset_index(drop=True)


def _driven(case: ReportCase, ledger: list[Line], row: Input) -> tuple[float, str]:
    """Money on the lines that an input scales, and their names, the largest first."""
    scaled = LINES.get(row.table, {}).get(row.column, ())
    key = row.key.split("/")
    if not scaled or (row.table in _OF and not _is_used(case, row)):
        return 0.0, ""
    if scaled == _DELAY and row.table in _CONTRACTS and not begins_early(case, key[0], key[1]):
        return 0.0, ""
    is_of = _OF.get(row.table, _of_anything)
    musd: dict[str, float] = {}
    for line in ledger:
        if (scaled == ALL or line.line in scaled or f"{line.group}.{line.line}" in scaled) and is_of(line, key):
            musd[line.line] = musd.get(line.line, 0.0) + line.musd
    named = [name.replace("_", " ") for name in sorted(musd, key=lambda name: -musd[name])]
    return sum(musd.values()), "every line" if scaled == ALL else ", ".join(named)


def _of_anything(line: Line, key: list[str]) -> bool:
    return True


def _of_site(line: Line, key: list[str]) -> bool:
    """Lines of the site; the value of time is no site's alone."""
    return line.site_id == key[0] or line.group == "delay"


def _of_contract(line: Line, key: list[str]) -> bool:
    return (line.site_id == key[0] and line.subject == key[1]) or line.group == "delay"


def _of_gpu(line: Line, key: list[str]) -> bool:
    """Lines of the model, and those of buildings and power that hardware of any model drives."""
    return line.subject == key[0] or line.line not in (*_HARDWARE, "property_tax")


def _of_workload(line: Line, key: list[str]) -> bool:
    return line.subject == key[0] or line.group != "delay"


def _of_subject(line: Line, key: list[str]) -> bool:
    return line.subject == key[0]


_OF: Mapping[str, Callable[[Line, list[str]], bool]] = {
    "sites": _of_site, "modes": _of_site, "tariffs": _of_contract, "ramps": _of_contract, "onsite_gas": _of_contract, "ppas": _of_contract,
    "batteries": _of_contract, "gpus": _of_gpu, "workloads": _of_workload, "rentals": _of_subject,
}
_CONTRACTS = ("tariffs", "ramps", "onsite_gas")


def begins_early(case: ReportCase, site_id: str, contract_id: str) -> bool:
    """Whether a contract serves from the first period in which it can: then its dates hold the plan back."""
    site = next(site for site in case.instance.sites if site.site_id == site_id)
    first = next((_first_month(tariff) for tariff in site.tariffs if tariff.contract_id == contract_id), None)
    gas = (max(offer.sign_lead_months, offer.permit_months) for offer in site.onsite_gas if offer.contract_id == contract_id)
    first = next(gas, 0) if first is None else first
    power = case.tables["power"]
    rows = power[(power["site_id"] == site_id) & (power["contract_id"] == contract_id)]
    earliest = case.calendar.lag_periods(first)
    return bool(len(rows)) and earliest < case.calendar.periods and str(rows["period"].min()) == case.calendar.period_label(earliest)


def _first_month(tariff: Tariff) -> int:
    """First month in which a tariff can begin: signed in time, with a ramp above 0."""
    ramp = min((month for month, mw in tariff.ramp if mw > 0.0), default=0)
    return max(tariff.sign_lead_months, ramp, 0)


def _is_used(case: ReportCase, row: Input) -> bool:
    """Whether the plan uses what an input belongs to: its site and mode, its contract, its GPU model."""
    key = row.key.split("/")
    sites = {site["site_id"]: site for site in case.header["sites"]}
    if row.table == "gpus":
        return any(key[0] in site["gpus"] for site in case.header["sites"])
    if row.table in ("workloads", "rentals"):
        return True
    if key[0] not in sites:
        return False
    if row.table == "modes":
        return bool(key[1] == sites[key[0]]["mode"])
    return row.table == "sites" or key[1] in {contract["contract_id"] for contract in sites[key[0]]["contracts"]}
