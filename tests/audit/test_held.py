"""Contracts that the header says are held: the hand-made plan is audited against signatures that it keeps, and that it does not."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.audit import AuditReport, audit
from optimizer.plan.plan import Plan
from tests.audit import handmade


def audited(signed: Any) -> AuditReport:
    plan = handmade.plan()
    return audit(handmade.instance(), Plan({**plan.header, "signed": signed}, plan.tables))


def contract(contract_id: str, **changes: Any) -> dict[str, Any]:
    """A contract of the hand-made plan as it stands there."""
    power = handmade.plan().tables["power"].sort_values("period")
    row = power[power["contract_id"] == contract_id].iloc[0]
    mw = float(row["contracted_mw"])
    return {"site_id": "a", "contract_id": contract_id, "begin": str(row["period"]), "mw_first": mw, "mw": mw, **changes}


@pytest.mark.parametrize("contract_id", sorted(set(handmade.plan().tables["power"]["contract_id"])))
def test_what_the_tables_have_is_held(contract_id: str) -> None:
    assert audited([contract(contract_id)]).violations == ()


@pytest.mark.parametrize(("signed", "says"), [
    ([{"site_id": "a", "contract_id": "none", "begin": "2024-01", "mw_first": 1.0}], "none, held from 2024-01: is in the plan"),
    ([contract("grid", begin="1999-01")], "grid, held from 1999-01: is in the plan"),
    ([contract("grid", begin=str(handmade.plan().tables["power"]["period"].max()))], "begins in that period"),
    ([contract("grid", mw_first=99.0)], "grid, held: MW at its begin"),
    ([contract("grid", mw_first="all")], "its MW and its begin are some"),
    ("a text", "held from no period: is in the plan"),
])
def test_what_the_tables_do_not_have_is_told(signed: Any, says: str) -> None:
    report = audited(signed)
    assert {violation.rule for violation in report.violations} == {"held"}
    assert any(says in violation.message for violation in report.violations)
