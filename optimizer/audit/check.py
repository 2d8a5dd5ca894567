"""The audit itself: tables first, then every rule, every ledger line and the header's sums."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.audit.calendar import clock_of
from optimizer.audit.comparison import Comparison
from optimizer.audit.frames import FORMS, TableReader
from optimizer.audit.header import header, objective, signed, totals, unreadable
from optimizer.audit.held import held
from optimizer.audit.ledger.ledger import LINES, compare_books, expected_books, stated_books
from optimizer.audit.paths import Case
from optimizer.audit.reading import known_labels, read_case
from optimizer.audit.report import AuditReport, Violation
from optimizer.audit.rules import RULES
from optimizer.core.instance import Instance
from optimizer.plan.plan import Plan

OTHER_RULES = ("tables", "objective", "totals", "header", "signed", "held")
"""Rules that are no function of the case alone."""


def audit(instance: Instance, plan: Plan) -> AuditReport:
    """Re-check a plan against its instance, with arithmetic of its own (docs/conventions.md).

    Parameters
    ----------
    instance : Instance
        What the plan answers.
    plan : Plan
        The answer; its tables may be wrong in any way, which is reported and never raised.

    Returns
    -------
    AuditReport
        Every violation, with rule, site, period, amount and unit.
    """
    case, reader = read_case(instance, plan)
    comparisons = list(_comparisons(case, reader))
    for key in unreadable(case):
        reader.fault("", "", f"the header lacks a number {key}")
    violations = [*reader.faults]
    for rule, comparison in comparisons:
        violations.extend(comparison.violations(rule))
    worst = max((comparison.worst() for _, comparison in comparisons), default=0.0)
    return AuditReport(
        passed=not violations,
        rules=len(RULES) + len(LINES) + len(OTHER_RULES),
        checks=reader.cells + sum(comparison.left.size for _, comparison in comparisons),
        worst_violation=max(worst, 1.0) if reader.faults else worst,
        violations=tuple(violations),
    )


def table_faults(instance: Instance, plan: Plan) -> tuple[Violation, ...]:
    """Give what makes rows of a plan's tables unusable: they stand twice, name what the instance does not know, hold wrong numbers.

    Parameters
    ----------
    instance, plan : Instance, Plan
        As for ``audit``.
    """
    reader = TableReader(plan.tables, known_labels(instance, clock_of(instance.horizon)))
    for name in FORMS.keys() & plan.tables.keys():
        reader.read(name)
    return tuple(sorted(reader.faults, key=str))


def _comparisons(case: Case, reader: TableReader) -> Iterator[tuple[str, Comparison]]:
    """Give every comparison with its rule; ledger rows of lines nobody knows are faults of the table."""
    for rule, comparisons in RULES:
        for comparison in comparisons(case):
            yield rule, comparison
    expected, stated = expected_books(case), stated_books(case.clock, case.ledger)
    for name in stated.keys() - expected.keys():
        reader.fault("", "", f"table ledger: there is no line {name}")
    yield from compare_books(case, expected, stated)
    for comparison in objective(case, expected):
        yield "objective", comparison
    for comparison in totals(case, expected):
        yield "totals", comparison
    for comparison in header(case):
        yield "header", comparison
    for comparison in signed(case):
        yield "signed", comparison
    for comparison in held(case):
        yield "held", comparison
