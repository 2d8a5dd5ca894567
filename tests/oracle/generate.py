"""Tiny random instances, every one with a few of the mechanisms, tuned so that they matter."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from optimizer.core.instance import Escalation, Gpu, Instance, Mode, Purse, Rental, Site, Workload
from optimizer.core.offers import MonthValue, OnsiteGas, Tariff
from tests import builders
from tests.oracle.sharpen import SHARPENED


def random_instance(seed: int) -> Instance:
    """Return the instance of a seed: the same one on every machine and in every year."""
    kind, sharpen = SHARPENED[seed % len(SHARPENED)]
    return sharpen(_Dice(seed, kind).instance())


class _Dice:
    def __init__(self, seed: int, theme: str) -> None:
        self.random = Random(seed)
        self.theme = theme
        self.width = 3 if self.chance(0.15) else 1
        most = {"gas": 4, "purses": 4, "sites": 5}.get(self.theme, 5)
        self.periods = 3 if self.width == 3 else self.random.randint(3, most) if self.chance(0.4) else most
        self.months = self.periods * self.width
        self.lots = self.random.choice((1, 1, 2))
        self.lot = self.random.choice((400, 500, 1000))
        self.worth = self.random.choice((1.0, 1.0, 2.0))
        self.kw = self.random.choice((8.0, 10.0, 12.5))
        self.short = self.random.choice((0.0, 0.0, 0.1))
        self.ratio = self.random.choice((1.1, 1.2, 1.25))
        self.cooling = self.random.choice(("air", "air", "liquid"))
        self.eager = self.chance(0.2)

    def chance(self, share: float) -> bool:
        """Say yes in a share of the cases."""
        return self.random.random() < share

    def pick(self, share: float, *values: float) -> float:
        """One of the values in a share of the cases, else 0."""
        return self.random.choice(values) if self.chance(share) else 0.0

    def whole(self, share: float, *months: int) -> int:
        """Whole periods' worth of months in a share of the cases, else 0."""
        return self.random.choice(months) * self.width if self.chance(share) else 0

    @property
    def gpu_count(self) -> float:
        """GPUs of the first model that reach the target."""
        return round((self.lots - self.short) * self.lot)

    @property
    def it_mw(self) -> float:
        """IT MW of the target with the first model."""
        return self.gpu_count * self.kw / 1000.0

    def instance(self) -> Instance:
        """Throw all dice."""
        gpus = self.gpus()
        sites = self.sites()
        if any(gpu.initial_gpus for gpu in gpus):  # GPUs that already stand may not be more than a site can hold
            sites = tuple(replace(site, max_gpus=None) for site in sites)
        workload = self.workload(gpus)
        rentals = self.rentals(gpus[0])
        goals = ("earliest", "min_cost") if self.eager else ("min_cost",)
        growth = Escalation(*(self.pick(0.5, 0.02, 0.05, 0.1) for _ in range(4)))
        purses = self.purses(sites) if self.theme == "purses" or self.chance(0.1) else ()
        return builders.instance(
            name="random", currency_year=self.random.choice((2023, 2024)), escalation=growth, goals=goals,
            horizon=builders.horizon(self.months, self.width, self.random.choice(("2024-01", "2024-10"))),
            discount_rate_per_year=self.random.choice((0.0, 0.05, 0.1, 0.12)), sites=sites, gpus=gpus, workloads=(workload,),
            rentals=rentals, purses=purses, has_budget=bool(purses), has_contracts=self.theme != "sites" or self.chance(0.7),
            sites_at_most=1 if self.chance(0.7 if self.theme == "sites" else 0.2) else None, reserve_fraction=self.pick(0.3, 0.1, 0.15),
        )

    def workload(self, gpus: tuple[Gpu, ...]) -> Workload:
        """One training run, usually worth waiting for."""
        last = self.months - 1
        return builders.workload(
            gpus_h100e=self.gpu_count * self.worth, accepts=tuple(gpu.name for gpu in gpus),
            wanted_from=self.random.choice((0, 0, self.width)), delay_cost_musd_per_month=self.delay_cost() * self.lots,
            deadline=self.whole(1.0, 1, 2, 2) if self.chance(0.25) else None,
            until=last - self.width if self.periods > 3 and self.chance(0.45) else None,
            utilisation=self.random.choice((0.8, 0.9, 1.0)), never_ready_months=self.random.choice((6, 12, 18)),
        )

    def delay_cost(self) -> float:
        """Musd a month of waiting costs, per lot of the target."""
        return self.random.choice((0.8, 1.2) if self.eager else (1.5, 3.0, 6.0, 12.0))

    def gpus(self) -> tuple[Gpu, ...]:
        """One model, or a second one of another family, or of the same."""
        first = self.gpu("H100", "hopper", self.worth, self.kw, self.cooling)
        if self.chance(0.65):
            return (first,)
        if self.theme != "purses" and self.chance(0.5):
            return (first, self.gpu("H200", "hopper", self.worth * 1.25, self.kw * 1.1, self.cooling))
        return (first, self.gpu("B200", "blackwell", self.worth * 2.5, self.kw * 1.5, "liquid"))

    def gpu(self, name: str, family: str, worth: float, kw: float, cooling: str) -> Gpu:
        """A model at a price per H100-equivalent that varies by a third."""
        per_lot = max(1, self.random.choice((1, self.lots, self.lots))) * self.lot / (2 if self.chance(0.1) else 1)
        supply: tuple[MonthValue, ...] | None = None
        if self.chance(0.5):
            supply = ((self.whole(0.5, 1), float(self.lot) / self.width), (self.whole(1.0, 2), 2.0 * per_lot / self.width))
        return builders.gpu(
            name=name, family=family, h100_equivalents=worth, it_kw_per_gpu=kw,
            price_usd=worth * self.random.choice((3000.0, 4000.0, 5000.0)),
            network_usd=self.pick(0.5, 400.0, 700.0), install_usd=self.pick(0.3, 150.0, 300.0), spares_fraction=self.pick(0.4, 0.03, 0.05),
            cooling=cooling, lot=self.lot, install_months=self.whole(0.35, 1), supply=supply,
            pay_at_order_fraction=self.pick(0.5, 0.2, 0.5), order_lead_months=self.whole(0.6, 1, 2),
            pay_after_delivery_months=int(self.pick(0.5, 1, 2)),
            lifetime_months=self.whole(1.0, 2) if self.chance(0.14) else self.random.choice((36, 48, 60)),
            resale_fraction=self.pick(0.5, 0.3, 0.5), initial_gpus=(("a", self.lot),) if self.chance(0.12) else (),
        )

    def sites(self) -> tuple[Site, ...]:
        """One site or two."""
        count = 2 if self.theme == "sites" else self.random.choice((1, 1, 2))
        found = [self.site(name) for name in ("a", "b")[:count]]
        return tuple(found)

    def site(self, site_id: str) -> Site:
        """A site with its modes and offers of power."""
        plain = self.theme == "sites"
        status = self.random.choice(("committed", "forbidden", "free")) if plain and self.chance(0.7) else "free"
        gas = (self.gas(),) if self.theme == "gas" else ()
        only_gas = self.theme == "gas" and self.chance(0.5)
        tariffs = () if only_gas else tuple(self.tariff(f"grid{n}") for n in range(self.random.choice((1, 1, 2))))
        if gas and tariffs:
            tariffs = tariffs[:1]
        threshold = self.random.choice((0.0, 0.8, 1.0, 1.1, 1.2, 1.4)) * self.lots * self.lot * self.worth * 0.0045
        return builders.site(
            site_id=site_id, peak_facility_ratio=self.ratio, annual_pue=self.ratio - 0.1,
            max_gpus=self.gpu_count * self.random.choice((0.9, 1.2)) if self.chance(0.3) else None,
            sales_tax_fraction=self.pick(0.75, 0.05, 0.07, 0.09),
            sales_tax_exempt=self.random.choice(("true", "true", "true", "false", "unknown")),
            exempt_min_musd=round(threshold, 1), property_tax_fraction_per_year=self.pick(0.4, 0.01, 0.02),
            abatement_months=self.whole(0.5, 1, 2), grid_limit_mw=self.facility(0.6, 1.05) if self.chance(0.2) else None,
            is_committed=status == "committed", is_forbidden=status == "forbidden" and site_id == "a",
            modes=tuple(self.mode(name) for name in ("retrofit", "conversion")[: self.random.choice((1, 1, 2))]),
            tariffs=tariffs, onsite_gas=gas,
        )

    def facility(self, *shares: float) -> float:
        """A share of the facility's peak MW, in tenths."""
        return round(self.it_mw * self.ratio * self.random.choice(shares), 1)

    def mode(self, name: str) -> Mode:
        """A way of building: owned or leased."""
        leased = self.chance(0.4)
        lead = self.whole(0.5, 1, 2)
        most = self.it_mw * 1.5
        adder = self.random.choice((0.05, 0.1)) if self.chance(0.6) else None
        initial = round(self.it_mw * self.random.choice((0.3, 0.6)), 1) if self.chance(0.25) and (adder is None or lead == 0) else 0.0
        return builders.mode(
            mode=name, lead_months=lead,
            mw_per_month=round(self.it_mw * self.random.choice((0.3, 0.55)) / self.width, 1) if self.chance(0.4) else None,
            block_it_mw=round(self.it_mw * self.random.choice((0.35, 0.7)), 1) if self.chance(0.25) else 0.0, max_it_mw=round(most, 1),
            initial_it_mw=initial, capex_musd_per_mw=0.0 if leased else self.random.choice((0.1, 0.2, 0.3)),
            fixed_cost_musd=self.pick(0.4, 0.3, 0.5) if initial == 0.0 else 0.0, land_musd=self.pick(0.3, 0.2, 0.4),
            cooling=self.random.choice(("air", "air", "both", "liquid")), liquid_adder_musd_per_mw=adder,
            lease_usd_per_kw_month=self.random.choice((10.0, 15.0)) if leased else 0.0,
            lease_months=self.random.choice((0, 6, 12)) if leased else 0, free_rent_months=self.whole(0.5, 1) if leased else 0,
            staff_musd_per_mw_year=self.pick(0.4, 0.05, 0.1), residual_fraction=self.pick(0.5, 0.3, 0.5),
        )

    def tariff(self, contract_id: str) -> Tariff:
        """A firm offer of grid power."""
        ramp: tuple[MonthValue, ...] = ()
        if self.chance(0.45):
            ramp = ((self.whole(0.4, 1), self.facility(0.5, 0.9)), (self.whole(1.0, 2, 2, 3), self.facility(1.3, 1.5)))
            ramp = tuple(sorted(ramp)) if ramp[0][0] < ramp[1][0] else ramp[1:]
        term = self.random.choice((2, 8, 16)) * self.width if self.chance(0.65) else None
        return builders.tariff(
            contract_id=contract_id, exclusive_group="line" if self.chance(0.6) else None,
            mw_min=self.facility(1.0, 1.2) if self.chance(0.35) else 0.0,
            mw_max=self.facility(0.75, 1.2, 1.5, 1.5), sign_lead_months=self.whole(0.5, 1, 2), term_months=term,
            energy_usd_per_mwh=self.random.choice((40.0, 55.0, 70.0)), demand_usd_per_kw_month=self.pick(0.8, 6.0, 9.0, 14.0),
            ratchet_fraction=self.pick(0.6, 0.8, 0.9, 1.0), min_take_fraction=self.pick(0.45, 0.75, 0.95),
            min_energy_fraction=self.pick(0.4, 0.8, 0.95),
            fixed_usd_per_month=self.pick(0.4, 20_000.0, 50_000.0), customer_capex_musd=self.pick(0.45, 0.3, 0.8),
            capex_refund_months=0 if self.theme == "purses" else self.random.choice((0, 3, 12)), deposit_musd=self.pick(0.4, 0.3, 0.6),
            exit_musd=self.random.choice((0.02, 0.1, 0.4)) if term is not None and self.chance(0.7) else None, ramp=ramp,
        )

    def gas(self) -> OnsiteGas:
        """Units of which one or two carry the load, rented or bought."""
        spare = 1 if self.chance(0.4) else 0
        bought = self.chance(0.4)
        unit_mw = self.facility(0.7, 1.15, 1.15)
        units = 2 + (spare if unit_mw < self.it_mw * self.ratio else self.random.choice((0, 0, 1)))
        return builders.gas(
            exclusive_group="line" if self.chance(0.5) else None, unit_mw=unit_mw, units_max=units, spare_units=spare,
            heat_rate_mmbtu_per_mwh=self.random.choice((8.0, 10.0)), gas_usd_per_mmbtu=self.random.choice((2.5, 4.0)),
            rent_usd_per_kw_month=None if bought else self.random.choice((15.0, 25.0)),
            buy_usd_per_kw=self.random.choice((300.0, 500.0)) if bought else None, sign_lead_months=self.whole(0.3, 1),
            min_months=0 if bought else self.whole(0.7, 2, 5, 8),
            max_months=self.whole(1.0, 2) if not bought and self.chance(0.4) else None,
            permit_months=self.whole(0.6, 1, 2),
            permit_mw=round(unit_mw * self.random.choice((1.0, 1.5, 2.0)), 1) if self.chance(0.5) else None,
            run_hours_per_year_max=self.random.choice((5000.0, 6500.0)) if self.chance(0.5) else None,
            nox_t_per_gwh=0.2,
            nox_t_per_year_max=round(self.it_mw * self.random.choice((0.9, 1.2, 1.5)), 1) if self.chance(0.5) else None,
            lifetime_months=self.random.choice((120, 240)), resale_fraction=self.random.choice((0.0, 0.5)),
        )

    def rentals(self, gpu: Gpu) -> tuple[Rental, ...]:
        """Rent committed before, and an offer."""
        found = []
        if self.chance(0.25):
            found.append(builders.rental(name="old", gpu=gpu.name, usd_per_gpu_hour=0.5, committed_gpus=self.lot, gpus_max=0,
                                         committed_until=self.months - 1 - self.whole(0.5, 1), largest_cluster_gpus=self.lot))
        if self.theme == "rental" or self.chance(0.15):
            found.append(self.offer(gpu))
        return tuple(found)

    def offer(self, gpu: Gpu) -> Rental:
        """An offer that is mostly cheaper than to build, where it is large enough."""
        least = round(self.gpu_count * self.random.choice((0.5, 1.2, 1.2)))
        term = self.whole(0.9, 2, 6, 8)
        return builders.rental(
            name="cloud", gpu=gpu.name, usd_per_gpu_hour=round(self.worth * self.random.choice((0.2, 0.4, 0.8)), 2),
            gpus_min=least, gpus_max=2 * least + 1000,
            largest_cluster_gpus=round(self.gpu_count * self.random.choice((0.9, 1.0, 2.0, 2.0))), available_from=self.whole(0.45, 1, 2),
            min_months=term, deposit_fraction=self.pick(0.7, 0.05, 0.1), relet_fraction=self.pick(0.7, 0.3, 0.5),
        )

    def purses(self, sites: tuple[Site, ...]) -> tuple[Purse, ...]:
        """One purse for what is bought, one for what runs; hardly enough."""
        needed = self.lots * self.lot * self.worth * 0.0045 * self.random.choice((1.0, 1.4, 1.9, 2.5))
        later = self.width
        loan = ((0, round(0.6 * needed, 1)), (later, round(needed, 1) - round(0.6 * needed, 1)))
        running = round(self.it_mw * self.random.choice((0.04, 0.08, 0.2)), 2)
        found = [
            builders.purse(name="equity", amounts=loan, pays_for=("capital", "deposits")),
            builders.purse(name="running", amounts=((0, running),), every_month=True, pays_for=("operations", "lease", "rent")),
        ]
        if not any(tariff.capex_refund_months for site in sites for tariff in site.tariffs) and self.chance(0.5):
            found.append(builders.purse(name="vendor", amounts=((0, round(0.3 * needed, 1)),), pays_for=("capital.gpus", "lease")))
        return tuple(found)
