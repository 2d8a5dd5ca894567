"""The tables of the bundled datasets as frames, typed as their cards say."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from optimizer.bundled import datasets_folder
from optimizer.catalogue.cards import Card, Field, card
from optimizer.errors import DatasetError


def table_path(name: str) -> Path:
    """File of a dataset's table.

    Raises
    ------
    DatasetError
        There is no such dataset, or its file is missing.
    """
    path = datasets_folder() / name / card(name).file
    if not path.is_file():
        raise DatasetError(f"the table of {name} is missing: {path.name}")
    return path


@functools.cache
def table(name: str) -> pd.DataFrame:
    """Table of a dataset; read once, so copy it before changing it.

    Text is ``str``, numbers ``float64``, whole numbers and truth values the nullable kind where a cell may be empty, dates the text
    ``YYYY-MM-DD`` and times ``datetime64`` in UTC. A geometry stays the bytes it is (WKB); ``geography`` reads those.

    Parameters
    ----------
    name : str
        Name of the dataset, such as ``retail_price_county``.

    Raises
    ------
    DatasetError
        There is no such dataset, or its columns are not those of its card.
    """
    path, description = table_path(name), card(name)
    expected = [field.name for field in description.fields]
    columns = _columns(path)
    if columns != expected:
        raise DatasetError(f"{name}: the columns of {path.name} are not those of its card; it has {columns}")
    return read_table(path, description)


def read_table(path: Path, description: Card, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read a file of a dataset, all columns or some, typed as a card says.

    Raises
    ------
    DatasetError
        A cell is not of the type of its column.
    """
    fields = [field for field in description.fields if columns is None or field.name in columns]
    try:
        frame = _read(path, description, [field.name for field in fields])
        for field in fields:
            frame[field.name] = _typed(frame[field.name], field)
    except (TypeError, ValueError) as error:
        raise DatasetError(f"{description.name}: {path.name} cannot be read as its card says: {error}") from error
    return frame


def _read(path: Path, description: Card, columns: list[str]) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return pd.read_parquet(path, columns=columns)
    types: dict[str, Any] = {field.name: "str" for field in description.fields if field.type != "number"}
    return pd.read_csv(
        path, usecols=columns, dtype=types, keep_default_na=False, na_values=list(description.missing_values), encoding="utf-8"
    )[columns]


def _typed(values: pd.Series[Any], field: Field) -> pd.Series[Any]:
    if field.type == "integer":
        whole = pd.to_numeric(values)
        return whole.astype("int64" if whole.notna().all() else "Int64")
    if field.type == "boolean":
        return _truth(values)
    if field.type == "datetime":
        return pd.to_datetime(values, utc=True)
    if field.type == "number":
        return values.astype("float64")
    return values if field.type in ("geojson", "any") else values.astype("str").where(values.notna())


def _truth(values: pd.Series[Any]) -> pd.Series[Any]:
    """Truth values; ``true`` and ``false`` of a text file in any case."""
    words = values.astype("str").str.lower().map({"true": True, "false": False})
    unknown = values[words.isna() & values.notna()]
    if not unknown.empty:
        raise ValueError(f"{unknown.iloc[0]!r} is neither true nor false")
    return words.astype("bool" if words.notna().all() else "boolean")


def _columns(path: Path) -> list[str]:
    if path.suffix == ".parquet":
        from pyarrow import parquet  # noqa: PLC0415 - few tables need it

        return list(parquet.read_schema(path).names)
    return list(pd.read_csv(path, nrows=0).columns)


def counties() -> pd.DataFrame:
    """Counties of the United States.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``county_fips`` (text), with ``county_name``, ``state_abbr``, the centroid ``lat``, ``lon`` and the bounds
        ``lat_min``, ``lat_max``, ``lon_min``, ``lon_max`` in degrees (WGS 84). Source: ``datasets/counties/README.md``.
    """
    return table("counties").set_index("county_fips")
