"""Kinds of values that scenario fields hold: their units, ranges and the months they name."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from optimizer.core.input_limits import NAME_LETTERS
from optimizer.core.printable import not_one_line
from optimizer.scenario.schema.describe_fields import is_numeric
from optimizer.scenario.schema.floor import Floor

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")

NAME_PATTERN = r"^[A-Za-z0-9_-]+$"
FIPS_PATTERN = r"^(\d{5})?$"
DATE_PATTERN = r"^(\d{4}(-\d{2}){0,2})?$"


class Record(BaseModel):
    """Base of every section and table row: frozen, finite numbers only, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)


    @field_validator("*", mode="before")
    @classmethod
    def _no_underscores(cls, value: object, info: ValidationInfo) -> object:
        """TOML may write 1_000, a table may not: ``1_00`` is a slip of the pen."""
        if isinstance(value, str) and "_" in value and is_numeric(cls.model_fields[str(info.field_name)]):
            raise PydanticCustomError("float_parsing", "Input should be a valid number")
        return value


def month_number(month: str) -> int:
    """Months since year 0 of a month such as ``2024-06``; the difference of two is the months between them."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def later_month(month: str, months: int) -> str:
    """The month some months later; earlier where they are below 0.

    Raises
    ------
    ValueError
        It is not a month.
    OverflowError
        There is no such month: the years go from 0 to 9999.
    """
    number = month_number(_check_month(month)) + months
    if not 0 <= number < 120_000:
        raise OverflowError(f"{months} months after {month} lies outside the years 0 to 9999")
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


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


def _check_name(value: str) -> str:
    if len(value) > NAME_LETTERS.most:
        raise ValueError(f"holds {len(value):,} characters; at most {NAME_LETTERS.most}")
    return value


def _check_line(value: str) -> str:
    if message := not_one_line(value):
        raise ValueError(message)
    return value


Name = Annotated[str, AfterValidator(_check_name), Field(pattern=NAME_PATTERN)]
Line = Annotated[str, AfterValidator(_check_line)]
Month = Annotated[str, AfterValidator(_check_month)]
Day = Annotated[str, AfterValidator(_check_day)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Rate = Annotated[float, Field(ge=-0.5, le=1)]
Megawatt = Annotated[float, Field(ge=0, le=20_000)]
Musd = Annotated[float, Field(ge=0, le=1_000_000)]
MusdPerMonth = Annotated[float, Field(ge=0, le=10_000)]
MusdPerMegawatt = Annotated[float, Field(ge=0, le=200)]
Usd = Annotated[float, Field(ge=0, le=1_000_000)]
GpuPrice = Annotated[float, Field(ge=0, le=1_000_000), AfterValidator(Floor(500, 1000, "thousand USD", "price"))]
UsdPerMwh = Annotated[float, Field(ge=0, le=2_000), AfterValidator(Floor(1, 1000, "USD/kWh", "price"))]
UsdPerKwMonth = Annotated[float, Field(ge=0, le=1_000), AfterValidator(Floor(0.1, 1000, "million USD/MW-month", "price"))]
UsdPerGpuHour = Annotated[float, Field(ge=0, le=100), AfterValidator(Floor(0.02, 1000, "thousand USD/GPU-hour", "rent"))]
KwPerGpu = Annotated[float, Field(gt=0, le=20), AfterValidator(Floor(0.05, 1000, "MW/GPU", "power"))]
OfferedMegawatt = Annotated[float, Field(ge=0, le=20_000), AfterValidator(Floor(0.1, 1000, "GW", "power"))]
UsdPerMonth = Annotated[float, Field(ge=0, le=1e9)]
Months = Annotated[int, Field(ge=0, le=1200)]
Count = Annotated[int, Field(ge=0, le=100_000_000)]
MonthValues = dict[Month, Annotated[float, Field(ge=0, le=1e9)]]


def _number_or_table(value: object) -> str:
    return BY_MONTH if isinstance(value, Mapping) else NUMBER


NUMBER, BY_MONTH = "[number]", "[by month]"
"""Parts that stand in the place of an error for the two kinds of ``NumberOrByMonth``."""

NumberOrByMonth = Annotated[
    Annotated[float, Field(ge=0, le=1e9), Tag(NUMBER)] | Annotated[MonthValues, Tag(BY_MONTH)], Discriminator(_number_or_table),
]
