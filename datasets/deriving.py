"""What every ``derive.py`` shares: reading a source table, writing the product's own, and the command line.

``python datasets/TABLE/derive.py SOURCES`` (or the folder in ``GIGASITE_SOURCES``) writes the table beside its script;
``--out FOLDER`` writes it elsewhere.
"""

from __future__ import annotations

import argparse
import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd

__all__ = ["PARQUET_COMPRESSION", "current_counties", "read_source", "run", "sources_folder", "write_table"]

PARQUET_COMPRESSION = "zstd"

# Old county codes and the county of 2017 that took over most of the place; None has no border of its own in the county table.
COUNTY_SUCCESSORS: dict[str, str | None] = {
    "02201": "02198", "02232": "02230", "02270": "02158", "02280": "02275", "46113": "46102",
    "11000": None, "51515": None, "51610": None,
}  # fmt: skip


def sources_folder() -> Path | None:
    """Folder of the source tables: ``GIGASITE_SOURCES``, else ``shared/data`` beside the repository, else none."""
    named = os.environ.get("GIGASITE_SOURCES")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    return folder if folder.is_dir() else None


def read_source(sources: Path, name: str, **options: Any) -> pd.DataFrame:
    """A source table as a frame; county codes are texts of five digits, and ``NA`` is a text, not a gap.

    Parameters
    ----------
    sources : pathlib.Path
        Folder with ``power/`` and ``sites/``.
    name : str
        Path of the table in it, such as ``power/egrid2023_state.csv``.
    **options
        Handed to :func:`pandas.read_csv`; ``dtype`` adds to the type of ``county_fips``.

    Raises
    ------
    FileNotFoundError
        The folder does not hold the table.
    """
    types = {"county_fips": "str", **options.pop("dtype", {})}
    frame = pd.read_csv(sources / name, dtype=types, keep_default_na=False, na_values=[""], **options)
    if "county_fips" in frame:
        frame["county_fips"] = frame["county_fips"].str.zfill(5)
    return frame


def current_counties(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``frame`` under the county codes of 2017; rows of places that are no county of 2017, or twice there, left out.

    Left out: the second code 11000 of the District of Columbia, Bedford City (51515, part of Bedford since 2013) and Falls Church
    (51610, without a border in the county table).
    """
    codes = frame["county_fips"].replace(COUNTY_SUCCESSORS)
    return frame.assign(county_fips=codes)[codes.notna()]


def write_table(frame: pd.DataFrame, folder: Path, name: str) -> Path:
    """Write ``frame`` as ``folder/name``: CSV, Parquet or (with a geometry) GeoParquet, by the ending of the name."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    if path.suffix == ".csv":
        frame.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
    elif isinstance(frame, geopandas.GeoDataFrame):
        frame.to_parquet(path, index=False, compression=PARQUET_COMPRESSION, write_covering_bbox=False)
    else:
        frame.to_parquet(path, index=False, compression=PARQUET_COMPRESSION)
    return path


def run(main: Callable[[Path, Path], object]) -> None:
    """Command line of a ``derive.py``: its ``main(sources, out)`` with the folders given or found.

    Raises
    ------
    SystemExit
        No folder of source tables was given or found.
    """
    parser = argparse.ArgumentParser(description="Derive the table of this folder from its source tables.")
    parser.add_argument("sources", nargs="?", type=Path, default=sources_folder(), help="folder of the source tables")
    parser.add_argument("--out", type=Path, default=Path(inspect.getfile(main)).resolve().parent, help="folder to write to")
    given = parser.parse_args()
    if given.sources is None:
        parser.error("name the folder of the source tables, or set GIGASITE_SOURCES")
    main(given.sources, given.out)
