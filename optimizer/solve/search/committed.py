"""Power contracts held as an earlier plan signed them: bounds of a compiled model's columns, and the sites kept open for them.

A tariff keeps its begin and at least the MW that it added, each for its term: one that may end early may still be left or converted
as its terms say. Rented units on site keep their begin, and at least as many come, as early; how long they stay is a matter of their least
stay. A power purchase agreement keeps begin and MW. What is bought (units, batteries) is no signature and stays free, and so do offers
that the earlier plan does not take.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from optimizer.core.instance import Instance
from optimizer.model.gas_output import units_at_most
from optimizer.model.idle import idle_sites_give
from optimizer.model.tariffs import ramp_of, term_periods
from optimizer.solve.compile.compiled import CompiledModel
from optimizer.solve.search.committed_contract import CommittedContract, Path

SLACK = 1e-6
"""MW, or units, by which a plan may miss what is held: the last digits of the earlier plan are the solver's, not a signature."""

NOT_HELD = "not_held"
"""What has stopped a search before it began: contracts that the offers of the question cannot hold."""


def kept_open(instance: Instance, signed: Sequence[CommittedContract]) -> Instance:
    """Commit the sites of signed contracts: the contract stands there, whether a workload runs there or not.

    Where there is one workload, a site that is open for its contracts alone takes no place of those that may be started; several
    workloads could fill a place that is given back so, and there it counts. It counts too where an idle site can be worth its money:
    one more could be opened for that.

    Parameters
    ----------
    instance : Instance
        The question.
    signed : sequence of SignedContract
        The contracts held.
    """
    open_ids = {one.site_id for one in signed}
    if not open_ids:
        return instance
    most = instance.sites_at_most
    if most is not None and len(instance.workloads) == 1 and not idle_sites_give(instance):
        most += sum(site.site_id in open_ids and not site.is_committed for site in instance.sites)
    sites = (replace(site, is_committed=True) if site.site_id in open_ids else site for site in instance.sites)
    return replace(instance, sites=tuple(sites), sites_at_most=most)


def why_not_fixed(model: Any, signed: Sequence[CommittedContract]) -> list[str]:
    """Say of every contract that the offers of this question cannot hold why not; empty where all can be.

    Parameters
    ----------
    model : pyomo.environ.ConcreteModel
        Built of ``kept_open``.
    signed : sequence of SignedContract
        The contracts held.
    """
    return [f"{one.name} cannot be held as signed: {why}." for one in signed if (why := _why_not(model, one))]


def fix_contracts(model: Any, compiled: CompiledModel, signed: Sequence[CommittedContract]) -> CompiledModel:
    """Give the model with contracts held as they were signed.

    Parameters
    ----------
    model : pyomo.environ.ConcreteModel
        Built of ``kept_open``, and nothing of ``why_not_fixed`` stands against it.
    compiled : CompiledModel
        Its arrays.
    signed : sequence of SignedContract
        The contracts held.
    """
    hold = {"onsite_gas": _fix_gas, "ppa": _fix_ppa}
    for one in signed:
        compiled = hold.get(one.kind, _fix_tariff)(model.sites[one.site_id], compiled, one)
    return compiled


def _why_not(model: Any, one: CommittedContract) -> str:
    if one.site_id not in model.SITES:
        return "its site cannot be had"
    if not model.instance.has_contracts or one.contract_id not in _offers(model.sites[one.site_id], one.kind):
        return "it is not on offer"
    block, period = model.sites[one.site_id], _periods(model).get(one.begin)
    if period is None:
        return f"{one.begin}, its begin, is no period of this question"
    begun = _begun(block, one)[one.contract_id, period]
    if begun.fixed and not begun.value:
        return f"it was signed to begin in {one.begin}, and cannot begin then"
    return _too_little(block, one)


def _too_little(block: Any, one: CommittedContract) -> str:
    """Where the offer gives less than was signed, in words; empty where it gives enough."""
    k, periods = one.contract_id, _periods(block.model())
    if one.kind == "onsite_gas":
        units, units_most = max(units for _, units in one.units), units_at_most(block.gas[k])
        return f"{units:,.0f} units were signed, and {units_most:,.0f} are on offer" if units > units_most + SLACK else ""
    for label, mw in one.mw:
        if label in periods:
            most_mw = block.ppas[k].mw_max if one.kind == "ppa" else ramp_of(block, k, periods[label])
            if mw > most_mw + SLACK:
                return f"{mw:,.1f} MW were signed for {label}, and {most_mw:,.1f} MW are on offer then"
    return ""


def _offers(block: Any, kind: str) -> Any:
    return block.GAS if kind == "onsite_gas" else block.PPAS if kind == "ppa" else block.TARIFFS


def _begun(block: Any, one: CommittedContract) -> Any:
    """The cumulative 0/1 variable of a contract's begin."""
    return block.gas_begun if one.kind == "onsite_gas" else block.ppa_begun if one.kind == "ppa" else block.is_begun


def _periods(model: Any) -> dict[str, int]:
    return {model.calendar.period_label(t): t for t in model.PERIODS}


def _fix_begin(block: Any, compiled: CompiledModel, one: CommittedContract) -> CompiledModel:
    """Begin in the signed period, neither before nor after."""
    begin = _periods(block.model())[one.begin]
    var = _begun(block, one)
    columns = np.concatenate([compiled.columns_of(var[one.contract_id, t]) for t in block.model().PERIODS])
    begun = (np.arange(len(columns)) >= begin).astype(float)
    return compiled.with_bounds(columns, begun, begun)


def _fix_tariff(block: Any, compiled: CompiledModel, one: CommittedContract) -> CompiledModel:
    """Hold begin and MW; of a tariff that may end within the horizon what it adds, which binds it for a term unless it is left."""
    k, compiled = one.contract_id, _fix_begin(block, compiled, one)
    at = _in_question(block, one.mw)
    if k not in block.ENDING_TARIFFS:
        return _at_least(compiled, [(block.contracted_mw[k, t], mw) for t, mw in at])
    return _at_least(compiled, [(block.added_mw[k, t], mw) for t, mw in _added(at, term_periods(block, k))])


def _added(path: Sequence[tuple[int, float]], term: int) -> list[tuple[int, float]]:
    """MW that a path adds by period, up to where it gives up MW whose term still runs: there the contract was left or converted."""
    added: dict[int, float] = {}
    reached = 0.0
    for t, mw in path:
        added[t] = mw - reached + added.get(t - term, 0.0)
        if added[t] < -SLACK:
            break
        reached = mw
    return [(t, mw) for t, mw in added.items() if mw > SLACK]


def _fix_gas(block: Any, compiled: CompiledModel, one: CommittedContract) -> CompiledModel:
    came = [(block.units_added[one.contract_id, t], units) for t, units in _in_question(block, one.units)]
    return _at_least(_fix_begin(block, compiled, one), came)


def _fix_ppa(block: Any, compiled: CompiledModel, one: CommittedContract) -> CompiledModel:
    begin, mw = _in_question(block, one.mw)[0]
    column = compiled.columns_of(block.ppa_signed_mw[one.contract_id, begin])
    return _fix_begin(block, compiled, one).with_bounds(column, max(mw - SLACK, 0.0), mw + SLACK)


def _in_question(block: Any, path: Path) -> list[tuple[int, float]]:
    """A path by the periods of this question; what lies beyond its horizon is left out."""
    periods = _periods(block.model())
    return [(periods[label], amount) for label, amount in path if label in periods]


def _at_least(compiled: CompiledModel, amounts: Sequence[tuple[Any, float]]) -> CompiledModel:
    """Bound variables from below."""
    columns = np.array([compiled.columns_of(var)[0] for var, _ in amounts], dtype=np.int64)
    lower = np.array([max(amount - SLACK, 0.0) for _, amount in amounts])
    return compiled.with_bounds(columns, lower, compiled.column_upper[columns])
