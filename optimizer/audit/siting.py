"""Rules of sites: starts, modes, capacity and cooling (docs/conventions.md, Sites)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.audit.comparison import Comparison, FloatArray
from optimizer.audit.held import reported_commitments
from optimizer.audit.paths import Case, SitePath


def one_start_per_site(case: Case) -> Iterator[Comparison]:
    """A site with rows in ``construction`` is started exactly once; others are not started."""
    for path in case.sites.values():
        row = case.single(path.site.site_id, "1", "starts of the site")
        yield row.equal(path.columns["started"].sum(), 1.0)


def sites_at_most(case: Case) -> Iterator[Comparison]:
    """No more sites are started than the scenario allows, those aside that stand for contracts held as signed alone."""
    if case.instance.sites_at_most is not None:
        started = case.sites.keys() - _open_for_contracts(case)
        yield case.single("", "sites", "started sites").at_most(len(started), case.instance.sites_at_most)


def _open_for_contracts(case: Case) -> set[str]:
    """Sites without GPUs of a workload whose contracts the header says are held; one that is committed counts."""
    hosting = {site_id for (site_id, _, _), gpus in case.allocation.items() if gpus.any()}
    committed = {site.site_id for site in case.instance.sites if site.is_committed}
    return {str(one.get("site_id")) for one in reported_commitments(case)} - hosting - committed


def committed_site(case: Case) -> Iterator[Comparison]:
    """A committed site is started, a forbidden one is not."""
    for site in case.instance.sites:
        row = case.single(site.site_id, "1", "started")
        if site.is_committed:
            yield row.equal(site.site_id in case.sites, 1.0)
        if site.is_forbidden:
            yield row.equal(site.site_id in case.sites, 0.0)


def build_capacity(case: Case) -> Iterator[Comparison]:
    """What is added by a period is at most what lead time, rate and size of the mode let stand by then."""
    for path in case.sites.values():
        mode, clock = path.mode, case.clock
        row = case.row(path.site.site_id, "MW", "IT capacity added until the period")
        allowed = np.zeros(clock.count)
        if path.start < clock.count:
            service = clock.period_at(int(clock.first[path.start]) + mode.lead_months)
            age = clock.first[service:] - service * clock.step
            room = np.full(age.size, mode.max_it_mw - mode.initial_it_mw)
            allowed[service:] = room if mode.mw_per_month is None else np.minimum(room, mode.mw_per_month * (age + clock.step))
        yield row.at_most(np.cumsum(path.added), allowed)


def build_step(case: Case) -> Iterator[Comparison]:
    """Without blocks, no period adds more than the rate of the mode times its months."""
    for path in case.sites.values():
        if path.mode.mw_per_month is not None and path.mode.block_it_mw == 0:
            row = case.row(path.site.site_id, "MW", "IT capacity added in the period")
            yield row.at_most(path.added, path.mode.mw_per_month * case.clock.step)


def block_size(case: Case) -> Iterator[Comparison]:
    """Capacity comes in whole blocks where the mode has blocks."""
    for path in case.sites.values():
        block = path.mode.block_it_mw
        if block > 0:
            row = case.row(path.site.site_id, "MW", "IT capacity added, and the nearest whole blocks")
            yield row.equal(path.added, np.round(path.added / block) * block)


def built_balance(case: Case) -> Iterator[Comparison]:
    """The column ``built_it_mw`` is what stands from the start and what was added."""
    for path in case.sites.values():
        yield case.row(path.site.site_id, "MW", "built_it_mw").equal(path.columns["built_it_mw"], path.built)


def gpus_limit(case: Case) -> Iterator[Comparison]:
    """No more GPUs are online at a site than it can hold."""
    for path in case.sites.values():
        if path.site.max_gpus is not None:
            online = sum((stock.columns["online"] for stock in case.fleet_at(path.site.site_id)), np.zeros(case.clock.count))
            yield case.row(path.site.site_id, "GPUs", "GPUs online").at_most(online, path.site.max_gpus)


def it_capacity(case: Case) -> Iterator[Comparison]:
    """The IT peak of the powered GPUs is at most the IT capacity built."""
    for path in case.sites.values():
        yield case.row(path.site.site_id, "MW", "IT peak").at_most(case.it_peak(path.site.site_id), path.built)


def liquid_capacity(case: Case) -> Iterator[Comparison]:
    """Liquid-cooled GPUs run in an air-cooled mode only on MW equipped for them."""
    for path in case.sites.values():
        if path.mode.cooling == "air":
            row = case.row(path.site.site_id, "MW", "IT peak of liquid-cooled GPUs")
            yield row.at_most(_peak_of(case, path, "liquid"), path.columns["liquid_it_mw"])


def air_capacity(case: Case) -> Iterator[Comparison]:
    """Air-cooled GPUs do not run in a liquid-cooled mode."""
    for path in case.sites.values():
        if path.mode.cooling == "liquid":
            row = case.row(path.site.site_id, "MW", "IT peak of air-cooled GPUs")
            yield row.at_most(_peak_of(case, path, "air"), 0.0)


def liquid_equipped(case: Case) -> Iterator[Comparison]:
    """MW equipped for liquid cooling are built, stay equipped, and exist only in an air-cooled mode that can be equipped."""
    for path in case.sites.values():
        liquid = path.columns["liquid_it_mw"]
        can_equip = path.mode.cooling == "air" and path.mode.liquid_adder_musd_per_mw is not None
        row = case.row(path.site.site_id, "MW", "IT capacity equipped for liquid cooling")
        yield row.at_most(liquid, path.built if can_equip else 0.0)
        yield row.at_least(path.newly_equipped, 0.0)


def _peak_of(case: Case, path: SitePath, cooling: str) -> FloatArray:
    """IT peak of the GPUs of one kind of cooling, MW."""
    stocks = [stock for stock in case.fleet_at(path.site.site_id) if stock.gpu.cooling == cooling]
    return sum((stock.powered_mw for stock in stocks), np.zeros(case.clock.count))
