"""Bars in lanes: rows with a name above them, in each row a bar per series with its text, and an interval where there is one."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from optimizer.report.page.charts import LETTERING, by_width, fill_colours
from optimizer.report.page.palette import FILLS, INK, MUTED

STEP_PX = 19
_PX_PER_CHARACTER = 6.7


@dataclass(frozen=True, slots=True)
class Lane:
    """A bar from zero to ``value`` in the row and the series named, ``said`` beside it; ``low`` to ``high`` is its interval."""

    row: str
    series: str
    value: float
    said: str
    low: float | None = None
    high: float | None = None


def interval_bars_chart(lanes: Sequence[Lane], series: Sequence[str], x_title: str, width_px: int) -> alt.TopLevelMixin:
    """Draw lanes, their rows from top to bottom in the order in which they come.

    Parameters
    ----------
    lanes : sequence of Lane
        Lanes of one row stand together.
    series : sequence of str
        Up to six, told apart by colour and pattern; one needs no legend.
    x_title : str
        What the bars measure, with its unit.
    width_px : int
        On a narrow figure the text stands above its bar, else at its end.
    """
    is_wide = width_px > 500
    texts, bars = _placed(lanes, is_wide, width_px)
    least, most = _reach(lanes, is_wide, width_px)
    keys = sorted([*texts["key"], *bars["key"]])
    y = alt.Y("key:O", sort=keys, scale=alt.Scale(domain=sorted(set(keys)), paddingInner=0.25), axis=None)
    smallest = 1.0 if all(lane.value.is_integer() for lane in lanes) else 0.0
    axis = alt.Axis(grid=True, tickCount=by_width(width_px, 6, 3), tickMinStep=smallest)
    x = alt.X("value:Q", title=x_title, scale=alt.Scale(domain=[least, most], nice=False), axis=axis)
    zero = alt.Chart(pd.DataFrame({"value": [0.0]})).mark_rule(color=MUTED).encode(x=x)
    colour: Any = fill_colours("series", series) if len(series) > 1 else alt.value(FILLS[0])
    drawn = alt.Chart(bars).mark_bar().encode(y=y, x=x, x2="zero:Q", color=colour)
    # The halo of a name covers the lines that cross it, and no bar.
    layers = [zero, *_names(texts, y, least), drawn, *_intervals(bars, y), *_ends(bars, y, is_wide)]
    return alt.layer(*layers).properties(height=STEP_PX * len(set(keys)))


def _placed(lanes: Sequence[Lane], is_wide: bool, width_px: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lines of text and bars, each with a key that orders them from top to bottom."""
    texts: list[tuple[str, str, bool]] = []
    bars: list[tuple[str, str, float, float, str, float | None, float | None]] = []
    characters = int(width_px / _PX_PER_CHARACTER)
    row = ""
    for lane in lanes:
        lines = [(part, True) for part in textwrap.wrap(lane.row, characters)] if lane.row != row else []
        lines += [] if is_wide else [(part, False) for part in textwrap.wrap(lane.said, characters)]
        texts += [(f"{len(texts) + len(bars) + place:05d}", said, is_name) for place, (said, is_name) in enumerate(lines)]
        bars.append((f"{len(texts) + len(bars):05d}", lane.series, lane.value, 0.0, lane.said, lane.low, lane.high))
        row = lane.row
    held = pd.DataFrame(bars, columns=["key", "series", "value", "zero", "said", "low", "high"])
    return pd.DataFrame(texts, columns=["key", "said", "is_name"]), held.astype({"low": float, "high": float})


def _reach(lanes: Sequence[Lane], is_wide: bool, width_px: int) -> tuple[float, float]:
    """Least and greatest value that the axis shows, with room for the texts at the ends of the bars."""
    ends = [value for lane in lanes for value in (0.0, lane.value, lane.low, lane.high) if value is not None]
    least, most = min(ends), max(ends)
    span = most - least or 1.0
    if not is_wide:
        return least - 0.02 * span, most + 0.02 * span
    left, right = (max((len(lane.said) for lane in lanes if (lane.value < 0.0) == is_left), default=0) for is_left in (True, False))
    room = [min(8 + _PX_PER_CHARACTER * length, 0.4 * width_px) for length in (left, right)]
    per_px = span / (width_px - sum(room))
    return least - per_px * room[0], most + per_px * room[1]


def _intervals(bars: pd.DataFrame, y: alt.Y) -> list[alt.Chart]:
    held = bars[bars["low"].notna()]
    if held.empty:
        return []
    base = alt.Chart(held).encode(y=y)
    ends = [base.mark_tick(color=INK, thickness=1.6, size=9).encode(x=f"{side}:Q") for side in ("low", "high")]
    return [base.mark_rule(color=INK, strokeWidth=1.6).encode(x="low:Q", x2="high:Q"), *ends]


def _ends(bars: pd.DataFrame, y: alt.Y, is_wide: bool) -> list[alt.Chart]:
    """Texts at the ends of the bars: to the left of what is negative, else to the right; beyond the interval."""
    if not is_wide:
        return []
    is_left = bars["value"] < 0.0
    at = {True: bars[["value", "low"]].min(axis=1), False: bars[["value", "high"]].max(axis=1)}
    return [
        alt.Chart(bars[is_left == left].assign(at=at[left])).mark_text(align="right" if left else "left", dx=-5 if left else 5, color=INK)
        .encode(y=y, x="at:Q", text="said:N") for left in (True, False) if (is_left == left).any()
    ]


def _names(texts: pd.DataFrame, y: alt.Y, least: float) -> list[alt.Chart]:
    """Names of the rows, and on a narrow figure the texts of the bars: to the left, over a halo that parts them from what they cross."""
    weights: dict[bool, Any] = {True: "bold", False: "normal"}
    return [
        alt.Chart(texts[texts["is_name"] == is_name].assign(at=least)).mark_text(align="left", fontWeight=weight, **look)
        .encode(y=y, x="at:Q", text="said:N") for is_name, weight in weights.items() if (texts["is_name"] == is_name).any()
        for look in LETTERING
    ]
