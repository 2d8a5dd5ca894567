"""Shifts of the model side's arithmetic by one percent, or by one where it counts: what each does, and who must notice."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import pytest

from optimizer import model as package
from optimizer.audit import AuditReport, audit
from optimizer.core import calendar as horizon
from optimizer.core import finance, year_hours
from optimizer.core import site_hours as shares
from optimizer.core.calendar import Calendar
from optimizer.core.finance import Money, Schedule
from optimizer.core.instance import Instance
from optimizer.model import (
    battery_duties,
    bills,
    build,
    carbon,
    data_bounds,
    debt,
    fleet,
    flexible,
    gas_output,
    hardware,
    hours_use,
    ledger,
    obligations,
    onsite_gas,
    ppa_tail,
    ppas,
    rate_demand,
    rates,
    rentals,
    siting,
    storage,
    tariffs,
    taxes,
)
from optimizer.model import budget as purses
from optimizer.model.data_bounds import DataBounds
from optimizer.model.extract import extract_tables, money, reading
from optimizer.plan.plan import Plan
from optimizer.scenario.assemble import typical_days as typical
from optimizer.scenario.assemble.typical_days import SiteHours
from optimizer.solve import SolveSettings, compile_model
from optimizer.solve.search.goals import solve_goals
from optimizer.workflow.header import plan_header
from tests import builders, rich, rich_debt, rich_hours, rich_rate
from tests.model.hand import with_mode
from tests.model.test_taxes import HARDWARE, late, taxed

Function = Callable[..., Any]
PERCENT = 1.01
SETTINGS = SolveSettings(gap=1e-4, method="whole")
ROUGHLY = SolveSettings(gap=0.03, method="whole")
"""For hourly plans: the audit asks whether a plan is right, not whether it is the best."""


@dataclass(frozen=True)
class Shift:
    """One function of ``owner`` (a module or class), what becomes of it, and the rules or lines of which one must be broken."""

    owner: Any
    name: str
    change: Callable[[Function], Function]
    noticed: tuple[str, ...]
    instance: Callable[[], Instance] = rich.instance

    def audited(self) -> AuditReport:
        """Audit the plan of an instance that the function matters to."""
        return audited(self.instance(), ROUGHLY if self in HOURLY_SHIFTS else SETTINGS)

    @property
    def title(self) -> str:
        return f"{self.owner.__name__.removeprefix('optimizer.')}.{self.name}"

    def apply(self, patch: pytest.MonkeyPatch) -> None:
        """Shift the function wherever the model side has its name; the audit is left alone."""
        original = vars(self.owner)[self.name]
        if isinstance(original, property):
            getter = original.fget
            assert getter is not None
            patch.setattr(self.owner, self.name, property(self.change(getter)))
        elif isinstance(self.owner, type):
            patch.setattr(self.owner, self.name, self.change(original))
        else:
            shifted = self.change(original)
            for place, module in list(sys.modules.items()):
                if place.startswith("optimizer") and vars(module).get(self.name) is original:
                    patch.setattr(module, self.name, shifted)


def bought_late() -> Instance:
    """More GPUs can be had in month 6 only, a month after the window of the exemption."""
    return taxed(late(6), sales_tax_exempt="true", exempt_min_musd=13.0, exempt_within_months=6)


def too_small_a_hall() -> Instance:
    """40 GPUs more would earn the exemption, and the hall powers none of them."""
    site = {"sales_tax_exempt": "true", "exempt_min_musd": 13.0, "modes": (builders.mode(max_it_mw=1.0),)}
    return taxed({**HARDWARE, "lot": 0}, **site)


def halls_of_blocks() -> Instance:
    """Five blocks of 0.2 MW for a run of 1 MW, at 0.249 MW a month: four months are just short of the fifth, a hundredth more is not."""
    return with_mode(mw_per_month=0.249, block_it_mw=0.2)


def audited_by_hours() -> AuditReport:
    """Solve and audit the instance with typical hours."""
    return audited(rich_hours.instance(), ROUGHLY)


def audited(instance: Instance, how: SolveSettings = SETTINGS) -> AuditReport:
    """Solve once and audit, as the workflow does before it tries again."""
    model = build(instance)
    compiled = compile_model(model)
    solved = solve_goals(model, compiled, how)
    assert solved.values is not None
    compiled.load(solved.values)
    tables = extract_tables(model)
    return audit(instance, Plan(plan_header(instance, tables, solved.goals), tables))


def scaled(original: Function) -> Function:
    return lambda *given: original(*given) * PERCENT


def plus(count: int) -> Callable[[Function], Function]:
    return lambda original: lambda *given: original(*given) + count


def twice(original: Function) -> Function:
    return lambda *given: 2 * original(*given)


def shorter(original: Function) -> Function:
    """A lag is one period shorter, where there is one: what comes too early must be noticed."""
    return lambda *given: max(original(*given) - 1, 0)


def scaled_schedule(original: Function) -> Function:
    def shifted(*given: Any) -> Schedule:
        right = original(*given)
        periods = tuple((period, amount * PERCENT) for period, amount in right.periods)
        return Schedule(periods, right.beyond_nominal * PERCENT, right.beyond_present * PERCENT)

    return shifted


def scaled_pairs(original: Function) -> Function:
    return lambda *given: [(key, amount * PERCENT) for key, amount in original(*given)]


def scaled_terms(original: Function) -> Function:
    return lambda *given: [(amount * PERCENT, var) for amount, var in original(*given)]


def scaled_values(original: Function) -> Function:
    return lambda *given: {key: amount * PERCENT for key, amount in original(*given).items()}


def all_twice(original: Function) -> Function:
    return lambda *given: 2 * original(*given)


def scaled_list(original: Function) -> Function:
    return lambda *given: [number * PERCENT for number in original(*given)]


def none_of_them(original: Function) -> Function:
    return lambda *given: []


def nowhere(original: Function) -> Function:
    return lambda *given: original(*given) * 0


def half_a_year_later(original: Function) -> Function:
    return lambda *given: [(month + 5) % 12 + 1 for month in original(*given)]


def backwards(original: Function) -> Function:
    """A store's day runs backwards."""
    return lambda *given: [cycle[::-1] for cycle in original(*given)]


def scaled_node(original: Function) -> Function:
    """The price of the node alone: a flag above 1 would leave no plan."""
    return lambda hours, name, t: original(hours, name, t) * (PERCENT if name == "node" else 1.0)


def all_in_one(original: Function) -> Function:
    """Two days are one: what is shifted out on one may come back on the other."""
    return lambda *given: [[place for group in original(*given) for place in group]]


def turned(original: Function) -> Function:
    """Every hour has the name of the next one."""
    return lambda *given: (*original(*given)[1:], original(*given)[0])


def from_the_first(original: Function) -> Function:
    """The hour before each is the first of the day."""
    return lambda *given: dict.fromkeys(original(*given), 0)


def first_share_scaled(original: Function) -> Function:
    def shifted(*given: Any) -> list[tuple[int, float]]:
        (first, share), *others = original(*given)
        return [(first, share * PERCENT), *others]

    return shifted


def next_month(original: Function) -> Function:
    return lambda calendar, month: original(calendar, month + 1)


def next_first_month(original: Function) -> Function:
    """A period begins a month later, the last one where it does (a month outside the horizon has no period)."""
    return lambda calendar, period: min(original(calendar, period) + 1, calendar.months - 1)


def later_months(original: Function) -> Function:
    return lambda *given: range(original(*given).start + 1, original(*given).stop + 1)


def one_year(original: Function) -> Function:
    """All periods in the first year: what a year's limit spares may be spent in another."""

    def shifted(*given: Any) -> dict[int, list[int]]:
        years = original(*given)
        return {min(years): [period for periods in years.values() for period in periods]}

    return shifted


SHIFTS = (
    Shift(Money, "discount", scaled, ("residual.land", "capital.land", "delay.delay")),
    Shift(Money, "period_discount", scaled, ("capital.land",)),
    Shift(Money, "end_discount", scaled, ("residual.land",)),
    Shift(Money, "month_escalation", scaled, ("lease.lease",)),
    Shift(Money, "escalation", scaled, ("operations.staff",)),
    Shift(Money, "schedule", scaled_schedule, ("capital.gpus",)),
    Shift(finance, "s_curve", scaled_pairs, ("capital.construction",)),
    Shift(finance, "straight_line", scaled, ("residual.gpus",)),
    Shift(Calendar, "periods", plus(1), ("tables",)),
    Shift(Calendar, "year", plus(1), ("operations.staff",)),
    Shift(Calendar, "label", next_month, ("tables",)),
    Shift(Calendar, "period_label", next_month, ("tables",)),
    Shift(Calendar, "first_month", next_first_month, ("capital.land",)),
    Shift(Calendar, "months_of", later_months, ("operations.energy", "delay.delay")),
    Shift(Calendar, "month_hours", scaled, ("rent.rental",)),
    Shift(Calendar, "hours", scaled, ("gas_run_hours",)),
    Shift(Calendar, "lag_periods", shorter, ("online_balance",)),
    Shift(Calendar, "in_force", scaled, ("supply_limit",)),
    Shift(Calendar, "years", one_year, ("gas_nox",)),
    Shift(Calendar, "mean", scaled, ("operations.staff",)),
    Shift(siting, "cumulated_mw", scaled, ("build_capacity",), halls_of_blocks),
    Shift(siting, "growth_steps", scaled_pairs, ("build_capacity",), halls_of_blocks),
    Shift(hardware, "hardware_usd", scaled_values, ("capital.gpus",)),
    Shift(hardware, "payment_shares", first_share_scaled, ("capital.gpus",)),
    Shift(fleet, "initial_gpus", plus(1), ("online_balance",)),
    Shift(DataBounds, "on_offer", scaled, ("supply_limit",)),
    Shift(data_bounds, "_whole_lots", twice, ("supply_limit",)),
    Shift(tariffs, "ramp_mw", scaled, ("mw_limit",)),
    Shift(tariffs, "term_periods", plus(1), ("contract_term",)),
    Shift(gas_output, "units_at_most", plus(1), ("gas_permit_limit", "gas_units_limit")),
    Shift(onsite_gas, "_stay_periods", plus(-1), ("gas_min_months",)),
    Shift(rentals, "committed_gpus", scaled, ("committed.rental",)),
    Shift(rentals, "_rent_musd", scaled, ("rent.rental",)),
    Shift(taxes, "_taxed_musd", scaled, ("capital.sales_tax",)),
    Shift(taxes, "_window_periods", plus(1), ("exempt_threshold",), bought_late),
    Shift(taxes, "_workload_periods", all_twice, ("exempt_threshold",), too_small_a_hall),
    Shift(purses, "purse_income", scaled, ("purse_balance",)),
    Shift(debt, "outstanding_share", scaled, ("debt_table", "finance.debt_interest"), rich_debt.instance),
    Shift(debt, "pledged_share", scaled, ("debt_table", "debt_collateral"), rich_debt.instance),
    Shift(debt, "_repayment", scaled_schedule, ("finance.debt_repayment",), rich_debt.instance),
    Shift(debt, "_interest", scaled_schedule, ("finance.debt_interest",), rich_debt.instance),
    Shift(debt, "_offset", scaled_schedule, ("finance.debt_offset",), rich_debt.instance),
    Shift(obligations, "_owed", scaled_schedule, ("operations.energy",)),
    Shift(tariffs, "ramp_of", scaled, ("mw_limit",)),
    Shift(money, "_value", scaled, ("capital.land",)),
    Shift(reading, "number", scaled, ("built_balance", "capital.land")),
    Shift(ledger, "change", scaled_terms, ("capital.land",)),
    Shift(ledger.Ledger, "discount", scaled, ("capital.land",)),
)

HOURLY_SHIFTS = (
    Shift(SiteHours, "weights", scaled, ("hour_weight",), rich_hours.instance),
    Shift(SiteHours, "labels", turned, ("energy_balance",), rich_hours.instance),
    Shift(SiteHours, "cycles", backwards, ("battery_stored",), rich_hours.burning),
    Shift(SiteHours, "day_groups", all_in_one, ("flexible_day",), rich_hours.shifting),
    Shift(SiteHours, "values", scaled_node, ("operations.energy",), rich_hours.instance),
    Shift(SiteHours, "pue", scaled, ("energy_balance",), rich_hours.instance),
    Shift(SiteHours, "window_share", scaled, ("rate_tiers",), rich_hours.instance),
    Shift(SiteHours, "flag_runs", plus(-1), ("battery_duty",), rich_hours.instance),
    Shift(typical, "month_values", scaled, ("operations.ppa_energy",), rich_hours.instance),
    Shift(year_hours, "window_hours", scaled, ("rate_tiers",), rich_hours.instance),
    Shift(shares, "scaled", scaled, ("ppa_volume",), rich_hours.instance),
    Shift(battery_duties, "longest_call_h", plus(-1), ("battery_duty",), rich_hours.instance),
    Shift(bills, "energy_usd_per_mwh", scaled_list, ("operations.energy",), rich_hours.instance),
    Shift(carbon, "_cap_t_per_year", scaled, ("carbon_cap",), rich_hours.instance),
    Shift(flexible, "_room", scaled, ("flexible_limit",), rich_hours.shifting),
    Shift(gas_output, "unit_yield_mw", scaled, ("gas_firm", "drawn_limit", "peak_limit", "adequacy", "gas_spare"), rich_hours.instance),
    Shift(ppa_tail, "_owed", scaled_schedule, ("operations.ppa_energy",), rich_hours.instance),
    Shift(ppas, "_term_periods", plus(1), ("ppa_size",), rich_hours.instance),
    Shift(rate_demand, "_ratchet_periods", none_of_them, ("rate_ratchet",), rich_hours.instance),
    Shift(rate_demand, "billed_months", plus(1), ("operations.demand",), rich_hours.instance),
    Shift(rate_demand, "hours_inside", none_of_them, ("rate_peak", "rate_tiers"), rich_hours.instance),
    Shift(SiteHours, "marked_share", nowhere, ("operations.coincident",), rich_rate.instance),
    Shift(year_hours, "marked_hours", nowhere, ("operations.coincident",), rich_rate.instance),
    Shift(rate_demand, "ratchet_share", scaled, ("rate_ratchet", "rate_peak"), rich_rate.instance),
    Shift(rate_demand, "own_fraction", scaled, ("rate_peak",), rich_rate.instance),
    Shift(rate_demand, "_months_of_year", half_a_year_later, ("rate_ratchet", "rate_peak"), rich_rate.instance),
    Shift(hours_use, "_holds_gwh", scaled, ("rate_tiers",), rich_rate.instance),
    Shift(rates, "_tier_mwh_at_most", scaled, ("rate_tiers",), rich_hours.instance),
    Shift(rates, "demand_take_usd_per_kw_month", scaled, ("operations.demand",), rich_hours.instance),
    Shift(rates, "fixed_usd", scaled, ("operations.fixed_charge",), rich_hours.instance),
    Shift(rates, "minimum_bill_usd_per_month", scaled, ("operations.minimum_bill",), rich_hours.instance),
    Shift(storage, "_burning_hours", none_of_them, ("battery_one_way",), rich_hours.burning),
    Shift(storage, "_hours_before", from_the_first, ("battery_stored",), rich_hours.instance),
)

BOUNDS = {
    "hours_use._most_mw", "hours_use._window_hours", "hours_use.own_share",
    "obligations._tail_begins", "tariffs.expiry_periods", "tariff_terms._highest_ramp", "siting.periods_to_mw",
    "screening._firm_mw_at_most", "valid_inequalities._need", "gas_output.firm_at_most", "idle.pledged_gpus", "idle._gain_usd",
    "fleet.delivered_at_most", "fleet.powered_at_most", "siting.in_blocks_mw",
    "storage._lowest_usd_per_mwh", "storage._lowest_without_tariffs", "storage._partly_called_hours", "ppas._lapsed",
}
"""Functions of the model that only bound: too small they cut plans off, which brute force finds; no plan is wrong by them."""

NUMERIC = (
    "float", "float | None", "int", "int | None", "list[float]", "list[int]", "list[tuple[int, float]]", "dict[int, int]",
    "dict[str, float]", "Schedule",
)

OF_THE_MODEL = {
    f"{module.__name__.rsplit('.', 1)[1]}.{name}"
    for module in (importlib.import_module(found.name) for found in pkgutil.iter_modules(package.__path__, "optimizer.model."))
    for name, thing in vars(module).items()
    if isinstance(thing, FunctionType) and thing.__module__ == module.__name__ and thing.__annotations__.get("return") in NUMERIC
}
"""Every function of the model that gives numbers."""

PUBLIC = {
    f"{owner.__name__.removeprefix('optimizer.')}.{name}"
    for owner in (finance, horizon, Money, Calendar)
    for name, thing in vars(owner).items()
    if not name.startswith("_")
    and (isinstance(thing, property) or (callable(thing) and not isinstance(thing, type)))
    and (isinstance(owner, type) or thing.__module__ == owner.__name__)
}
"""Every public function, method and property of finance and horizon."""

CHOICE_OF_DAYS = {"all_days", "with_day", "season_days", "extreme_days", "typical_days", "is_hourly", "site_hours"}
"""Functions of typical that say which days an instance carries, before there is a model."""

OF_HOURS = {
    f"{owner.__name__.removeprefix('optimizer.')}.{name}"
    for owner in (typical, SiteHours, year_hours)
    for name, thing in vars(owner).items()
    if not name.startswith("_")
    and name not in CHOICE_OF_DAYS | {"count", "is_flat"}
    and isinstance(thing, FunctionType)
    and thing.__module__ == getattr(owner, "__module__", owner.__name__)
}
"""Functions of typical and year_hours that read the hours of a period (``count`` and ``is_flat`` give their shape)."""
