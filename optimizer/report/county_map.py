"""A figure by county as a map: the 48 states, Alaska and Hawaii as insets, missing counties hatched; readable in grey."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from optimizer.core.errors import DatasetError, nearest
from optimizer.data.catalogue import card, table_path
from optimizer.files.single_files import Say, put_alone, require_absent, silent
from optimizer.scenario.fill.facts import FACTS, Fact, county_facts

_FAR = ("AK", "HI")
_CLASSES = 7
"""Colours, each for as many counties as any other, so that a few extreme counties do not flatten all others."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """Part of the picture: its states, coordinate system, place (left, bottom, width, height) and bounds in degrees, if cut."""

    states: tuple[str, ...]
    crs: str
    box: tuple[float, float, float, float]
    name: str = ""


_FRAMES = (
    _Frame((), "EPSG:5070", (0.01, 0.13, 0.98, 0.77)),
    _Frame(("AK",), "EPSG:3338", (0.02, 0.10, 0.22, 0.24), "Alaska (not to scale)"),
    _Frame(("HI",), "ESRI:102007", (0.25, 0.11, 0.12, 0.13), "Hawaii (not to scale)"),
)
_BAR = (0.42, 0.105, 0.40, 0.018)
"""Place of the legend's bar, below the states."""


def draw_county_map(column: str, out: Path, force: bool = False, say: Say = silent) -> None:
    """Draw a figure of ``enrich.facts.FACTS`` by county.

    Parameters
    ----------
    column : str
        Name of a figure that is a number.
    out : Path
        Picture to write; its ending says the format.
    force : bool
        Set aside the file that is there; without it that is refused.
    say : callable
        Hears where.

    Raises
    ------
    DatasetError
        There is no such figure, it is no number, the format is unknown or matplotlib is not installed.
    OutputExists, OutputUnwritable
        The file is there, or cannot be written.
    """
    fact = _fact(column)
    try:
        import matplotlib as mpl  # noqa: PLC0415 - an extra, and slow to import
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise DatasetError("maps need matplotlib, which is not installed: pip install 'gigasite[map]'") from error
    if out.suffix.lower() not in (".png", ".svg", ".pdf"):
        raise DatasetError(f"{out.suffix!r} is no kind of picture; allowed: .png, .svg, .pdf")
    require_absent(out, force)
    shapes = _shapes(column)
    bounds = _bounds(shapes[column])
    colours = mpl.colormaps["cividis"].resampled(len(bounds) - 1)
    scale = mpl.cm.ScalarMappable(mpl.colors.BoundaryNorm(bounds, len(bounds) - 1), colours)
    figure = Figure(figsize=(11.0, 7.2), dpi=150)
    for frame in _FRAMES:
        axes = figure.add_axes(frame.box)
        _draw(axes, shapes, frame, column, scale)
    _explain(figure, fact, scale, int(shapes[column].isna().sum()))
    drawn = io.BytesIO()
    figure.savefig(drawn, format=out.suffix.lower()[1:], facecolor="white")
    put_alone(out, drawn.getvalue(), force, say)


def _fact(column: str) -> Fact:
    found = next((fact for fact in FACTS if fact.name == column), None)
    if found is None:
        raise DatasetError(f"there is no figure {column!r} by county; {nearest(column, [fact.name for fact in FACTS])}")
    if not pd.api.types.is_numeric_dtype(county_facts()[column].dtype):
        raise DatasetError(f"{column} is a text, and a map shows numbers")
    return found


def _bounds(values: pd.Series[float]) -> list[float]:
    """Bounds of the classes of colour, of three digits; at least two, that differ."""
    known = values.dropna()
    if known.empty:
        raise DatasetError("no county has a value")
    inner = [float(f"{known.quantile(step / _CLASSES):.3g}") for step in range(1, _CLASSES)]
    bounds = sorted({float(known.min()), *(bound for bound in inner if known.min() < bound < known.max()), float(known.max())})
    return bounds if len(bounds) > 1 else [bounds[0], bounds[0] + 1.0]


def _shapes(column: str) -> Any:
    """Borders of all counties of the states with their value."""
    import geopandas  # noqa: PLC0415 - heavy, and only maps need it

    borders = geopandas.read_parquet(table_path("county_borders"))
    facts = county_facts()
    borders = borders[borders["county_fips"].isin(facts.index)]
    return borders.assign(**{column: facts[column].reindex(borders["county_fips"]).astype("float64").to_numpy()})


def _draw(axes: Any, shapes: Any, frame: _Frame, column: str, scale: Any) -> None:
    """Draw the counties of one frame; those without a value are white and hatched."""
    is_inside = shapes["state_abbr"].isin(frame.states) if frame.states else ~shapes["state_abbr"].isin(_FAR)
    part = shapes[is_inside].to_crs(frame.crs)
    if "AK" in frame.states:
        part = part.clip_by_rect(-2.3e6, 3.0e5, 1.6e6, 2.6e6).to_frame("geometry").assign(**{column: part[column]})
    known, missing = part[part[column].notna()], part[part[column].isna()]
    if len(missing):
        missing.plot(ax=axes, facecolor="white", edgecolor="0.45", hatch="//////", linewidth=0.2)
    if len(known):
        known.plot(ax=axes, color=scale.to_rgba(known[column].to_numpy()), edgecolor="0.3", linewidth=0.08)
    axes.set_axis_off()
    axes.set_title(frame.name, fontsize=7, pad=2)


def _tick(bound: float) -> str:
    """Bound of a class as text, never as a power of ten where it is large."""
    return f"{bound:,.0f}" if abs(bound) >= 1000 else f"{bound:.4g}"


def _explain(figure: Any, fact: Fact, scale: Any, missing: int) -> None:
    """Title, legend with its unit, what is missing, and where it comes from."""
    from matplotlib.patches import Patch  # noqa: PLC0415 - an extra

    description = card(fact.table)
    field = description.field(fact.column)
    figure.suptitle(f"{description.title}\n{fact.name}: {field.description}", fontsize=10, y=0.975, wrap=True)
    place = figure.add_axes(_BAR)
    bar = figure.colorbar(scale, cax=place, orientation="horizontal", format=lambda bound, _: _tick(bound), spacing="uniform")
    bar.set_label(field.unit or fact.name, fontsize=8)
    bar.ax.tick_params(labelsize=7)
    if missing:
        patch = Patch(facecolor="white", edgecolor="0.45", hatch="//////", label=f"no data ({missing:,} counties)")
        figure.legend(handles=[patch], loc="lower right", bbox_to_anchor=(0.99, 0.085), fontsize=7, frameon=False)
    estimate = "; an ESTIMATE" if description.estimate else ""
    source = f"{description.agency}, {description.years}{estimate}; trust {description.trust}; a colour for every seventh of the counties"
    figure.text(0.5, 0.015, f"Source: {source}. {description.attribution}".strip(), fontsize=6.5, ha="center", wrap=True)
