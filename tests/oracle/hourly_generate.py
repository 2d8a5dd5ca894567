"""Tiny random instances with power by the hour: a year of few distinct days, one run, and two to four offers that matter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from optimizer.core.hours import DAYS, MONTH_OF_DAY, Series, SeriesKind, TypicalDays
from optimizer.core.instance import Carbon, Escalation, Instance, PowerRules, Site
from optimizer.core.offers import Battery, DemandCharge, EnergyCharge, OnsiteGas, Ppa, Rate, Tariff, Tier, Window
from tests import builders
from tests.oracle.hourly_themes import THEMES

ALL_YEAR = tuple(range(1, 13))
WHOLE = Window(ALL_YEAR, "all", 0, 0)
LOT = 1000
IT_MW = 20.0


def random_hourly(seed: int) -> Instance:
    """Return the instance of a seed: the same one on every machine and in every year."""
    theme, wanted, sharpen = THEMES[seed % len(THEMES)]
    return sharpen(Dice(seed, theme).instance(wanted))


class Dice:
    """Everything is thrown in a fixed order, from the seed alone."""

    def __init__(self, seed: int, theme: str) -> None:
        self.random = Random(seed)
        self.theme = theme
        self.width = self.random.choice((1, 1, 3))
        self.periods = self.random.choice((2, 2, 2, 3, 4) if theme in ("index", "plain") else (2, 2, 3))
        self.start = self.random.choice(("2024-01", "2024-10", "2023-10"))
        self.ratio = self.random.choice((1.2, 1.3, 1.4))
        self.pue = self.random.choice((1.05, 1.1, 1.2))

    def chance(self, share: float) -> bool:
        """Say yes in a share of the cases."""
        return self.random.random() < share

    def pick(self, share: float, *values: float) -> float:
        """One of the values in a share of the cases, else 0."""
        return self.random.choice(values) if self.chance(share) else 0.0

    @property
    def peak(self) -> float:
        """Facility MW at the peak."""
        return self.ratio * IT_MW

    @property
    def months(self) -> int:
        """Months of the horizon."""
        return self.periods * self.width

    def instance(self, wanted: tuple[str, ...]) -> Instance:
        """Throw all dice; ``wanted`` are the kinds of offers."""
        series, days = self.year()
        sites = tuple(self.site(name, wanted, days) for name in ("a", "b")[: 2 if self.theme == "groups" else 1])
        late = self.random.choice((0, 0, 0, 1)) * self.width
        supply = ((late, float(LOT) / self.width), (late + self.width, 0.0)) if len(sites) > 1 or self.chance(0.6) else None
        gpu = builders.gpu(it_kw_per_gpu=1000.0 * IT_MW / LOT, lot=LOT, supply=supply, price_usd=self.pick(0.3, 100.0))
        workload = builders.workload(
            gpus_h100e=float(LOT), delay_cost_musd_per_month=self.random.choice((1.5, 3.0, 6.0)), never_ready_months=6,
            utilisation=self.random.choice((0.8, 0.9, 1.0)), until=self.width - 1 if self.chance(0.1) else None,
            deadline=self.width if self.chance(0.2) else None,
        )
        growth = Escalation(self.pick(0.5, 0.03, 0.1), self.pick(0.5, 0.05), 0.0, 0.0)
        return builders.instance(
            name="hourly", currency_year=2023, horizon=builders.horizon(self.months, self.width, self.start), escalation=growth,
            discount_rate_per_year=self.random.choice((0.0, 0.08, 0.12)), sites=sites, gpus=(gpu,), workloads=(workload,),
            series=series, reserve_fraction=self.pick(0.3, 0.05), carbon=Carbon(),
            power_rules=PowerRules(
                self.random.choice((2022, 2024)), self.random.choice((0.3, 0.6, 1.0)), self.random.choice((0.4, 1.0, 5.0)), 4.0),
        )

    def year(self) -> tuple[tuple[Series, ...], TypicalDays]:
        """Three kinds of day by turns of a random order, and one or two days a season that stand for the rest."""
        kinds = [self.random.randrange(3) for _ in range(DAYS)]
        node = [self._shape(20.0, 70.0) for _ in range(3)]
        hub = [[price - self.random.choice((1.0, 4.0)) for price in day] for day in node]
        shapes: tuple[tuple[str, SeriesKind, list[list[float]]], ...] = (
            ("node", "price", node), ("hub", "price", hub), ("wind", "share", [self._shape(0.1, 0.9) for _ in range(3)]),
            ("sun", "share", [[0.0] * 8 + self._shape(0.3, 0.8)[:8] + [0.0] * 8 for _ in range(3)]),
            ("pue", "pue", [self._shape(self.pue - 0.03, self.pue + 0.05) for _ in range(3)]),
            ("called", "flag", [[float(kind == 1 and hour in (17, 18)) for hour in range(24)] for kind in range(3)]),
            ("peak", "flag", [[float(kind == 2 and hour == 19) for hour in range(24)] for kind in range(3)]),
        )
        def laid(by_kind: list[list[float]]) -> tuple[float, ...]:
            return tuple(value for day in kinds for value in by_kind[day])

        return tuple(Series(name, kind, "1", laid(by_kind)) for name, kind, by_kind in shapes), self._typical()

    def _shape(self, low: float, high: float) -> list[float]:
        """A day of six levels of four hours."""
        return [level for level in (round(self.random.uniform(low, high), 3) for _ in range(6)) for _ in range(4)]

    def _typical(self) -> TypicalDays:
        first = int(self.start[5:])
        season = [((int(month) - first) % 12) // 3 for month in MONTH_OF_DAY]
        count = 2 if self.periods == 2 and self.chance(0.4) else 1
        chosen = {s: sorted(self.random.sample([day for day in range(DAYS) if season[day] == s], count)) for s in range(4)}
        stands_for = tuple(day if day in chosen[season[day]] else self.random.choice(chosen[season[day]]) for day in range(DAYS))
        return TypicalDays(tuple(sorted(day for days in chosen.values() for day in days)), stands_for)

    def site(self, site_id: str, wanted: tuple[str, ...], days: TypicalDays) -> Site:
        """A free site with the offers wanted."""
        made: Mapping[str, Callable[[], Any]] = {
            "flat": self.flat, "index": self.index, "rate": self.rate, "called": self.called, "late": self.late, "gas": self.gas,
            "wind": self.wind, "swap": self.swap, "block": self.block, "battery": self.battery,
        }
        offers = [made[name]() for name in wanted]
        return builders.site(
            site_id=site_id, max_gpus=float(LOT), peak_facility_ratio=self.ratio, annual_pue=self.pue, typical_days=days,
            pue_series="pue" if self.chance(0.5) else None, grid_t_per_mwh=self.random.choice((0.3, 0.5)),
            grid_limit_mw=round(1.05 * self.peak, 1) if self.chance(0.2) else None,
            tariffs=tuple(offer for offer in offers if isinstance(offer, Tariff)),
            onsite_gas=tuple(offer for offer in offers if isinstance(offer, OnsiteGas)),
            ppas=tuple(offer for offer in offers if isinstance(offer, Ppa)),
            batteries=tuple(offer for offer in offers if isinstance(offer, Battery)),
        )

    def flat(self) -> Tariff:
        """A firm tariff at one price."""
        return builders.tariff(
            contract_id="flat", mw_max=round(1.2 * self.peak, 1), energy_usd_per_mwh=self.random.choice((45.0, 55.0, 65.0)),
            demand_usd_per_kw_month=self.pick(0.5, 3.0, 6.0), min_energy_fraction=self.pick(0.5, 0.6),
            sign_lead_months=self.width if self.chance(0.2) else 0,
        )

    def index(self) -> Tariff:
        """A tariff at the prices of the node."""
        return builders.tariff(
            contract_id="index", kind="index", price_series="node", mw_max=round(1.2 * self.peak, 1),
            adder_usd_per_mwh=self.pick(0.6, 2.0, 5.0), transmission_usd_per_mwh=self.pick(0.5, 4.0),
            ancillary_usd_per_mwh=self.pick(0.4, 1.0), capacity_usd_per_kw_month=self.pick(0.5, 2.0, 4.0),
            coincident_usd_per_kw=self.pick(0.5, 1.0), coincident_series="peak",
            emissions_t_per_mwh=self.random.choice((None, 0.2, 0.2)),
        )

    def rate(self) -> Tariff:
        """A rate with two energy charges and two demand charges."""
        first = round(self.random.uniform(0.3, 0.7) * 730.0 * IT_MW)
        price = self.random.choice((40.0, 45.0))
        step = self.random.choice((-12.0, -12.0, 10.0))
        tiers = (Tier(first, price), Tier(1.4 * first, price + step), Tier(None, price + 2 * step))
        hours = self.random.choice(((16, 21), (22, 6), (12, 18)))
        months = self.random.choice((ALL_YEAR, (1, 10), (1, 10)))
        evening = Window(months, self.random.choice(("weekday", "weekday", "weekend", "all")), *hours)
        demand = DemandCharge("demand", WHOLE, 3.0, 0.0, 0, ())
        window = DemandCharge("evening", evening, self.random.choice((4.0, 9.0)), self.pick(0.7, 0.6, 0.9), self.random.choice((2, 11)),
                              self.random.choice(((), (1, 10), (2, 11))))
        charges = (EnergyCharge("base", WHOLE, tiers), EnergyCharge("evening", evening, (Tier(None, 20.0),)))
        plan = Rate("rate", charges, (demand, window), 5_000.0, self.pick(0.6, 700_000.0, 900_000.0))
        return builders.tariff(contract_id="rate", mw_max=round(1.2 * self.peak, 1), rate=plan, min_take_fraction=self.pick(0.7, 0.8, 1.0),
                               term_months=self.random.choice((None, 3 * self.months)))

    def called(self) -> Tariff:
        """Interruptible service."""
        return builders.tariff(
            contract_id="called", kind="interruptible", called_series="called", energy_usd_per_mwh=self.random.choice((30.0, 36.0)),
            mw_max=round(1.1 * self.peak, 1), converts_to="late" if self.theme == "conversion" else None,
            exclusive_group="line" if self.theme == "conversion" else None,
            minimum_bill_usd_per_month=self.pick(0.6, 600_000.0, 700_000.0), demand_usd_per_kw_month=self.pick(0.5, 2.0),
        )

    def late(self) -> Tariff:
        """A firm tariff from the second period on."""
        return builders.tariff(
            contract_id="late", exclusive_group="line", mw_max=round(1.2 * self.peak, 1),
            energy_usd_per_mwh=self.random.choice((38.0, 50.0)),
            ramp=((self.width, round(1.2 * self.peak, 1)),), fixed_usd_per_month=self.pick(0.5, 20_000.0),
        )

    def gas(self) -> OnsiteGas:
        """Units of which one may be spare, de-rated, with a limit by the day."""
        unit = round(self.peak * self.random.choice((0.6, 0.7)), 1)
        return builders.gas(
            contract_id="gas", unit_mw=unit, units_max=2, spare_units=self.random.choice((0, 1, 1)),
            gas_usd_per_mmbtu=self.random.choice((2.0, 3.0, 5.0)), rent_usd_per_kw_month=self.random.choice((8.0, 12.0)),
            min_months=self.months, derate_fraction=self.pick(0.6, 0.1), outage_hours=self.random.choice((1.0, 4.0)),
            gas_mmbtu_per_day_max=round(240.0 * unit * self.random.choice((0.5, 0.8))) if self.chance(0.5) else None,
            emissions_t_per_mwh=0.45, run_hours_per_year_max=4000.0 if self.chance(0.5) else None,
        )

    def agreement(self, **changes: Any) -> Ppa:
        """What the three agreements share."""
        base = Ppa(
            contract_id="ppa", exclusive_group=None, technology="wind", form="as_produced", settlement="physical",
            strike_usd_per_mwh=self.random.choice((22.0, 28.0, 36.0)), profile_series="wind", hub_series="hub",
            mw_min=self.pick(0.5, 4.0, 10.0), mw_max=self.random.choice((15.0, 30.0)),
            available_from=self.width if self.chance(0.4) else 0, sell_back_fee_usd_per_mwh=self.pick(0.5, 3.0),
            term_months=self.random.choice((None, self.width, self.width, 24)), wires_usd_per_mwh=self.pick(0.6, 5.0),
        )
        return replace(base, **changes)

    def wind(self) -> Ppa:
        """Wind or sun as produced, physical."""
        technology = self.random.choice(("wind", "wind", "solar"))
        return self.agreement(contract_id="wind", technology=technology, profile_series="sun" if technology == "solar" else "wind")

    def swap(self) -> Ppa:
        """A financial agreement."""
        form, profile = self.random.choice((("as_produced", "wind"), ("baseload", None), ("shaped", "sun")))
        technology = self.random.choice(("wind", "solar", "nuclear", "gas"))
        return self.agreement(contract_id="swap", settlement="financial", technology=technology, form=form, profile_series=profile)

    def block(self) -> Ppa:
        """Round the clock, or in the shape of a series."""
        form = self.random.choice(("baseload", "baseload", "shaped"))
        return self.agreement(contract_id="block", form=form, technology=self.random.choice(("gas", "hydro")),
                              profile_series=None if form == "baseload" else "sun")

    def battery(self) -> Battery:
        """A battery worth buying."""
        duration = self.random.choice((None, 1.0, 4.0))
        return Battery(
            contract_id="battery", exclusive_group=None, mw_max=self.random.choice((5.0, 12.0)), duration_h=duration,
            mwh_max=30.0 if duration is None else None, usd_per_kw=self.random.choice((1.0, 4.0)),
            usd_per_kwh=self.random.choice((0.5, 2.0)), round_trip_efficiency=self.random.choice((0.81, 0.9)),
            degradation_usd_per_mwh=self.pick(0.8, 1.0, 5.0), sign_lead_months=self.width if self.chance(0.35) else 0,
            lifetime_months=self.random.choice((self.width, 120)), resale_fraction=self.pick(0.8, 0.4),
        )
