"""What the charts share: the axis of months, lines told apart by colour and dash, stacks told apart by colour and pattern."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from optimizer.report.page.palette import DASHES, FILLS, INK, LINES, SURFACE

_PX_PER_LABEL = 58
_STEPS_MONTHS = (1, 3, 6, 12, 24, 60, 120)

LETTERING: tuple[dict[str, Any], ...] = ({"color": SURFACE, "stroke": SURFACE, "strokeWidth": 4}, {"color": INK})
"""Text that stands over lines, in two layers: a halo in the colour of the page, then the letters."""

Labels = Sequence[str]


def moment(month: str) -> str:
    """First instant of a month (``2024-06``), as every chart of the page reads dates: by the local clock, wherever it is drawn."""
    return f"{month}-01T00:00:00"


def months_axis(months: int, width_px: int) -> alt.Axis:
    """Axis of dates over some months: as many labels as the width holds, January told by its year."""
    step = next((step for step in _STEPS_MONTHS if months / step <= width_px / _PX_PER_LABEL), _STEPS_MONTHS[-1])
    said = "month(datum.value) == 0 ? timeFormat(datum.value, '%Y') : timeFormat(datum.value, '%b')"
    interval = {"interval": "month", "step": step} if step < 12 else {"interval": "year", "step": step // 12}
    return alt.Axis(title=None, tickCount=interval, labelExpr=said, grid=False)


def over_months(field: str, months: int, width_px: int) -> alt.X:
    """Encode a column of ``moment``s along the months."""
    return alt.X(f"{field}:T", axis=months_axis(months, width_px), scale=alt.Scale(nice=False))


def line_colours(field: str, names: Labels, columns: int | None = None) -> alt.Color:
    """Colour of lines by name, in the order given; their legend in some columns."""
    scale = alt.Scale(domain=list(names), range=list(LINES[: len(names)]))
    return alt.Color(f"{field}:N", scale=scale, title=None, legend=_legend(columns))


def line_dashes(field: str, names: Labels, columns: int | None = None) -> alt.StrokeDash:
    """Dash of lines by name: the same order as their colours, in one legend with them."""
    dashes = [list(dash) for dash in DASHES[: len(names)]]
    return alt.StrokeDash(f"{field}:N", scale=alt.Scale(domain=list(names), range=dashes), title=None, legend=_legend(columns))


def fill_colours(field: str, names: Labels, columns: int | None = None, offset_px: int | None = None) -> alt.Color:
    """Fill of bars and areas by name; the page draws each with its own pattern. ``offset_px`` parts the legend from the chart."""
    scale = alt.Scale(domain=list(names), range=list(FILLS[: len(names)]))
    return alt.Color(f"{field}:N", scale=scale, title=None, legend=_legend(columns, offset_px))


def _legend(columns: int | None, offset_px: int | None = None) -> alt.Legend:
    given: dict[str, Any] = {"columns": columns, "offset": offset_px}
    return alt.Legend(**{name: value for name, value in given.items() if value is not None})


def steps(table: pd.DataFrame, place: tuple[alt.X, alt.Y], name: str, names: Labels, columns: int | None = None) -> alt.Chart:
    """Lines that hold their value through each period, by the column ``name``; give up to six ``names``."""
    drawn: alt.Chart = (
        alt.Chart(table).mark_line(interpolate="step-after", strokeWidth=2.2)
        .encode(x=place[0], y=place[1], color=line_colours(name, names, columns), strokeDash=line_dashes(name, names, columns))
    )
    return drawn


def rules(dates: pd.DataFrame, top_px: int = 14) -> list[alt.Chart]:
    """Dates as upright lines with their name beside them, one below the other, as layers; rows hold ``what`` and ``month``.

    The first name stands ``top_px`` below the top: beneath a line that runs along it.
    """
    if dates.empty:
        return []
    placed = dates.assign(at=dates["month"].map(moment), down_px=[15 * place + top_px for place in range(len(dates))])
    base = alt.Chart(placed).encode(x="at:T")
    text: dict[str, Any] = {"align": "left", "dx": 4, "y": {"expr": "datum.down_px"}}
    return [
        base.mark_rule(strokeWidth=1.2, color=INK, strokeDash=[3, 2]),
        *(base.mark_text(**text, **look).encode(text="what:N") for look in LETTERING),
    ]


def by_width(width_px: int, wide: Any, narrow: Any) -> Any:
    """Choose by the width that a figure is drawn at."""
    return wide if width_px > 500 else narrow
