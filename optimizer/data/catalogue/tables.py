"""The tables of the bundled datasets as frames, typed as their cards say."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pandas as pd

from optimizer.core.bundled import datasets_folder
from optimizer.core.errors import DatasetError
from optimizer.data.catalogue.cards import Card, Field, card


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
        There is no such dataset, or its columns lack one of its card.
    """
    return read_table(table_path(name), card(name))


def read_table(path: Path, description: Card) -> pd.DataFrame:
    """Read a file of a dataset, typed as a card says.

    Raises
    ------
    DatasetError
        A column is missing, or a cell is not of the type of its column.
    """
    try:
        frame = _read(path, description)
        return pd.DataFrame({field.name: _typed(frame[field.name], field) for field in description.fields})
    except (KeyError, TypeError, ValueError) as error:
        raise DatasetError(f"{description.name}: {path.name} cannot be read as its card says: {error}") from error


def _read(path: Path, description: Card) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    types: dict[str, Any] = {field.name: "str" for field in description.fields if field.type != "number"}
    return pd.read_csv(path, dtype=types, keep_default_na=False, na_values=list(description.missing_values), encoding="utf-8")


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
    is_done = values.dtype == "str" or field.type in ("geojson", "any")
    return values if is_done else values.astype("str").where(values.notna())


def _truth(values: pd.Series[Any]) -> pd.Series[Any]:
    """Truth values; ``true`` and ``false`` of a text file in any case."""
    words = values.astype("str").str.lower().map({"true": True, "false": False})
    unknown = values[words.isna() & values.notna()]
    if not unknown.empty:
        raise ValueError(f"{unknown.iloc[0]!r} is neither true nor false")
    return words.astype("bool" if words.notna().all() else "boolean")


def counties() -> pd.DataFrame:
    """Counties of the United States.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``county_fips`` (text), with ``county_name``, ``state_abbr``, the centroid ``lat``, ``lon`` and the bounds
        ``lat_min``, ``lat_max``, ``lon_min``, ``lon_max`` in degrees (WGS 84). Source: ``datasets/counties/README.md``.
    """
    return table("counties").set_index("county_fips")
