"""Every table of datasets/ is what its derive.py makes of the source tables: values and schema."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import geopandas
import pandas as pd
import pyarrow.parquet
import pytest
from geopandas.testing import assert_geodataframe_equal

from datasets.deriving import current_counties, read_source, sources_folder, write_table

DATASETS = Path(__file__).resolve().parents[2] / "datasets"
SOURCES = sources_folder()
TABLES = sorted(path.parent.name for path in DATASETS.glob("*/derive.py"))
needs_sources = pytest.mark.skipif(SOURCES is None, reason="no source tables: set GIGASITE_SOURCES to their folder")


def loaded(table: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"derive_{table}", DATASETS / table / "derive.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # a dataclass looks its module up
    spec.loader.exec_module(module)
    return module


def assert_same_table(made: Path, committed: Path) -> None:
    if committed.suffix == ".csv":
        # Texts, not numbers: every digit and every blank as committed.
        frames = [pd.read_csv(path, dtype="str", keep_default_na=False) for path in (made, committed)]
        pd.testing.assert_frame_equal(*frames)
    elif b"geo" in pyarrow.parquet.read_schema(committed).metadata:
        assert_geodataframe_equal(*(geopandas.read_parquet(path) for path in (made, committed)))
    else:
        pd.testing.assert_frame_equal(*(pd.read_parquet(path) for path in (made, committed)))


@needs_sources
@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_what_its_script_derives(table: str, tmp_path: Path) -> None:
    loaded(table).main(SOURCES, tmp_path)
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made, f"{table}/derive.py wrote nothing"
    for name in made:
        assert_same_table(tmp_path / name, DATASETS / table / name)


def test_every_table_has_a_script() -> None:
    assert {path.parent.name for path in DATASETS.glob("*/datapackage.json")} - set(TABLES) == set()


def test_the_tables_together_stay_small() -> None:
    size = sum(path.stat().st_size for path in DATASETS.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    assert size < 25e6


def test_county_codes_keep_their_zeros_and_na_is_a_text(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("county_fips,state,price\n1001,NA,\n48441,TX,3.5\n", encoding="utf-8")
    table = read_source(tmp_path, "table.csv")
    assert table["county_fips"].tolist() == ["01001", "48441"]
    assert table["state"].tolist() == ["NA", "TX"]
    assert table["price"].isna().tolist() == [True, False]


def test_old_county_codes_become_those_of_2017() -> None:
    # 46113 Shannon is 46102 Oglala Lakota since 2015; 11000 is the District of Columbia a second time; 51515 is part of 51019.
    table = pd.DataFrame({"county_fips": ["46113", "11000", "11001", "51515"], "row": [1, 2, 3, 4]})
    current = current_counties(table)
    assert current["county_fips"].tolist() == ["46102", "11001"]
    assert current["row"].tolist() == [1, 3]


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_a_written_table_reads_back_the_same(name: str, tmp_path: Path) -> None:
    table = pd.DataFrame({"key": ["a", "b"], "price_usd_per_mwh": [1.25, None]})
    path = write_table(table, tmp_path / "new", name)
    assert path == tmp_path / "new" / name
    pd.testing.assert_frame_equal(pd.read_csv(path) if name.endswith("csv") else pd.read_parquet(path), table)


def test_one_changed_digit_or_column_is_noticed(tmp_path: Path) -> None:
    committed = tmp_path / "committed.csv"
    committed.write_text("key,price\na,1.50\n", encoding="utf-8")
    for name, text in {"digit.csv": "key,price\na,1.5\n", "column.csv": "key,cost\na,1.50\n"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(AssertionError):
            assert_same_table(tmp_path / name, committed)
    table = pd.DataFrame({"key": ["a"], "price": [1.5]})
    one, two = write_table(table, tmp_path, "one.parquet"), write_table(table.astype({"price": "float32"}), tmp_path, "two.parquet")
    with pytest.raises(AssertionError):
        assert_same_table(one, two)
