"""The questions of runs: each as the scenario with its changes, problems of all runs together, and how long they take."""

from dataclasses import replace

import pytest

from optimizer.core.bundled import scenario_path
from optimizer.core.errors import ScenarioError
from optimizer.core.hours import TypicalDays
from optimizer.core.offers import Ppa
from optimizer.scenario import read_scenario
from optimizer.scenario.assemble.instance import assemble
from optimizer.scenario.fill.filling import fill_sites
from optimizer.solve.highs.settings import SolveSettings
from optimizer.solve.search.question_size import Size, size_of
from optimizer.study.engine.progress_tracker import READING, StudyProgress
from optimizer.study.file.definition import Breakpoint, Named, Study
from optimizer.study.runs.designs import Run
from optimizer.study.runs.estimate import memory_a_run_mb, require_time, seconds_a_run, solves_of
from optimizer.study.runs.host_fixed import with_host_fixed
from optimizer.study.runs.questions import MOST_PROBLEMS, Questions, key_of
from tests import builders as b
from tests.model.hand import HURRY
from tests.study.hand import asked, committed

QUICKSTART = scenario_path("quickstart")
SETTINGS = SolveSettings()


def changed(index: int, *overrides: str, fixed: str = "") -> Run:
    return Run(index, f"r{index}", {}, overrides, None, fixed=fixed)


def test_a_question_is_the_scenario_with_its_changes() -> None:
    runs = [changed(0), changed(1, "gpus.H100.price_usd*=2"), changed(2, "gpus.H100.price_usd*=1"), changed(3, fixed="memphis")]
    base, dear, same, held = Questions(QUICKSTART, SETTINGS).ask(runs)
    by_hand = assemble(read_scenario(QUICKSTART, ["gpus.H100.price_usd*=2"], fill_sites))
    assert dear.instance == by_hand
    assert (dear.run, dear.key) == (runs[1], key_of(by_hand, SETTINGS))
    assert same.key == base.key
    assert held.instance == with_host_fixed(base.instance, "memphis")
    assert len({base.key, dear.key, held.key}) == 3


def test_whoever_watches_hears_of_each_run_that_is_read() -> None:
    heard: list[StudyProgress] = []
    Questions(QUICKSTART, SETTINGS, listener=heard.append).ask([changed(0), changed(1, "gpus.H100.price_usd*=2"), changed(2)])
    assert [(at.phase, at.done, at.asked, at.running, at.best_musd) for at in heard] == [(READING, done, 3, 0, None) for done in (1, 2, 3)]


def test_a_key_tells_settings_apart_but_not_titles() -> None:
    instance = b.instance()
    assert key_of(instance, SETTINGS) == key_of(b.instance(title="Another title"), SETTINGS)
    assert key_of(instance, SETTINGS) != key_of(instance, SolveSettings(gap=0.01))


def test_a_great_many_problems_are_counted() -> None:
    runs = [changed(index, f"gpus.H100.price_usd={-1 - index}") for index in range(MOST_PROBLEMS + 12)]
    with pytest.raises(ScenarioError) as raised:
        Questions(QUICKSTART, SETTINGS).ask(runs)
    assert len(raised.value.problems) == MOST_PROBLEMS + 1
    assert raised.value.problems[-1].message == "And 12 more problems in other runs."


def test_size_counts_periods_times_choices() -> None:
    """Three sites of one mode and one tariff and a rental: 7 choices in each of 12 months."""
    instance = asked()
    offers = sum(len(site.modes) + len(site.tariffs) for site in instance.sites)
    assert (offers, len(instance.rentals), instance.horizon.months) == (6, 1, 12)
    assert size_of(instance) == Size(choices=84, hours=0)
    # with 0.2 s for a run and 0.002 s for each choice
    assert seconds_a_run(instance, None) == pytest.approx(0.2 + 0.002 * 84)
    assert memory_a_run_mb(instance) == pytest.approx(300.0 + 0.1 * 84)


def test_size_counts_the_hours_of_offers_by_the_hour() -> None:
    """The first typical day stands until 29 June, the second from 30 June on: 24 hours in each month and 48 in June, 312 in all.

    The site has a tariff and an agreement by the hour: 624 hours, at 0.0008 s each, beside 12 months of a mode, 2 offers and a rental.
    """
    wind = Ppa("wind", None, "wind", "as_produced", "physical", 28.0, "wind", "hub", 0.0, 5.0, 0, 12, 0.0, 0.0)
    days = TypicalDays((0, 200), (0,) * 180 + (200,) * 185)
    (first, *_) = asked().sites
    instance = asked(sites=(replace(first, ppas=(wind,), typical_days=days),))
    assert size_of(instance) == Size(choices=12 * (1 + 2 + 1), hours=2 * 312)
    assert seconds_a_run(instance, None) == pytest.approx(0.2 + 0.002 * 48 + 0.0008 * 624)
    assert memory_a_run_mb(instance) == pytest.approx(300.0 + 0.1 * 48 + 0.025 * 624)


def test_sites_that_cannot_host_in_time_have_no_size() -> None:
    """By the end of the second month b, a month late, is ready and a site of five months of lead is not."""
    late = b.site(site_id="late", modes=(b.mode(lead_months=5),))
    instance = asked(workloads=(replace(HURRY, deadline=2),))
    assert size_of(instance) == size_of(asked())
    assert size_of(replace(instance, sites=(*instance.sites, late))) == size_of(asked())
    assert size_of(replace(asked(), sites=(*asked().sites, late))).choices == 84 + 12 * 2


def test_a_time_limit_bounds_what_a_run_may_take() -> None:
    assert seconds_a_run(asked(), 0.1) == 0.1
    assert seconds_a_run(asked(), 1000.0) == seconds_a_run(asked(), None) < 1000.0


def test_solves_are_counted_with_what_is_held_and_searched() -> None:
    """Base and 2 named runs, each free and with 2 of 3 hosts held; 24 steps: 5 first values, of whose intervals one of 6 is halved 3 times,
    and 2 runs with a host held, none where no host is watched or none can be held; a range of 2 steps has 3 values."""
    search = Breakpoint("f", 0, 24, 1, ("host",))
    study = Study("s", "S", "named", named=(Named("x", "X", ()), Named("y", "Y", ())), regret=True, breakpoints=(search,))
    assert solves_of(study, asked()) == 3 * 3 + 5 + 3 + 2
    assert solves_of(replace(study, breakpoints=(replace(search, watch=("contracts",)),)), asked()) == 3 * 3 + 5 + 3
    assert solves_of(study, committed(asked(), "a")) == 3 * 3 + 5 + 3
    assert solves_of(replace(study, candidates=("a", "b"), breakpoints=()), asked()) == 3 * 2
    assert solves_of(replace(study, candidates=("a",), breakpoints=()), asked()) == 3 * 2  # where another is best, it is held
    assert solves_of(replace(study, regret=False, breakpoints=(replace(search, high=2),)), asked()) == 3 + 3 + 2


def test_time_is_shared_by_the_workers_and_refused_beyond_the_most() -> None:
    """7,200 runs of 2 s: 4 h of one worker, 2 h of two."""
    study = Study("s", "S", "monte_carlo", hours_max=3.0)
    assert require_time(study, 7200, 2.0, 2) == 2.0
    with pytest.raises(ScenarioError, match=r"take about 4\.0 h, more than hours_max = 3\. Lower samples, set a time_limit_s"):
        require_time(study, 7200, 2.0, 1)
