"""Two factors against each other: in each cell the place that is best and what the plan costs, and what it costs to stay.

A grid of more factors is cut into slices in which the others stand still: one map for each.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pandas as pd

from optimizer.core.number_words import listed
from optimizer.report.page.render import render
from optimizer.report.study_page.layout import arranged
from optimizer.report.study_page.phrases import decision_text, text_of, unbroken, value_text, with_sign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from optimizer.report.page.case import Section
    from optimizer.report.study_page.case import StudyCase
    from optimizer.study.file.definition import Factor

CLASSES = 5

SLICES_SHOWN = 6

COLUMNS_BESIDE = 4
"""Most columns of maps that stand side by side; wider ones stand one below the other."""


def section(case: StudyCase) -> Section | None:
    """Lay out the maps of a grid of two factors or more; nothing for other studies."""
    factors = case.study.varied
    if case.study.design != "grid" or len(factors) < 2:
        return None
    rows = case.table[(case.table["phase"] == "design") & (case.table["run"] > 0)]
    if not {_column(factor) for factor in factors} <= set(rows.columns) or rows.empty:
        return None
    said = _text(factors)
    maps = [_maps(case, rows, "objective_musd", f"Best place, and million USD against the scenario as it is, by {said}")]
    stays = _base_host_rows(case)
    if stays is not None:
        caption = f"Million USD that deciding for {case.base_host} beforehand costs more than the best, by {said}"
        maps.append(_maps(case, stays, "regret", caption))
    notes = ["The stronger the colour of a cell, the dearer. Cells in bold decide for another place than the scenario as it is."]
    return arranged(("grid", "Where the decision changes"), figures=maps, notes=[*notes, *_left_out(rows, factors[2:])])


def _maps(case: StudyCase, rows: pd.DataFrame, measure: str, caption: str) -> Markup:
    """Lay out the maps of a measure, all shaded by the same scale."""
    scale = scale_of(rows[measure])
    slices = _spread(_slices(rows, case.study.varied[2:]))
    maps = [(said, heat_table(case, part, measure, f"{caption}; {said}" if said else caption, scale)) for said, part in slices]
    columns = rows[_column(case.study.varied[1])].nunique()
    return render("study_maps.html", caption=caption, maps=maps, is_wide=columns > COLUMNS_BESIDE)


def _slices(rows: pd.DataFrame, others: Sequence[Factor]) -> list[tuple[str, pd.DataFrame]]:
    """Cut a grid where all factors but the first two stand still, each part with where they stand; one of two factors is whole."""
    found = []
    for values in itertools.product(*(_values(rows[_column(factor)]) for factor in others)):
        stands = dict(zip(others, values, strict=True))
        is_in = pd.Series(data=True, index=rows.index)
        for factor, value in stands.items():
            is_in &= rows[_column(factor)] == value
        said = [f"{factor.title}: {unbroken(value_text(value, factor.unit))}" for factor, value in stands.items()]
        found.append(("; ".join(said), rows[is_in]))
    return found


def _left_out(rows: pd.DataFrame, others: Sequence[Factor]) -> list[str]:
    """Say which slices are shown, where not all are."""
    cut = len(_slices(rows, others))
    which = f"{SLICES_SHOWN} of {cut:,} maps, spread evenly over the values of {_text(others)}"
    return [f"Shown are {which}; all runs are in study.parquet."] if cut > SLICES_SHOWN else []


def _spread(slices: Sequence[tuple[str, pd.DataFrame]]) -> list[tuple[str, pd.DataFrame]]:
    """Take as many slices as are shown, from the first to the last, evenly spread."""
    if len(slices) <= SLICES_SHOWN:
        return list(slices)
    return [slices[place * (len(slices) - 1) // (SLICES_SHOWN - 1)] for place in range(SLICES_SHOWN)]


def scale_of(measure: pd.Series[Any]) -> tuple[float, float]:
    """Least value of a measure and the span of all, which is never 0."""
    values = measure.dropna().astype(float)
    return (float(values.min()), float(values.max() - values.min()) or 1.0) if len(values) else (0.0, 1.0)


def heat_table(case: StudyCase, rows: pd.DataFrame, measure: str, label: str, scale: tuple[float, float]) -> Markup:
    """Lay out two factors as a table whose cells are shaded by a measure, in classes of equal width of a scale (``scale_of``)."""
    down, across = case.study.varied[:2]
    tops, sides = (_values(rows[_column(factor)]) for factor in (across, down))
    found = {(row[_column(down)], row[_column(across)]): row for row in rows.to_dict("records")}
    body = []
    for side in sides:
        cells = [_cell(case, found.get((side, top)), measure, scale) for top in tops]
        body.append((value_text(side, down.unit), cells))
    heads = [value_text(top, across.unit) for top in tops]
    return render("study_grid.html", label=label, across=across.title, down=down.title, heads=heads, rows=body)


def _cell(case: StudyCase, row: dict[Any, Any] | None, measure: str, scale: tuple[float, float]) -> tuple[str, str, int, bool]:
    """First line, second line, class of shade (0 the least) and whether the decision is another one."""
    if row is None:
        return "", "", 0, False
    if pd.isna(row[measure]):
        return "no plan", str(row["status"]).replace("_", " "), 0, True
    shade = min(int((float(row[measure]) - scale[0]) / scale[1] * CLASSES), CLASSES - 1)
    is_other = text_of(row["host"]) != case.base_host
    base = case.answers["base"]["objective_musd"]
    against = float(row[measure]) - (float(base) if measure == "objective_musd" and base is not None else 0.0)
    return decision_text(row["host"], row["build_or_rent"]), with_sign(against), shade, is_other


def _base_host_rows(case: StudyCase) -> pd.DataFrame | None:
    """The rows of the grid with the regret of the base's place; None where it was not held in the runs."""
    regret = case.answers["regret"]
    if regret is None or case.base_host not in regret["decisions"]:
        return None
    held = {int(row["run"]): row["regrets"][case.base_host] for row in regret["rows"]}
    rows = case.table[(case.table["phase"] == "design") & (case.table["run"] > 0)]
    return rows.assign(regret=pd.Series([held.get(int(run)) for run in rows["run"]], rows.index, dtype=float))


def _values(column: pd.Series[Any]) -> list[Any]:
    return sorted(column.dropna().unique().tolist(), key=lambda value: (isinstance(value, str), value))


def _column(factor: Factor) -> str:
    return f"factor.{factor.name}"


def _text(factors: Sequence[Factor]) -> str:
    return listed([factor.title for factor in factors])
