"""What the audit takes for a label or a whole number in the tables of a plan is what their definition says."""

from __future__ import annotations

import pytest

from optimizer.audit.frames import FORMS
from optimizer.plan.columns import TABLES

NOT_AUDITED = {"service", "assumptions"}


def test_every_table_with_rows_to_check_is_read_by_the_audit() -> None:
    assert set(FORMS) == set(TABLES) - NOT_AUDITED


@pytest.mark.parametrize("name", FORMS)
def test_the_audit_reads_the_columns_as_they_are_defined(name: str) -> None:
    form, columns = FORMS[name], TABLES[name].columns
    # The number of a tier is a label to the audit: it names a row.
    assert {*form.key, *form.labels} - {"tier"} == {column.name for column in columns if column.is_text}
    assert set(form.whole) == {column.name for column in columns if column.is_whole}
