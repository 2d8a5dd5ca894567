"""A decision is held: the workload runs there or nowhere, and what cannot be held is refused."""

from dataclasses import replace

import pytest

from optimizer.core.errors import ScenarioError
from optimizer.study.runs.alternatives import main_host
from optimizer.study.runs.host_fixed import can_hold, hosts_of, require_holdable, require_holdable_in, with_host_fixed
from tests import builders as b
from tests.study.hand import asked, committed, solve


@pytest.mark.parametrize(("host", "cost"), [("a", 5.0), ("b", 30.0), ("c", 60.0), ("cloud", 87.84)])
def test_the_best_plan_at_each_host_is_that_host_s_cost_by_hand(host: str, cost: float) -> None:
    """One MW of IT: 5, 20 and a month late at 10, 60, and 87.84 for a year of the cloud; never ready costs 360."""
    header = solve(with_host_fixed(asked(), host)).header
    assert main_host(header) == host
    assert header["objective_musd"] == pytest.approx(cost, abs=1e-6)


def test_hosts_are_sites_that_are_allowed_and_rentals() -> None:
    instance = asked()
    barred = replace(instance, sites=(replace(instance.sites[0], is_forbidden=True), *instance.sites[1:]))
    assert hosts_of(barred)[:2] == ("b", "c")
    with pytest.raises(ScenarioError, match="'a' is no site or rental"):
        require_holdable(barred, ["a"])


def test_held_at_a_site_that_its_run_closes_the_workload_runs_nowhere() -> None:
    """A study asks a in every run, also in the one that forbids it: never ready costs 360, and with a deadline there is no plan."""
    barred = replace(asked(), sites=(replace(asked().sites[0], is_forbidden=True), *asked().sites[1:]))
    plan = solve(with_host_fixed(barred, "a"))
    assert (main_host(plan.header), plan.header["objective_musd"]) == ("", pytest.approx(360.0))
    due = replace(barred, workloads=(replace(barred.workloads[0], deadline=3),))
    assert solve(with_host_fixed(due, "a")).status == "infeasible"


def test_beside_another_goal_costs_are_not_compared() -> None:
    """Earliest first, the best plan may cost more than one held elsewhere: c at once for 60 where b comes a month late for 30."""
    dear = replace(asked(), sites=asked().sites[1:], rentals=(), goals=("earliest", "min_cost"))
    assert not can_hold(dear)
    with pytest.raises(ScenarioError, match="by cost alone; the scenario's goals are earliest, min_cost"):
        require_holdable(dear, ["b"])


def test_every_host_that_cannot_be_held_is_named_at_once() -> None:
    with pytest.raises(ScenarioError) as raised:
        require_holdable(asked(), ["a", "cluod", "dd"])
    assert len(raised.value.problems) == 2
    assert "did you mean 'cloud'?" in raised.value.problems[0].message


def test_beside_a_committed_site_nothing_else_is_held() -> None:
    instance = committed(asked(), "c")
    require_holdable(instance, ["c"])
    assert can_hold(asked())
    assert not can_hold(instance)
    with pytest.raises(ScenarioError, match="c is committed and may host instead of a"):
        with_host_fixed(instance, "a")


def test_a_committed_rental_too_small_to_host_is_in_nobody_s_way() -> None:
    small = b.rental(name="small", committed_gpus=100, largest_cluster_gpus=100)
    large = b.rental(name="large", committed_gpus=5000, largest_cluster_gpus=5000)
    require_holdable(asked(rentals=(small,)), ["a"])
    with pytest.raises(ScenarioError, match="large is committed"):
        require_holdable(asked(rentals=(large,)), ["a"])


def test_several_workloads_are_refused() -> None:
    instance = asked()
    two = replace(instance, workloads=(*instance.workloads, replace(instance.workloads[0], name="other")))
    with pytest.raises(ScenarioError, match="the scenario has 2"):
        with_host_fixed(two, "a")


def test_a_run_in_which_nothing_can_be_held_is_told_before_the_first() -> None:
    """A run that commits c, and one of another goal; one that closes a is none of them."""
    closed = replace(asked(), sites=(replace(asked().sites[0], is_forbidden=True), *asked().sites[1:]))
    require_holdable_in([("base", asked()), ("closed", closed)], ["a", "b"])
    early = replace(asked(), goals=("earliest", "min_cost"))
    with pytest.raises(ScenarioError) as raised:
        require_holdable_in([("base", asked()), ("signed", committed(asked(), "c")), ("early", early)], ["a", "b"])
    told = [problem.message for problem in raised.value.problems]
    assert [text.split("(In run ")[1] for text in told] == ["signed.)", "signed.)", "early.)"]
