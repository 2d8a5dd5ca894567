"""Two factors against each other: in each cell the place that is best and what the plan costs, and what it costs to stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from optimizer.report.page.render import render
from optimizer.report.study_page.layout import laid_out
from optimizer.report.study_page.words import decision_said, signed, text_of, value_said

if TYPE_CHECKING:
    from markupsafe import Markup

    from optimizer.report.page.case import Section
    from optimizer.report.study_page.case import StudyCase
    from optimizer.study.definition import Factor

CLASSES = 5


def section(case: StudyCase) -> Section | None:
    """Lay out the map of a grid of two factors; nothing for other studies."""
    if case.study.design != "grid" or len(case.study.varied) != 2:
        return None
    rows = case.table[(case.table["phase"] == "design") & (case.table["run"] > 0)]
    down, across = case.study.varied
    if not {_column(down), _column(across)} <= set(rows.columns) or rows.empty:
        return None
    caption = f"Best place, and million USD against the scenario as it is, by {_said(down, across)}"
    tables = [heat_table(case, rows, "objective_musd", caption)]
    stays = _stays(case)
    if stays is not None:
        caption = f"Million USD that deciding for {case.base_host} beforehand costs more than the best, by {_said(down, across)}"
        tables.append(heat_table(case, stays, "regret", caption))
    note = "The darker a cell, the dearer. Cells in bold decide for another place than the scenario as it is."
    return laid_out(("grid", "Where the decision changes"), figures=tables, notes=[note])


def heat_table(case: StudyCase, rows: pd.DataFrame, measure: str, caption: str) -> Markup:
    """Lay out a grid as a table whose cells are shaded by a measure, in classes of equal width."""
    down, across = case.study.varied
    values = rows[measure].dropna().astype(float)
    least, span = (float(values.min()), float(values.max() - values.min()) or 1.0) if len(values) else (0.0, 1.0)
    tops, sides = (_values(rows[_column(factor)]) for factor in (across, down))
    found = {(row[_column(down)], row[_column(across)]): row for row in rows.to_dict("records")}
    body = []
    for side in sides:
        cells = [_cell(case, found.get((side, top)), measure, (least, span)) for top in tops]
        body.append((value_said(side, down.unit), cells))
    heads = [value_said(top, across.unit) for top in tops]
    return render("study_grid.html", caption=caption, across=across.title, down=down.title, heads=heads, rows=body)


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
    return decision_said(row["host"], row["build_or_rent"]), signed(against), shade, is_other


def _stays(case: StudyCase) -> pd.DataFrame | None:
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


def _said(down: Factor, across: Factor) -> str:
    return f"{down.title} and {across.title}"
