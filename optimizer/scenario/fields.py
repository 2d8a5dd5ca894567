"""Kinds of values that scenario fields hold: their units, ranges and the months they name."""

from __future__ import annotations

import datetime
import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_LEAST_GPU_PRICE_USD = 500.0


class Record(BaseModel):
    """Base of every section and table row: frozen, finite numbers only, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)


def month_number(month: str) -> int:
    """Months since year 0 of a month such as ``2024-06``; the difference of two is the months between them."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _check_month(value: str) -> str:
    if not _MONTH.fullmatch(value):
        raise ValueError(f'{value!r} is not a month; write it as "2024-06"')
    return value


def _check_day(value: str) -> str:
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        raise ValueError(f'{value!r} is not a day; write it as "2024-05-31"') from None
    return value


def _check_gpu_price(value: float) -> float:
    """Refuse a price that nobody ever asked for a data-center GPU (0 is a free GPU and allowed)."""
    if 0 < value < _LEAST_GPU_PRICE_USD:
        raise ValueError(
            f"{value:g} USD is less than the {_LEAST_GPU_PRICE_USD:g} USD any such GPU costs (allowed: 0, or 500 to 1,000,000): "
            f"looks like thousand USD; {value * 1000:,.0f} would be the same price"
        )
    return value


Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]
Month = Annotated[str, AfterValidator(_check_month)]
Day = Annotated[str, AfterValidator(_check_day)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Rate = Annotated[float, Field(ge=-0.5, le=1)]
Megawatt = Annotated[float, Field(ge=0, le=20_000)]
Musd = Annotated[float, Field(ge=0, le=1_000_000)]
MusdPerMegawatt = Annotated[float, Field(ge=0, le=200)]
Usd = Annotated[float, Field(ge=0, le=1_000_000)]
GpuPrice = Annotated[float, Field(ge=0, le=1_000_000), AfterValidator(_check_gpu_price)]
UsdPerMwh = Annotated[float, Field(ge=0, le=2_000)]
UsdPerKwMonth = Annotated[float, Field(ge=0, le=1_000)]
UsdPerMonth = Annotated[float, Field(ge=0, le=1e9)]
Months = Annotated[int, Field(ge=0, le=1200)]
Count = Annotated[int, Field(ge=0, le=100_000_000)]
MonthValues = dict[Month, Annotated[float, Field(ge=0, le=1e9)]]
