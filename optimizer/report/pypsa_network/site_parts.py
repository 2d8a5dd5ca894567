"""What a site brings into the network: its load, its contracts as generators and links, its batteries as storage units."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from optimizer.core.finance import Money
from optimizer.core.instance import Instance, Site
from optimizer.core.offers import EnergyCharge, OnsiteGas, Ppa, Tariff
from optimizer.plan.plan import Plan
from optimizer.report.pypsa_network.snapshots import Floats, Snapshots
from optimizer.scenario.assemble.typical_days import SiteHours


@dataclass(frozen=True, slots=True)
class Part:
    """A component of the network: its class of PyPSA, name, attributes, attributes by snapshot, and what the plan has it do."""

    component: str
    name: str
    attributes: Mapping[str, Any]
    by_snapshot: Mapping[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SiteCase:
    """A site with the plan's numbers for it, by snapshot.

    Parameters
    ----------
    instance, plan
        The question and its answer.
    money : Money
        Escalation of prices.
    site, hours
        The site and its hours.
    shots : Snapshots
        Snapshots of the network.
    """

    instance: Instance
    plan: Plan
    money: Money
    site: Site
    hours: SiteHours
    shots: Snapshots

    def flow(self, flow: str, subject: str = "") -> Floats:
        """MW (stored: MWh) of a flow of table dispatch by snapshot; 0 where there is no row."""
        rows = self.plan.tables["dispatch"]
        rows = rows[(rows["site_id"] == self.site.site_id) & (rows["flow"] == flow) & (rows["subject"] == subject)]
        mw = {(str(row.period), str(row.hour)): float(str(row.mw)) for row in rows.itertuples(index=False)}
        periods = range(self.money.calendar.periods)
        made = [np.array([mw.get((self._label(t), hour), 0.0) for hour in self.hours.labels(t)]) for t in periods]
        return self.shots.spread(made, self.site.site_id)

    def total(self, flow: str) -> Floats:
        """MW of a flow, all subjects together."""
        rows = self.plan.tables["dispatch"]
        rows = rows[(rows["site_id"] == self.site.site_id) & (rows["flow"] == flow)]
        none = np.zeros(len(self.shots.times))
        return sum((self.flow(flow, str(subject)) for subject in rows["subject"].unique()), none)

    def column(self, table: str, contract_id: str, name: str) -> Floats:
        """Give a column of a contract's rows by snapshot; 0 where there is no row."""
        rows = self.plan.tables[table]
        rows = rows[(rows["site_id"] == self.site.site_id) & (rows["contract_id"] == contract_id)]
        values = {str(row["period"]): float(row[name]) for _, row in rows.iterrows()}
        return np.array([values.get(self._label(int(t)), 0.0) for t in self.shots.periods])

    def series(self, name: str) -> Floats:
        """Values of a series of the instance by snapshot."""
        made = [self.hours.values(name, t) for t in range(self.money.calendar.periods)]
        return self.shots.spread(made, self.site.site_id)

    def window(self, charge: EnergyCharge) -> Floats:
        """Share of each snapshot that lies in the window of a charge."""
        made = [self.hours.window_share(charge.window, t) for t in range(self.money.calendar.periods)]
        return self.shots.spread(made, self.site.site_id)

    def pue(self) -> Floats:
        """Facility load over IT load by snapshot."""
        return self.shots.spread([self.hours.pue(t) for t in range(self.money.calendar.periods)], self.site.site_id)

    def escalation(self, kind: str) -> Floats:
        """Growth of prices (``power``, ``gas``) by snapshot."""
        rate = getattr(self.instance.escalation, kind)
        return np.array([self.money.escalation(rate, int(t)) for t in self.shots.periods])

    def _label(self, t: int) -> str:
        return self.money.calendar.period_label(t)


def site_parts(case: SiteCase) -> Iterator[Part]:
    """Give all components of a site."""
    site = case.site
    place = {"x": site.lon, "y": site.lat}
    yield Part("Bus", site.site_id, {**place, "carrier": "AC", "location": site.name})
    load = case.flow("load") + case.total("shifted_in") - case.total("shifted_out")
    yield Part("Load", f"{site.site_id} load", {"bus": site.site_id, "carrier": "AC"}, {"p_set": load})
    for tariff in site.tariffs:
        yield from _tariff(case, tariff)
    for gas in site.onsite_gas:
        yield from _gas(case, gas)
    for ppa in site.ppas:
        yield from _ppa(case, ppa, place)
    yield from _batteries(case)
    yield from _sheddable(case)


def _generator(case: SiteCase, offer: tuple[str, str, float], available_mw: Floats, by_snapshot: Mapping[str, Floats]) -> Iterator[Part]:
    """Give a generator (its contract, carrier and t/MWh), if the plan ever has MW of it."""
    contract_id, carrier, emissions = offer
    most = float(available_mw.max(initial=0.0))
    if most > 0.0:
        attributes = {"bus": case.site.site_id, "carrier": carrier, "p_nom": most, "emissions_t_per_mwh": emissions}
        yield Part("Generator", f"{case.site.site_id} {contract_id}", attributes, {"p_max_pu": available_mw / most, **by_snapshot})


def _tariff(case: SiteCase, tariff: Tariff) -> Iterator[Part]:
    contracted = case.column("power", tariff.contract_id, "contracted_mw")
    called = case.series(tariff.called_series) if tariff.called_series is not None else 0.0
    emissions = case.site.grid_t_per_mwh if tariff.emissions_t_per_mwh is None else tariff.emissions_t_per_mwh
    given = {"marginal_cost": _energy_price(case, tariff), "p": case.flow("drawn", tariff.contract_id)}
    yield from _generator(case, (tariff.contract_id, tariff.kind, emissions), contracted * (1.0 - called), given)


def _energy_price(case: SiteCase, tariff: Tariff) -> Floats:
    """Nominal USD/MWh by snapshot: energy, adders and wires; of a rate the mean price of the energy that the plan bills."""
    if tariff.rate is not None:
        charges = [case.window(charge) * _tier_price(case, tariff, charge) for charge in tariff.rate.energy]
        price = sum(charges, np.zeros(len(case.shots.times)))
    elif tariff.kind == "index" and tariff.price_series is not None:
        price = case.series(tariff.price_series) + tariff.adder_usd_per_mwh + tariff.ancillary_usd_per_mwh
    else:
        price = np.full(len(case.shots.times), tariff.energy_usd_per_mwh)
    found: Floats = (price + tariff.transmission_usd_per_mwh) * case.escalation("power")
    return found


def _tier_price(case: SiteCase, tariff: Tariff, charge: EnergyCharge) -> Floats:
    """USD/MWh of a charge in every snapshot: the mean over what its tiers bill in the period, the first tier's where nothing is billed."""
    bills = case.plan.tables["bills"]
    at = (bills["site_id"] == case.site.site_id) & (bills["contract_id"] == tariff.contract_id)
    rows = bills[at & (bills["charge"] == charge.name)]
    prices = {}
    for period, of_period in rows.groupby("period"):
        billed = of_period["billed"].to_numpy(dtype=float)
        usd = np.array([charge.tiers[max(int(tier) - 1, 0)].usd_per_mwh for tier in of_period["tier"]])
        if billed.sum() > 0.0:
            prices[str(period)] = float(billed @ usd / billed.sum())
    label = case.money.calendar.period_label
    return np.array([prices.get(label(int(t)), charge.tiers[0].usd_per_mwh) for t in case.shots.periods])


def _gas(case: SiteCase, gas: OnsiteGas) -> Iterator[Part]:
    available = case.column("power", gas.contract_id, "units") * gas.unit_mw * (1.0 - gas.derate_fraction)
    fuel = gas.heat_rate_mmbtu_per_mwh * gas.gas_usd_per_mmbtu * case.escalation("gas")
    given = {"marginal_cost": fuel, "p": case.flow("generated", gas.contract_id)}
    yield from _generator(case, (gas.contract_id, "onsite_gas", gas.emissions_t_per_mwh), available, given)


def _ppa(case: SiteCase, ppa: Ppa, place: Mapping[str, float]) -> Iterator[Part]:
    """Give a physical agreement: a plant at a bus of its own, a link to the site that costs the wires, and a sale at the hub.

    A financial one moves no power and is no part of a network.
    """
    mw = case.column("ppas", ppa.contract_id, "mw")
    most = float(mw.max(initial=0.0))
    if ppa.settlement != "physical" or most <= 0.0:
        return
    name = f"{case.site.site_id} {ppa.contract_id}"
    in_service = mw / most
    profile = in_service if ppa.profile_series is None else in_service * case.series(ppa.profile_series)
    earned = (case.series(ppa.hub_series) - ppa.sell_back_fee_usd_per_mwh) * case.escalation("power")
    own, sold = case.flow("own_use", ppa.contract_id), case.flow("sold", ppa.contract_id)
    yield Part("Bus", name, {**place, "carrier": "AC", "location": f"{ppa.contract_id} at its hub"})
    plant = {"bus": name, "carrier": ppa.technology, "p_nom": most}
    yield Part("Generator", f"{name} plant", plant, {"p_max_pu": profile, "p": own + sold})
    wires = {"bus0": name, "bus1": case.site.site_id, "carrier": "agreement", "p_nom": most}
    cost = ppa.wires_usd_per_mwh * case.escalation("power")
    yield Part("Link", f"{name} delivery", wires, {"marginal_cost": cost, "p0": own, "p1": -own})
    sale = {"bus": name, "carrier": "sale", "p_nom": most, "sign": -1.0}
    yield Part("Generator", f"{name} sale", sale, {"p_max_pu": (earned > 0.0) * in_service, "marginal_cost": -earned, "p": sold})


def _batteries(case: SiteCase) -> Iterator[Part]:
    for battery in case.site.batteries:
        mw, mwh = (case.column("batteries", battery.contract_id, name) for name in ("mw", "mwh"))
        most = float(mw.max(initial=0.0))
        if most <= 0.0:
            continue
        efficiency = math.sqrt(battery.round_trip_efficiency)
        attributes = {
            "bus": case.site.site_id, "carrier": "battery", "p_nom": most, "max_hours": float(mwh.max()) / most,
            "efficiency_store": efficiency, "efficiency_dispatch": efficiency, "cyclic_state_of_charge": True,
        }
        charge, discharge, stored = (case.flow(flow, battery.contract_id) for flow in ("charge", "discharge", "stored"))
        given = {
            "p_max_pu": mw / most, "p_min_pu": -mw / most, "marginal_cost": battery.degradation_usd_per_mwh * case.escalation("power"),
            "p": discharge - charge, "state_of_charge": stored,
        }
        yield Part("StorageUnit", f"{case.site.site_id} {battery.contract_id}", attributes, given)


def _sheddable(case: SiteCase) -> Iterator[Part]:
    """Give what each workload may shed as a generator at the price of its lost work."""
    allocation = case.plan.tables["allocation"]
    at_site: pd.DataFrame = allocation[allocation["site_id"] == case.site.site_id]
    kw = {gpu.name: gpu.it_kw_per_gpu for gpu in case.instance.gpus}
    label = case.money.calendar.period_label
    for workload in case.instance.workloads:
        rows = at_site[at_site["workload"] == workload.name]
        it_mw = (rows["gpus"] * rows["gpu"].map(kw).astype("float64") / 1000.0).groupby(rows["period"]).sum() * workload.utilisation
        loads = np.array([float(it_mw.get(label(int(t)), 0.0)) for t in case.shots.periods])
        most = workload.flexible_fraction * loads * case.pue()
        lost = np.full(len(loads), workload.lost_compute_usd_per_mwh)
        given = {"marginal_cost": lost, "p": case.flow("shed", workload.name)}
        yield from _generator(case, (f"shed {workload.name}", "shed", 0.0), most, given)
