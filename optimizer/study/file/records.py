"""The sections of a study file, value by value; what does not fit together is found afterwards (``study_checks``)."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from optimizer.scenario.schema.fields import Name, Record
from optimizer.study.file.definition import By, DesignName, Watched
from optimizer.study.file.spreads import Value


def _check_value(value: Any) -> Value:
    if not isinstance(value, str | bool | int | float) or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueError(f"{list(value) if isinstance(value, tuple) else value} is not a value; allowed: a number, a text, true or false")
    return value


def _check_identifier(name: str) -> str:
    if not name.isascii() or not name.isidentifier():
        raise ValueError(f"{name!r} is no identifier; write letters, digits and _, a letter first")
    return name


def _check_change(text: str) -> str:
    if "=" not in text:
        raise ValueError(f"{text!r} must be as for --set: path=value, such as gpus.H100.price_usd=30000")
    return text


def _check_path(path: str) -> str:
    if not path or "=" in path:
        raise ValueError(f"{path!r} is no path of --set; write it without = and value, such as gpus.H100.price_usd")
    return path


def _check_pair(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(names) != 2:
        raise ValueError(f"names {len(names)} factors; a correlation is of two")
    return names


AnyValue = Annotated[Any, AfterValidator(_check_value)]
Identifier = Annotated[str, AfterValidator(_check_identifier)]
Change = Annotated[str, AfterValidator(_check_change)]
Path = Annotated[str, AfterValidator(_check_path)]


class StudySection(Record):
    """Section ``[study]``."""

    name: Name | None = Field(default=None, description="Short name: letters, digits, - and _; none: that of the file")
    title: str = Field(default="", description="The question in one line; none: the name")
    design: DesignName = Field(description="How runs are chosen")
    set: tuple[Change, ...] = Field(default=(), description="--set texts of every run")
    gap: Annotated[float, Field(ge=0, lt=1)] | None = Field(default=None, description="Proven gap, a fraction; none: that of solve")
    time_limit_s: Annotated[float, Field(gt=0)] | None = Field(default=None, description="Longest search of a run, s; none: no limit")
    seed: int = Field(default=1, ge=0, lt=2**32, description="Seed of designs that draw")
    samples: int = Field(default=200, ge=1, le=1_000_000, description="Runs drawn, points of sobol (a power of 2), walks of morris")
    levels: int = Field(default=4, ge=2, le=1000, description="Levels of morris, an even number")
    regret: bool = Field(default=False, description="Every candidate decision is solved in every run")
    signed: bool = Field(default=False, description="Every run is solved again with the power contracts that run 0 signs")
    candidates: tuple[str, ...] = Field(default=(), description="Hosts of regret; none: each that is best in some run")
    cvar_fraction: float = Field(default=0.1, gt=0, le=1, description="Share of the worst runs whose mean regret tells")
    hours_max: float = Field(default=24.0, gt=0, description="Hours beyond which a study is refused")


class DistributionItem(Record):
    """``distribution`` of a factor: its kind, and the numbers of that kind."""

    kind: Literal["uniform", "triangular", "normal", "lognormal", "discrete"] = Field(description="Kind of distribution")
    low: float | None = Field(default=None, description="Least value")
    mode: float | None = Field(default=None, description="Most likely value")
    high: float | None = Field(default=None, description="Greatest value")
    mean: float | None = Field(default=None, description="Mean")
    sd: Annotated[float, Field(gt=0)] | None = Field(default=None, description="Standard deviation")
    median: Annotated[float, Field(gt=0)] | None = Field(default=None, description="Median")
    sigma: Annotated[float, Field(gt=0, le=10)] | None = Field(default=None, description="Standard deviation of the logarithm")
    values: tuple[AnyValue, ...] | None = Field(default=None, min_length=1, description="Values")
    weights: tuple[Annotated[float, Field(ge=0)], ...] | None = Field(default=None, description="Weights of the values")


class FactorItem(Record):
    """One of ``[[factors]]``."""

    name: Identifier = Field(description="Identifier")
    title: str = Field(default="", description="What it is, in words; none: the name")
    unit: str | None = Field(default=None, description="Unit of its values; none: that of by, below")
    path: Path | None = Field(default=None, description="What it changes: a path of --set")
    paths: tuple[Path, ...] | None = Field(default=None, min_length=1, description="Several paths, changed alike")
    by: By = Field(default="set", description="How a value changes what stands there")
    base: AnyValue = Field(default=None, description="Value that stands for the scenario as it is; none: that of by, below")
    values: tuple[AnyValue, ...] | None = Field(default=None, min_length=1, description="Values, one by one")
    low: float | None = Field(default=None, description="Least value of a range")
    high: float | None = Field(default=None, description="Greatest value of a range")
    distribution: Any = Field(default=None, description="Distribution of its values")
    whole: bool | None = Field(default=None, description="Numbers are rounded to whole ones; none: for later alone")


class CorrelationItem(Record):
    """One of ``[[correlations]]``."""

    factors: Annotated[tuple[str, ...], AfterValidator(_check_pair)] = Field(description="Two factors")
    rho: float = Field(gt=-1, lt=1, description="Correlation of their ranks")


class NamedItem(Record):
    """One of ``[[named]]``."""

    name: Name = Field(description="Short name of the run")
    title: str = Field(default="", description="What it is, in words; none: the name")
    set: tuple[Change, ...] = Field(min_length=1, description="--set texts of this run")


class BreakpointItem(Record):
    """One of ``[[breakpoints]]``."""

    factor: str = Field(description="Factor that is moved")
    low: float = Field(description="Where the search begins")
    high: float = Field(description="Where the search ends")
    precision: float = Field(gt=0, description="How exactly a change is found, in the factor's unit")
    watch: tuple[Watched, ...] = Field(default=("host", "build_or_rent", "contracts"), min_length=1, description="What may change")
