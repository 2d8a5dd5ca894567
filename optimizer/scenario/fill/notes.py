"""Where a filled number comes from, as a row of the table ``sources``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from optimizer.data.catalogue import card
from optimizer.scenario.fill.facts import FACTS, MEASURES, latest

Kind = Literal["fact", "estimate", "assumption", "negotiated_offer", "later_measure"]


@dataclass(frozen=True, slots=True)
class Note:
    """Source of a filled number; ``text`` begins with the rule that made it."""

    kind: Kind
    quality: str
    as_of: str
    url: str
    text: str


def of_table(name: str, text: str, known_from: str | None = None) -> Note:
    """Source of a number that stands in a dataset, or is made of one that does; dated as its card says unless told otherwise."""
    description = card(name)
    kind: Kind = "later_measure" if name in MEASURES else "estimate" if description.estimate else "fact"
    quality = "secondary" if description.quality == "derived" else description.quality
    years = f", {description.years}" if description.years else ""
    url = next((source.url for source in description.sources if source.url.startswith("http")), "")
    day = description.known_from if known_from is None else known_from
    return Note(kind, quality, day, url, f"filled: {text}; dataset {name}{years} ({description.agency})")


def of_fact(name: str, text: str, known_by: str | None) -> Note:
    """Source of a number made of a fact of ``facts.FACTS``; dated by its newest row."""
    fact = next(fact for fact in FACTS if fact.name == name)
    dates = latest(fact, known_by)["known_from"]
    return of_table(fact.table, text, str(dates.max()) if len(dates) else "")


def assumed(text: str, as_of: str) -> Note:
    """Source of a number that is an assumption: the reader's own, made when the question is asked."""
    return Note("assumption", "", as_of, "", f"filled: {text} (assumption)")


def mixed(text: str, first: Note, second: Note) -> Note:
    """Source of a number made of two: as weak as the weaker, as late as the later (when a measure was published does not count)."""
    order = ("fact", "later_measure", "estimate", "negotiated_offer", "assumption")
    kind = max((first.kind, second.kind), key=order.index)
    dates = [part.as_of for part in (first, second) if part.kind != "later_measure"]
    as_of = max(dates, default=first.as_of)
    parts = (part.text.removeprefix("filled: ") for part in (first, second))
    return Note(kind, first.quality or second.quality, as_of, first.url or second.url, f"filled: {text}: {'; '.join(parts)}")


