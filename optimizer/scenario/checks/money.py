"""Whether every line of the ledger that can occur has a purse that may pay it."""

from __future__ import annotations

from collections import defaultdict

from optimizer.core.accounts import ACCOUNTS, AccountKey, is_returned, may_pay, paid_as, purse_names
from optimizer.scenario.checks.offers import GAS_PARTS
from optimizer.scenario.read.draft import Draft
from optimizer.scenario.read.findings import nearest
from optimizer.scenario.schema.config import Budget, PurseItem

_LEAST_PURSE_MUSD = 5.0
_FAR_TOO_LITTLE = 100.0
"""A purse this many times too small for the hardware is a slip; one somewhat too small is a question worth asking."""

def check_money(draft: Draft) -> None:
    """Note groups no purse can name, and lines no purse may pay. Without a budget money is no limit."""
    budget = draft.config.budget
    if budget is None:
        return
    knows_payers = not _is_doubtful(draft, ("pays_for",))
    knows_sums = draft.has_horizon and not _is_doubtful(draft, ("pays_for", "amounts", "every_month"))
    _check_names(draft, budget)
    if knows_payers:
        _check_payers(draft, budget)
    if knows_sums:
        _check_size(draft, budget)


def _is_doubtful(draft: Draft, fields: tuple[str, ...]) -> bool:
    """Whether a purse is lost, or some of these fields of one, because of what is wrong with it."""
    paths = [problem.field.split(".") for problem in draft.findings.problems]
    wrong = [path[2:] for path in paths if path[:2] == ["budget", "purses"]]
    written = draft.document.data["budget"]["purses"]
    budget = draft.config.budget
    is_lost = budget is not None and len(written) > len(budget.purses)
    return is_lost or any(not path or len(path) == 1 or path[1] in fields for path in wrong)


def _check_payers(draft: Draft, budget: Budget) -> None:
    named = [name for purse in budget.purses for name in purse.pays_for]
    unpaid: dict[tuple[str, bool], list[str]] = {}
    for group, line in _lines_that_occur(draft):
        if not may_pay(named, group, line):
            unpaid.setdefault((group, is_returned(group, line)), []).append(line)
    for (group, returned), lines in unpaid.items():
        what = "may take back" if returned else "may pay"
        add = paid_as(group)[0]
        draft.add(("budget", "purses"), f"no purse {what} {group} ({', '.join(lines)}); add {add!r} to pays_for of one")


def _check_names(draft: Draft, budget: Budget) -> None:
    """Note what a purse names and no ledger group or line is."""
    known = [name for group, lines in purse_names().items() for name in (group, *(f"{group}.{line}" for line in lines))]
    for purse in budget.purses:
        for name in purse.pays_for:
            if name == "committed":
                message = "'committed' is paid by the purses that may pay 'rent': name that"
                draft.add(("budget", "purses", purse.name, "pays_for"), message)
            elif name not in known:
                message = f"there is no ledger group {name!r}; {nearest(name, known)}"
                draft.add(("budget", "purses", purse.name, "pays_for"), message)


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
    equivalents = defaultdict(float, {gpu.name: gpu.h100_equivalents for gpu in gpus})
    return max(
        workload.target_h100e(equivalents) / 1e6 * min((prices[name] for name in workload.accepts if name in prices), default=0.0)
        for workload in draft.config.workloads
    )


def _lines_that_occur(draft: Draft) -> list[AccountKey]:
    """Lines with which purses have to do in some plan of this scenario; one of which nothing is known here may occur."""
    found = occurrence(draft)
    concerned = [key for key, account in ACCOUNTS.items() if account.direction != "apart"]
    return [(group, line) for group, line in concerned if found.get(f"{group}.{line}", True)]


def occurrence(draft: Draft) -> dict[str, bool]:
    """Whether some plan of a scenario may have money on each line that purses pay or take back, by ``group.line``."""
    return {
        **_hardware_lines(draft),
        **_building_lines(draft),
        **_connection_lines(draft),
        **_tariff_lines(draft),
        **_gas_lines(draft),
        **_ppa_and_battery_lines(draft),
        **_rental_lines(draft),
        **_loan_lines(draft),
    }


def _hardware_lines(draft: Draft) -> dict[str, bool]:
    gpus, sites = draft.config.gpus, [placed.row for placed in draft.rows.sites]
    return {
        "capital.gpus": any(gpu.price_usd for gpu in gpus),
        "capital.spares": any(gpu.price_usd * gpu.spares_fraction for gpu in gpus),
        "capital.network": any(gpu.network_usd for gpu in gpus),
        "capital.installation": any(gpu.install_usd for gpu in gpus),
        "capital.sales_tax": any(site.sales_tax_fraction for site in sites),
        "operations.property_tax": any(site.property_tax_fraction_per_year for site in sites),
    }


def _building_lines(draft: Draft) -> dict[str, bool]:
    modes = [placed.row for placed in draft.rows.modes]
    return {
        "capital.land": any(mode.land_musd for mode in modes),
        "capital.construction": any(mode.capex_musd_per_mw or mode.fixed_cost_musd for mode in modes),
        "capital.liquid_cooling": any(mode.liquid_adder_musd_per_mw for mode in modes),
        "lease.lease": any(mode.lease_usd_per_kw_month for mode in modes),
        "operations.staff": any(mode.staff_musd_per_mw_year for mode in modes),
    }


def _tariff_lines(draft: Draft) -> dict[str, bool]:
    tariffs = [placed.row for placed in draft.rows.tariffs]
    rates = list(draft.rates.values())
    return {
        "operations.energy": any(tariff.energy_usd_per_mwh or tariff.kind == "index" for tariff in tariffs)
        or any(tier.usd_per_mwh for rate in rates for charge in rate.energy for tier in charge.tiers),
        "operations.energy_credit": any(tariff.kind == "index" for tariff in tariffs),
        "operations.transmission": any(tariff.transmission_usd_per_mwh for tariff in tariffs),
        "operations.capacity": any(tariff.capacity_usd_per_kw_month for tariff in tariffs),
        "operations.coincident": any(tariff.coincident_usd_per_kw for tariff in tariffs) or any(rate.coincident for rate in rates),
        "operations.demand": any(tariff.demand_usd_per_kw_month for tariff in tariffs) or any(rate.demand for rate in rates),
        "operations.fixed_charge": any(item.fixed_usd_per_month for item in tariffs) or any(rate.fixed_usd(1, 1.0) for rate in rates),
        "operations.minimum_bill": any(item.minimum_bill_usd_per_month for item in tariffs)
        or any(rate.minimum_bill_usd_per_month for rate in rates),
        "operations.exit_fee": any(tariff.exit_musd for tariff in tariffs),
    }


def _connection_lines(draft: Draft) -> dict[str, bool]:
    tariffs = [placed.row for placed in draft.rows.tariffs]
    has_deposit = any(tariff.deposit_musd for tariff in tariffs)
    return {
        "capital.interconnection": any(tariff.customer_capex_musd for tariff in tariffs),
        "capital.interconnection_refund": any(tariff.customer_capex_musd and tariff.capex_refund_months for tariff in tariffs),
        "deposits.contract_deposit": has_deposit,
        "deposits.contract_deposit_return": has_deposit,
    }


def _gas_lines(draft: Draft) -> dict[str, bool]:
    gas = [placed.row for placed in draft.rows.onsite_gas]
    return {
        "operations.gas_fuel": any(unit.gas_usd_per_mmbtu or any(getattr(unit, part) for part in GAS_PARTS) for unit in gas),
        "operations.generator_rent": any(unit.rent_usd_per_kw_month for unit in gas),
        "capital.generators": any(unit.buy_usd_per_kw for unit in gas),
    }


def _ppa_and_battery_lines(draft: Draft) -> dict[str, bool]:
    ppas = [placed.row for placed in draft.rows.ppas]
    batteries = [placed.row for placed in draft.rows.batteries]
    return {
        "operations.ppa_energy": any(ppa.strike_usd_per_mwh for ppa in ppas if ppa.settlement == "physical"),
        "operations.ppa_wires": any(ppa.wires_usd_per_mwh for ppa in ppas),
        "operations.ppa_sales": any(ppa.settlement == "physical" for ppa in ppas),
        "operations.ppa_settlement": any(ppa.settlement == "financial" for ppa in ppas),
        "operations.ppa_credit": any(ppa.settlement == "financial" for ppa in ppas),
        "capital.batteries": any(battery.usd_per_kw or battery.usd_per_kwh for battery in batteries),
        "operations.battery_wear": any(battery.degradation_usd_per_mwh for battery in batteries),
        "operations.carbon": draft.config.objective.carbon_price_usd_per_t > 0,
    }


def _rental_lines(draft: Draft) -> dict[str, bool]:
    rentals = [rental for rental in draft.config.rentals if rental.usd_per_gpu_hour]
    has_deposit = any(rental.gpus_max and rental.deposit_fraction for rental in rentals)
    return {
        "rent.rental": any(rental.gpus_max for rental in rentals),
        "committed.rental": any(rental.committed_gpus for rental in rentals),
        "deposits.rental_deposit": has_deposit,
        "deposits.rental_deposit_return": has_deposit,
    }


def _loan_lines(draft: Draft) -> dict[str, bool]:
    budget = draft.config.budget
    debt = budget.debt if budget is not None and budget.debt.enabled else None
    return {
        "finance.debt_repayment": debt is not None,
        "finance.debt_interest": debt is not None and (debt.interest_per_year or 0.0) > 0,
        "finance.debt_fee": debt is not None and debt.fee_fraction > 0,
    }
