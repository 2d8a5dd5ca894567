"""What is solved beside a plan, worked out by hand on the three sites and the cloud of ``tests.study.hand``."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.core.errors import AuditError
from optimizer.plan.plan import Plan
from optimizer.study.runs.solve_alternatives import AUDIT_FAILED, NOT_ASKED, Alternatives, solve_alternatives
from tests import builders as b
from tests.model.hand import HURRY, musd
from tests.study.hand import all_beside, asked, committed, named, rows, solve


def test_all_that_stands_beside_a_plan():
    held = all_beside(asked())
    told = [(row.name, row.status, row.ready, row.site, row.mw, row.gpus) for row in held.rows]
    assert told == [
        ("next_site", "optimal", "2024-02", "b", 1.0, 1000.0),
        ("next_site_2", "optimal", "2024-01", "c", 1.0, 1000.0),
        ("rent_only", "optimal", "2024-01", "cloud", 0.0, 0.0),
        ("half_size", "optimal", "2024-01", "a", 0.5, 500.0),
        ("do_nothing", "optimal", "never", "none", 0.0, 0.0),
    ]
    cash = [20.0, 60.0, 87.84, 2.5, 0.0]  # 20 · 1, 60 · 1, 0.01 · 8,784, 5 · 0.5
    time = [10.0, 0.0, 0.0, 0.0, 360.0]  # 1 · 10; (12 + 24) · 10
    assert [row.cash_cost_musd for row in held.rows] == [musd(value) for value in cash]
    assert [row.value_of_time_musd for row in held.rows] == [musd(value) for value in time]
    assert [row.objective_musd for row in held.rows] == [musd(c + t) for c, t in zip(cash, time, strict=True)]
    assert held.is_complete
    assert held.instance_sha256 == asked().sha256()
    assert [row.what for row in held.rows] == ["Without a", "Without a and b", "Rent only", "Half the size", "Do nothing"]


def test_doing_nothing_under_a_deadline_is_infeasible_and_is_told_without_it_too():
    held = rows(asked(workloads=(replace(HURRY, deadline=3),)))
    assert held["do_nothing"].status == "infeasible"
    assert held["do_nothing"].objective_musd is None
    assert held["do_nothing_no_deadline"].what == "Do nothing, deadlines lifted"
    assert held["do_nothing_no_deadline"].value_of_time_musd == musd(360.0)


def test_where_no_rental_is_large_enough_renting_only_is_not_asked():
    held = rows(asked(rentals=(b.rental(largest_cluster_gpus=999),)))["rent_only"]
    assert (held.status, held.objective_musd, held.seconds) == (NOT_ASKED, None, 0.0)
    assert "no rental is large enough" in held.what
    assert rows(asked(rentals=(b.rental(largest_cluster_gpus=1000),)))["rent_only"].status == "optimal"


def test_a_plan_that_rents_has_the_next_host_without_that_offer():
    # 5 USD per GPU-hour: 43.92 musd, less than the 60 of c; without the cloud only c is left
    only = asked(sites=asked().sites[2:], rentals=(b.rental(usd_per_gpu_hour=5.0),))
    held = rows(only)
    assert (held["next_site"].what, held["next_site"].site) == ("Without cloud", "c")
    assert held["next_site"].objective_musd == musd(60.0)
    assert (held["next_site_2"].what, held["next_site_2"].ready) == ("Without cloud and c", "never")
    assert held["next_site_2"].objective_musd == musd(360.0)


def test_without_a_next_host_there_is_no_next_but_one():
    due = replace(HURRY, deadline=3)
    alone = rows(asked(sites=asked().sites[:1], rentals=(), workloads=(due,)))
    assert alone["next_site"].status == "infeasible"
    assert "next_site_2" not in alone


def test_a_plan_that_runs_nowhere_has_no_host_to_do_without():
    cheap = replace(HURRY, delay_cost_musd_per_month=0.1)  # never: 3.6 musd, less than the 5 of a
    held = rows(asked(workloads=(cheap,)))
    assert held["next_site"].status == NOT_ASKED
    assert "nowhere" in held["next_site"].what
    assert "next_site_2" not in held


def test_what_is_committed_stays():
    held = rows(committed(asked(), "a"))
    assert (held["next_site"].what, held["next_site"].status) == ("Without a (a is committed)", NOT_ASKED)
    assert "next_site_2" not in held
    assert [held[name].objective_musd for name in ("rent_only", "do_nothing")] == [musd(5.0), musd(5.0)]
    assert held["do_nothing"].what == "Nothing beyond the committed sites"
    assert held["rent_only"].what == "Rent only, beside the committed sites"


def test_a_committed_next_host_is_not_done_without():
    # c is committed and free until it is built: b (20 + 10 late) is the host, not c (60); without b it is c
    sites = (asked().sites[1], replace(asked().sites[2], is_committed=True))
    held = rows(asked(sites=sites))
    assert held["next_site"].site == "c"
    assert (held["next_site_2"].what, held["next_site_2"].status) == ("Without b and c (c is committed)", NOT_ASKED)


def test_a_committed_rental_stays_and_its_rent_is_owed_by_doing_nothing():
    held = rows(asked(rentals=(b.rental(committed_gpus=100, usd_per_gpu_hour=10.0),)))["do_nothing"]
    assert held.cash_cost_musd == musd(0.0)
    assert held.objective_musd == musd(360.0 + 8.784)  # 100 GPUs at 10 USD for 8,784 h


def test_the_main_workload_is_the_largest():
    small = replace(HURRY, name="small", gpus_h100e=500.0, accepts=("H100",))
    limited = tuple(replace(site, max_gpus=1000.0) for site in asked().sites)
    # a takes 1,000 (5 musd), the small one is at b (20 · 0.5 + 10 late): without a, the large one at b (30) and the small at c (30)
    held = rows(asked(sites=limited, rentals=(), workloads=(small, HURRY)))
    assert held["next_site"].what == "Without a"
    assert held["next_site"].objective_musd == musd(60.0)
    assert held["next_site"].site == "b and c"
    assert held["next_site"].ready == "2024-01 and 2024-02"


@pytest.mark.parametrize("how", ["between searches", "within a search"])
def test_ctrl_c_keeps_what_is_done(how):
    def interrupted(what, instance):
        plan = solve(instance)
        if what != "Rent only":
            return plan
        if how == "between searches":
            raise KeyboardInterrupt
        return Plan({**plan.header, "stopped_by": "interrupted"}, plan.tables)

    held = solve_alternatives(asked(), solve(asked()), interrupted)
    assert [row.name for row in held.rows] == ["next_site", "next_site_2"]
    assert not held.is_complete


def test_a_plan_that_fails_its_audit_is_a_row_without_numbers():
    def failing(what, instance):
        if what in ("Without a", "Half the size"):
            raise AuditError("a dollar is missing")
        return solve(instance)

    held = {row.name: row for row in solve_alternatives(asked(), solve(asked()), failing).rows}
    assert (held["half_size"].status, held["half_size"].objective_musd, held["half_size"].site) == (AUDIT_FAILED, None, "")
    assert held["next_site"].status == AUDIT_FAILED
    assert "next_site_2" not in held
    assert held["do_nothing"].status == "optimal"


def test_every_row_is_handed_on_as_soon_as_it_is_there():
    seen: list[Alternatives] = []
    held = solve_alternatives(asked(), solve(asked()), named, seen.append)
    assert [len(so_far.rows) for so_far in seen] == [1, 2, 3, 4, 5]
    assert not any(so_far.is_complete for so_far in seen)
    assert seen[-1].rows == held.rows
