"""``gigasite data bill`` as a person meets it, and the file of a load."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from optimizer.billing import HourlyLoad, read_load
from optimizer.core.errors import RateError

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT.parent / "shared/data/benchmarks/reopt_tariffs/expected.json"

RATCHET = """
name = "ratchet"
[[demand]]
name = "cold"
months = [1, 2, 3, 10, 11, 12]
usd_per_kw_month = 10.5
ratchet_fraction = 0.35
ratchet_whole_year = true
ratchet_window = {}
[[demand]]
name = "warm"
months = [4, 5, 6, 7, 8, 9]
usd_per_kw_month = 11.5
ratchet_fraction = 0.35
ratchet_whole_year = true
ratchet_window = {}
"""
BLENDED = "[[energy]]\nusd_per_kwh = 0.10\n[[demand]]\nusd_per_kw_month = 10\n"


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "optimizer.cli", "data", "bill", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def load_csv(path: Path, values: list[float], column: str = "load_kw") -> Path:
    return write(path, "\n".join([column, *(repr(value) for value in values)]) + "\n")


def test_the_published_cases(tmp_path: Path):
    # NREL REopt.jl, test/runtests.jl: 5302.50, and 1000.00 + 136.99.
    peak = [1.0] * 8760
    peak[7] = 100.0
    done = run(write(tmp_path / "ratchet.toml", RATCHET), load_csv(tmp_path / "peak.csv", peak))
    assert (done.returncode, done.stderr) == (0, "")
    assert "total   5,302.50" in done.stdout
    assert "taken as the hours from 2023-01-01 00:00 on (give --year for another year)" in done.stdout
    flat = load_csv(tmp_path / "flat.csv", [10_000 / 8760] * 8760)
    told = json.loads(run(write(tmp_path / "blended.toml", BLENDED), flat, "--json").stdout)
    assert {kind: round(usd, 2) for kind, usd in told["by_kind"].items()} == {"energy": 1000.00, "demand": 136.99}
    assert round(told["usd"], 2) == 1136.99


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the file of published cases lies beside the repository, not in it")
def test_the_published_facts_are_those_of_the_file():
    first, second = json.loads(PUBLISHED.read_text(encoding="utf-8"))["cases"]
    assert first["expected_annual_demand_cost_usd"] == 5302.5
    assert (second["expected_annual_energy_cost_usd"], second["expected_annual_demand_cost_usd"]) == (1000.0, 136.99)


def test_the_table_names_month_charge_tier_and_bound(tmp_path: Path):
    # January 2024, 2 MW: 1,488 MWh, 1,000 at 60 and 488 at 50 = 84,400; demand 2 MW · 10 = 20,000; together 104,400.
    rate = write(tmp_path / "r.toml", """name = "LP"
[[energy]]
name = "blocks"
tiers = [{ upto_mwh = 1000, usd_per_mwh = 60 }, { usd_per_mwh = 50 }]
[[demand]]
name = "peak"
usd_per_kw_month = 10
""")
    done = run(rate, load_csv(tmp_path / "l.csv", [2.0] * 744, "load_mw"), "--year", "2024")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["2024-01", "energy", "blocks,", "tier", "2", "488", "MWh", "50", "USD/MWh", "24,400.00"] in lines
    assert ["2024-01", "demand", "peak", "2", "MW", "10", "USD/kW", "20,000.00", "peak", "2024-01-01", "00:00"] in lines
    assert ["2024-01", "sum", "of", "the", "month", "104,400.00"] in lines
    assert ["total", "104,400.00"] in lines
    assert "give --year" not in done.stdout


def test_problems_of_both_files_at_once_and_no_traceback(tmp_path: Path):
    rate = write(tmp_path / "r.toml", "[[energy]]\nusd_per_kw = 4\n")
    load = write(tmp_path / "l.csv", "load_kwh\n" + "1\n" * 20)
    done = run(rate, load)
    assert (done.returncode, done.stdout) == (2, "")
    for part in ("4 problems", "there is no 'usd_per_kw' here; did you mean 'usd_per_kwh'?", "20 rows are not the hours of whole months",
                 "load_mw\n    is required and missing (or load_kw); did you mean 'load_kwh'?"):
        assert part in done.stderr
    assert "Traceback" not in done.stderr
    gone = run(tmp_path / "none.toml", tmp_path / "none.csv")
    assert gone.returncode == 2
    assert gone.stderr.count("cannot be read: No such file or directory") == 2


def test_a_rate_that_needs_the_system_s_load_says_so(tmp_path: Path):
    rate = write(tmp_path / "r.toml", "[[coincident]]\nname = '4CP'\nusd_per_kw = 5\n")
    done = run(rate, load_csv(tmp_path / "l.csv", [1.0] * 744))
    assert done.returncode == 2
    assert "'4CP' has no hours of its own, and the load no system_mw" in done.stderr
    assert run(rate, write(tmp_path / "s.csv", "load_mw,system_mw\n" + "1,50000\n" * 744)).returncode == 0


def test_an_index_charge_takes_the_prices_of_the_load_s_file(tmp_path: Path):
    # 1 MW, 743 hours at 0.03 USD/kWh + 5 USD/MWh = 35, one at -40 + 5: 26,005 and -35.
    rate = write(tmp_path / "r.toml", "[[index]]\nname = 'node'\nadder_usd_per_mwh = 5\n")
    load = write(tmp_path / "l.csv", "load_mw,price_usd_per_kwh\n" + "1,0.03\n" * 743 + "1,-0.04\n")
    told = json.loads(run(rate, load, "--json").stdout)
    assert told["by_kind"] == pytest.approx({"energy": 26_005.0, "energy_credit": -35.0})
    missing = run(rate, load_csv(tmp_path / "m.csv", [1.0] * 744))
    assert (missing.returncode, "'node' needs the market's price_usd_per_mwh" in missing.stderr) == (2, True)


def times_csv(path: Path, times: pd.DatetimeIndex, **more: np.ndarray) -> Path:
    frame = pd.DataFrame({"time": times.strftime("%Y-%m-%d %H:%M"), "load_mw": 1.0, **more})
    frame.to_csv(path, index=False)
    return path


def hours(start: str, end: str) -> pd.DatetimeIndex:
    return pd.date_range(start, end, freq="h", inclusive="left")


def test_times_in_the_file(tmp_path: Path):
    times = hours("2024-02-01", "2024-04-01")
    load, notes = read_load(times_csv(tmp_path / "l.csv", times, demand_kw=np.full(len(times), 1500.0), weather=np.zeros(len(times))))
    assert load.month_labels == ["2024-02", "2024-03"]
    assert (load.mw.sum(), load.demand.max()) == (60 * 24, 1.5)
    assert notes == ("columns of l.csv that are not read: weather",)


def test_the_hours_that_clocks_skip_and_repeat_may_be_so(tmp_path: Path):
    year = hours("2023-01-01", "2024-01-01")
    clock = year.drop(pd.Timestamp("2023-03-12 02:00")).append(pd.DatetimeIndex(["2023-11-05 01:00"])).sort_values()
    assert read_load(times_csv(tmp_path / "l.csv", clock))[0].mw.sum() == 8760
    leap = hours("2024-01-01", "2025-01-01")
    assert len(HourlyLoad.of_model_year(2024, np.ones(8760)).times) == len(leap) - 24


@pytest.mark.parametrize(("times", "message"), [
    (hours("2023-01-01", "2023-02-15"), "336 hours are missing in 2023-01 to 2023-02, the first 2023-02-15 00:00; a bill is of whole"),
    (hours("2023-01-01 01:00", "2023-02-01"), "1 hour is missing in 2023-01 to 2023-01, the first 2023-01-01 00:00"),
    (hours("2023-01-01", "2023-02-01").repeat(2), "744 hours are given more than once, the first 2023-01-01 00:00"),
    (hours("2023-01-01", "2023-02-01")[::-1], "hours are out of order: 2023-01-31 22:00 stands after 2023-01-31 23:00"),
    (hours("2024-02-01", "2024-03-01").drop(pd.Timestamp("2024-02-29 05:00")), "1 hour is missing in 2024-02 to 2024-02"),
])
def test_hours_that_are_not_those_of_whole_months(tmp_path: Path, times: pd.DatetimeIndex, message: str):
    with pytest.raises(RateError) as caught:
        read_load(times_csv(tmp_path / "l.csv", times))
    assert message in str(caught.value)
    with pytest.raises(ValueError, match=message.split(",", maxsplit=1)[0]):
        HourlyLoad(times, np.ones(len(times)))


@pytest.mark.parametrize(("text", "year", "messages"), [
    ("load_kw\n" + "1\n" * 742 + "x\n-3\n", None, ["line 744: load_kw\n    'x' is not a number of 0", "line 745: load_kw\n    '-3'"]),
    ("load_kw\n" + "inf\n" * 744, None, ["line 2: load_kw\n    'inf'", "and 734 more cells like these"]),
    ("load_kw,load_mw\n" + "1,1\n" * 744, None, ["load_kw\n    stands beside load_mw"]),
    ("load_mw\n" + "90000\n" * 744, None, ["reaches 90,000 MW, more than any site (20,000 MW); is it kW? Name the column load_kw"]),
    ("load_kw\n" + "1\n" * 8784, None, ["8,784 rows are not the hours of", "2023 has 8,760 hours; a leap year such as --year 2024"]),
    ("load_kw\n" + "1\n" * 8760, 2024, ["8,760 rows are not the hours of whole months from January 2024 on: 2024 has 8,784 hours"]),
    ("time,load_kw\n" + "2023-01-01T00:00Z,1\n" * 2, None, ["line 2: time\n    '2023-01-01T00:00Z' is not a full hour of the local"]),
    ("time,load_kw\n2023-01-01 00:15,1\n", 2023, ["leave out --year 2023", "line 2: time\n    '2023-01-01 00:15' is not a full hour"]),
    ("time,load_kw\n2023-02-30 00:00,1\n", None, ["'2023-02-30 00:00' is not a full hour"]),
    ("load_kw,price_usd_per_mwh\n" + "1,\n" * 744, None, ["line 2: price_usd_per_mwh\n    '' is not a number", "and 734 more"]),
    ("", None, ["is empty; write a line of heads and a row for every hour"]),
    ("load_kw\n" + "1,\n" * 744, None, ["line 2\n    has 2 cells, the heads 1"]),
    ("load_kw,load_kw\n" + "1,2\n" * 744, None, ["load_kw\n    is the head of more than one column"]),
    ("load_kw\n\n" + "1\n" * 743 + "1.000,5\n", None, ["line 746\n    has 2 cells, the heads 1"]),
    ("load_kw,demand_mw\n" + "1000,1\n" * 743 + "1000,0.5\n", None, ["1 hours have a peak below their mean, the first on line 745"]),
    ("load_kw\n", None, ["0 rows are not the hours of whole months"]),
])
def test_what_is_wrong_with_a_load_is_named(tmp_path: Path, text: str, year: int | None, messages: list[str]):
    with pytest.raises(RateError) as caught:
        read_load(write(tmp_path / "l.csv", text), year)
    for message in messages:
        assert message in str(caught.value)


def test_a_load_of_other_lengths_is_refused():
    with pytest.raises(ValueError, match="1 hour is missing in 2023-01"):
        HourlyLoad.from_month("2023-01", np.ones(743))
    with pytest.raises(ValueError, match="mw is not 744 finite numbers of 0 or more"):
        HourlyLoad(hours("2023-01-01", "2023-02-01"), np.full(744, -1.0))
