"""On-site gas, power purchase agreements and batteries by the hour."""

from __future__ import annotations

from math import inf, sqrt

from optimizer.core.offers import CLEAN_TECHNOLOGIES, Battery, OnsiteGas, Ppa
from tests.oracle.gas import Units
from tests.oracle.hourly_case import Agreed, Case, Terms, joined, put, put_hour, times
from tests.oracle.hourly_program import Answer, Bounds, Fork
from tests.oracle.money import Cash


def add_gas(case: Case, units: Units) -> None:
    """Add the units that stand: firm MW, what they generate, fuel and the yearly limits."""
    case.program.fixed += units.fixed(case.clock).present
    burnt: dict[int, Terms] = {}
    for t in case.it:
        if units.standing(t):
            burnt[t] = _generate(case, units, t)
            for column, mwh in burnt[t].items():
                put(case.gas_t, t, column, mwh * units.gas.emissions_t_per_mwh)
    for year, periods in case.years().items():
        mwh = joined(*(burnt.get(t, {}) for t in periods))
        gas = units.gas
        if gas.run_hours_per_year_max is not None:
            unit_hours = sum(units.standing(t) * case.clock.hours(t) for t in periods)
            case.program.limit(mwh, gas.run_hours_per_year_max * gas.unit_mw * unit_hours / 8760.0)
        if gas.nox_t_per_year_max is not None:
            case.program.limit(times(mwh, gas.nox_t_per_gwh / 1e3), gas.nox_t_per_year_max * case.share_of_year(year))


def _generate(case: Case, units: Units, t: int) -> Terms:
    """Add the generation of a period; give its MWh."""
    gas, program = units.gas, case.program
    yields_mw = gas.unit_mw * (1.0 - gas.derate_fraction)
    cover = program.column(high=yields_mw * gas.spare_units)
    put(case.spare_cover, t, cover, gas.outage_hours)
    firm, peak, extra = (program.column() for _ in range(3))
    program.limit({firm: 1.0, cover: -1.0}, yields_mw * (units.standing(t) - gas.spare_units))
    program.limit({peak: 1.0, firm: -1.0})
    program.limit({extra: 1.0, peak: -1.0})
    for rows in (case.firm, case.certain):
        put(rows, t, firm, 1.0)
    put(case.extra, t, extra, 1.0)
    growth = case.clock.growth_in_period(case.instance.escalation.gas, t) * case.clock.worth_in_period(t)
    generated = {}
    for h, weight in case.hours(t):
        fuel = gas.heat_rate_mmbtu_per_mwh * gas.gas_usd_per_mmbtu * weight / 1e6
        generated[h] = program.column(fuel * growth)
        program.limit({generated[h]: 1.0, extra: 1.0, peak: -1.0})
        put_hour(case.supply, (t, h), generated[h], 1.0)
    _limit_days(case, gas, t, (firm, generated))
    return {column: case.days.weights(t)[h] for h, column in generated.items()}


def _limit_days(case: Case, gas: OnsiteGas, t: int, columns: tuple[int, dict[int, int]]) -> None:
    firm, generated = columns
    if gas.gas_mmbtu_per_day_max is not None:
        case.program.limit({firm: 24.0 * gas.heat_rate_mmbtu_per_mwh}, gas.gas_mmbtu_per_day_max)
        for day in case.days.days(t):
            hours = 24.0 / len(day)
            case.program.limit({generated[h]: gas.heat_rate_mmbtu_per_mwh * hours for h in day}, gas.gas_mmbtu_per_day_max)


def add_ppa(case: Case, agreed: Agreed, volumes_mwh: dict[int, Terms], mw: dict[int, Terms]) -> None:
    """Add an agreement in service; ``volumes_mwh`` and ``mw`` of all agreements by period."""
    ppa, program = agreed.ppa, case.program
    column = program.column(_settled_beyond(case, agreed), ppa.mw_max, ppa.mw_min)
    for t in range(agreed.begin, agreed.end):
        put(mw, t, column, 1.0)
        if t not in case.it:
            continue
        volume = case.days.values(ppa.profile_series, t) if ppa.profile_series else (1.0,) * len(case.days.weights(t))
        put(volumes_mwh, t, column, sum(v * weight for v, (_, weight) in zip(volume, case.hours(t), strict=True)))
        (_physical if ppa.settlement == "physical" else _financial)(case, ppa, t, (column, volume))


def _physical(case: Case, ppa: Ppa, t: int, signed: tuple[int, tuple[float, ...]]) -> None:
    column, volume = signed
    program, growth, worth = case.program, case.power_growth(t), case.clock.worth_in_period(t)
    hub, is_clean = case.days.values(ppa.hub_series, t), ppa.technology in CLEAN_TECHNOLOGIES
    for h, weight in case.hours(t):
        earned = (hub[h] - ppa.sell_back_fee_usd_per_mwh) * growth
        own = program.column(weight * ppa.wires_usd_per_mwh / 1e6 * growth * worth)
        sold = program.column(-weight * earned / 1e6 * worth, inf if earned > 0.0 else 0.0)
        program.cost[column] += weight * ppa.strike_usd_per_mwh * volume[h] / 1e6 * worth
        program.limit({own: 1.0, sold: 1.0, column: -volume[h]})
        put_hour(case.supply, (t, h), own, 1.0)
        put(case.own_mwh, t, own, weight)
        put(case.own_t, t, own, 0.0 if is_clean else weight * case.site.grid_t_per_mwh)
        if is_clean:
            put_hour(case.clean, (t, h), own, 1.0)


def _financial(case: Case, ppa: Ppa, t: int, signed: tuple[int, tuple[float, ...]]) -> None:
    column, volume = signed
    hub, is_clean = case.days.values(ppa.hub_series, t), ppa.technology in CLEAN_TECHNOLOGIES
    for h, weight in case.hours(t):
        paid = ppa.strike_usd_per_mwh - hub[h] * case.power_growth(t)
        case.program.cost[column] += weight * paid * volume[h] / 1e6 * case.clock.worth_in_period(t)
        if is_clean:
            put_hour(case.clean, (t, h), column, volume[h])
            put(case.certificates_mwh, t, column, weight * volume[h])


def _settled_beyond(case: Case, agreed: Agreed) -> float:
    """Present musd of one MW over the months of the term after the horizon, where it is a loss, and a loss of present value."""
    ppa, clock = agreed.ppa, case.clock
    if ppa.term_months is None:
        return 0.0
    cash, nominal = Cash(), 0.0
    hub = case.days.series[ppa.hub_series].values
    volume = case.days.series[ppa.profile_series].values if ppa.profile_series else (1.0,) * 8760
    fee = ppa.sell_back_fee_usd_per_mwh if ppa.settlement == "physical" else 0.0
    for month in range(clock.months, clock.first(agreed.begin) + ppa.term_months):
        growth = clock.growth(case.instance.escalation.power, month)
        usd = sum(uses * (ppa.strike_usd_per_mwh - (hub[i] - fee) * growth) * volume[i]
                  for day, uses in case.days.uses(range(month, month + 1)).items() for i in range(24 * day, 24 * day + 24))
        nominal += usd
        clock.pay(cash, "operations.ppa_energy", month, usd / 1e6)
    return cash.present if nominal > 0.0 and cash.present > 0.0 else 0.0


def add_battery(case: Case, battery: Battery, mw: dict[int, Terms], given_mwh: dict[int, Terms]) -> None:
    """Add a battery that may be bought; ``mw`` and ``given_mwh`` (what it gives back) of all batteries by period."""
    program, clock = case.program, case.clock
    in_service: dict[int, tuple[Terms, Terms]] = {t: ({}, {}) for t in range(clock.periods)}
    for begin in range(clock.periods):
        if clock.first(begin) >= battery.sign_lead_months:
            added = program.column(_bought(case, battery, begin, battery.usd_per_kw))
            energy = program.column(_bought(case, battery, begin, battery.usd_per_kwh))
            if battery.duration_h is not None:
                program.fix({energy: 1.0, added: -battery.duration_h})
            for t in range(begin, min(clock.after(begin, battery.lifetime_months), clock.periods)):
                in_service[t][0][added] = 1.0
                in_service[t][1][energy] = 1.0
    for t, (power, energy_mwh) in in_service.items():
        program.limit(power, battery.mw_max)
        if battery.mwh_max is not None:
            program.limit(energy_mwh, battery.mwh_max)
        if t in case.it:
            mw[t] = joined(mw.get(t, {}), power)
            given_mwh[t] = joined(given_mwh.get(t, {}), times(energy_mwh, sqrt(battery.round_trip_efficiency)))
            _cycle(case, battery, t, (power, energy_mwh))


def _bought(case: Case, battery: Battery, begin: int, usd: float) -> float:
    """Present musd of one MW or MWh bought, less what is left of it at the end."""
    clock, cash = case.clock, Cash()
    month, musd = clock.first(begin), usd * 1e3 / 1e6
    clock.pay_curve(cash, "capital.batteries", range(month - battery.sign_lead_months, month), musd)
    left = max(0.0, 1.0 - (clock.months - month) / battery.lifetime_months)
    return cash.present - musd * left * battery.resale_fraction * clock.worth_at_end()


def _cycle(case: Case, battery: Battery, t: int, in_service: tuple[Terms, Terms]) -> None:
    """Add the hours of a battery: what goes in and out, never both, and ends each day as it began."""
    program, eta = case.program, sqrt(battery.round_trip_efficiency)
    weights = case.days.weights(t)
    wear = battery.degradation_usd_per_mwh / 1e6 * case.power_growth(t) * case.clock.worth_in_period(t)
    for day in case.days.days(t):
        charge = {h: program.column() for h in day}
        discharge = {h: program.column(wear * weights[h]) for h in day}
        stored = {h: program.column() for h in day}
        for place, h in enumerate(day):
            before = stored[day[place - 1]]
            program.fix(joined({stored[h]: 1.0, charge[h]: -eta, discharge[h]: 1.0 / eta}, {before: -1.0}))
            program.limit(joined({stored[h]: 1.0}, times(in_service[1], -1.0)))
            program.limit(joined({charge[h]: 1.0, discharge[h]: 1.0}, times(in_service[0], -1.0)))
            put_hour(case.supply, (t, h), charge[h], -1.0)
            put_hour(case.charged, (t, h), charge[h], 1.0)
            put_hour(case.supply, (t, h), discharge[h], 1.0)
            put_hour(case.battery_net, (t, h), charge[h], -1.0)
            put_hour(case.battery_net, (t, h), discharge[h], 1.0)
            put_hour(case.battery_held, (t, h), stored[h], eta)
            program.forks.append(_one_way(charge[h], discharge[h]))
            program.tidy.append(discharge[h])


def _one_way(charge: int, discharge: int) -> Fork:
    def ways(answer: Answer) -> list[Bounds]:
        return [{charge: (0.0, 0.0)}, {discharge: (0.0, 0.0)}] if min(answer[charge], answer[discharge]) > 1e-4 else []

    return ways
