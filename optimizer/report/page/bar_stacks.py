"""Plans and alternatives as stacked bars of money, each with its name and what it comes to in all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from optimizer.core.number_words import count
from optimizer.report.page.charts import by_width, fill_colours
from optimizer.report.page.palette import INK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def stacked_bars(
    parts: Mapping[str, Mapping[str, float]], in_all: Mapping[str, float], names: Sequence[str], width_px: int
) -> alt.TopLevelMixin:
    """Draw a bar per name, its parts one after the other; what it comes to stands behind it, for other sums take off from it.

    Parameters
    ----------
    parts : mapping of str to mapping of str to float
        Per name its million USD by part; all have the same parts.
    in_all : mapping of str to float
        Million USD in all, per name.
    names : sequence of str
        From top to bottom; at least one.
    width_px : int
        On a narrow figure the names stand above their bars.
    """
    shown = list(next(iter(parts.values()), {}))
    rows = []
    for name in names:
        low = 0.0
        for part in shown:
            rows.append((name, part, low, low + parts[name][part]))
            low += parts[name][part]
    bars = pd.DataFrame(rows, columns=["name", "part", "low", "high"])
    is_wide = width_px > 500
    said = [f"{count(in_all[name])}{' in all' if is_wide else ''}" for name in names]
    high = [max(row[3] for row in rows if row[0] == name) for name in names]
    ends = pd.DataFrame({"name": list(names), "zero": 0.0, "text": said, "high": high})
    reach = [min(0.0, float(bars["low"].min())), 1.25 * max(float(bars["high"].max()), 1e-9)]
    axis = alt.Axis(title=None, labels=is_wide, labelLimit=320, domain=False, ticks=False)
    y = alt.Y("name:N", sort=list(names), axis=axis)
    ticks = alt.Axis(grid=True, tickCount=by_width(width_px, 6, 3))
    x = alt.X("low:Q", title="million USD, present value", scale=alt.Scale(domain=reach, nice=False), axis=ticks)
    base = alt.Chart(ends)
    named = [] if is_wide else [base.mark_text(align="left", dy=-16, color=INK).encode(y=y, x="zero:Q", text="name:N")]
    return alt.layer(
        alt.Chart(bars).mark_bar(height=16).encode(y=y, x=x, x2="high:Q", color=fill_colours("part", shown, by_width(width_px, 3, 2))),
        base.mark_text(align="left", dx=5, color=INK).encode(y=y, x="high:Q", text="text:N"), *named,
    ).properties(height=by_width(width_px, 34, 44) * max(len(names), 1))
