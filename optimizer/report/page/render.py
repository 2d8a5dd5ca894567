"""Templates of the page and the ways in which it writes numbers."""

from __future__ import annotations

import calendar
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from optimizer.core.number_words import amount, count, listed, months, percent, short, spelled


def render(template: str, **context: Any) -> Markup:
    """Fill a template of ``optimizer/report/page/templates``; every text is escaped, only ``Markup`` is not.

    Raises
    ------
    jinja2.UndefinedError
        The template names what the context does not hold.
    """
    return Markup(_environment().get_template(template).render(**context))


def month_name(label: str) -> str:
    """Month as a reader says it: ``2025-09`` is ``Sep 2025``; anything else as it is."""
    year, _, number = str(label).partition("-")
    return f"{calendar.month_abbr[int(number)]} {year}" if number.isdigit() and len(number) == 2 else str(label)


def money(musd: float) -> str:
    """Sum of money as it is said: ``7.45 billion USD``, ``610 million USD``, ``2.6 million USD``, ``45 thousand USD``."""
    size = abs(musd)
    if size >= 999.5:
        return f"{musd / 1000:,.2f} billion USD"
    if 1e-6 <= size < 0.0995:
        return f"{short(1000 * musd)} thousand USD" if size >= 0.001 else f"{short(1e6 * musd)} USD"
    return f"{count(musd) if size >= 99.5 else short(musd)} million USD"


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )
    filters = (amount, count, listed, money, month_name, months, percent, short, spelled)
    environment.filters.update({function.__name__: function for function in filters})
    return environment
