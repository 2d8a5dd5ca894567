"""How much of the cost's movement is each factor's: indices by Morris or Sobol, with their confidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from optimizer.core.number_words import listed
from optimizer.report.page.figures import figure
from optimizer.report.page.tables import table_html
from optimizer.report.study_page.interval_bars import Lane, interval_bars_chart
from optimizer.report.study_page.layout import arranged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import altair as alt
    from markupsafe import Markup

    from optimizer.report.page.case import Section
    from optimizer.report.study_page.case import StudyCase

_ORDER = {"morris": "mu_star", "sobol": "st"}
_DRAWN = {"morris": {"mu_star": "mean step"}, "sobol": {"st": "with its interactions", "s1": "alone"}}
_HEADS = {
    "mu": "Mean of the steps", "mu_star": "Mean size of the steps", "sigma": "Standard deviation of the steps",
    "s1": "Alone", "st": "With its interactions",
}
_TITLES = {"morris": "How far a step of each factor moves the cost, million USD", "sobol": "Share of the cost's variance, by factor"}
_UNITS = {"morris": "million USD", "sobol": "share of the variance"}
_SAID = {
    "morris": "Mean size of what a step of the factor through its range moves, wherever the others stand; "
              "the thin line is its 95 % interval. "
              "A standard deviation as large as the mean tells of interactions or a bend.",
    "sobol": "What the factor explains alone, and with its interactions; the thin line is the 95 % interval.",
}


def section(case: StudyCase) -> Section | None:
    """Draw the indices; words alone where they are undefined, and nothing for other designs."""
    held = case.answers["indices"]
    if not held:
        return None
    heading = ("indices", "How much each factor weighs")
    if not held.get("rows"):
        return arranged(heading, [str(held["says"])])
    tables = [table_html(_pairs(held["pairs"]), "What two factors explain beyond what each does alone")] if held.get("pairs") else []
    return arranged(heading, figures=[_chart(held["method"], held["rows"])], tables=tables, notes=[str(held["says"])])


def _chart(method: str, rows: Sequence[Mapping[str, Any]]) -> Markup:
    ranked = sorted(rows, key=lambda row: -float(row[_ORDER[method]]))
    lanes = [_lane(str(row["title"]), row, name, said) for row in ranked for name, said in _DRAWN[method].items()]

    def chart(width_px: int) -> alt.TopLevelMixin:
        return interval_bars_chart(lanes, list(_DRAWN[method].values()), _UNITS[method], width_px)

    return figure(chart, _TITLES[method], _SAID[method], _table(method, ranked))


def _lane(title: str, row: Mapping[str, Any], name: str, said: str) -> Lane:
    value, half = float(row[name]), row[f"{name}_conf"]
    text = f"{value:,.3g}" if half is None else f"{value:,.3g} ± {half:,.2g}"
    return Lane(title, said, value, text, None if half is None else value - half, None if half is None else value + half)


def _table(method: str, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    names = [name for name in _HEADS if name in rows[0]]
    held = {"Factor": [str(row["title"]) for row in rows]}
    for name in names:
        held[f"{_HEADS[name]}, {_UNITS[method]}"] = [row[name] for row in rows]
        if f"{name}_conf" in rows[0]:
            held[f"± {_HEADS[name].lower()}"] = [row[f"{name}_conf"] for row in rows]
    return pd.DataFrame(held)


def _pairs(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    held = [(listed(list(row["factors"])), row["s2"], row["s2_conf"]) for row in rows]
    return pd.DataFrame(held, columns=["Factors", "Share of the variance", "±"]).astype({"Share of the variance": float, "±": float})
