"""Rules of interruptible service: called hours, what rides them through, and conversion to firm (docs/conventions.md, Power)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.audit.comparison import Comparison, FloatArray
from optimizer.audit.paths import Case, TariffPath
from optimizer.audit.power import delivered_mw, facility_peak, load_mw, sites, total
from optimizer.core.instance import Site


def called_hours(case: Case) -> Iterator[Comparison]:
    """In a called hour interruptible offers deliver nothing, in any other at most the load and what is stored."""
    for path in case.tariffs:
        if path.tariff.kind == "interruptible" and path.tariff.called_series is not None:
            power = case.power[path.site.site_id]
            left = 1.0 - power.hours.value(path.tariff.called_series)
            row = power.row("MW", f"{path.tariff.contract_id}: MW drawn of those not called")
            yield row.at_most(delivered_mw(case, path), left * power.hourly(path.columns["contracted_mw"]))
    for site in _interruptible(case):
        yield from _called_together(case, site)


def called_adequacy(case: Case) -> Iterator[Comparison]:
    """A site with an interruptible offer rides called hours through: on other MW, batteries and load that may be shed."""
    for site in _interruptible(case):
        cover = total(case, [path.columns["cover_mw"] for path in case.batteries if path.site is site])
        sheddable = total(
            case,
            [
                workload.flexible_fraction * site.peak_facility_ratio * case.it_mw(site.site_id, workload.name)
                for workload in case.instance.workloads
            ],
        )
        needed = facility_peak(case, site) * (1.0 + case.instance.reserve_fraction)
        row = case.row(site.site_id, "MW", "MW in called hours, with batteries and load that may be shed")
        yield row.at_least(_uncalled(case, site) + cover + sheddable, needed)


def strict_adequacy(case: Case) -> Iterator[Comparison]:
    """Workloads that accept no interruption have MW that are never called."""
    for site in _interruptible(case):
        strict = [case.it_mw(site.site_id, each.name) for each in case.instance.workloads if not each.accepts_interruptible]
        needed = site.peak_facility_ratio * (1.0 + case.instance.reserve_fraction) * total(case, strict)
        row = case.row(site.site_id, "MW", "MW that are never called, for workloads that accept no interruption")
        yield row.at_least(_uncalled(case, site), needed)


def conversion(case: Case) -> Iterator[Comparison]:
    """An interruptible service begins before the firm one that it converts to, which takes over the MW whose term still runs."""
    for path in case.tariffs:
        for other in case.tariffs:
            if other.site is path.site and other.tariff.contract_id == path.tariff.converts_to and other.begin < case.clock.count:
                row = case.single(path.site.site_id, "1", f"{path.tariff.contract_id}: begins once the firm service has")
                yield row.at_most(float(path.begin >= other.begin), 0.0)
                over = case.row(path.site.site_id, "MW", f"{other.tariff.contract_id}: MW taken over from {path.tariff.contract_id}")
                yield over.at_least(other.columns["contracted_mw"], _still_bound(case, path, other.begin))


def _still_bound(case: Case, path: TariffPath, since: int) -> FloatArray:
    """MW of an interruptible service whose term still runs, in the periods from its conversion on; none where it was left before."""
    bound = np.zeros(case.clock.count)
    if path.columns["exits"][:since].any():
        return bound
    for period in range(min(since, case.clock.count)):
        term = path.tariff.term_months
        after = case.clock.count if term is None else case.clock.period_at(int(case.clock.first[period]) + term)
        bound[since:after] += path.added_mw[period]
    return bound


def _called_together(case: Case, site: Site) -> Iterator[Comparison]:
    """What offers with the same called hours deliver together, where any hour is called."""
    power, drawn = case.power[site.site_id], dict[str, FloatArray]()
    for path in case.tariffs:
        name = path.tariff.called_series
        if path.site is site and path.tariff.kind == "interruptible" and name is not None:
            drawn[name] = drawn.get(name, 0.0) + delivered_mw(case, path)
    for name, delivered in drawn.items():
        called = power.hours.value(name)
        most = (1.0 - called) * load_mw(case, site) + power.total("charge")
        row = power.row("MW", f"MW drawn together when not called ({name}), of the load and charging")
        yield row.at_most(np.where(called > 0.0, delivered, 0.0), most)


def _interruptible(case: Case) -> list[Site]:
    """Sites in use that have an interruptible offer."""
    if not case.instance.has_contracts:
        return []
    return [site for site in sites(case) if any(tariff.kind == "interruptible" for tariff in site.tariffs)]


def _uncalled(case: Case, site: Site) -> FloatArray:
    """MW that are never called: contracted ones of other tariffs, and firm ones of on-site gas."""
    tariffs = [path.columns["contracted_mw"] for path in case.tariffs if path.site is site and path.tariff.kind != "interruptible"]
    return total(case, tariffs + [path.columns["firm_mw"] for path in case.gas if path.site is site])
