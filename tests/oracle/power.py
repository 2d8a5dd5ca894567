"""Every set of power contracts for one site's load: begins, exits and gas units by trial, MW by linear program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from optimizer.core.instance import Instance, Site
from optimizer.core.offers import Tariff
from tests.oracle.gas import Units, burn, unit_paths
from tests.oracle.money import Cash, Clock
from tests.oracle.program import Program


@dataclass(frozen=True)
class Service:
    """One tariff in service from ``begin`` until before ``end``; ``ending`` is "stays", "exits", "leaves" or "converted"."""

    tariff: Tariff
    begin: int
    end: int
    ending: str


@dataclass(frozen=True)
class Power:
    """One set of contracts: what they cost at least, and the first period in which one of them begins."""

    grow: Callable[[Program], None]
    first: int
    at_least_musd: float


@dataclass(frozen=True)
class Load:
    """MW a site asks for, by period: IT MW at the peak and on average."""

    site: Site
    it_mw: tuple[float, ...]
    utilisation: float

    def peak_mw(self, period: int) -> float:
        """Facility MW at the peak."""
        return self.site.peak_facility_ratio * self.it_mw[period]

    def mean_mw(self, period: int) -> float:
        """Facility MW on average."""
        return self.site.annual_pue * self.utilisation * self.it_mw[period]


def powers(instance: Instance, clock: Clock, load: Load) -> list[Power]:
    """List every set of contracts that could carry the load, the ones with the least fixed cost first."""
    if not instance.has_contracts:
        return [Power(lambda program: None, clock.periods, 0.0)]
    found = []
    asked = [period for period in range(clock.periods) if load.it_mw[period] > 0.0]
    offers: list[list[Service | Units | None]] = [[None, *services(clock, tariff)] for tariff in load.site.tariffs]
    offers += [list(unit_paths(clock, gas)) for gas in load.site.onsite_gas]
    for chosen in product(*offers):
        signed = [item for item in chosen if isinstance(item, Service)]
        units = [item for item in chosen if isinstance(item, Units) and item.stays]
        used: list[Service | Units] = [*signed, *units]
        if not _exclusive(signed, units) or not all(_serves(item, asked) for item in used):
            continue
        if _enough(instance, load, signed, units):
            found.append(_power(instance, clock, load, signed, units))
    return sorted(found, key=lambda power: power.at_least_musd)


def services(clock: Clock, tariff: Tariff) -> Iterator[Service]:
    """Yield every way to sign a tariff."""
    for begin in range(clock.periods):
        if clock.first(begin) < tariff.sign_lead_months or most_mw(clock, tariff, begin) <= 0.0:
            continue
        ends = range(clock.periods, clock.periods + 1)
        if tariff.term_months is not None:
            # MW may be added until the term of the begin is over, each for a term of its own.
            first = clock.after(begin, tariff.term_months)
            ends = range(min(first, clock.periods), min(clock.after(first - 1, tariff.term_months), clock.periods) + 1)
        yield from (Service(tariff, begin, end, "stays") for end in ends)
        if tariff.exit_musd is not None and tariff.term_months is not None:
            yield from (Service(tariff, begin, left, "exits") for left in range(begin + 1, ends[-1]))
            if ends[-1] == clock.periods:
                yield Service(tariff, begin, ends[-1], "leaves")


def additions(clock: Clock, service: Service) -> Iterator[tuple[int, range]]:
    """Yield the periods in which a service may add MW, each with the periods over which these serve."""
    term = service.tariff.term_months
    for period in range(service.begin, service.end):
        over = clock.periods if term is None else clock.after(period, term)
        within_first = term is None or period < clock.after(service.begin, term)
        if within_first and (service.ending != "stays" or service.end == clock.periods or over <= service.end):
            yield period, range(period, min(over, service.end))


def least_mw(clock: Clock, service: Service, period: int) -> float:
    """MW that the offer asks for in a period: its least over the term of the begin."""
    term = service.tariff.term_months
    return service.tariff.mw_min if term is None or period < clock.after(service.begin, term) else 0.0


def most_mw(clock: Clock, tariff: Tariff, period: int) -> float:
    """MW the ramp in force allows in a period."""
    if not tariff.ramp:
        return tariff.mw_max
    in_force = [mw for month, mw in tariff.ramp if month <= clock.first(period)]
    return min(tariff.mw_max, in_force[-1]) if in_force else 0.0


def _exclusive(signed: list[Service], units: list[Units]) -> bool:
    groups = [service.tariff.exclusive_group for service in signed] + [unit.gas.exclusive_group for unit in units]
    named = [group for group in groups if group is not None]
    return len(named) == len(set(named))


def _serves(item: Service | Units, asked: list[int]) -> bool:
    """Say whether a contract stands in a period with load: one that never does only costs."""
    if isinstance(item, Service):
        return any(item.begin <= period < item.end for period in asked)
    return any(item.firm_mw(period) > 0.0 for period in asked)


def _enough(instance: Instance, load: Load, signed: list[Service], units: list[Units]) -> bool:
    clock = Clock(instance)
    for period, it_mw in enumerate(load.it_mw):
        if it_mw > 0.0:
            standing = [service for service in signed if service.begin <= period < service.end]
            grid = sum(most_mw(clock, service.tariff, period) for service in standing)
            firm = grid + sum(unit.firm_mw(period) for unit in units)
            if firm < load.peak_mw(period) * (1.0 + instance.reserve_fraction) - 1e-9:
                return False
    return True


def _power(instance: Instance, clock: Clock, load: Load, signed: list[Service], units: list[Units]) -> Power:
    fixed = Cash()
    for service in signed:
        fixed.add(_signed(instance, clock, service))
    for unit in units:
        fixed.add(unit.fixed(clock))
    begins = [service.begin for service in signed] + [min(stay[0] for stay in unit.stays) for unit in units]

    def grow(program: Program) -> None:
        program.fixed.add(fixed)
        grids = {service: _grid(program, clock, instance, service) for service in signed}
        burns = [(unit, burn(program, clock, instance, unit)) for unit in units]
        for period in range(clock.periods):
            standing = [columns[period] for columns in grids.values() if period in columns]
            burning = [columns[period] for _, columns in burns if period in columns]
            firm = sum(unit.firm_mw(period) for unit in (unit for unit, _ in burns))
            peak, mean = load.peak_mw(period), load.mean_mw(period)
            contracted = {mw: 1.0 for mw, _, _ in standing}
            program.floor(contracted, peak * (1.0 + instance.reserve_fraction) - firm)
            program.floor(dict.fromkeys([p for _, p, _ in standing] + [p for p, _ in burning], 1.0), peak)
            program.fix(dict.fromkeys([m for _, _, m in standing] + [m for _, m in burning], 1.0), mean)
            if load.site.grid_limit_mw is not None:
                program.limit(contracted, load.site.grid_limit_mw)

    return Power(grow, min(begins, default=clock.periods), fixed.present)


def _grid(program: Program, clock: Clock, instance: Instance, service: Service) -> dict[int, tuple[int, int, int]]:
    """Add a tariff in service: contracted, peak and mean MW by period, and what is billed for them."""
    tariff, standing = service.tariff, range(service.begin, service.end)
    contracted = {t: program.column(upper=most_mw(clock, tariff, t)) for t in standing}
    added = {t: program.column(_beyond(instance, clock, service, t)) for t, _ in additions(clock, service)}
    serving = dict(additions(clock, service))
    peaks, means = {}, {}
    for t in standing:
        program.fix({contracted[t]: 1.0} | {added[since]: -1.0 for since, over in serving.items() if t in over}, 0.0)
        peaks[t], means[t] = program.column(), program.column()
        program.floor({contracted[t]: 1.0}, least_mw(clock, service, t))
        program.limit({peaks[t]: 1.0, contracted[t]: -1.0}, 0.0)
        program.limit({means[t]: 1.0, peaks[t]: -1.0}, 0.0)
        demand, energy = (program.column(cash) for cash in _bill(instance, clock, tariff, t))
        program.limit({peaks[t]: 1.0, demand: -1.0}, 0.0)
        program.limit({contracted[t]: tariff.min_take_fraction, demand: -1.0}, 0.0)
        program.limit({means[t]: 1.0, energy: -1.0}, 0.0)
        program.limit({contracted[t]: tariff.min_energy_fraction, energy: -1.0}, 0.0)
        for earlier in range(service.begin, t):
            if clock.first(t) - clock.first(earlier) <= 11:
                program.limit({peaks[earlier]: tariff.ratchet_fraction, demand: -1.0}, 0.0)
    return {t: (contracted[t], peaks[t], means[t]) for t in standing}


def _bill(instance: Instance, clock: Clock, tariff: Tariff, period: int) -> tuple[Cash, Cash]:
    """Money of one billed MW, and of energy billed for one MW round the clock, in a period."""
    growth = clock.growth_in_period(instance.escalation.power, period)
    demand, energy = Cash(), Cash()
    per_mw = tariff.demand_usd_per_kw_month * 1000.0 / 1e6 * clock.width
    clock.pay(demand, "operations.demand", clock.first(period), per_mw * growth)
    clock.pay(energy, "operations.energy", clock.first(period), tariff.energy_usd_per_mwh * clock.hours(period) / 1e6 * growth)
    return demand, energy


def months_left(clock: Clock, service: Service, since: int) -> range:
    """Months after the horizon in which a term since some period still runs and has not been bought out."""
    if service.tariff.term_months is None or service.ending != "stays" or service.end < clock.periods:
        return range(0)
    return range(clock.months, clock.first(since) + service.tariff.term_months)


def _beyond(instance: Instance, clock: Clock, service: Service, since: int) -> Cash:
    """Minimum take after the horizon of one MW added in a period."""
    cash, tariff = Cash(), service.tariff
    for month in months_left(clock, service, since):
        growth = clock.growth(instance.escalation.power, month)
        demand = tariff.min_take_fraction * tariff.demand_usd_per_kw_month * 1000.0 / 1e6
        energy = tariff.min_energy_fraction * tariff.energy_usd_per_mwh * clock.hours_of_month(month) / 1e6
        clock.pay(cash, "operations.demand", month, demand * growth)
        clock.pay(cash, "operations.energy", month, energy * growth)
    return cash


def _signed(instance: Instance, clock: Clock, service: Service) -> Cash:
    """Money of a signature that no MW changes: fixed charge, interconnection and its refund, deposit, exit."""
    cash, tariff, begin = Cash(), service.tariff, clock.first(service.begin)
    growth = instance.escalation.power
    for period in range(service.begin, service.end):
        charge = tariff.fixed_usd_per_month / 1e6 * clock.width * clock.growth_in_period(growth, period)
        clock.pay(cash, "operations.fixed_charge", clock.first(period), charge)
    for month in months_left(clock, service, service.begin):
        clock.pay(cash, "operations.fixed_charge", month, tariff.fixed_usd_per_month / 1e6 * clock.growth(growth, month))
    lead = tariff.sign_lead_months
    if lead == 0:
        clock.pay(cash, "capital.interconnection", begin, tariff.customer_capex_musd)
    else:
        clock.pay_curve(cash, "capital.interconnection", range(begin - lead, begin), tariff.customer_capex_musd)
    for month in range(tariff.capex_refund_months):
        part = tariff.customer_capex_musd / tariff.capex_refund_months
        clock.pay(cash, "capital.interconnection_refund", begin + month, -part)
    back = clock.months if tariff.term_months is None else begin + tariff.term_months
    clock.pay(cash, "deposits.contract_deposit", begin - lead, tariff.deposit_musd)
    clock.pay(cash, "deposits.contract_deposit_return", back, -tariff.deposit_musd)
    if service.ending != "stays":
        left = clock.first(service.end) if service.ending == "exits" else clock.months
        clock.pay(cash, "operations.exit_fee", left, tariff.exit_musd or 0.0)
    return cash
