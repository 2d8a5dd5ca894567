"""What a field of the scenario may hold: its range, its unit, whether it is a number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import AfterValidator, BaseModel
from pydantic.fields import FieldInfo

from optimizer.scenario.schema.floor import Floor

_UNITS = (
    ("usd_per_gpu_hour", "USD/GPU-hour"),
    ("usd_per_kw_month", "USD/kW-month"),
    ("musd_per_mw_year", "million USD/MW-year"),
    ("musd_per_month", "million USD/month"),
    ("usd_per_month", "USD/month"),
    ("musd_per_mw", "million USD/MW"),
    ("usd_per_mwh", "USD/MWh"),
    ("usd_per_mmbtu", "USD/MMBtu"),
    ("usd_per_kwh", "USD/kWh"),
    ("usd_per_kw", "USD/kW"),
    ("usd_per_t", "USD/t"),
    ("mmbtu_per_mwh", "MMBtu/MWh"),
    ("kw_per_gpu", "kW/GPU"),
    ("mw_per_month", "MW/month"),
    ("nox_t_per_gwh", "t/GWh"),
    ("t_per_mwh", "t/MWh"),
    ("nox_t_per_year_max", "t/year"),
    ("t_per_year", "t/year"),
    ("mmbtu_per_day_max", "MMBtu/day"),
    ("hours_per_day", "h/day"),
    ("outage_hours", "h"),
    ("duration_h", "h"),
    ("typical_days", "days"),
    ("mwh_max", "MWh"),
    ("upto_mwh", "MWh"),
    ("efficiency", "share"),
    ("share_min", "share"),
    ("share_max", "share"),
    ("multiple_max", "ratio"),
    ("hours_per_year_max", "h/year"),
    ("hours_per_year", "h/year"),
    ("fraction_per_year", "share/year"),
    ("rate_per_year", "share/year"),
    ("interest_per_year", "share/year"),
    ("escalation_per_year", "share/year"),
    ("months", "months"),
    ("musd", "million USD"),
    ("usd", "USD"),
    ("amounts", "million USD"),
    ("gpus_h100e", "H100-equivalents"),
    ("h100_equivalents", "H100-equivalents"),
    ("supply", "GPUs/month"),
    ("gpus", "GPUs"),
    ("lot", "GPUs"),
    ("gpus_min", "GPUs"),
    ("gpus_max", "GPUs"),
    ("mw", "MW"),
    ("mw_min", "MW"),
    ("mw_max", "MW"),
    ("fraction", "share"),
    ("utilisation", "share"),
    ("probability", "share"),
    ("lat", "degrees"),
    ("lon", "degrees"),
    ("ms_max", "ms"),
    ("units", "units"),
    ("units_max", "units"),
    ("months_max", "months"),
    ("annual_pue", "ratio"),
    ("ratio", "ratio"),
)


def unit_of(name: str) -> str:
    """Unit that a field's name says it is in; empty for a field without one."""
    for suffix, unit in _UNITS:
        if name == suffix or name.endswith((f"_{suffix}", f".{suffix}")):
            return unit
    return ""


def shown_name(name: str, field: FieldInfo) -> str:
    """Name of a field as a person writes it (``from`` is no Python name)."""
    return field.alias or name


def column_names(model: type[BaseModel]) -> list[str]:
    """Names of the fields of a record as a person writes them."""
    return [shown_name(name, field) for name, field in model.model_fields.items()]


def field_of(model: type[BaseModel], name: str) -> FieldInfo | None:
    """Field of a record by the name a person writes."""
    return next((field for key, field in model.model_fields.items() if shown_name(key, field) == name), None)


def _leaves(annotation: Any, constraints: tuple[Any, ...] = ()) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Types an annotation is made of, each with its constraints; the keys of a dict are no values."""
    arguments = get_args(annotation)
    if get_origin(annotation) is Annotated:
        inner = [item for extra in arguments[1:] for item in (extra.metadata if isinstance(extra, FieldInfo) else [extra])]
        yield from _leaves(arguments[0], (*constraints, *inner))
    elif get_origin(annotation) is dict:
        yield from _leaves(arguments[1], constraints)
    elif get_origin(annotation) is not Literal and arguments:
        for argument in arguments:
            yield from _leaves(argument, constraints)
    else:
        yield annotation, constraints


def is_numeric(field: FieldInfo) -> bool:
    """Whether a field holds a number, or numbers by month, site or line."""
    leaves = [leaf for leaf, _ in _leaves(field.annotation)]
    records = [leaf for leaf in leaves if isinstance(leaf, type) and issubclass(leaf, BaseModel)]
    return any(leaf in (int, float) for leaf in leaves) or any(
        is_numeric(inner) for record in records for inner in record.model_fields.values()
    )


def choices(field: FieldInfo) -> tuple[str, ...]:
    """Words a field may hold; empty where it is not a choice."""
    return tuple(str(word) for leaf, _ in _leaves(field.annotation) if get_origin(leaf) is Literal for word in get_args(leaf))


def allowed_range(field: FieldInfo) -> str:
    """Range of a number in words, such as ``0 to 2,000``; empty where there is none."""
    constraints = [item for _, inner in _leaves(field.annotation) for item in inner] + list(field.metadata)
    low = high = floor = ""
    for item in constraints:
        if isinstance(item, Ge):
            low = number_text(item.ge)
        elif isinstance(item, Gt):
            low = f"more than {number_text(item.gt)}"
        elif isinstance(item, Le):
            high = number_text(item.le)
        elif isinstance(item, Lt):
            high = f"less than {number_text(item.lt)}"
        elif isinstance(item, AfterValidator) and isinstance(item.func, Floor):
            floor = number_text(item.func.least)
    if floor:
        low = f"0, or {floor}" if low == "0" else floor
    if low and high:
        return f"{low} to {high}"
    return _one_sided("at least", low) if low else _one_sided("at most", high) if high else ""


def _one_sided(word: str, end: str) -> str:
    """Range with one end; an end that says itself on which side it lies stays as it is."""
    return end if end.startswith(("more than", "less than")) else f"{word} {end}"


def number_text(value: Any) -> str:
    """Number as in a message: thousands apart from 10,000 on, so that years stay years."""
    return f"{value:,.10g}" if abs(value) >= 10_000 else f"{value:.10g}"
