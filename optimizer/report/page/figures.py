"""Figures: a chart drawn to SVG when the page is written, at two widths, with its caption and its numbers as a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import altair as alt
import vl_convert
from markupsafe import Markup

from optimizer.report.fonts import FAMILY, register_font
from optimizer.report.page.lettering import with_fixed_widths
from optimizer.report.page.palette import DARK, FILLS, GRID, INK, MUTED, pattern_id, variable
from optimizer.report.page.render import render
from optimizer.report.page.tables import table_html

if TYPE_CHECKING:
    import pandas as pd

WIDE_PX = 860
NARROW_PX = 350
"""Widths at which every figure is drawn: for a desk and paper, and for a phone."""

Chart = alt.TopLevelMixin
ChartAtWidth = Callable[[int], Chart]

_CONFIG: Mapping[str, Any] = {
    "background": None,
    "font": FAMILY,
    "view": {"stroke": None},
    "axis": {"labelColor": MUTED, "titleColor": MUTED, "titleFontWeight": "normal", "labelFontSize": 12, "titleFontSize": 12,
             "gridColor": GRID, "domainColor": MUTED, "tickColor": GRID, "labelLimit": 260},
    "axisY": {"domain": False, "ticks": False, "titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleY": -12, "titleX": 0,
              "labelPadding": 6},
    "axisX": {"grid": False},
    "legend": {"orient": "top", "title": None, "labelColor": INK, "labelFontSize": 12, "symbolSize": 140, "labelLimit": 320,
               "columnPadding": 16, "offset": 32},
    "text": {"color": INK, "fontSize": 12},
    "header": {"labelColor": INK, "titleColor": INK, "labelFontSize": 12},
    "title": {"color": INK, "fontSize": 13, "anchor": "start"},
}


def figure(chart: Chart | ChartAtWidth, title: str, description: str, table: pd.DataFrame) -> Markup:
    """Draw a figure that can be read without script, colour or sight.

    Parameters
    ----------
    chart : altair chart, or a function of a width in px that gives one
        A plain chart (or layers) is fitted to each width; concatenated and faceted ones take a function and set their own widths,
        leaving room for axes. Colours come from ``palette``.
    title : str
        What it shows, with units; two figures of a page never share one.
    description : str
        What there is to see, in a sentence or two.
    table : pandas.DataFrame
        The numbers of the figure, units in the heads.
    """
    name = slug(title)
    drawn = {width: _svg(chart(width) if callable(chart) else chart, width, name) for width in (WIDE_PX, NARROW_PX)}
    numbers = table_html(table, f"Numbers of the figure: {title}")
    return render("figure.html", name=name, title=title, description=description, numbers=numbers,
                  wide=drawn[WIDE_PX], narrow=drawn[NARROW_PX])


def slug(text: str) -> str:
    """Text as an id: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _svg(chart: Chart, width_px: int, name: str) -> Markup:
    spec = chart.to_dict(validate=False)
    if not {"vconcat", "hconcat", "concat", "facet", "repeat"} & spec.keys():
        spec = {**spec, "width": width_px, "autosize": {"type": "fit-x", "contains": "padding"}}
    # The theme that altair puts into every chart would win over ours.
    spec["config"] = {**_CONFIG, "aria": False}
    register_font()
    drawn = vl_convert.vegalite_to_svg(spec, vl_version=_vega_lite_version())
    opening = f'<svg role="img" aria-labelledby="{name}-title {name}-description" '
    return Markup(_recoloured(with_fixed_widths(_plain(drawn))).replace("<svg ", opening, 1))


@cache
def _vega_lite_version() -> str:
    return ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])


def _plain(svg: str) -> str:
    """Without what only scripts and other readers of roles would use; one picture with one name."""
    svg = re.sub(r' (?:aria-[a-z]+|role|class|pointer-events|xmlns:xlink|version|cursor)="[^"]*"', "", svg)
    svg = re.sub(r'<path d=""[^>]*/>', "", svg.replace(' opacity="1"', ""))
    return re.sub(r"-?\d+\.\d{3,}", lambda found: f"{float(found[0]):.2f}", svg)


def _recoloured(svg: str) -> str:
    """Colours of the palette as CSS variables; those of bars and areas as patterns."""

    def paint(found: re.Match[str]) -> str:
        attribute, colour = found[1], found[2].lower()
        if colour in FILLS and attribute == "fill":
            return f'fill="url(#{pattern_id(colour)})"'
        return f'{attribute}="var({variable(colour)},{colour})"' if colour in DARK else found[0]

    return re.sub(r'(fill|stroke)="(#[0-9a-fA-F]{6})"', paint, svg)
