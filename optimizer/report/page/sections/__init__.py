"""The sections of the report, each a module with one function ``section(case) -> Section | None``; ``None`` leaves it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.report.page.sections import (
    ask,
    assumptions,
    beside,
    beyond,
    breaks,
    candidates,
    cost,
    flags,
    inputs,
    limits,
    money,
    power,
    proof,
    timeline,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimizer.report.page.case import ReportCase, Section

SECTIONS: tuple[Callable[[ReportCase], Section | None], ...] = (
    ask.section,
    limits.section,
    candidates.section,
    money.section,
    timeline.section,
    power.section,
    cost.section,
    beside.section,
    breaks.section,
    beyond.section,
    flags.section,
    assumptions.section,
    proof.section,
    inputs.section,
)
"""In the order of the page, which numbers them."""
