"""Broken inputs of every kind, made by chance from ones that are right: read, or refused with exit code 2, never a traceback or a hang.

Each trial is seeded by its number, so that one that fails can be made again.
"""

from __future__ import annotations

import json
import random
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas
import pandas as pd
import pytest

from optimizer.billing.load_file import read_load
from optimizer.billing.rate_file import read_rate
from optimizer.cli import exporting
from optimizer.cli.checking import instance_answered, run_check
from optimizer.cli.comparing import run_compare
from optimizer.cli.exporting import run_export
from optimizer.cli.failing import errors_as_text
from optimizer.cli.reporting import run_report
from optimizer.core.bundled import scenario_path
from optimizer.core.errors import GigasiteError
from optimizer.core.instance_json import instance_from_json, instance_to_json
from optimizer.plan.folder import read_plan, write_plan
from optimizer.report.summary import summary_text
from optimizer.scenario import new_scenario, read_scenario
from optimizer.scenario.assemble.instance import assemble
from optimizer.scenario.fill.filling import fill_sites
from optimizer.study.file.study_file import read_study
from optimizer.workflow.whole_way import solve_instance

TRIALS = 24
"""Of each kind; a third of them where the datasets are asked, or a whole plan is audited."""

CPU_SECONDS_MOST = 5.0
"""Of one trial: what once took minutes, or for ever, shows."""

VALUES = (
    b"", b"0", b"-1", b"1e308", b"-1e308", b"1e999", b"nan", b"inf", b"null", b"true", b"[]", b"{}", b'"', b"'", b'"""', b"\\",
    b"\\u0000", b"\x00", b"\x0b", b"\x1b[31m", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b",", b",,,,", b"\n", b"\r", b";", b"=",
    b".", b"#", b"[", b"]", b"{", b"9" * 5_000, b"x" * 20_000, b"[" * 900, b"{" * 900, b'"\\ud800"', b"2024-06", b"0000-01",
    b"9999-12", b"2024-13", b"../x", b"/", b"none", b"--", b"0x" + b"f" * 300, b"1_000", "é".encode(), "\u202e".encode(),
    b"100000000000000000000", b"-0.0", b"1.5", b"memphis",
)
"""What is put in the place of something."""


def mutated(held: bytes, chance: random.Random) -> bytes:
    """A text or file with one to three changes: a word replaced, something put in, a stretch taken out or doubled, a bit flipped."""
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(held) + 1)
        end = min(len(held), at + chance.choice((1, 2, 8, 40, 400)))
        change = chance.randrange(6)
        if change == 0:
            held = held[:at] + chance.choice(VALUES) + held[at:]
        elif change == 1:
            held = held[:at] + held[end:]
        elif change == 2:
            held = held[:end] + held[at:]
        elif change == 3:
            held = held[:at]
        elif change == 4:
            flipped = bytes([held[at] ^ 1 << chance.randrange(8)]) if at < len(held) else b""
            held = held[:at] + flipped + held[at + 1 :]
        else:
            held = _word_replaced(held, at, chance.choice(VALUES))
    return held


def _word_replaced(held: bytes, at: int, value: bytes) -> bytes:
    """The word, number or cell at a place, replaced."""
    ends = b" ,\n\"'=[]{}:"
    first = max((held.rfind(bytes([end]), 0, at) for end in ends), default=-1) + 1
    last = min((found for end in ends if (found := held.find(bytes([end]), at)) >= 0), default=len(held))
    return held[:first] + value + held[last:]


@pytest.fixture
def _quickly() -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < CPU_SECONDS_MOST * TRIALS


def assert_read_or_refused(
    read: Callable[[], object], capsys: pytest.CaptureFixture[str], trial: str, codes: tuple[int, ...] = (2,)
) -> None:
    """Run it as a command runs: an exit code that is allowed, and a message that a person can read."""
    began = time.process_time()
    code = None
    try:
        with errors_as_text():
            read()
    except SystemExit as error:
        code = error.code
    said = capsys.readouterr().err
    assert code in (None, *codes), f"{trial}: {said[:2_000]}"
    assert len(said) < 500_000, trial
    assert not any(mark in said for mark in ("Traceback", "\x1b", "\x00")), trial
    assert time.process_time() - began < CPU_SECONDS_MOST, trial


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario with every kind of table and file, and a study, a rate and a load beside it."""
    folder = new_scenario(tmp_path_factory.mktemp("right") / "scenario")
    sites = pd.read_csv(folder / "sites.csv", dtype={"county_fips": str})
    frame = geopandas.GeoDataFrame(
        sites.drop(columns=["lat", "lon"]), geometry=geopandas.points_from_xy(sites["lon"], sites["lat"], crs=4326)
    )
    frame.to_file(folder / "places.geojson")
    frame.to_file(folder / "places.gpkg")
    frame.to_parquet(folder / "places.parquet")
    hours = "".join(f"{hour},{40 + hour % 24}\n" for hour in range(8_760))
    (folder / "series.csv").write_text("hour,mine\n" + hours, encoding="utf-8")
    (folder / "rates").mkdir()
    (folder / "rates" / "tou.toml").write_text(
        'name = "tou"\nfixed_usd_per_month = 100\n[[energy]]\nname = "all"\n'
        "tiers = [{ upto_mwh = 100, usd_per_mwh = 60 }, { usd_per_mwh = 50 }]\n"
        '[[demand]]\nname = "peak"\nmonths = [6, 7, 8]\ndays = "weekday"\nhour_from = 8\nhour_to = 20\nusd_per_kw_month = 12\n'
        "ratchet_fraction = 0.8\nratchet_peak_months = [6, 7]\n", encoding="utf-8",
    )
    (folder / "load.csv").write_text("load_mw,price_usd_per_mwh\n" + "10.5,40\n" * 744, encoding="utf-8")
    shutil.copy(next((scenario_path("quickstart") / "studies").glob("*.toml")), folder / "study.toml")
    return folder


def with_file(right: Path, tmp_path: Path, file: str, held: bytes) -> Path:
    """The scenario with one file of it changed."""
    folder = tmp_path / "changed"
    if not folder.exists():
        shutil.copytree(right, folder)
    (folder / file).write_bytes(held)
    return folder


SCENARIO_FILES = (
    ("scenario.toml", ()), ("sites.csv", ()), ("modes.csv", ()), ("tariffs.csv", ()), ("ramps.csv", ()), ("onsite_gas.csv", ()),
    ("places.geojson", ("sites.table=places.geojson",)), ("places.gpkg", ("sites.table=places.gpkg",)),
    ("places.parquet", ("sites.table=places.parquet",)), ("series.csv", ("contracts.series=series.csv",)),
    ("sites.csv", ("sites.fill.max_it_mw=50",)), ("modes.csv", ("sites.fill.max_it_mw=50",)),
)


@pytest.mark.usefixtures("_quickly")
@pytest.mark.parametrize(("file", "overrides"), SCENARIO_FILES, ids=[" ".join([file, *more]) for file, more in SCENARIO_FILES])
def test_a_scenario(right: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, overrides: tuple[str, ...]) -> None:
    held = (right / file).read_bytes()
    is_slow = (bool(overrides) and "fill" in overrides[0]) or len(held) > 20_000
    for number in range(TRIALS // 3 if is_slow else TRIALS):
        folder = with_file(right, tmp_path, file, mutated(held, random.Random(f"{file} {overrides} {number}")))
        assert_read_or_refused(lambda: assemble(read_scenario(folder, overrides, fill_sites)), capsys, f"{file} {number}")  # noqa: B023


@pytest.mark.usefixtures("_quickly")
@pytest.mark.parametrize(("file", "read"), [("rates/tou.toml", read_rate), ("study.toml", read_study), ("load.csv", read_load)])
def test_a_rate_a_study_and_a_load(
    right: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, read: Callable[[Path], object]
) -> None:
    held = (right / file).read_bytes()
    for number in range(TRIALS):
        (tmp_path / "changed.toml").write_bytes(mutated(held, random.Random(f"{file} {number}")))
        assert_read_or_refused(lambda: read(tmp_path / "changed.toml"), capsys, f"{file} {number}")


@pytest.mark.usefixtures("_quickly")
def test_a_change_on_the_command_line(right: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = (
        "gpus.H100.price_usd=30000", "ramps.*.from>>=3", "sites.memphis.annual_pue*=1.1", "budget.purses.equity.amounts={\"2024-06\"=5}",
        "sites.at_most=none", "workloads.train.accepts=[\"H100\"]",
    )
    for number in range(TRIALS):
        chance = random.Random(f"set {number}")
        text = mutated(chance.choice(texts).encode(), chance).decode("utf-8", "replace")
        assert_read_or_refused(lambda: assemble(read_scenario(right, [text], fill_sites)), capsys, f"--set {text[:200]!r}")  # noqa: B023


@pytest.fixture(scope="module")
def solved(right: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a plan."""
    instance = assemble(read_scenario(right))
    folder = tmp_path_factory.mktemp("solved") / "plan"
    write_plan(solve_instance(instance), folder, texts={"instance.json": instance_to_json(instance)})
    return folder


def sealed(folder: Path) -> None:
    """Whoever alters an instance can write its new hash into the plan as well."""
    try:
        instance = instance_from_json((folder / "instance.json").read_text(encoding="utf-8"))
    except (GigasiteError, UnicodeDecodeError):
        return
    try:
        header = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return
    if not isinstance(header, dict):
        return
    (folder / "plan.json").write_text(json.dumps({**header, "instance_sha256": instance.sha256()}), encoding="utf-8")


def checked_and_told(folder: Path) -> None:
    """As ``gigasite check`` and the head of ``gigasite report`` do."""
    plan = read_plan(folder)
    summary_text(plan)
    instance_answered(folder, plan)
    run_check(folder, as_json=True)


PLAN_FILES = ("plan.json", "instance.json", "tables/fleet.parquet", "tables/power.csv")


@pytest.mark.usefixtures("_quickly")
@pytest.mark.parametrize("file", PLAN_FILES)
def test_the_folder_of_a_plan(solved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str) -> None:
    for number in range(TRIALS // 3):
        folder = shutil.copytree(solved, tmp_path / f"plan{number}")
        held = (folder / file).read_bytes()
        (folder / file).write_bytes(mutated(held, random.Random(f"{file} {number}")))
        sealed(folder)
        # 3, 4, 6: the status of what is there now; 5: its audit finds what was altered.
        assert_read_or_refused(lambda: checked_and_told(folder), capsys, f"{file} {number}", (2, 3, 4, 5, 6))  # noqa: B023


@pytest.mark.usefixtures("_quickly")
@pytest.mark.parametrize("file", ["plan.json", "instance.json"])
def test_a_value_of_a_plan_or_its_instance(solved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str) -> None:
    """JSON that is valid, with one value of another kind or size, or a field gone."""
    for number in range(TRIALS):
        chance = random.Random(f"value {file} {number}")
        folder = shutil.copytree(solved, tmp_path / f"plan{number}")
        data = json.loads((folder / file).read_text(encoding="utf-8"))
        place = _some_place(data, chance)
        if chance.random() < 0.2:
            del place[0][place[1]]
        else:
            place[0][place[1]] = chance.choice((None, True, -1, 0, 1e308, "x", "", [], {}, [[]], "2024-13", 10**12, -0.5, "\x1b[31m"))
        (folder / file).write_text(json.dumps(data), encoding="utf-8")
        if file == "instance.json":
            sealed(folder)
        assert_read_or_refused(lambda: checked_and_told(folder), capsys, f"{file} {number}", (2, 3, 4, 5, 6))  # noqa: B023
        shutil.rmtree(folder)


CELLS = (None, float("nan"), float("inf"), -1e308, 1e308, -1.0, 1e15, 0.0, True, "", "nobody", "2024-13", "beyond", "x\x0by", "x" * 20_000)
"""What is put into a cell of a table."""


def _table_changed(table: pd.DataFrame, chance: random.Random) -> pd.DataFrame:
    """A table without a column, without rows, with rows twice, with a column of another kind, or with one other cell."""
    column, other = chance.choice(list(table.columns)), chance.choice(CELLS)
    change = chance.randrange(8)
    if change == 0:
        return table.drop(columns=column)
    if change == 1:
        return table.iloc[:0]
    if change == 2:
        return pd.concat([table, table])
    if change == 3:
        return table.assign(**{column: "x" if table[column].dtype.kind in "fiub" else 1})
    cells = table[column].astype(object).tolist()
    if cells:
        cells[chance.randrange(len(cells))] = other
    return table.assign(**{column: cells})


def _put(table: pd.DataFrame, file: Path) -> None:
    """Write a table, cells of several kinds as texts: a column of a Parquet file has one."""
    try:
        table.to_parquet(file, index=False)
    except (TypeError, ValueError):  # those of pyarrow are among them
        table.astype(str).to_parquet(file, index=False)


@pytest.fixture
def _without_pypsa(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is laid out for PyPSA is of gigasite's own making; PyPSA itself only writes it."""
    monkeypatch.setattr(exporting, "require_pypsa", lambda: None)
    monkeypatch.setattr(exporting, "write_network", lambda tables, file, say: None)


@pytest.mark.usefixtures("_quickly", "_without_pypsa")
def test_a_table_of_a_plan(solved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Checked, compared with the plan as it was, and laid out for another program."""
    for number in range(TRIALS):
        chance = random.Random(f"table {number}")
        folder = shutil.copytree(solved, tmp_path / f"plan{number}")
        file = chance.choice(sorted((folder / "tables").glob("*.parquet")))
        _put(_table_changed(pd.read_parquet(file), chance), file)
        for command in (
            lambda: checked_and_told(folder),  # noqa: B023
            lambda: run_compare([solved, folder], None, False),  # noqa: B023
            lambda: run_export(folder, tmp_path / "plan.nc", "typical", True),  # noqa: B023
        ):
            assert_read_or_refused(command, capsys, f"{file.name} {number}", (2, 3, 4, 5, 6))
        shutil.rmtree(folder)


@pytest.mark.usefixtures("_without_pypsa")
@pytest.mark.parametrize("file", ["plan.json", "instance.json", "tables/cash.parquet", "tables"])
@pytest.mark.parametrize("held", ["a folder", "nothing"])
def test_a_folder_or_an_empty_file_in_the_place_of_a_file(
    solved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, held: str
) -> None:
    folder = shutil.copytree(solved, tmp_path / "plan")
    place = folder / file
    shutil.rmtree(place) if place.is_dir() else place.unlink()
    place.mkdir() if held == "a folder" else place.write_bytes(b"")
    for command in (
        lambda: checked_and_told(folder),
        lambda: run_compare([solved, folder], None, False),
        lambda: run_report(folder, False, 0.01),
        lambda: run_export(folder, tmp_path / "plan.nc", "typical", True),
    ):
        with pytest.raises(SystemExit) as ended, errors_as_text():
            command()
        assert ended.value.code == 2
        assert str(folder) in capsys.readouterr().err


def _some_place(data: object, chance: random.Random) -> tuple[object, object]:
    """A container within some data, and a key of it."""
    keys = list(data) if isinstance(data, dict) else list(range(len(data)))  # type: ignore[arg-type]
    key = chance.choice(keys)
    inner = data[key]  # type: ignore[index]
    return _some_place(inner, chance) if isinstance(inner, dict | list) and inner and chance.random() < 0.85 else (data, key)
