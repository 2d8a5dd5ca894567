"""Every path of on-site gas units: each unit stands from one period to another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from optimizer.core.instance import Instance
from optimizer.core.offers import OnsiteGas
from tests.oracle.money import Cash, Clock
from tests.oracle.program import Program

Stay = tuple[int, int]
"""First period of a unit, and the period in which it stands no more (the number of periods: stays to the end)."""


@dataclass(frozen=True)
class Units:
    """One set of stays of one offer."""

    gas: OnsiteGas
    stays: tuple[Stay, ...]

    def standing(self, period: int) -> int:
        """Units that stand in a period."""
        return sum(begin <= period < end for begin, end in self.stays)

    def firm_mw(self, period: int) -> float:
        """Firm MW in a period: all units but the spare ones."""
        return self.gas.unit_mw * max(0, self.standing(period) - self.gas.spare_units)

    def fixed(self, clock: Clock) -> Cash:
        """Rent or purchase of every stay."""
        cash = Cash()
        for stay in self.stays:
            if self.gas.buy_usd_per_kw is None:
                self._rent(clock, cash, stay)
            else:
                self._buy(clock, cash, stay, self.gas.buy_usd_per_kw)
        return cash

    def _rent(self, clock: Clock, cash: Cash, stay: Stay) -> None:
        per_month = (self.gas.rent_usd_per_kw_month or 0.0) * self.gas.unit_mw * 1000.0 / 1e6
        begin, end = clock.first(stay[0]), clock.first(stay[1])
        bound = begin + self.gas.min_months if stay[1] == clock.periods else end
        for month in range(begin, max(end, bound)):
            clock.pay(cash, "operations.generator_rent", month, per_month)

    def _buy(self, clock: Clock, cash: Cash, stay: Stay, usd_per_kw: float) -> None:
        price, begin = usd_per_kw * self.gas.unit_mw * 1000.0 / 1e6, clock.first(stay[0])
        lead = self.gas.sign_lead_months
        if lead == 0:
            clock.pay(cash, "capital.generators", begin, price)
        else:
            clock.pay_curve(cash, "capital.generators", range(begin - lead, begin), price)
        left = max(0.0, 1.0 - (clock.months - begin) / self.gas.lifetime_months)
        cash.present -= price * left * self.gas.resale_fraction * clock.worth_at_end()


def unit_paths(clock: Clock, gas: OnsiteGas) -> Iterator[Units]:
    """Yield every set of stays within ``units_max``, the permit, the months a unit stays at least and all of them at most."""
    stays = [(begin, end) for begin in range(clock.periods) for end in range(begin + 1, clock.periods + 1)
             if _may_stay(clock, gas, (begin, end))]
    yield from _sets(clock, gas, stays, ())


def _sets(clock: Clock, gas: OnsiteGas, stays: list[Stay], chosen: tuple[Stay, ...]) -> Iterator[Units]:
    units = Units(gas, chosen)
    if any(units.standing(period) > gas.units_max for period in range(clock.periods)):
        return
    if gas.permit_mw is not None and any(units.standing(t) * gas.unit_mw > gas.permit_mw + 1e-9 for t in range(clock.periods)):
        return
    if gas.max_months is not None and chosen:
        first, gone = min(begin for begin, _ in chosen), max(end for _, end in chosen)
        if clock.first(gone) - clock.first(first) > gas.max_months:
            return
    yield units
    for number, stay in enumerate(stays):
        yield from _sets(clock, gas, stays[number:], (*chosen, stay))


def _may_stay(clock: Clock, gas: OnsiteGas, stay: Stay) -> bool:
    begin, end = stay
    if clock.first(begin) < max(gas.sign_lead_months, gas.permit_months):
        return False
    if gas.buy_usd_per_kw is not None:
        return end == clock.periods
    stays = clock.first(end) - clock.first(begin)
    return end == clock.periods or stays >= gas.min_months


def burn(program: Program, clock: Clock, instance: Instance, units: Units) -> dict[int, tuple[int, int]]:
    """Add peak and mean MW of the units by period, with fuel and the yearly limits of hours and NOx."""
    gas, columns = units.gas, {}
    for period in range(clock.periods):
        if units.firm_mw(period) > 0.0:
            fuel = gas.heat_rate_mmbtu_per_mwh * gas.gas_usd_per_mmbtu * clock.hours(period) / 1e6
            cash = Cash()
            grown = fuel * clock.growth_in_period(instance.escalation.gas, period)
            clock.pay(cash, "operations.gas_fuel", clock.first(period), grown)
            peak, mean = program.column(upper=units.firm_mw(period)), program.column(cash)
            program.limit({mean: 1.0, peak: -1.0}, 0.0)
            columns[period] = (peak, mean)
    for year in {clock.year(clock.first(period)) for period in range(clock.periods)}:
        _limit_year(program, clock, units, {t: c[1] for t, c in columns.items() if clock.year(clock.first(t)) == year}, year)
    return columns


def _limit_year(program: Program, clock: Clock, units: Units, means: dict[int, int], year: int) -> None:
    gas = units.gas
    periods = [period for period in range(clock.periods) if clock.year(clock.first(period)) == year]
    mwh = {mean: clock.hours(period) for period, mean in means.items()}
    if gas.run_hours_per_year_max is not None:
        unit_hours = sum(units.standing(period) * clock.hours(period) for period in periods)
        program.limit(mwh, gas.run_hours_per_year_max * gas.unit_mw * unit_hours / 8760.0)
    if gas.nox_t_per_year_max is not None:
        tons = {mean: gas.nox_t_per_gwh * hours / 1000.0 for mean, hours in mwh.items()}
        program.limit(tons, gas.nox_t_per_year_max * sum(clock.hours(period) for period in periods) / 8760.0)
