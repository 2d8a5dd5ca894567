"""Everything at a site but its tariffs in the dispatch of the hours, and the balance of every hour."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from optimizer.core.offers import CLEAN_TECHNOLOGIES
from optimizer.verify.case import Case
from optimizer.verify.columns import TIE_USD_PER_MWH, Amount, DispatchColumns, one
from optimizer.verify.dispatch_tariff import PlanBills, add_tariff_dispatch
from optimizer.verify.emissions import certified_mwh, tonnes_per_mwh
from optimizer.verify.hours import Ints
from optimizer.verify.program import Program, Term
from optimizer.verify.site_period import Agreement, Store, Units, Work

_UNSERVED_USD_PER_MWH = 1e5
"""Least price of a MWh of load that goes unserved, in the dispatch alone: above every other price, so that load which must be served
goes unserved only where nothing can serve it. It is counted at the price of lost compute."""


def add_site_dispatch(program: Program, case: Case, bills: PlanBills, whole: frozenset[int] = frozenset()) -> DispatchColumns:
    """Add a site and period to the program.

    Parameters
    ----------
    program : Program
    case : Case
    bills : PlanBills
        What the plan pays for at rates.
    whole : frozenset of int
        Hours (places among those dispatched) in which a battery's mode is a switch, so that it never charges and discharges at once.
    """
    layout = DispatchColumns(program, case)
    for grid in case.standing.grids:
        add_tariff_dispatch(layout, grid, bills)
    for units in case.standing.units:
        _add_gas(layout, units)
    for agreement in case.standing.agreements:
        _add_agreement(layout, agreement)
    for store in case.standing.stores:
        _add_store(layout, store, np.array(sorted(whole), dtype=np.int64))
    _add_shave(layout)
    for work in case.standing.work:
        _add_flexible(layout, work)
    _add_unserved(layout)
    load = case.load_mw()
    program.rows(f"{case.site.site_id} balance", load, load, layout.balance)
    _add_emissions(layout)
    return layout


def is_burning_paid(case: Case) -> NDArray[np.bool_]:
    """Hours in which drawing more energy can earn money, so that a battery might burn it."""
    paid = np.zeros(case.count, dtype=bool)
    for grid in case.standing.grids:
        if grid.offer.rate is None:
            paid |= case.flat_usd_per_mwh(grid.offer) + case.adder_usd_per_mwh(grid.offer) < 0.0
    return paid


def _add_gas(layout: DispatchColumns, units: Units) -> None:
    """On-site gas up to its firm MW, for which its fuel by the day suffices round the clock."""
    case, gas = layout.case, units.offer
    fuel = gas.heat_rate_mmbtu_per_mwh * gas.gas_usd_per_mmbtu * case.gas_growth
    most = units.firm_mw - units.extra_mw * case.extra_share
    layout.flow(("generated", gas.contract_id), 1.0, fuel, most)


def _add_agreement(layout: DispatchColumns, agreement: Agreement) -> None:
    """A physical agreement's own use, and what it sells where that earns; a financial one moves no energy."""
    case, offer = layout.case, agreement.offer
    volume = case.volume(offer) * agreement.mw
    is_clean = offer.technology in CLEAN_TECHNOLOGIES
    if offer.settlement == "financial":
        layout.clean_mw += volume * is_clean
        return
    own = layout.flow(("own_use", offer.contract_id), 1.0, offer.wires_usd_per_mwh * case.power_growth, volume)
    earned = case.sale_usd_per_mwh(offer)
    sold = layout.flow(("sold", offer.contract_id), 0.0, -earned, np.where(earned > 0.0, volume, 0.0))
    hours = layout.hours
    layout.program.rows("volume", -np.inf, volume, [Term(hours, own, 1.0), Term(hours, sold, 1.0)])
    if is_clean:
        layout.clean.append(own)


def _add_store(layout: DispatchColumns, store: Store, whole: Ints) -> None:
    """A battery, hour after hour, ending each period as it began."""
    name, hours = store.offer.contract_id, layout.hours
    kept = sqrt(store.offer.round_trip_efficiency)
    wear = store.offer.degradation_usd_per_mwh * layout.case.power_growth + TIE_USD_PER_MWH
    charge = layout.flow(("charge", name), -1.0, 0.0, store.mw)
    discharge = layout.flow(("discharge", name), 1.0, wear, store.mw)
    stored = layout.flow(("stored", name), 0.0, 0.0, store.mwh)
    moved = [Term(hours, charge, -kept), Term(hours, discharge, 1.0 / kept)]
    terms = [Term(hours, stored, 1.0), Term(hours, np.roll(stored, 1), -1.0), *moved]
    layout.program.rows("stored", np.zeros(len(hours)), 0.0, terms)
    layout.program.rows("battery", -np.inf, np.full(len(hours), store.mw), [Term(hours, charge, 1.0), Term(hours, discharge, 1.0)])
    if len(whole):
        places = np.arange(len(whole))
        mode = layout.program.switches("is_discharging", len(whole))
        giving = [Term(places, discharge[whole], 1.0), Term(places, mode, -store.mw)]
        layout.program.rows("discharging", -np.inf, np.zeros(len(whole)), giving)
        taking = [Term(places, charge[whole], 1.0), Term(places, mode, store.mw)]
        layout.program.rows("charging", -np.inf, np.full(len(whole), store.mw), taking)


def _add_shave(layout: DispatchColumns) -> None:
    """Keep from dispatch, in every hour, the MW and the energy with which the plan's batteries shave peaks, as far as they have them."""
    stores, hours = layout.case.standing.stores, layout.hours
    shave_mw = sum(store.shave_mw for store in stores)
    if shave_mw <= 0.0:
        return
    signs = (("discharge", 1.0), ("charge", -1.0))
    net = [Term(hours, layout.flows[flow, store.offer.contract_id], sign) for store in stores for flow, sign in signs]
    free_mw = max(sum(store.mw for store in stores) - shave_mw, 0.0)
    layout.program.rows("shaving", -np.inf, np.full(len(hours), free_mw), net)
    kept = [(store, sqrt(store.offer.round_trip_efficiency)) for store in stores]
    needed_mwh = layout.case.year.instance.power_rules.peak_hours_per_day * shave_mw
    held_mwh = min(needed_mwh, sum(efficiency * store.mwh for store, efficiency in kept))
    stored = [Term(hours, layout.flows["stored", store.offer.contract_id], efficiency) for store, efficiency in kept]
    layout.program.rows("held back", np.full(len(hours), held_mwh), np.inf, stored)


def _add_flexible(layout: DispatchColumns, work: Work) -> None:
    """Load shed at the price of lost compute, and load moved within its day (at an hourly site)."""
    workload, case = work.workload, layout.case
    if not workload.flexible_fraction:
        return
    load = case.load_mw() * work.mean_it_mw / sum(each.mean_it_mw for each in case.standing.work)
    most = workload.flexible_fraction * load
    shed = layout.flow(("shed", workload.name), 1.0, workload.lost_compute_usd_per_mwh, most)
    room = min(workload.flexible_fraction, 1.0 / workload.utilisation - 1.0)
    if case.site.typical_days is None or room <= 0.0:
        return
    out = layout.flow(("shifted_out", workload.name), 1.0, 0.0, most)
    back = layout.flow(("shifted_in", workload.name), -1.0, 0.0, room * load)
    layout.program.rows("relief", -np.inf, most, [Term(layout.hours, shed, 1.0), Term(layout.hours, out, 1.0)])
    days = case.groups.day
    layout.program.rows("shifted", np.zeros(int(days.max()) + 1), 0.0, [Term(days, out, 1.0), Term(days, back, -1.0)])


def _add_unserved(layout: DispatchColumns) -> None:
    case = layout.case
    prices = [case.flat_usd_per_mwh(grid.offer) + case.adder_usd_per_mwh(grid.offer) for grid in case.standing.grids]
    dearest = max((float(price.max()) for price in prices), default=0.0)
    lost = max(work.workload.lost_compute_usd_per_mwh for work in case.standing.work)
    layout.flow(("unserved", ""), 1.0, max(_UNSERVED_USD_PER_MWH, 10.0 * (dearest + lost)), case.load_mw())


def _add_emissions(layout: DispatchColumns) -> None:
    """Tonnes by flow, what certificates cover of them, and the price of carbon."""
    case, program = layout.case, layout.program
    for key, rate in tonnes_per_mwh(case).items():
        layout.tonnes.append(Amount(layout.flows[key], case.weights * rate))
    certified, grid_rate = certified_mwh(case), case.site.grid_t_per_mwh
    drawn = [layout.flows["drawn", grid.offer.contract_id] for grid in case.standing.grids]
    if certified > 0.0 and grid_rate and drawn:
        covered = program.columns("covered_mwh", 1, 0.0, certified)
        program.rows("certificates", -np.inf, 0.0, [one(covered, 1.0), *(layout.energy(each, -1.0) for each in drawn)])
        layout.tonnes.append(Amount(covered, np.array([-grid_rate])))
    usd = case.year.instance.carbon.price_usd_per_t
    for amount in layout.tonnes:
        program.add_costs(amount.columns, amount.coefficients * usd / 1000.0)
