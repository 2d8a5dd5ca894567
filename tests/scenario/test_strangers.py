"""Files that a stranger may have written: what is too large, too deep, outside the folder or no file is refused by place, and quickly."""

from __future__ import annotations

import base64
import json
import os
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from optimizer.billing.load_file import read_load
from optimizer.billing.rate_file import read_rate
from optimizer.core import input_parquet
from optimizer.core.errors import GigasiteError, RateError, ScenarioError
from optimizer.core.input_files import InputFault
from optimizer.core.input_limits import EXTENDS, NAMED_ITEMS, TOML_DEPTH, Limit
from optimizer.scenario import read_scenario
from optimizer.study.file.study_file import read_study
from tests.scenario.fault import replace

CPU_SECONDS_MOST = 8.0
"""Far more than any of these takes, far less than what they once took."""


@pytest.fixture(autouse=True)
def _quickly() -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < CPU_SECONDS_MOST


def refused(folder: Path, *overrides: str) -> list[tuple[str, str, str, str]]:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder, overrides)
    assert len(str(caught.value)) < 300_000
    return [(problem.file, problem.where, problem.field, problem.message) for problem in caught.value.problems]


def add(folder: Path, text: str) -> int:
    """Write text before the first section; gives its line."""
    replace(folder / "scenario.toml", "[scenario]", f"{text}\n[scenario]")
    lines = (folder / "scenario.toml").read_text(encoding="utf-8").split("\n")
    return lines.index("[scenario]")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("deep = " + "[" * 900 + "]" * 900, f"is nested deeper than {TOML_DEPTH}"),
        ("deep = " + "{a=" * 900 + "1" + "}" * 900, f"is nested deeper than {TOML_DEPTH}"),
        (".".join("a" * 200_000) + " = 1", f"is nested deeper than {TOML_DEPTH}"),
        ("long = " + "9" * 5_000, "a number or bare word of 5,000 characters stands here; at most 200"),
        ("long = 0x" + "f" * 5_000, "a number or bare word of 5,002 characters stands here; at most 200"),
    ],
)
def test_what_is_too_deep_or_too_long_is_told_by_its_line(folder: Path, text: str, says: str) -> None:
    line = add(folder, text)
    assert refused(folder) == [("scenario.toml", f"line {line}", "", says)]


@pytest.mark.parametrize("text", ['x = """' + "[" * 900 + '"""', "x = '''" + "." * 900 + "'''", 'x = "' + "{" * 900 + '"'])
def test_what_stands_in_a_text_is_not_deep(folder: Path, text: str) -> None:
    add(folder, f"# {'[' * 900}\n{text}")
    assert [problem[2] for problem in refused(folder)] == ["x"]  # there is no such section, and that is all


def test_a_file_that_is_too_large_is_not_read(folder: Path) -> None:
    with (folder / "scenario.toml").open("a", encoding="utf-8") as file:
        file.write("# " + "x" * 1_000_000)
    assert refused(folder) == [("scenario.toml", "", "", "holds 1.0 MB; at most 1 MB are read")]


def test_purses_are_counted_before_they_are_looked_at(folder: Path) -> None:
    purses = "".join(f'\n  {{ name = "p{number}", amounts = {{}}, pays_for = ["rent"] }},' for number in range(NAMED_ITEMS.most + 1))
    replace(folder / "scenario.toml", "purses = [", f"purses = [{purses}")
    ((_, _, field, message),) = refused(folder)
    assert (field, message) == ("budget.purses", f"has {NAMED_ITEMS.most + 3:,} items; at most {NAMED_ITEMS.most}")


def test_as_many_as_are_allowed_are_read_in_linear_time(folder: Path) -> None:
    purses = "".join(f'\n  {{ name = "p{number}", amounts = {{}}, pays_for = ["rent"] }},' for number in range(NAMED_ITEMS.most - 2))
    replace(folder / "scenario.toml", "purses = [", f"purses = [{purses}")
    assert len(read_scenario(folder).config.budget.purses) == NAMED_ITEMS.most


def test_a_chain_of_scenarios_has_an_end(folder: Path) -> None:
    for number in range(30):
        (folder.parent / f"s{number}").mkdir()
        (folder.parent / f"s{number}" / "scenario.toml").write_text(f'extends = "../s{number + 1}"\n', encoding="utf-8")
    ((file, where, field, message),) = refused(folder.parent / "s0")
    assert (file, where, field) == (f"../s{EXTENDS.most - 1}/scenario.toml", "line 1", "extends")
    assert message == f"'../s10' would be number 11 of a chain; at most {EXTENDS} may extend each other"


@pytest.mark.parametrize("text", ["extends = 7", 'extends = ["a"]', 'extends = "' + "x/" * 4_000 + '"', 'extends = "\\u0000"'])
def test_what_is_extended_must_be_a_folder(folder: Path, text: str) -> None:
    line = add(folder, text)
    assert {problem[:3] for problem in refused(folder)} == {("scenario.toml", f"line {line}", "extends")}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../outside.csv", "lies outside the folder"),
        ("/etc/passwd", "lies outside the folder"),
        ("link.csv", "lies outside the folder"),
        ("inner", "is a folder, not a file"),
        ("pipe.csv", "is a pipe, not a file"),
        ("x" * 5_000, "is no name of a file"),
    ],
)
def test_a_table_is_a_file_of_the_folder(folder: Path, name: str, says: str) -> None:
    (folder / "inner").mkdir()
    os.mkfifo(folder / "pipe.csv")
    (folder.parent / "outside.csv").write_text("site_id,secret\n", encoding="utf-8")
    (folder / "link.csv").symlink_to(folder.parent / "outside.csv")
    lines = (folder / "scenario.toml").read_text(encoding="utf-8").split("\n")
    line = next(at for at, text in enumerate(lines, start=1) if text.startswith('table = "sites.csv"'))
    replace(folder / "scenario.toml", 'table = "sites.csv"', f'table = "{name}"')
    ((file, where, field, message), *_) = refused(folder)
    assert (file, where, field) == ("scenario.toml", f"line {line}", "sites.table")
    assert says in message


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_scenario_is_a_file(folder: Path, make: object) -> None:
    (folder / "scenario.toml").unlink()
    make(folder / "scenario.toml")  # type: ignore[operator]
    ((file, where, _, message),) = refused(folder)
    assert (file, where) == ("scenario.toml", "")
    assert "not a file" in message


def test_a_rate_lies_in_the_folder_too(folder: Path) -> None:
    (folder / "rates").mkdir()
    (folder.parent / "theirs.toml").write_text("secret = 1\n", encoding="utf-8")
    (folder / "rates" / "theirs.toml").symlink_to(folder.parent / "theirs.toml")
    lines = (folder / "tariffs.csv").read_text(encoding="utf-8").splitlines()
    (folder / "tariffs.csv").write_text("\n".join([f"{lines[0]},rate", f"{lines[1]},theirs", *(f"{one}," for one in lines[2:])]), "utf-8")
    assert any(problem[2] == "rate" and "lies outside" in problem[3] for problem in refused(folder))
    assert not any("secret" in problem[3] for problem in refused(folder))


VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/vsicurl/http://127.0.0.1:9/x.csv</SrcDataSource></OGRVRTLayer>'
    "</OGRVRTDataSource>"
)


@pytest.mark.parametrize("suffix", ["geojson", "json", "gpkg", "parquet"])
def test_a_file_is_what_its_name_says_by_its_content(folder: Path, suffix: str) -> None:
    (folder / f"sites.{suffix}").write_text(VRT, encoding="utf-8")
    replace(folder / "scenario.toml", '"sites.csv"', f'"sites.{suffix}"')
    ((file, _, _, message),) = refused(folder)
    assert file == f"sites.{suffix}"
    assert "by its content" in message


def test_a_kind_under_another_name_is_told(folder: Path) -> None:
    pd.DataFrame({"site_id": ["a"]}).to_parquet(folder / "sites.geojson")
    assert "it is Parquet: give it that name's ending" in refused(folder, "sites.table=sites.geojson")[0][3]


def parquet_refused(folder: Path, table: pa.Table, **options: object) -> str:
    parquet.write_table(table, folder / "sites.parquet", **options)
    ((file, _, _, message),) = refused(folder, "sites.table=sites.parquet")
    assert file == "sites.parquet"
    return message


def test_what_a_parquet_file_would_be_is_read_from_its_footer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = pa.table({"site_id": pa.nulls(2_000_000, pa.int8())})
    assert parquet_refused(folder, many) == "has 2,000,000 rows; at most 100,000 rows are read"
    assert (folder / "sites.parquet").stat().st_size < 10_000
    monkeypatch.setattr(input_parquet, "UNPACKED_BYTES", Limit(2_000_000, "bytes", "a table"))
    one_cell = pa.table({"site_id": ["x" * 3_000_000]})
    parquet.write_table(one_cell, folder / "sites.parquet", compression="zstd", use_dictionary=False)
    with pytest.raises(InputFault, match="would be 3 MB when unpacked; at most 2 MB"):
        input_parquet.unpacked_here(folder / "sites.parquet")
    assert (folder / "sites.parquet").stat().st_size < 10_000


LIE = zlib.decompress(base64.b85decode(
    "c-l=*JqyAx6ublpMI5y7LIWAP7&_FVf}LF4I~4yxS_(R7YyA2v{#;+39B#S0cXzKo95*zfDNQSqgcuM28Un=>=S<B>k+LN+(Ilc-ELfEzgpi<#$#+Q9y*+goPfSEh"
    "nFzl`W!a;pvBo-BnwcHc+^|H<>Y#%wT=bu6a$bQk0$eGv=VN8uuZ#WCMLHl$2On<F?y+izVdX>U-|4Fh_j7+uw`H*|HpY&{A4biOeF3Vt9@G"
))
"""A Parquet file of one cell with one bit of its footer turned: the reading library ends the process (Arrow 26: exit code 134)."""


def test_a_footer_that_lies_ends_no_command(folder: Path) -> None:
    (folder / "sites.parquet").write_bytes(LIE)
    ((file, _, _, message),) = refused(folder, "sites.table=sites.parquet")
    assert (file, message) == ("sites.parquet", input_parquet.LIES)


def test_a_table_of_a_plan_whose_footer_lies_is_found_beside_one_that_does_not(tmp_path: Path) -> None:
    pd.DataFrame({"site_id": ["a"]}).to_parquet(tmp_path / "right.parquet")
    (tmp_path / "lies.parquet").write_bytes(LIE)
    assert input_parquet.lying([tmp_path / "right.parquet", tmp_path / "lies.parquet"]) == {tmp_path / "lies.parquet"}


def test_a_text_that_stands_many_times_is_counted_as_often(folder: Path) -> None:
    # 90,000 rows of 9,000 letters are 810 MB, and 27 kB in the file.
    again = pa.DictionaryArray.from_arrays(pa.array([0] * 90_000, pa.int32()), pa.array(["x" * 9_000]))
    assert parquet_refused(folder, pa.table({"site_id": again})) == "its texts would be 810 MB when unpacked; at most 256 MB"
    assert "holds a cell of 50,000 bytes" in parquet_refused(folder, pa.table({"site_id": ["x" * 50_000]}))


def test_encodings_whose_size_is_not_known_and_lists_are_refused(folder: Path) -> None:
    table = pa.table({"site_id": ["a", "b"]})
    said = parquet_refused(folder, table, use_dictionary=False, column_encoding={"site_id": "DELTA_BYTE_ARRAY"})
    assert "is encoded as DELTA_BYTE_ARRAY" in said
    assert "holds list" in parquet_refused(folder, pa.table({"site_id": [[1, 2]]}))


def test_deep_geojson_is_not_parsed(folder: Path) -> None:
    (folder / "sites.geojson").write_text('{"features": ' + "[" * 100_000 + "]" * 100_000 + "}", encoding="utf-8")
    assert refused(folder, "sites.table=sites.geojson")[0][1:] == ("line 1", "", "is nested deeper than 64 levels")


@pytest.mark.parametrize("letter", ["\x0b", "\x1b", "\u2028", "\u202e", "\ufffe", "\x85"])
def test_a_character_nobody_sees_is_refused_in_every_kind_of_file(folder: Path, letter: str) -> None:
    says = f"holds the character U+{ord(letter):04X}, which cannot be seen"
    replace(folder / "sites.csv", "memphis,", f"memphis,x{letter}")
    (at, *_) = [problem for problem in refused(folder) if problem[2] == "name"]
    assert at[:2] == ("sites.csv", "row 2 (memphis), column name")
    assert says in at[3]
    replace(folder / "scenario.toml", 'name = "H100"', f'name = "H100"\nfamily2 = "\\u{ord(letter):04x}"')
    assert any(problem[2] == "gpus.H100.family2" and says in problem[3] for problem in refused(folder))
    assert any(problem[0] == "--set" and says in problem[3] for problem in refused(folder, f"scenario.title=a{letter}b"))


@pytest.mark.parametrize(
    ("cell", "says"),
    [("x" * 100_000, "holds 100,000 characters"), ('"two\nlines"', "holds a line end or a tab"), ("y" * 301, "at most 300")],
)
def test_a_name_is_one_line(folder: Path, cell: str, says: str) -> None:
    lines = (folder / "sites.csv").read_text(encoding="utf-8").splitlines()
    first = lines[1].split(",")
    (folder / "sites.csv").write_text("\n".join([lines[0], ",".join([first[0], cell, *first[2:]]), *lines[2:]]), encoding="utf-8")
    (found,) = [problem for problem in refused(folder) if problem[2] == "name"]
    assert found[:2] == ("sites.csv", "row 2 (memphis), column name")
    assert says in found[3]


def test_an_id_is_short(folder: Path) -> None:
    for file in ("sites.csv", "modes.csv", "tariffs.csv", "ramps.csv", "onsite_gas.csv"):
        text = (folder / file).read_text(encoding="utf-8")
        (folder / file).write_text(text.replace("memphis,", "m" * 101 + ","), encoding="utf-8")
    assert [problem[3] for problem in refused(folder) if problem[2] == "site_id"] == ["holds 101 characters; at most 100"]


def test_nul_and_other_codings_are_told_with_their_line(folder: Path) -> None:
    text = (folder / "sites.csv").read_bytes()
    (folder / "sites.csv").write_bytes(text + b"a\0b\n")
    assert ("sites.csv", "line 5", "", "holds a NUL character: not a text") in refused(folder)
    (folder / "sites.csv").write_bytes(text.decode().encode("utf-16"))
    assert ("sites.csv", "", "", "is a text in UTF-16; save it in UTF-8") in refused(folder)
    (folder / "sites.csv").write_bytes(text + "Zürich".encode("latin-1"))
    assert ("sites.csv", "line 5", "", "not a text in UTF-8: byte 0xfc; save it in UTF-8") in refused(folder)


def test_a_wide_table_is_refused(folder: Path) -> None:
    (folder / "sites.csv").write_text(",".join(f"c{at}" for at in range(30_000)) + "\n", encoding="utf-8")
    assert ("sites.csv", "", "", "has 30,000 columns; at most 500 columns are read") in refused(folder)


def test_of_many_problems_the_first_are_told(folder: Path) -> None:
    rows = "".join(f"s{at},grid,2024-06,x\n" for at in range(5_000))
    (folder / "ramps.csv").write_text("site_id,contract_id,from,mw\n" + rows, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder)
    said = str(caught.value).splitlines()
    assert said[-1] == f"  ... and {len(caught.value.problems) - 200:,} more problems"
    assert len(said) == 402


def test_a_long_message_is_cut(folder: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder, ["horizon.months=" + "x" * 9_000])
    assert "(9," in str(caught.value)
    assert len(str(caught.value)) < 1_500


def test_marks_of_byte_order_are_passed_over_everywhere(folder: Path, tmp_path: Path) -> None:
    expected = read_scenario(folder).sha256
    for file in folder.iterdir():
        if file.is_file():
            file.write_text("\ufeff" + file.read_text(encoding="utf-8"), encoding="utf-8")
    assert read_scenario(folder).sha256 == expected
    rate = tmp_path / "rate.toml"
    rate.write_text("\ufefffixed_usd_per_month = 5\n", encoding="utf-8")
    assert read_rate(rate).fixed_usd_per_month == 5
    study = tmp_path / "one.toml"
    study.write_text('\ufeff[study]\ndesign = "named"\n[[named]]\nname = "a"\nset = ["horizon.months=12"]\n', encoding="utf-8")
    assert read_study(study).name == "one"


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("start = 2024-06", 'a month stands in quotes: write "2024-06", not 2024-06'),
        ("start = 2024-06  # June", 'a month stands in quotes: write "2024-06", not 2024-06'),
        ("start = june", 'a text stands in quotes: write "june", not june'),
    ],
)
def test_a_value_without_quotes_is_told_so(folder: Path, written: str, says: str) -> None:
    replace(folder / "scenario.toml", 'start = "2024-06"', written)
    line = (folder / "scenario.toml").read_text(encoding="utf-8").split("\n").index(written) + 1
    assert refused(folder) == [("scenario.toml", f"line {line}", "", says)]


def test_a_month_without_quotes_within_a_table_is_told_so(folder: Path) -> None:
    replace(folder / "scenario.toml", "[objective]", "x = { from = 2024-06, to = 1 }\n[objective]")
    assert refused(folder)[0][3] == 'a month stands in quotes: write "2024-06", not 2024-06'


def write_series(folder: Path, value: str) -> None:
    rows = "".join(f"{hour},{value if hour == 17 else 40}\n" for hour in range(8_760))
    (folder / "series.csv").write_text("hour,mine\n" + rows, encoding="utf-8")


@pytest.mark.parametrize("value", ["1e308", "-1000001", "1000001"])
def test_a_value_of_a_series_is_one_that_can_be(folder: Path, value: str) -> None:
    write_series(folder, value)
    message = f"{value!r} is outside the range; allowed: -1,000,000 to 1,000,000"
    assert refused(folder, "contracts.series=series.csv") == [("series.csv", "row 19, column mine", "mine", message)]


@pytest.mark.parametrize(("values", "runs"), [(173, "29,930"), (5_000, "25,000,001")])
def test_a_grid_is_counted_before_it_is_made(tmp_path: Path, values: int, runs: str) -> None:
    listed = ", ".join(str(1 + at / 1e5) for at in range(values))
    factors = "".join(
        f'[[factors]]\nname = "{name}"\npath = "gpus.H100.price_usd"\nby = "times"\nvalues = [{listed}]\n' for name in ("a", "b")
    )
    (tmp_path / "big.toml").write_text(f'[study]\ndesign = "grid"\n{factors}', encoding="utf-8")
    with pytest.raises(GigasiteError, match=f"'grid' makes {runs} runs; at most 20,000") as caught:
        read_study(tmp_path / "big.toml")
    assert "big.toml, line 2" in str(caught.value)


@pytest.mark.parametrize("read", [read_rate, read_study, read_load])
def test_rates_studies_and_loads_are_files_of_a_size(tmp_path: Path, read: object) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "deep").write_text("a = " + "[" * 900, encoding="utf-8")
    (tmp_path / "nul").write_text("a\0", encoding="utf-8")
    for name, says in (("pipe", "is a pipe"), (".", "is a folder"), ("nul", "NUL")):
        with pytest.raises((RateError, ScenarioError), match=says):
            read(tmp_path / name)  # type: ignore[operator]


def test_a_price_of_a_load_is_one_that_can_be(tmp_path: Path) -> None:
    (tmp_path / "load.csv").write_text("load_mw,price_usd_per_mwh\n" + "1,1e308\n" * 8_760, encoding="utf-8")
    with pytest.raises(RateError, match="'1e308' is outside the range"):
        read_load(tmp_path / "load.csv")


def test_geojson_says_numbers_and_truths_as_a_person_would(folder: Path) -> None:
    sites = pd.read_csv(folder / "sites.csv", dtype={"county_fips": str})
    features = [
        {"type": "Feature", "geometry": None, "properties": row}
        for row in json.loads(sites.to_json(orient="records"))
    ]
    (folder / "sites.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    expected = read_scenario(folder).tables.sites
    replace(folder / "scenario.toml", '"sites.csv"', '"sites.geojson"')
    assert read_scenario(folder).tables.sites == expected
