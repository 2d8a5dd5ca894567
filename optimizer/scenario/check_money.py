"""Whether every line of the ledger that can occur has a purse that may pay it."""

from __future__ import annotations

from optimizer.scenario.config import Budget, PurseItem
from optimizer.scenario.draft import Draft
from optimizer.scenario.findings import nearest

_LEAST_PURSE_MUSD = 5.0
_FAR_TOO_LITTLE = 100.0
"""A purse this many times too small for the hardware is a slip; one somewhat too small is a question worth asking."""

LINES: dict[str, tuple[str, ...]] = {
    "capital": (
        "land",
        "construction",
        "liquid_cooling",
        "interconnection",
        "interconnection_refund",
        "gpus",
        "spares",
        "network",
        "installation",
        "sales_tax",
        "generators",
        "batteries",
    ),
    "deposits": ("contract_deposit", "contract_deposit_return", "rental_deposit", "rental_deposit_return"),
    "operations": (
        "energy",
        "energy_credit",
        "transmission",
        "capacity",
        "coincident",
        "demand",
        "fixed_charge",
        "minimum_bill",
        "exit_fee",
        "ppa_energy",
        "ppa_wires",
        "ppa_sales",
        "ppa_settlement",
        "ppa_credit",
        "gas_fuel",
        "generator_rent",
        "battery_wear",
        "carbon",
        "staff",
        "property_tax",
    ),
    "lease": ("lease",),
    "rent": ("rental",),
    "finance": ("debt_repayment", "debt_interest", "debt_fee"),
}
"""Groups a purse may pay and their lines (docs/conventions.md)."""

ALSO_PAID_AS = {"finance": "operations"}
"""Groups that purses may pay which name another group."""


def check_money(draft: Draft) -> None:
    """Note groups no purse can name, and lines no purse may pay. Without a budget money is no limit."""
    budget = draft.config.budget
    if budget is None:
        return
    known = [*LINES, *(f"{group}.{line}" for group, lines in LINES.items() for line in lines)]
    for purse in budget.purses:
        for name in purse.pays_for:
            if name == "committed":
                draft.add(
                    ("budget", "purses", purse.name, "pays_for"),
                    "'committed' is paid by the purses that may pay 'rent': name that",
                )
            elif name not in known:
                draft.add(
                    ("budget", "purses", purse.name, "pays_for"), f"there is no ledger group {name!r}; {nearest(name, known)}"
                )
    paid = {name for purse in budget.purses for name in purse.pays_for}
    for group, lines in _lines_that_occur(draft).items():
        able = {group, ALSO_PAID_AS.get(group, group)} & paid
        unpaid = [line for line in lines if not able and f"{group}.{line}" not in paid]
        if unpaid:
            draft.add(("budget", "purses"), f"no purse may pay {group} ({', '.join(unpaid)}); add {group!r} to pays_for of one")
    _check_size(draft, budget)


def _check_size(draft: Draft, budget: Budget) -> None:
    """Money for hardware that would only be money in billions."""
    purses = [purse for purse in budget.purses if {"capital", "capital.gpus"} & {*purse.pays_for}]
    held = sum(_received_musd(draft, purse) for purse in purses)
    wanted = _least_hardware_musd(draft)
    if 0 < held < _LEAST_PURSE_MUSD and held * _FAR_TOO_LITTLE < wanted:
        message = (
            f"the purses that may pay for GPUs hold {held:g} million USD in all, and the GPUs wanted cost {wanted:,.0f} at least: "
            f"looks like billion USD; {held * 1000:,.6g} would be the same sum"
        )
        draft.add(("budget", "purses", purses[0].name, "amounts"), message)


def _received_musd(draft: Draft, purse: PurseItem) -> float:
    """All that a purse receives over the horizon."""
    if not purse.every_month:
        return sum(purse.amounts.values())
    in_force, total = 0.0, 0.0
    dated = {draft.month(month): musd for month, musd in purse.amounts.items()}
    for month in range(min(dated, default=0), draft.config.horizon.months):
        in_force = dated.get(month, in_force)
        total += in_force if month >= 0 else 0.0
    return total


def _least_hardware_musd(draft: Draft) -> float:
    """Price of the largest cluster that is wanted, of the cheapest GPUs it accepts; 0 where one of them is free."""
    gpus = draft.config.gpus
    prices = {gpu.name: gpu.price_usd / gpu.h100_equivalents for gpu in gpus}
    return max(
        workload.gpus_h100e / 1e6 * min((prices[name] for name in workload.accepts if name in prices), default=0.0)
        for workload in draft.config.workloads
    )


def _lines_that_occur(draft: Draft) -> dict[str, list[str]]:
    """Positive lines that some plan of this scenario may have, by group."""
    found = {
        **_hardware_lines(draft),
        **_building_lines(draft),
        **_tariff_lines(draft),
        **_gas_lines(draft),
        **_ppa_and_battery_lines(draft),
        **_rental_lines(draft),
        **_loan_lines(draft),
    }
    return {group: [line for line in lines if found.get(line, False)] for group, lines in LINES.items()}


def _hardware_lines(draft: Draft) -> dict[str, bool]:
    gpus, sites = draft.config.gpus, [placed.row for placed in draft.rows.sites]
    return {
        "gpus": any(gpu.price_usd for gpu in gpus),
        "spares": any(gpu.price_usd * gpu.spares_fraction for gpu in gpus),
        "network": any(gpu.network_usd for gpu in gpus),
        "installation": any(gpu.install_usd for gpu in gpus),
        "sales_tax": any(site.sales_tax_fraction for site in sites),
        "property_tax": any(site.property_tax_fraction_per_year for site in sites),
    }


def _building_lines(draft: Draft) -> dict[str, bool]:
    modes = [placed.row for placed in draft.rows.modes]
    return {
        "land": any(mode.land_musd for mode in modes),
        "construction": any(mode.capex_musd_per_mw or mode.fixed_cost_musd for mode in modes),
        "liquid_cooling": any(mode.liquid_adder_musd_per_mw for mode in modes),
        "lease": any(mode.lease_usd_per_kw_month for mode in modes),
        "staff": any(mode.staff_musd_per_mw_year for mode in modes),
    }


def _tariff_lines(draft: Draft) -> dict[str, bool]:
    tariffs = [placed.row for placed in draft.rows.tariffs]
    rates = list(draft.rates.values())
    return {
        "energy": any(tariff.energy_usd_per_mwh or tariff.kind == "index" for tariff in tariffs)
        or any(tier.usd_per_mwh for rate in rates for charge in rate.energy for tier in charge.tiers),
        "transmission": any(tariff.transmission_usd_per_mwh for tariff in tariffs),
        "capacity": any(tariff.capacity_usd_per_kw_month for tariff in tariffs),
        "coincident": any(tariff.coincident_usd_per_kw for tariff in tariffs),
        "demand": any(tariff.demand_usd_per_kw_month for tariff in tariffs) or any(rate.demand for rate in rates),
        "fixed_charge": any(item.fixed_usd_per_month for item in tariffs) or any(rate.fixed_usd_per_month for rate in rates),
        "minimum_bill": any(item.minimum_bill_usd_per_month for item in tariffs)
        or any(rate.minimum_bill_usd_per_month for rate in rates),
        "exit_fee": any(tariff.exit_musd for tariff in tariffs),
        "interconnection": any(tariff.customer_capex_musd for tariff in tariffs),
        "contract_deposit": any(tariff.deposit_musd for tariff in tariffs),
    }


def _gas_lines(draft: Draft) -> dict[str, bool]:
    gas = [placed.row for placed in draft.rows.onsite_gas]
    return {
        "gas_fuel": any(unit.gas_usd_per_mmbtu or unit.gas_hub_usd_per_mmbtu for unit in gas),
        "generator_rent": any(unit.rent_usd_per_kw_month for unit in gas),
        "generators": any(unit.buy_usd_per_kw for unit in gas),
    }


def _ppa_and_battery_lines(draft: Draft) -> dict[str, bool]:
    ppas = [placed.row for placed in draft.rows.ppas]
    batteries = [placed.row for placed in draft.rows.batteries]
    return {
        "ppa_energy": any(ppa.strike_usd_per_mwh for ppa in ppas if ppa.settlement == "physical"),
        "ppa_wires": any(ppa.wires_usd_per_mwh for ppa in ppas),
        "ppa_settlement": any(ppa.settlement == "financial" for ppa in ppas),
        "batteries": any(battery.usd_per_kw or battery.usd_per_kwh for battery in batteries),
        "battery_wear": any(battery.degradation_usd_per_mwh for battery in batteries),
        "carbon": draft.config.objective.carbon_price_usd_per_t > 0,
    }


def _rental_lines(draft: Draft) -> dict[str, bool]:
    rentals = [rental for rental in draft.config.rentals if rental.usd_per_gpu_hour]
    return {
        "rental": any(rental.gpus_max or rental.committed_gpus for rental in rentals),
        "rental_deposit": any(rental.gpus_max and rental.deposit_fraction for rental in rentals),
    }


def _loan_lines(draft: Draft) -> dict[str, bool]:
    budget = draft.config.budget
    if budget is None or not budget.debt.enabled:
        return {}
    debt = budget.debt
    return {"debt_repayment": True, "debt_interest": debt.interest_per_year > 0, "debt_fee": debt.fee_fraction > 0}
