"""The header's sums, from the ledger as the audit computed it, and its statements, from the tables (docs/conventions.md)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from optimizer.audit.comparison import Comparison, Unit
from optimizer.audit.facts import Fact, facts, statements
from optimizer.audit.ledger.ledger import Books, sum_present
from optimizer.audit.paths import Case

OUT_OF_CASH_COST = ("delay", "residual", "committed")
"""Groups that ``cash_cost_musd`` leaves out."""

TOTALS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("cash_cost_musd", lambda group: group not in OUT_OF_CASH_COST),
    ("value_of_time_musd", lambda group: group == "delay"),
    ("residual_musd", lambda group: group == "residual"),
    ("committed_musd", lambda group: group == "committed"),
)
"""Sums of the header and the groups that belong to them."""

UNITS: dict[str, Unit] = {
    "it_mw": "MW", "facility_mw": "MW", "mw": "MW", "mwh": "MWh", "count": "GPUs", "delivered": "GPUs", "gpus": "GPUs",
}
"""Units of the header's numbers by their last word; all others are months or H100-equivalents."""

WHOLE = ("count", "delivered", "gpus")
"""Numbers that the header rounds to whole ones."""


def objective(case: Case, books: Books) -> Iterator[Comparison]:
    """``objective_musd`` is the present value of the whole ledger."""
    row = case.single("", "musd", "objective_musd")
    yield row.equal(_stated(case, "objective_musd"), sum_present(books, lambda group: True))


def totals(case: Case, books: Books) -> Iterator[Comparison]:
    """Each sum of the header is the present value of its groups, or of its line; signatures lose what their table says."""
    for key, groups in TOTALS:
        yield case.single("", "musd", key).equal(_stated(case, key), sum_present(books, groups))
    lost = float(case.commitments["nonrefundable_musd"].sum())
    key = "nonrefundable_at_signature_musd"
    yield case.single("", "musd", key).equal(_stated(case, key), lost)
    told = statements(case.header.get("ledger_musd", {}))
    lines = {name: float(sum(flow.present.sum() for flow in sites.values())) for name, sites in books.items()}
    for name in sorted(told.keys() | lines.keys()):
        stated = told.get(name, 0.0)
        value = float(stated) if _is_number(stated) else math.inf
        yield case.single("", "musd", f"ledger_musd.{name}").equal(value, lines.get(name, 0.0))


def header(case: Case) -> Iterator[Comparison]:
    """Sites, rentals and workloads of the header are those of the tables, with their dates and amounts."""
    expected = facts(case)
    for part in ("sites", "rentals", "workloads"):
        told = statements(case.header.get(part, []), part)
        own = {place: fact for place, fact in expected.items() if place.startswith(f"{part}.")}
        for place, fact in own.items():
            yield _compare(case, place, told.get(place, ""), fact)
        known = {place.split(".")[1] for place in own}
        for name in sorted({place.split(".")[1] for place in told if "." in place} - known):
            yield case.single("", "1", f"header: {part} names {name}, the tables do not").equal(1.0, 0.0)


def signed(case: Case) -> Iterator[Comparison]:
    """What a signature binds to is no negative sum, and no more is lost at once than it binds to in all."""
    table = case.commitments
    for site_id, subject, committed, lost, leaving in zip(
        *(table[name] for name in ("site_id", "subject", "committed_musd", "nonrefundable_musd", "exit_musd")), strict=True
    ):
        row = case.single(site_id, "musd", f"commitment {subject}")
        yield row.at_least(committed, 0.0)
        yield row.at_least(lost, 0.0)
        yield row.at_least(leaving, 0.0)
        yield row.at_most(lost, committed)


def unreadable(case: Case) -> list[str]:
    """Sums of the header that are missing or not numbers."""
    keys = ("objective_musd", "nonrefundable_at_signature_musd", *(key for key, _ in TOTALS))
    return [key for key in keys if not _is_number(case.header.get(key))]


def _compare(case: Case, place: str, told: object, fact: Fact) -> Comparison:
    word = place.rsplit(".", 1)[1]
    if isinstance(fact, str) or not _is_number(told):
        said = case.single("", "1", f"header: {place} is {told!r}, the tables say {fact!r}; differs")
        return said.equal(float(told != fact), 0.0)
    number = float(str(told))
    row = case.single("", UNITS.get(word, "1"), f"header: {place}")
    return row.at_most(abs(number - fact), 0.5) if word in WHOLE else row.equal(number, fact)


def _stated(case: Case, key: str) -> float:
    """A sum as the header states it; 0 where it cannot be read (which is a fault of its own)."""
    return 0.0 if key in unreadable(case) else float(case.header[key])


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
