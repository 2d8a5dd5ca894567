"""The program of one site with one choice of contracts: balance, adequacy, peaks, batteries' duties, flexible load, carbon."""

from __future__ import annotations

from tests.oracle.hourly_case import Case, Choice, Terms, joined, put_hour, times
from tests.oracle.hourly_supply import add_battery, add_gas, add_ppa
from tests.oracle.hourly_tariffs import add_tariff


def fill(case: Case, choice: Choice) -> None:
    """Add everything to the program of a case."""
    for service in choice.services:
        add_tariff(case, service)
    for rows in case.taken_over.values():
        for terms in rows.values():
            case.program.floor(terms)
    for units in choice.units:
        add_gas(case, units)
    volumes_mwh: dict[int, Terms] = {}
    mw: dict[int, Terms] = {}
    for agreed in choice.agreed:
        add_ppa(case, agreed, volumes_mwh, mw)
    _with_load(case, volumes_mwh, mw)
    _grid_limit(case)
    battery_mw: dict[int, Terms] = {}
    given_mwh: dict[int, Terms] = {}
    for battery in choice.batteries:
        add_battery(case, battery, battery_mw, given_mwh)
    for t in case.it:
        _flexible(case, t)
        _balance(case, t)
        _duties(case, t, battery_mw.get(t, {}), given_mwh.get(t, {}))
    _carbon(case)


def _with_load(case: Case, volumes_mwh: dict[int, Terms], mw: dict[int, Terms]) -> None:
    """No agreement without load: MW in each period, volume in each year."""
    rules, ratio = case.instance.power_rules, case.site.peak_facility_ratio
    for t, terms in mw.items():
        load = {case.it[t]: -rules.ppa_peak_multiple_max * ratio} if t in case.it else {}
        case.program.limit(joined(terms, load))
    for periods in case.years().values():
        load = {case.it[t]: -rules.ppa_energy_share_max * case.mwh_of_it(t) for t in periods if t in case.it}
        case.program.limit(joined(load, *(volumes_mwh.get(t, {}) for t in periods)))


def _grid_limit(case: Case) -> None:
    if case.site.grid_limit_mw is not None:
        for terms in case.contracted.values():
            case.program.limit(terms, case.site.grid_limit_mw)


def _flexible(case: Case, t: int) -> None:
    """Load that is shed, or moved within a day."""
    workload, program, loads = case.workload, case.program, case.load_of_it(t)
    share = workload.flexible_fraction
    if share == 0.0:
        return
    room = min(share, 1.0 / workload.utilisation - 1.0) if len(loads) > 1 else 0.0
    lost = workload.lost_compute_usd_per_mwh / 1e6 * case.clock.worth_in_period(t)
    weights = case.days.weights(t)
    for day in case.days.days(t):
        moved: Terms = {}
        for h in day:
            shed, out, into = program.column(lost * weights[h]), program.column(), program.column()
            program.limit({shed: 1.0, out: 1.0, case.it[t]: -share * loads[h]})
            program.limit({into: 1.0, case.it[t]: -room * loads[h]})
            moved |= {out: 1.0, into: -1.0}
            if len(loads) == 1:
                program.fix({out: 1.0})
            for column, sign in ((shed, 1.0), (out, 1.0), (into, -1.0)):
                put_hour(case.supply, (t, h), column, sign)
        program.fix(moved)


def _balance(case: Case, t: int) -> None:
    """Meet the load; draw what is called at times only for load at other times, and for what is stored."""
    for h, load in enumerate(case.load_of_it(t)):
        case.program.fix(joined(case.supply.get((t, h), {}), {case.it[t]: -load}))
        share = case.called_share.get((t, h), 0.0)
        if share > 0.0:
            stored = case.charged.get((t, h), {})
            case.program.limit(joined(case.called[t, h], times(stored, -1.0), {case.it[t]: (share - 1.0) * load}))


def _duties(case: Case, t: int, mw: Terms, given_mwh: Terms) -> None:
    """Adequacy, peaks above the hourly mean, and what batteries stand by for."""
    instance, workload, program, it = case.instance, case.workload, case.program, case.it[t]
    need = case.site.peak_facility_ratio * (1.0 + instance.reserve_fraction)
    shave, cover = program.column(), program.column()
    above = max(case.site.peak_facility_ratio - max(case.days.pue(t)) * workload.utilisation, 0.0)
    program.floor(joined(case.firm.get(t, {}), {it: -need}))
    program.floor(joined(case.extra.get(t, {}), {shave: 1.0}, {it: -above}))
    spare = case.spare_cover.get(t, {})
    program.limit(joined({shave: 1.0, cover: 1.0}, dict.fromkeys(spare, 1.0), times(mw, -1.0)))
    hours = {shave: instance.power_rules.peak_hours_per_day, cover: float(case.days.longest_call())}
    program.limit(joined(hours, spare, times(given_mwh, -1.0)))
    for h, _ in case.hours(t):
        program.limit(joined(case.battery_net.get((t, h), {}), {shave: 1.0}, times(mw, -1.0)))
        program.floor(joined(case.battery_held.get((t, h), {}), {shave: -hours[shave]}))
    if any(tariff.kind == "interruptible" for tariff in case.site.tariffs):
        bends = workload.flexible_fraction * case.site.peak_facility_ratio
        certain = case.certain.get(t, {})
        program.floor(joined(certain, {cover: 1.0}, {it: bends - need}))
        if not workload.accepts_interruptible:
            program.floor(joined(certain, {it: -need}))


def _carbon(case: Case) -> None:
    """Tonnes by location or by market, what they cost and their cap, and clean energy matched by the hour."""
    carbon, program, grid = case.instance.carbon, case.program, case.site.grid_t_per_mwh
    tonnes: dict[int, Terms] = {}
    for t in case.it:
        gas, drawn = case.gas_t.get(t, {}), case.drawn_mwh.get(t, {})
        if carbon.basis == "location":
            tonnes[t] = joined(gas, times(drawn, grid), times(case.own_mwh.get(t, {}), grid))
        else:
            covered, own_rate = program.column(), case.own_rate_t.get(t, {})
            program.limit(joined({covered: 1.0}, times(case.certificates_mwh.get(t, {}), -1.0)))
            program.limit(joined({covered: 1.0}, times(drawn, -1.0)))
            program.limit(joined({covered: grid}, times(own_rate, -1.0)))
            tonnes[t] = joined(gas, own_rate, case.own_t.get(t, {}), {covered: -grid})
        for column, each in tonnes[t].items():
            program.cost[column] += each * carbon.price_usd_per_t / 1e6 * case.clock.worth_in_period(t)
    for year, periods in case.years().items():
        in_force = [cap for month, cap in carbon.cap_t_per_year if month <= case.clock.first(periods[0])]
        if in_force:
            program.limit(joined(*(tonnes.get(t, {}) for t in periods)), in_force[-1] * case.share_of_year(year))
        if carbon.clean_share_min > 0.0:
            matched = joined(*(_matched(case, t) for t in periods if t in case.it))
            load = {case.it[t]: -carbon.clean_share_min * case.mwh_of_it(t) for t in periods if t in case.it}
            program.floor(joined(matched, load))


def _matched(case: Case, t: int) -> Terms:
    """Add clean energy matched in the hours of a period; give its MWh."""
    found = {}
    for (h, weight), load in zip(case.hours(t), case.load_of_it(t), strict=True):
        matched = case.program.column()
        case.program.limit({matched: 1.0, case.it[t]: -load})
        case.program.limit(joined({matched: 1.0}, times(case.clean.get((t, h), {}), -1.0)))
        found[matched] = weight
    return found
