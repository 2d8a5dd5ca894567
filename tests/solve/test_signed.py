"""Power contracts held as an earlier plan signed them, with costs worked out by hand.

One site of 1 MW, 2024 month by month, nothing discounted. A month not ready costs 10 musd, never to be ready 360. The tariff takes
10 USD per kW and month of billed demand, 60 % of the contracted MW at least: 0.01 musd a month in use, 0.006 unused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from optimizer.audit import audit
from optimizer.core.errors import AuditError
from optimizer.core.instance import Instance
from optimizer.core.offers import Tariff
from optimizer.model import build
from optimizer.plan.plan import Plan
from optimizer.report.summary import summary_text
from optimizer.solve import SolveSettings, compile_model
from optimizer.solve.search.committed import NOT_HELD, kept_open
from optimizer.solve.search.committed_contract import CommittedContract, contracts_as_json
from optimizer.solve.search.hosts import host_branches
from optimizer.solve.search.warm import Warm
from optimizer.study.runs.signing import contracts_of
from optimizer.workflow import whole_way as workflow
from optimizer.workflow.whole_way import solve_instance
from tests import builders as b
from tests import rich_power
from tests.model.hand import HURRY, musd
from tests.verify import hourly

TAKE, USED = 0.006, 0.01
METHODS = ("hosts", "whole")


def tariff(**changes: Any) -> Tariff:
    return b.tariff(**{"demand_usd_per_kw_month": 10.0, "min_take_fraction": 0.6, **changes})


def asked(late: int | None = None, **changes: Any) -> Instance:
    """GPUs that come ``late`` months after the begin: in their month all of them, before it none."""
    gpu = b.gpu() if late is None else b.gpu(supply=((late, 1000.0), (late + 1, 0.0)))
    return b.instance(**{"sites": (b.site(tariffs=(tariff(),)),), "workloads": (HURRY,), "gpus": (gpu,), **changes})


def solve(instance: Instance, signed: tuple[CommittedContract, ...] = (), method: str = "hosts") -> Plan:
    return solve_instance(instance, replace(SolveSettings(gap=0.0), method=method), signed=signed)


def signed_in(instance: Instance) -> tuple[CommittedContract, ...]:
    return contracts_of(solve(instance), instance)


GRID = CommittedContract("a", "grid", "firm", "2024-01", tuple((f"2024-{month:02d}", 1.0) for month in range(1, 13)))


def test_a_plan_signs_what_its_tables_say() -> None:
    assert signed_in(asked()) == (GRID,)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("late", [0, 3, 11])
def test_late_gpus_cost_the_take_or_pay_of_the_months_they_are_late(late: int, method: str) -> None:
    """Knowing it, the contract begins with the GPUs; signed, it takes 60 % of its MW until they come."""
    knowing, held = solve(asked(late), method=method), solve(asked(late), (GRID,), method)
    assert knowing.header["objective_musd"] == musd(10.0 * late + USED * (12 - late))
    assert held.status == "optimal"
    assert held.header["objective_musd"] == musd(10.0 * late + USED * (12 - late) + TAKE * late)
    assert list(held.tables["power"]["contracted_mw"]) == pytest.approx([1.0] * 12, abs=1e-5)
    assert audit(asked(late), held).passed


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("deadline", [None, 5])
def test_a_rental_wins_while_the_signed_contract_bills(deadline: int | None, method: str) -> None:
    """GPUs never come: the cluster is rented at 10 USD an hour, 87.84 musd, and twelve months of take-or-pay are owed all the same.

    With a deadline the site cannot host in time: free of contracts it would be no part of the model.
    """
    cloud = b.rental(usd_per_gpu_hour=10.0)
    late = asked(12, rentals=(cloud,), workloads=(replace(HURRY, deadline=deadline),))
    knowing, held = solve(late, method=method), solve(late, (GRID,), method)
    assert knowing.header["objective_musd"] == musd(87.84)
    assert held.header["objective_musd"] == musd(87.84 + 12 * TAKE)
    assert ([site["site_id"] for site in held.header["sites"]], held.header["rentals"][0]["name"]) == (["a"], "cloud")
    assert audit(late, held).passed


def test_a_site_that_holds_a_contract_stays_in_every_branch() -> None:
    """Of two sites the one without a contract leaves the branches of the other, of the cloud and of no host."""
    places = (b.site(tariffs=(tariff(),)), b.site(site_id="b"))
    model = build(kept_open(asked(sites=places, rentals=(b.rental(),)), (GRID,)))
    compiled = compile_model(model)
    of = {site_id: compiled.columns_of(model.sites[site_id].is_begun) for site_id in "ab"}
    gone = {branch.name: [bool(branch.zero[of[site_id]].all()) for site_id in "ab"] for branch in host_branches(model, compiled)}
    assert gone == {"a hopper": [False, True], "b hopper": [False, False], "cloud": [False, True], "no host": [False, True]}


@pytest.mark.parametrize(("exit_musd", "price"), [(0.01, TAKE + 0.01), (100.0, 12 * TAKE)])
def test_a_contract_may_be_left_as_its_terms_say_and_not_otherwise(exit_musd: float, price: float) -> None:
    """GPUs never come. After one month of take-or-pay it is left for 0.01 musd; for 100 it is kept, with all its MW."""
    leaving = (b.site(tariffs=(tariff(term_months=12, exit_musd=exit_musd),)),)
    contracts = signed_in(asked(sites=leaving))
    assert contracts == (GRID,)
    assert solve(asked(12, sites=leaving), contracts).header["objective_musd"] == musd(360.0 + price)


def test_rented_units_stay_for_their_least_stay() -> None:
    """A unit of 1 MW at 1 USD per kW and month, four months at least: signed for nothing it is given back after four."""
    gas = b.gas(unit_mw=1.0, rent_usd_per_kw_month=1.0, min_months=4)
    places = (b.site(tariffs=(), onsite_gas=(gas,)),)
    (contract,) = signed_in(asked(sites=places))
    assert (contract.kind, contract.begin, contract.units) == ("onsite_gas", "2024-01", tuple((label, 1.0) for label, _ in GRID.mw))
    assert solve(asked(12, sites=places), (contract,)).header["objective_musd"] == musd(360.0 + 4 * 0.001)


def test_bought_units_are_no_signature() -> None:
    gas = b.gas(unit_mw=1.0, rent_usd_per_kw_month=None, buy_usd_per_kw=100.0)
    assert signed_in(asked(sites=(b.site(tariffs=(), onsite_gas=(gas,)),))) == ()


def test_units_that_come_and_go_are_counted_as_they_come() -> None:
    """Units 2, 1, 3: two came first, and two more in the third month."""
    plan = solve(asked(sites=(b.site(tariffs=(), onsite_gas=(b.gas(unit_mw=1.0),)),)))
    power = plan.tables["power"].head(3).assign(units=[2.0, 1.0, 3.0])
    (contract,) = contracts_of(Plan(plan.header, {**plan.tables, "power": power}), asked())
    assert [units for _, units in contract.units] == [2.0, 2.0, 4.0]


def test_to_hold_what_a_plan_signs_of_itself_costs_nothing() -> None:
    """Every form of power at once: tariffs that convert and end, gas, power purchase agreements; solved to the same least cost."""
    instance = replace(rich_power.instance(), goals=("min_cost",))
    settings = SolveSettings(gap=1e-6)
    free = solve_instance(instance, settings)
    contracts = contracts_of(free, instance)
    assert {contract.kind for contract in contracts} >= {"ppa"}
    held = solve_instance(instance, settings, signed=contracts)
    assert held.header["objective_musd"] == pytest.approx(free.header["objective_musd"], rel=1e-5)
    assert {(one.name, one.begin) for one in contracts} <= {(one.name, one.begin) for one in contracts_of(held, instance)}
    kept = {one.name: dict(one.mw) for one in contracts_of(held, instance)}
    ppas = [one for one in contracts if one.kind == "ppa"]
    assert all(abs(kept[one.name][one.begin] - one.mw[0][1]) < 1e-5 for one in ppas)


def test_an_agreement_is_held_to_its_mw_and_not_only_at_least() -> None:
    """The first agreement that the plan signs, with a tenth less: the plan would take more of it, and may not."""
    instance = replace(rich_power.instance(), goals=("min_cost",))
    free = solve_instance(instance, SolveSettings(gap=1e-6))
    contract = next(one for one in contracts_of(free, instance) if one.kind == "ppa")
    less = replace(contract, mw=tuple((label, 0.9 * mw) for label, mw in contract.mw))
    held = solve_instance(instance, SolveSettings(gap=1e-6), signed=(less,))
    now = next(one for one in contracts_of(held, instance) if one.name == contract.name)
    assert (now.begin, now.mw[0][1]) == (contract.begin, pytest.approx(0.9 * contract.mw[0][1], abs=1e-5))
    for other in (contract, replace(contract, mw=tuple((label, 0.8 * mw) for label, mw in contract.mw))):
        report = audit(instance, Plan({**held.header, "signed": contracts_as_json((other,))}, held.tables))
        assert {violation.rule for violation in report.violations} == {"held"}


def test_a_plan_that_does_not_hold_what_it_should_fails_its_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    """GPUs three months late, and nothing held: the plan would begin its contract with them."""
    monkeypatch.setattr(workflow, "fix_contracts", lambda model, compiled, signed: compiled)
    with pytest.raises(AuditError, match="grid, held from 2024-01: begins in that period"):
        solve(asked(3), (GRID,))


GAS = CommittedContract("a", "gas", "onsite_gas", "2024-01", (("2024-01", 20.0),), (("2024-01", 2.0),))


@pytest.mark.parametrize(("changes", "contract", "why"), [
    ({"sites": (b.site(is_forbidden=True),)}, GRID, "its site cannot be had"),
    ({"sites": (b.site(site_id="b"),)}, GRID, "its site cannot be had"),
    ({"sites": (b.site(tariffs=(tariff(contract_id="other"),)),)}, GRID, "it is not on offer"),
    ({"has_contracts": False}, GRID, "it is not on offer"),
    ({"horizon": b.horizon(start="2024-02")}, GRID, "2024-01, its begin, is no period of this question"),
    ({"sites": (b.site(tariffs=(tariff(ramp=((3, 5.0),)),)),)}, GRID, "it was signed to begin in 2024-01, and cannot begin then"),
    ({"sites": (b.site(tariffs=(tariff(ramp=((0, 0.5), (4, 5.0))),)),)}, GRID,
     "1.0 MW were signed for 2024-01, and 0.5 MW are on offer then"),
    ({"sites": (b.site(onsite_gas=(b.gas(units_max=1),)),)}, GAS, "2 units were signed, and 1 are on offer"),
])
def test_what_cannot_be_held_is_told_and_never_freed(changes: dict[str, Any], contract: CommittedContract, why: str) -> None:
    plan = solve(asked(**changes), (contract,))
    assert (plan.status, plan.header["stopped_by"], plan.tables) == ("infeasible", NOT_HELD, {})
    assert plan.header["binding"] == [f"{contract.name} cannot be held as signed: {why}."]
    assert plan.header["instance_sha256"] == asked(**changes).sha256()


def test_contracts_that_meet_other_limits_are_proven_to_have_no_plan() -> None:
    """The grid of the site carries half of what was signed: no offer stands against it, the search does."""
    plan = solve(asked(sites=(b.site(tariffs=(tariff(),), grid_limit_mw=0.5),)), (GRID,))
    assert (plan.status, plan.tables) == ("infeasible", {})
    assert plan.header["binding"][-1] == "power contracts held as signed: a/grid"
    assert not any("committed" in limit for limit in plan.header["binding"])  # the site is held open, nobody has committed it
    assert plan.header["stopped_by"] != NOT_HELD


def test_a_plan_says_what_it_holds() -> None:
    plan = solve(asked(3), (GRID,))
    assert plan.header["signed"] == [
        {"site_id": "a", "contract_id": "grid", "kind": "firm", "begin": "2024-01", "mw_first": 1.0, "mw": 1.0}
    ]
    assert "Held as signed before: a/grid, 1.0 MW from 2024-01. What is proven is proven with them held." in summary_text(plan)
    assert plan.header["instance_sha256"] == asked(3).sha256()
    assert "signed" not in solve(asked(3)).header


def two_kinds_of_day() -> Instance:
    """A free index tariff and gas at 50 USD/MWh; one typical day stands for even and odd days."""
    even, odd = hourly.half_and_half(20.0, 60.0), hourly.half_and_half(40.0, 100.0)
    node = hourly.series("node", "price", lambda day: odd if day % 2 else even)
    return hourly.instance(node, tariffs=(hourly.index(),), onsite_gas=(b.gas(gas_usd_per_mmbtu=5.0, unit_mw=1.0, units_max=1),))


def test_no_mw_are_signed_that_only_cost_nothing() -> None:
    """The index tariff is free and offers 1,000 MW; the load is 1 MW, in the dear hours on gas."""
    assert [one.mw for one in signed_in(two_kinds_of_day()) if one.kind == "index"] == [(("2022-01", pytest.approx(1.0)),)]


def test_every_round_of_verification_holds_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rounds, each of them with 2 MW of the tariff held though 1 MW would do."""
    contract = CommittedContract("a", hourly.index().contract_id, "index", "2022-01", (("2022-01", 2.0),))
    solves: list[int] = []

    def counted(*question: Any) -> Any:
        solves.append(len(question[2]))
        return held(*question)

    held = workflow.fix_contracts
    monkeypatch.setattr(workflow, "fix_contracts", counted)
    plan = solve(two_kinds_of_day(), (contract,))
    assert plan.header["verification"]["rounds"] == 3
    assert solves == [1, 1, 1, 1]
    power = plan.tables["power"]
    assert power.loc[power["contract_id"] == contract.contract_id, "contracted_mw"].tolist() == [pytest.approx(2.0, abs=1e-5)]


def test_what_was_held_in_one_question_is_free_in_the_next() -> None:
    """A worker carries its model from one question to the next: neither bounds nor rows of contracts go with it."""
    leaving = replace(two_kinds_of_day(), sites=tuple(_with_exit(site) for site in two_kinds_of_day().sites))
    contract = CommittedContract("a", "index", "index", "2022-01", (("2022-01", 2.0),))
    with Warm() as warm:
        contracts_as_json = [
            solve_instance(leaving, SolveSettings(gap=0.0), warm=warm, signed=signed) for signed in ((), (contract,), (), (contract,))
        ]
    costs = [plan.header["objective_musd"] for plan in contracts_as_json]
    assert (costs[2], costs[3]) == (pytest.approx(costs[0]), pytest.approx(costs[1]))
    # 1 USD per kW of the second MW for the month
    assert costs[1] - costs[0] == musd(0.001)


def _with_exit(site: Any) -> Any:
    (index,) = site.tariffs
    return replace(site, tariffs=(replace(index, demand_usd_per_kw_month=1.0, min_take_fraction=1.0, term_months=1, exit_musd=100.0),))
