"""Table dispatch: what flows at a site hour by hour, and the same flows as arrays for the tables that sum them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyomo.environ as pyo
from numpy.typing import NDArray

from optimizer.core.offers import Ppa, Window
from optimizer.model.extract.reading import DUST, chosen_sites, number
from optimizer.plan.plan import TABLE_COLUMNS
from optimizer.scenario.assemble.typical_days import SiteHours

Floats = NDArray[np.float64]

BOTH_AT_ONCE = 1e-6
"""MW up to which charge and discharge in one hour are the solver's tolerance, not a decision: the lesser is taken off both."""

LOAD = ("load", "")


@dataclass(frozen=True)
class SiteDispatch:
    """Flows of one site, MW (``stored``: MWh), one place per hour of its periods with load.

    Parameters
    ----------
    site_id : str
    hours : SiteHours
        Labels and weights.
    spans : dict of int to slice
        Places of each period.
    weights : numpy.ndarray
        Hours that each place stands for.
    flows : dict
        By flow and subject (contract or workload; empty for the load).
    """

    site_id: str
    hours: SiteHours
    spans: Mapping[int, slice]
    weights: Floats
    flows: dict[tuple[str, str], Floats] = field(default_factory=dict)

    def mwh(self, flow: str, subject: str, t: int) -> float:
        """Energy of a flow in a period, MWh; 0 where there is none."""
        if (flow, subject) not in self.flows or t not in self.spans:
            return 0.0
        return float(self.flows[flow, subject][self.spans[t]] @ self.weights[self.spans[t]])

    def mwh_within(self, flow: tuple[str, str], window: Window, t: int) -> float:
        """Energy of a flow and subject within a window in a period, MWh; 0 where there is none."""
        if flow not in self.flows or t not in self.spans:
            return 0.0
        span = self.spans[t]
        return float((self.flows[flow][span] * self.hours.window_share(window, t)) @ self.weights[span])


def dispatch_of_sites(m: pyo.ConcreteModel) -> dict[str, SiteDispatch]:
    """Flows of every started site; none where the scenario leaves power out."""
    return {b.site.site_id: _dispatch(b) for b, _ in chosen_sites(m)} if m.instance.has_contracts else {}


def mean_it_mw(b: pyo.Block, t: int) -> float:
    """IT load of the working GPUs of a site in a period, utilisation counted."""
    m = b.model()
    return float(
        sum(
            b.gpus[g].it_kw_per_gpu * m.workloads_by_name[w].utilisation * number(b.serving[g, w, t])
            for g in b.GPUS
            for w in b.WORKLOADS
            if (g, w, t) in b.serving
        )
    )


def volume_factor(hours: SiteHours, ppa: Ppa, t: int) -> Floats:
    """MW that one MW of an agreement yields in the hours of a period."""
    return np.ones(hours.count(t)) if ppa.profile_series is None else hours.values(ppa.profile_series, t)


def dispatch_table(m: pyo.ConcreteModel, sites: Iterable[SiteDispatch]) -> pd.DataFrame:
    """Rows of every period in which something flows at a site, hour by hour; rows of 0 are left out, but for ``load``."""
    columns = list(TABLE_COLUMNS["dispatch"])
    frames = [frame for site in sites if len(frame := _frame(m, site))]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def _dispatch(b: pyo.Block) -> SiteDispatch:
    hours: SiteHours = b.hours
    spans, end = {}, 0
    for t in sorted(b.LOADED):
        spans[t] = slice(end, end + hours.count(t))
        end += hours.count(t)
    weights = np.concatenate([np.empty(0), *(hours.weights(t) for t in spans)])
    loads = [hours.pue(t) * mean_it_mw(b, t) for t in spans]
    site = SiteDispatch(b.site.site_id, hours, spans, weights, {LOAD: _clean(np.concatenate([np.empty(0), *loads]))})
    places = [(t, h) for t in spans for h in range(hours.count(t))]
    for flow, subject, values in _solved_flows(b, places):
        site.flows[flow, subject] = values
    _net_batteries(b, site)
    _net_shifts(b, site)
    for ppa in b.site.ppas:
        if ppa.settlement == "physical":
            site.flows["spilled", ppa.contract_id] = _spilled(b, ppa, site)
    return site


def _solved_flows(b: pyo.Block, places: list[tuple[int, int]]) -> Iterator[tuple[str, str, Floats]]:
    """Flows that are variables of the model, by contract or workload."""
    physical = [ppa.contract_id for ppa in b.site.ppas if ppa.settlement == "physical"]
    batteries = [battery.contract_id for battery in b.site.batteries]
    tariffs, gas = list(b.TARIFFS), list(b.GAS)
    workloads = [workload.name for workload in b.model().instance.workloads]
    named = (
        ("drawn", "drawn_mw", tariffs), ("generated", "gas_drawn_mw", gas),
        ("own_use", "own_use_mw", physical), ("sold", "sold_mw", physical),
        ("charge", "charge_mw", batteries), ("discharge", "discharge_mw", batteries), ("stored", "stored_mwh", batteries),
        ("shed", "shed_mw", workloads), ("shifted_out", "shifted_out_mw", workloads), ("shifted_in", "shifted_in_mw", workloads),
    )
    for flow, component, subjects in named:
        variable = b.component(component)
        if variable is None or not subjects:
            continue
        values = variable.extract_values()
        for subject in subjects:
            yield flow, subject, _clean(np.array([values.get((subject, t, h)) or 0.0 for t, h in places], dtype=np.float64))


def _net_batteries(b: pyo.Block, site: SiteDispatch) -> None:
    """Take what flows in and out of a battery at once off both, where it is no more than the solver's tolerance."""
    for battery in b.site.batteries:
        into, out = (site.flows.get((flow, battery.contract_id)) for flow in ("charge", "discharge"))
        if into is not None and out is not None:
            both = np.minimum(into, out)
            both = np.where(both <= BOTH_AT_ONCE, both, 0.0)
            site.flows["charge", battery.contract_id] = _clean(into - both)
            site.flows["discharge", battery.contract_id] = _clean(out - both)


def _net_shifts(b: pyo.Block, site: SiteDispatch) -> None:
    """Take load that is shifted out of an hour and into it off both: it stays where it is."""
    for workload in b.model().instance.workloads:
        out, into = (site.flows.get((flow, workload.name)) for flow in ("shifted_out", "shifted_in"))
        if out is not None and into is not None:
            both = np.minimum(out, into)
            site.flows["shifted_out", workload.name] = _clean(out - both)
            site.flows["shifted_in", workload.name] = _clean(into - both)


def _spilled(b: pyo.Block, ppa: Ppa, site: SiteDispatch) -> Floats:
    """What is neither used nor sold of an agreement's volume."""
    k = ppa.contract_id
    volumes = [volume_factor(site.hours, ppa, t) * number(b.ppa_mw[k, t]) for t in site.spans]
    volume = np.concatenate([np.empty(0), *volumes])
    return _clean(np.maximum(volume - site.flows["own_use", k] - site.flows["sold", k], 0.0))


def _clean(values: Floats) -> Floats:
    return np.where(np.abs(values) < DUST, 0.0, values)


def _frame(m: pyo.ConcreteModel, site: SiteDispatch) -> pd.DataFrame:
    """Rows of one site by period, hour and flow."""
    used = {t: span for t, span in site.spans.items() if any(values[span].any() for values in site.flows.values())}
    if not used:
        return pd.DataFrame(columns=list(TABLE_COLUMNS["dispatch"]))
    at = np.concatenate([np.arange(span.start, span.stop) for span in used.values()])
    periods = np.repeat([m.calendar.period_label(t) for t in used], [span.stop - span.start for span in used.values()])
    labels = np.array([label for t in used for label in site.hours.labels(t)], dtype=object)
    keys = list(site.flows)
    values = np.array([site.flows[key][at] for key in keys])  # flows by places
    place, flow = np.nonzero((values != 0.0).T | (np.array(keys, dtype=object)[:, 0] == LOAD[0]))
    names = np.array([key[0] for key in keys], dtype=object)
    subjects = np.array([key[1] for key in keys], dtype=object)
    return pd.DataFrame({
        "period": periods.astype(object)[place], "site_id": site.site_id, "hour": labels[place],
        "weight_h": site.weights[at][place], "flow": names[flow], "subject": subjects[flow], "mw": values[flow, place],
    })
