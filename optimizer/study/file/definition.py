"""A study, read and checked: what is changed, how runs are chosen, and what is asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from optimizer.study.file.spreads import Spread, Value

By = Literal["set", "times", "plus", "later", "between"]
DesignName = Literal["one_at_a_time", "grid", "latin_hypercube", "morris", "sobol", "monte_carlo", "named"]
Watched = Literal["host", "build_or_rent", "contracts"]


@dataclass(frozen=True, slots=True)
class Factor:
    """Something uncertain or to be chosen.

    Parameters
    ----------
    name : str
        Identifier.
    title : str
        What it is, in words; the name where none was given.
    unit : str
        Unit of its values; empty where they have none.
    paths : tuple of str
        Paths of ``--set``, all changed alike.
    by : {"set", "times", "plus", "later", "between"}
        How a value changes what stands at the paths: ``=``, ``*=``, ``+=``, ``>>=``, ``~=``.
    base : float, int, str, bool or None
        Value that stands for the scenario as it is; None where it is not known (only for ``set``).
    spread : Spread or None
        Values it may take; None: only breakpoints change it.
    whole : bool
        Its numbers are rounded to whole ones.
    """

    name: str
    title: str
    unit: str
    paths: tuple[str, ...]
    by: By
    base: Value | None
    spread: Spread | None
    whole: bool


@dataclass(frozen=True, slots=True)
class Correlation:
    """Two factors that tend to move together: ``rho``, in (-1, 1), is the correlation of their ranks."""

    factors: tuple[str, str]
    rho: float


@dataclass(frozen=True, slots=True)
class Named:
    """A run with a name and changes of its own."""

    name: str
    title: str
    set: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """A search for the values of a factor, between ``low`` and ``high``, at which what is watched changes; all in the factor's unit."""

    factor: str
    low: float
    high: float
    precision: float
    watch: tuple[Watched, ...]


@dataclass(frozen=True, slots=True)
class Study:
    """Many runs of one scenario, each with some values changed.

    Parameters
    ----------
    name, title : str
        Short name, and the question in words.
    design : str
        How runs are chosen.
    set : tuple of str
        ``--set`` texts of every run.
    gap, time_limit_s : float or None
        Of each solve; None: its default.
    seed : int
        Of designs that draw.
    samples : int
        Runs of latin_hypercube and monte_carlo, base sample of sobol, trajectories of morris.
    levels : int
        Levels of morris.
    regret : bool
        Whether every candidate decision is solved in every run.
    signed : bool
        Whether every run is solved again with the power contracts held that the plan of the scenario as it is signs.
    candidates : tuple of str
        Hosts compared; empty: every host that was best in some run.
    cvar_fraction : float
        Share of the worst runs that the conditional value at risk is the mean of.
    hours_max : float
        Hours beyond which the study is refused before it begins.
    factors, correlations, named, breakpoints : tuple
        In the order of the file.
    """

    name: str
    title: str
    design: DesignName
    set: tuple[str, ...] = ()
    gap: float | None = None
    time_limit_s: float | None = None
    seed: int = 1
    samples: int = 200
    levels: int = 4
    regret: bool = False
    signed: bool = False
    candidates: tuple[str, ...] = ()
    cvar_fraction: float = 0.1
    hours_max: float = 24.0
    factors: tuple[Factor, ...] = ()
    correlations: tuple[Correlation, ...] = ()
    named: tuple[Named, ...] = ()
    breakpoints: tuple[Breakpoint, ...] = ()

    @property
    def varied(self) -> tuple[Factor, ...]:
        """The factors that the design changes: those with values of their own."""
        return () if self.design == "named" else tuple(factor for factor in self.factors if factor.spread is not None)
