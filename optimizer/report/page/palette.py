"""Colours of the figures. A figure is drawn in the light ones; in the page each becomes a CSS variable, so that dark mode recolours it.

Use these constants and no other colour: what is not known here stays as it is in dark mode.
"""

from __future__ import annotations

INK = "#1b2430"
MUTED = "#5b6573"
GRID = "#e1e5ea"
SURFACE = "#fefefe"
ACCENT = "#0b4f8a"
WARNING = "#a8321d"

LINES = ("#1f5f99", "#b4560f", "#2f7d57", "#8a3f7d", "#6a6f78", "#9a7b14")
"""For lines, ticks and points: six, told apart by ``DASHES`` as well."""

DASHES: tuple[tuple[int, ...], ...] = ((1, 0), (6, 3), (2, 2), (9, 3, 2, 3), (12, 4), (4, 2, 1, 2))
"""Dash of the line of the same place; the first is solid."""

FILLS = ("#1f5f9a", "#b45610", "#2f7d58", "#8a3f7e", "#6a6f79", "#9a7b15")
"""For bars and areas: six, each with a pattern of its own in the page, so that a stack reads without colour."""

STEPS = ("#e4eef6", "#b9d3e8", "#85b0d4", "#4d87b8", "#1d5a8c")
"""A sequence from little to much, for classes of a map (always labelled, also by number)."""

DARK = {
    INK: "#e8ebef", MUTED: "#a5aeba", GRID: "#323a45", SURFACE: "#151a21", ACCENT: "#7db6ea", WARNING: "#f08a72",
    **dict(zip(LINES, ("#76b1e8", "#eda25f", "#72c79c", "#d793cb", "#aab0ba", "#dcbf5b"), strict=True)),
    **dict(zip(FILLS, ("#4f8fca", "#c9803f", "#4fa57b", "#b070a5", "#868d98", "#b89d3d"), strict=True)),
    **dict(zip(STEPS, ("#22303d", "#2b4a66", "#386a94", "#5590c2", "#8fc1ec"), strict=True)),
}
"""What each colour is in dark mode."""


def variable(colour: str) -> str:
    """Name of the CSS variable of a colour: ``--c1f5f99``."""
    return f"--c{colour.lstrip('#')}"


def pattern_id(colour: str) -> str:
    """Id of the pattern that a colour of ``FILLS`` is drawn with."""
    return f"fill-{FILLS.index(colour) + 1}"


def css_variables(is_dark: bool) -> str:
    """Declarations of all variables, for the light or the dark page."""
    return " ".join(f"{variable(light)}: {dark if is_dark else light};" for light, dark in DARK.items())
