"""The windows of the search by host, the start it takes from an older plan, and the sites that arithmetic leaves out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.core.calendar import Calendar
from optimizer.core.errors import SolverError
from optimizer.core.instance import Instance
from optimizer.model import build
from optimizer.model.data_bounds import DataBounds
from optimizer.model.screening import sites_to_model
from optimizer.solve import SolveSettings, compile_model, solve_compiled
from optimizer.solve.search.goals import solve_goals
from optimizer.solve.search.hosts import host_branches
from optimizer.solve.search.search import _closed_by
from optimizer.solve.search.warm import Warm
from optimizer.solve.search.windows import Window, host_model, rens_neighbourhood
from tests import builders as b
from tests.oracle.generate import random_instance
from tests.oracle.hourly_generate import random_hourly
from tests.solve.models import hard_assignment

EXACT = SolveSettings(gap=0.0)


def _two_sites() -> Instance:
    """Sites a and b whose MW costs 10 and 9 million USD; a month without the run costs 5."""
    places = tuple(b.site(site_id=name, modes=(b.mode(capex_musd_per_mw=usd),)) for name, usd in (("a", 10.0), ("b", 9.0)))
    return b.instance(sites=places, workloads=(b.workload(delay_cost_musd_per_month=5.0),))


def _window(ready: list[float], first: int = 0) -> Window:
    """Window over all twelve periods of site a, with values of its relaxation for the first of them and 1 for the rest."""
    model = build(_two_sites())
    compiled = compile_model(model)
    host = host_model(compiled, host_branches(model, compiled)[0])
    relaxed = np.zeros(len(host.kept))
    relaxed[host.ready] = [*ready, *[1.0] * (len(host.ready) - len(ready))]
    return Window(host, first, host.last, 1.0, relaxed)


def test_a_window_is_split_where_its_relaxation_is_ready_on_average():
    """Not ready for 1 + 0.75 + 0.5 + 0 = 2.25 periods: ready at position 2 or before, or from 3 on."""
    early, late = _window([0.0, 0.25, 0.5]).halves()
    assert (early.first, early.last) == (0, 2)
    assert (late.first, late.last) == (3, 12)


def test_halves_never_leave_the_window():
    """A relaxation ready at once in a window from 4 on: 4 alone, or later; one never ready: all but never, or never."""
    early, late = _window([], first=4).halves()
    assert (early.first, early.last, late.first, late.last) == (4, 4, 5, 12)
    early, late = _window([0.0] * 12).halves()
    assert (early.first, early.last, late.first, late.last) == (0, 11, 12, 12)


def test_a_window_holds_ready_at_0_before_it_and_at_1_after_it():
    """Of twelve periods, a window from 3 to 5 leaves ready free at 3 and 4 alone."""
    window = replace(_window([]), first=3, last=5)
    ready = window.host.ready
    posed = window.posed()
    assert posed.column_upper[ready].tolist() == [0.0] * 3 + [1.0] * 9
    assert posed.column_lower[ready].tolist() == [0.0] * 5 + [1.0] * 7


def test_only_whole_readiness_settles_a_window():
    """Half ready in one period: split; whole everywhere: search."""
    assert not _window([0.0, 0.5]).is_settled()
    assert _window([0.0, 0.0]).is_settled()
    assert replace(_window([0.5]), first=12).is_settled()


def test_around_holds_what_is_whole_and_frees_the_rest():
    """Of the integers only the one at a half may move."""
    window = _window([0.0, 0.5])
    model = rens_neighbourhood(window.host.model, window.relaxed)
    free = np.flatnonzero(model.integrality & (model.column_lower < model.column_upper))
    assert free.tolist() == [int(window.host.ready[1])]


@pytest.mark.parametrize("seed", range(0, 200, 5))
def test_both_methods_agree_on_random_instances(seed):
    """One tree over the whole model, and the search by host: the same optimum, the same verdict."""
    _agree(random_instance(seed))


@pytest.mark.parametrize("seed", range(0, 240, 12))
def test_both_methods_agree_on_random_hourly_instances(seed):
    """The same with power by the hour."""
    _agree(random_hourly(seed))


def _agree(instance: Instance) -> None:
    model = build(instance)
    compiled = compile_model(model)
    whole, hosts = (solve_goals(model, compiled, replace(EXACT, method=method)) for method in ("whole", "hosts"))
    assert whole.status == hosts.status
    if whole.goals:
        assert hosts.goals[-1].value == pytest.approx(whole.goals[-1].value, rel=1e-6, abs=1e-6)
        assert hosts.goals[-1].bound <= hosts.goals[-1].value + 1e-9


@pytest.mark.parametrize(("bound", "gap", "closed"), [(90.0, 0.1, 100.0), (-110.0, 0.1, -100.0), (0.0, 0.1, 0.0), (5.0, 1.0, np.inf)])
def test_what_a_search_near_a_relaxation_has_to_find(bound, gap, closed):
    """100 less a tenth is 90; -100 less a tenth of its size is -110; with a gap of 1 anything will do."""
    assert _closed_by(bound, gap) == pytest.approx(closed)


@pytest.mark.parametrize(("offset", "target", "ended_by"), [(1000.0, 500.0, "time_limit"), (-1000.0, -500.0, "limit")])
def test_a_target_counts_the_constant_of_the_objective(offset, target, ended_by):
    """Plans of some 10 and a constant of 1000 never reach 500; with one of -1000 the first is below -500, and ends the search."""
    posed = replace(hard_assignment(), offset=offset)
    settings = SolveSettings(gap=0.0, time_limit_s=3.0, options=(("objective_target", target),))
    answer = solve_compiled(posed, settings)
    assert answer.stop_reason == ended_by
    assert answer.objective is not None
    assert (answer.objective <= target) == (ended_by == "limit")


def test_a_search_begins_from_the_plan_before_it():
    """A gap of a half lets the first good plan stand: cold that may be any; after an exact solve it is the optimum, site b for 9."""
    model = build(_two_sites())
    compiled = compile_model(model)
    with Warm() as warm:
        solve_goals(model, compiled, EXACT, None, warm)
        start = warm.start(compiled)
        again = solve_goals(model, compiled, SolveSettings(gap=0.5), None, warm)
    assert start is not None
    assert start[compiled.columns_of(model.sites["b"].ready)].tolist() == [1.0] * 12
    assert not start[compiled.columns_of(model.sites["a"].ready)].any()
    assert again.goals[-1].value == pytest.approx(9.0)


def test_a_start_that_fits_no_plan_changes_nothing():
    """The plan of a world in which b was cheaper starts a search in which b cannot grow: site a for 10."""
    asked = _two_sites()
    closed = replace(asked, sites=(asked.sites[0], replace(asked.sites[1], modes=(b.mode(max_it_mw=0.1),))))
    with Warm() as warm:
        for instance in (asked, closed):
            model = build(instance)
            solved = solve_goals(model, compile_model(model), EXACT, None, warm)
    assert solved.goals[-1].value == pytest.approx(10.0)


def test_a_start_that_cannot_be_read_is_refused():
    """Bytes of something else."""
    model = build(_two_sites())
    with Warm(solution=b"no solution") as warm, pytest.raises(SolverError, match="cannot be read"):
        warm.start(compile_model(model))


def _modelled(instance: Instance) -> list[str]:
    calendar = Calendar(instance.horizon.start, instance.horizon.months, instance.horizon.months_per_period)
    return list(sites_to_model(instance, DataBounds(instance, calendar)))


def test_a_site_too_late_for_the_deadline_is_left_out():
    """Site b takes 6 months: out with a deadline after 5, in with 6, in without one, in where it is committed."""
    asked = _two_sites()
    late = b.site(site_id="b", modes=(b.mode(lead_months=6),))
    for deadline, names in ((5, ["a"]), (6, ["a", "b"]), (None, ["a", "b"])):
        workload = b.workload(deadline=deadline)
        assert _modelled(replace(asked, sites=(asked.sites[0], late), workloads=(workload,))) == names
    held = replace(late, is_committed=True)
    assert _modelled(replace(asked, sites=(asked.sites[0], held), workloads=(b.workload(deadline=5),))) == ["a", "b"]


def test_a_site_without_the_firm_mw_by_the_deadline_is_left_out():
    """The run needs 1 MW of IT, 1.3 MW at the peak; the grid gives 1 MW, and 2 MW from month 4 on."""
    ramp = ((0, 1.0), (4, 2.0))
    site = b.site(site_id="b", peak_facility_ratio=1.3, tariffs=(b.tariff(mw_max=2.0, ramp=ramp),))
    asked = replace(_two_sites(), sites=(site,), has_contracts=True)
    for deadline, names in ((3, []), (4, ["b"])):
        assert _modelled(replace(asked, workloads=(b.workload(deadline=deadline),))) == names


@pytest.mark.parametrize("seed", range(2, 200, 9))
def test_leaving_sites_out_changes_no_answer(seed, monkeypatch):
    """With a hard deadline in the middle of the horizon: all sites in the model, or only those that can be ready by it."""
    instance = random_instance(seed)
    deadline = instance.horizon.months // 2
    asked = replace(instance, workloads=tuple(replace(workload, deadline=deadline) for workload in instance.workloads))
    few = build(asked)
    allowed = {site.site_id: site for site in asked.sites if not site.is_forbidden and site.modes}
    monkeypatch.setitem(build.__globals__, "sites_to_model", lambda instance, needs: allowed)
    every = build(asked)
    one, other = (solve_goals(model, compile_model(model), replace(EXACT, method="whole")) for model in (few, every))
    assert one.status == other.status
    if one.goals:
        assert one.goals[-1].value == pytest.approx(other.goals[-1].value, rel=1e-6, abs=1e-6)
