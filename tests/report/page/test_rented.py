"""The report of a plan that builds nothing and rents all it needs."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from optimizer.report.page.case import ReportCase
from optimizer.report.page.page import report_html
from optimizer.report.page.ramp_figures import gpu_figure, mw_figure
from optimizer.report.workbook import workbook
from optimizer.solve import SolveSettings
from optimizer.workflow.whole_way import solve_instance
from tests import builders as b
from tests.report.page.cases import asked, case


@cache
def _rented() -> ReportCase:
    """The question of ``asked`` where nothing may be built and the cloud is cheap."""
    own = asked()
    sites = tuple(replace(site, is_forbidden=True) for site in own.sites)
    instance = replace(own, sites=sites, rentals=(b.rental(usd_per_gpu_hour=1.0, gpus_min=1000),), has_budget=False, purses=())
    return ReportCase(instance, solve_instance(instance, SolveSettings()), None, "rented")


def test_it_has_a_page_and_a_workbook():
    header = _rented().header
    assert (header["sites"], [row["name"] for row in header["rentals"]]) == ([], ["cloud"])
    page = report_html(_rented())
    assert "Build nothing." in page
    assert "Rent" in page
    assert len(workbook(_rented().instance, _rented().plan)) > 10_000


def test_gpus_rented_are_drawn_and_no_mw():
    drawn = gpu_figure(_rented())
    assert "rented" in drawn
    assert "delivered so far" not in drawn
    assert mw_figure(_rented()) == ""


def test_gpus_are_at_work_in_the_periods_in_which_their_workload_is_ready():
    allocation = [("2024-01", "a", "H100", "train", 70.0), ("2024-02", "a", "H100", "train", 90.0), ("2024-02", "a", "H100", "other", 8.0)]
    serving = [("2024-01", "train", "a", "hopper", 70.0, 0), ("2024-02", "train", "a", "hopper", 90.0, 1)]
    made = case(allocation=allocation, workloads=serving)
    drawn = gpu_figure(made)
    assert '<td class="number">90</td>' in drawn
    assert '<td class="number">70</td>' not in drawn
    assert '<td class="number">98</td>' not in drawn
    assert gpu_figure(case(allocation=allocation)) == ""
