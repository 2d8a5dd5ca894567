"""A study as a TOML file."""

from __future__ import annotations

from optimizer.study.definition import Breakpoint, Correlation, Factor, Named, Study
from optimizer.study.spreads import Discrete, Listed, LogNormal, Normal, Range, Spread, Triangular, Uniform

__all__ = [
    "Breakpoint", "Correlation", "Discrete", "Factor", "Listed", "LogNormal", "Named", "Normal", "Range", "Spread", "Study", "Triangular",
    "Uniform",
]
