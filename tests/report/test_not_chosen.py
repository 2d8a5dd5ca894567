"""Why sites and rentals were not chosen: against plans that are made to use them, and by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from optimizer.explain.not_chosen import NOT_SEARCHED, not_chosen
from optimizer.report.summary import summary_text
from optimizer.solve.highs.settings import SolveSettings
from optimizer.workflow.whole_way import solve_instance
from tests import builders as b
from tests.report import sample

# halls of 1 MW at 10, 12 and 9 million USD a MW, the last ready only after the deadline; a rental of 8,784 h at 3 USD: 26.352
CHEAP, DEAR = (b.site(site_id=name, modes=(b.mode(capex_musd_per_mw=musd),)) for name, musd in (("cheap", 10.0), ("dear", 12.0)))
LATE = b.site(site_id="late", modes=(b.mode(capex_musd_per_mw=9.0, lead_months=8),))
NO = b.site(site_id="no", is_forbidden=True)
CLOUD = b.rental(name="cloud", usd_per_gpu_hour=3.0, gpus_min=1000, gpus_max=1000, min_months=12)


def _asked(**changes):
    work = b.workload(gpus_h100e=1000.0, deadline=3, delay_cost_musd_per_month=5.0)
    return b.instance(**{"sites": (CHEAP, DEAR, LATE, NO), "rentals": (CLOUD,), "workloads": (work,), "sites_at_most": 1, **changes})


def test_each_says_what_was_proven_of_it():
    instance = _asked()
    plan = solve_instance(instance, SolveSettings(gap=0.0))
    told = {row["place"]: row for row in plan.header["not_chosen"]}
    assert list(told) == ["dear", "late", "no", "cloud"]
    for place, others in (("dear", (DEAR,)), ("cloud", ())):
        forced = solve_instance(replace(instance, sites=others, rentals=(CLOUD,) if place == "cloud" else ()), SolveSettings(gap=0.0))
        true = forced.header["objective_musd"] - plan.header["objective_musd"]
        assert 0.0 < told[place]["dearer_musd"] <= true + 1e-6
        assert told[place]["says"].startswith("at least ")
    assert told["dear"]["dearer_musd"] == pytest.approx(2.0)  # 12 less 10: nothing else differs
    assert told["late"]["says"] == "no plan with it can be ready in time; ready from 2024-09 at the earliest; too late by hall"
    assert told["no"]["says"] == "forbidden by the scenario"
    text = summary_text(plan)
    assert "Not chosen\n  dear: at least 2 million USD dearer; ready from 2024-01 at the earliest\n" in text


@pytest.mark.parametrize(("bound", "dearer", "says"), [
    (112.5, 12.5, "at least 12.5 million USD dearer"),
    (97.0, -3.0, "may be as cheap: proven only to be no more than 3 million USD cheaper"),
    (math.inf, None, "no plan with it meets all that is asked"),
    (-math.inf, None, NOT_SEARCHED),
])
def test_a_bound_in_words(bound, dearer, says):
    hosts = (("cheap hopper", 100.0), ("dear hopper", bound), ("dear blackwell", max(bound, 120.0)))
    row = next(row for row in not_chosen(_asked(), ["cheap"], hosts, 100.0) if row["place"] == "dear")
    assert row["dearer_musd"] == dearer
    assert row["says"] == f"{says}; ready from 2024-01 at the earliest"


def test_without_a_search_by_place_nothing_is_said_to_be_known():
    row = not_chosen(_asked(), ["cheap"], (), 100.0)[0]
    assert row["says"].startswith(NOT_SEARCHED)
    several = replace(_asked(), goals=("earliest", "min_cost"))
    said = not_chosen(several, ["cheap"], (("dear hopper", math.inf),), 100.0)[0]["says"]
    assert said.startswith("no plan with it meets all that is asked and does as well by the goals before cost")


def test_of_many_the_nearest_are_named_first():
    rows = [{"place": f"s{musd}", "dearer_musd": float(musd), "says": f"at least {musd} million USD dearer"} for musd in range(10, 0, -1)]
    text = summary_text(sample.plan(not_chosen=rows))
    assert "Not chosen\n  s1: at least 1 million USD dearer\n  s2:" in text
    assert "  and 4 more (plan.json, not_chosen)\n" in text


def test_limits_are_asked_of_one_family_of_gpus():
    # 1,000 small GPUs come at once and ask for 1 MW, which the hall has in its eighth month. 500 large ones ask for half of it, which
    # it has in its fourth, and come in month 9. Each limit alone is kept in time by one of them.
    small, large = (b.gpu(name=name, family=name, **more) for name, more in
                    (("small", {}), ("large", {"h100_equivalents": 2.0, "supply": ((9, 1000.0),)})))
    hall = b.site(site_id="slow", modes=(b.mode(mw_per_month=0.125),))
    work = b.workload(accepts=("small", "large"), deadline=5, delay_cost_musd_per_month=5.0)
    instance = _asked(sites=(CHEAP, hall), gpus=(small, large), workloads=(work,))
    slow = not_chosen(instance, ["cheap"], (("cheap small", 100.0),), 100.0)[0]
    assert (slow["earliest"], slow["fails"], slow["family"]) == ("2024-08", ["hall"], "small")
    assert slow["says"] == "no plan with it can be ready in time; ready from 2024-08 at the earliest, with small; too late by hall"
    # A rental of 10 GPUs has no date at all.
    tiny = not_chosen(replace(instance, rentals=(replace(CLOUD, gpus_max=10, gpus_min=0, largest_cluster_gpus=10),)), ["cheap"],
                      (("cheap small", 100.0),), 100.0)[-1]
    assert tiny["says"] == "it cannot host the workload: it has too few GPUs, or no hall"


def test_of_several_workloads_the_one_that_was_searched_is_named():
    # The search is by hosts of the larger run: a plan with the smaller one at "dear" may be only a little dearer.
    small = b.workload(name="tune", gpus_h100e=10.0)
    large = replace(_asked().workloads[0], name="train")
    instance = _asked(workloads=(small, large), sites_at_most=2)
    row = not_chosen(instance, ["cheap"], (("cheap hopper", 100.0), ("dear hopper", 112.5)), 100.0)[0]
    assert row["says"] == ("with train there: at least 12.5 million USD dearer; ready from 2024-01 at the earliest; "
                           "with tune there: not searched")
    forced = solve_instance(replace(instance, sites=(CHEAP, DEAR, NO)), SolveSettings(gap=0.0))
    told = {row["place"]: row["says"] for row in forced.header["not_chosen"]}
    assert told["no"] == "forbidden by the scenario"
    assert told["dear"].startswith("with train there: at least ")
