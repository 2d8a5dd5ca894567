"""What was asked: the factors with their values, what moves together, and what was searched for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from optimizer.core.number_words import listed, percent
from optimizer.report.page.tables import table_html
from optimizer.report.study_page.layout import arranged
from optimizer.report.study_page.phrases import design_text, duration, spread_text, value_text

if TYPE_CHECKING:
    from optimizer.report.page.case import Section
    from optimizer.report.study_page.case import StudyCase
    from optimizer.study.file.definition import Breakpoint, Correlation, Study

_BY = {"set": "set to the value", "times": "times the value", "plus": "plus the value", "later": "later by the value",
       "between": "between low (−1) and high (1)"}


def section(case: StudyCase) -> Section:
    """List the factors, and in sentences all else that was asked."""
    study = case.study
    said = [f"The runs: {design_text(study)}; run 0 is the scenario as it is."]
    said += [f"In every run: {listed(list(study.set))}."] if study.set else []
    said += _stopped(study)
    said += [_together(case, pair) for pair in study.correlations]
    said += [_searched(case, point) for point in study.breakpoints]
    tables = [_factors(case)] if study.factors else []
    tables += [_named(case)] if study.named else []
    return arranged(("asked", "What was asked"), said, tables=[table_html(frame, caption) for frame, caption in tables])


def _stopped(study: Study) -> list[str]:
    """When a run may stop, where the study says so."""
    whens = [f"when it is proven within {percent(study.gap)} of the best possible"] if study.gap is not None else []
    whens += [f"after {duration(study.time_limit_s)}"] if study.time_limit_s is not None else []
    return [f"Each run stops {' or '.join(whens)}."] if whens else []


def _together(case: StudyCase, pair: Correlation) -> str:
    one, other = (case.factors[name].title for name in pair.factors)
    how = "together" if pair.rho >= 0 else "against each other"
    return f"“{one}” and “{other}” tend to move {how}: their ranks have a correlation of {value_text(pair.rho)}, by a normal copula."


def _searched(case: StudyCase, point: Breakpoint) -> str:
    factor = case.factors[point.factor]
    watched = listed([watch.replace("_", " ") for watch in point.watch])
    span = f"{value_text(point.low)} to {value_text(point.high, factor.unit)}"
    return f"“{factor.title}” is searched from {span} for where {watched} changes."


def _factors(case: StudyCase) -> tuple[pd.DataFrame, str]:
    rows = [(factor.title, spread_text(factor.spread, factor.unit), value_text(factor.base, factor.unit), listed(list(factor.paths)),
             _BY[factor.by]) for factor in case.study.factors]
    return pd.DataFrame(rows, columns=["Factor", "Values", "As it is", "What it changes", "How"]), "Factors of the study"


def _named(case: StudyCase) -> tuple[pd.DataFrame, str]:
    rows = [(named.title or named.name, listed(list(named.set))) for named in case.study.named]
    return pd.DataFrame(rows, columns=["Run", "What it changes"]), "Runs that were named"
