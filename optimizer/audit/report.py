"""What the audit says: every rule re-checked, how often, and each violation with its place and amount."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.core.errors import AuditError


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule or sum that a plan breaks.

    Parameters
    ----------
    rule : str
        Rule id (``build_capacity``) or ledger line (``capital.gpus``).
    site_id : str
        Site concerned, empty where the rule is not about one site.
    period : str
        Period (``2024-06``), ``beyond``, calendar year (``2024``) or empty where the rule is about the whole horizon.
    amount : float
        How far beyond the rule, in ``unit``; 1 row for faults of a table.
    unit : str
        Unit of ``amount``.
    message : str
        What was compared and the two numbers.
    """

    rule: str
    site_id: str
    period: str
    amount: float
    unit: str
    message: str

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.site_id, self.period) if part)
        return f"{self.rule} [{place or 'whole plan'}] by {self.amount:.6g} {self.unit}: {self.message}"


@dataclass(frozen=True, slots=True)
class AuditReport:
    """Outcome of an audit.

    Parameters
    ----------
    passed : bool
        Whether there is no violation.
    rules : int
        Rules and ledger lines re-checked.
    checks : int
        Single comparisons made.
    worst_violation : float
        Largest excess of any comparison over its row's size (at least 1), whether tolerated or not; faults of tables count as 1.
    violations : tuple of Violation
        Everything that is wrong, in the order of the rules.
    """

    passed: bool
    rules: int
    checks: int
    worst_violation: float
    violations: tuple[Violation, ...]

    def raise_if_failed(self) -> None:
        """Raise with every violation listed, if there is one.

        Raises
        ------
        AuditError
            The plan breaks a rule or a sum.
        """
        if self.passed:
            return
        count = len(self.violations)
        head = f"the plan fails its audit: {count} violation{'s' if count != 1 else ''}"
        raise AuditError("\n".join([head, *(f"  {violation}" for violation in self.violations)]))
