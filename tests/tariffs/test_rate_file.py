"""A rate as TOML: what it becomes, and what is said of each mistake."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from optimizer.billing import HourlyLoad, bill
from optimizer.billing.rate_file import read_rate
from optimizer.core.errors import RateError
from optimizer.core.offers import CoincidentCharge, DemandCharge, DemandTier, EnergyCharge, IndexCharge, Rate, Tier, Window
from tests.tariffs.rates import ALWAYS, MONTHS, flat, with_hours

SUMMER = (6, 7, 8, 9)
PEAK = "[[demand]]\nname = 'peak'\nusd_per_kw_month = 9\n"
BY_USE = "tiers = [{ upto_kwh_per_kw = 300, usd_per_mwh = 40 }, { usd_per_mwh = 30 }]"


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "rate.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(tmp_path: Path, text: str, **how: bool) -> dict[str, str]:
    """Message by field, each with its line."""
    with pytest.raises(RateError) as caught:
        read_rate(write(tmp_path, text), **how)
    return {problem.field: f"{problem.where}: {problem.message}" for problem in caught.value.problems}


WHOLE = """
name = "LP-1"
fixed_usd_per_month = 1500
minimum_bill_usd_per_month = 20_000

[[energy]]
name = "on-peak"
months = [9, 6, 7, 8]
days = "weekday"
hour_from = 14
hour_to = 20
usd_per_kwh = 0.0585

[[energy]]
name = "blocks"
hour_from = 20
hour_to = 24
tiers = [{ upto_kwh = 500_000, usd_per_kwh = 0.03 }, { upto_mwh = 900, usd_per_mwh = 25 }, { usd_per_mwh = -1.5 }]

[[demand]]
name = "facilities"
usd_per_mw_month = 12_000
ratchet_fraction = 0.8
ratchet_lookback_months = 3
ratchet_peak_months = [7]

[[demand]]
tiers = [{ upto_kw = 5000, usd_per_kw_month = 10 }, { usd_per_kw_month = 6 }]
ratchet_fraction = 0.35
ratchet_whole_year = true
ratchet_window = { months = [6, 7, 8, 9] }
minimum_kw = 800

[[coincident]]
name = "4CP"
months = [6, 7, 8, 9]
usd_per_mw = 5_000
hours = ["2022-07-13T17:00", "08-16 17:00", 2022-09-01T16:00:00]

[[index]]
months = [1]
adder_usd_per_kwh = 0.004

[[index]]
name = "node"
"""


def test_every_form_in_the_units_of_the_record(tmp_path: Path):
    assert read_rate(write(tmp_path, WHOLE)) == Rate(
        name="LP-1",
        energy=(
            EnergyCharge("on-peak", Window(SUMMER, "weekday", 14, 20), (Tier(None, 58.5),)),
            EnergyCharge("blocks", Window(MONTHS, "all", 20, 0), (Tier(500.0, 30.0), Tier(900.0, 25.0), Tier(None, -1.5))),
        ),
        demand=(
            DemandCharge("facilities", ALWAYS, 12.0, 0.8, 3, (7,)),
            DemandCharge("demand 2", ALWAYS, 0.0, 0.35, 11, (), tiers=(DemandTier(5.0, 10.0), DemandTier(None, 6.0)),
                         ratchet_whole_year=True, ratchet_window=Window(SUMMER, "all", 0, 0), minimum_mw=0.8),
        ),
        fixed_usd_per_month=1500.0,
        minimum_bill_usd_per_month=20_000.0,
        coincident=(CoincidentCharge("4CP", SUMMER, 5.0, ("2022-07-13 17:00", "08-16 17:00", "2022-09-01 16:00")),),
        index=(IndexCharge("index 1", Window((1,), "all", 0, 0), 4.0), IndexCharge("node", ALWAYS, 0.0)),
    )


def test_every_problem_at_once_with_its_line(tmp_path: Path):
    found = problems(tmp_path, """nme = "x"
fixed_usd_per_month = -4
[[energy]]
days = "weekdays"
hour_from = 6
usd_per_mwh = 0.1
[[energy]]
usd_per_kwh = 45
months = [0]
[[demand]]
usd_per_kw_mont = 4
ratchet_fraction = 35
""")
    assert found == {
        "nme": "line 1: there is no 'nme' here; did you mean 'name'?",
        "fixed_usd_per_month": "line 2: -4 is outside the range; allowed: 0 to 1,000,000,000",
        "energy.0.days": "line 4: 'weekdays' is not allowed; did you mean 'weekday'?",
        "energy.0.hour_to": "line 3: is required beside hour_from",
        "energy.0.usd_per_mwh": "line 6: 0.1 is unlikely in this unit; did you mean usd_per_kwh = 0.1? "
        "If the number is right, write usd_per_kwh = 0.0001",
        "energy.1.usd_per_kwh": "line 8: 45 is outside the range; allowed: -1 to 5; did you mean usd_per_mwh = 45?",
        "energy.1.months": "line 9: [0]: allowed: a list of different months, 1 (January) to 12, such as [6, 7, 8, 9]",
        "demand.0.usd_per_kw_mont": "line 11: there is no 'usd_per_kw_mont' here; did you mean 'usd_per_kw_month'?",
        "demand.0.usd_per_kw_month": "line 10: is required and missing (or usd_per_mw_month)",
        "demand.0.ratchet_fraction": "line 12: 35 is outside the range; allowed: 0 to 1; looks like percent: 0.35?",
    }


@pytest.mark.parametrize(("text", "field", "message"), [
    ("", "energy", "the rate has no charge"),
    ("[energy]\nusd_per_mwh = 40", "energy", "write each as [[energy]]"),
    ("[[energy]]\nusd_per_mwh = 40\nusd_per_kwh = 0.04", "energy.0.usd_per_kwh", "is given beside usd_per_mwh"),
    ("[[energy]]\nusd_per_mwh = '40'", "energy.0.usd_per_mwh", "'40' is not a number"),
    ("[[energy]]\nusd_per_mwh = nan", "energy.0.usd_per_mwh", "nan is not a number"),
    ("[[energy]]\nusd_per_mwh = true", "energy.0.usd_per_mwh", "True is not a number"),
    ("[[energy]]\nusd_per_mwh = 4\ntiers = [{ usd_per_mwh = 40 }]", "energy.0.usd_per_mwh", "stands beside tiers"),
    ("[[energy]]\ntiers = []", "energy.0.tiers", "is empty"),
    ("[[energy]]\ntiers = [{ upto_mwh = 5, usd_per_mwh = 40 }]", "energy.0.tiers.0.upto_mwh", "the last tier takes all the rest"),
    ("[[energy]]\ntiers = [{ usd_per_mwh = 40 }, { usd_per_mwh = 30 }]", "energy.0.tiers.0.upto_mwh", "is required and missing; only"),
    ("[[energy]]\ntiers = [{ upto_mwh = 5, usd_per_mwh = 40 }, { upto_kwh = 4e3, usd_per_mwh = 40 }, { usd_per_mwh = 30 }]",
     "energy.0.tiers.1.upto_mwh", "ends at 4, not above the tier before it (5)"),
    ("[[energy]]\nname = 'a'\nusd_per_mwh = 40\n[[energy]]\nname = 'a'\nusd_per_mwh = 30", "energy.1.name", "'a' is the name of another"),
    ("name = 3\nfixed_usd_per_month = 5", "name", "3 is not a name"),
    ("fixed_usd_per_month = 'much'", "fixed_usd_per_month", "'much' is not a number"),
    ("[[energy]]\nusd_per_mwh = 40\nhour_from = 24\nhour_to = 3", "energy.0.hour_from", "24 is not a whole number from 0 to 23"),
    ("[[demand]]\nusd_per_mw_month = 12", "demand.0.usd_per_mw_month", "did you mean usd_per_kw_month = 12?"),
    ("[[demand]]\nusd_per_kw_month = 9000", "demand.0.usd_per_kw_month", "did you mean usd_per_mw_month = 9000?"),
    ("[[demand]]\nusd_per_kw_month = 9\nratchet_peak_months = [7]", "demand.0.ratchet_peak_months", "says nothing without ratchet_"),
    ("[[demand]]\nusd_per_kw_month = 9\nratchet_fraction = 1\nratchet_whole_year = 1", "demand.0.ratchet_whole_year", "true or false"),
    ("[[demand]]\nusd_per_kw_month = 9\nratchet_fraction = 1\nratchet_window = 'all'", "demand.0.ratchet_window", "is not a table"),
    ("[[demand]]\nusd_per_kw_month = 9\nratchet_fraction = 1\nratchet_window = { month = [1] }", "demand.0.ratchet_window.month", "months"),
    ("[[demand]]\nusd_per_kw_month = 9\nratchet_fraction = 1\nratchet_whole_year = true\nratchet_lookback_months = 3",
     "demand.0.ratchet_lookback_months", "says nothing beside ratchet_whole_year"),
    ("[[demand]]\nusd_per_kw_month = 9\nmonths = [1]\nratchet_fraction = 1\nratchet_peak_months = [7]",
     "demand.0.ratchet_peak_months", "no peak is counted in them, only in months [1]"),
    ("[[demand]]\nusd_per_kw_month = 9\nratchet_fraction = 1\nratchets = [{ fraction = 1 }]", "demand.0.ratchet_fraction",
     "stands beside ratchets; write it as fraction of one of them"),
    ("[[demand]]\nusd_per_kw_month = 9\nratchets = [{ peak_months = [7] }]", "demand.0.ratchets.0.fraction", "is required and missing"),
    ("[[demand]]\nusd_per_kw_month = 9\nratchets = []", "demand.0.ratchets", "is empty"),
    ("[[demand]]\nusd_per_kw_month = 9\nratchets = 3", "demand.0.ratchets", "is not a list of tables"),
    ("[[demand]]\nusd_per_kw_month = 9\nratchets = [{ fraction = 1, lookback = 3 }]", "demand.0.ratchets.0.lookback", "'lookback_months'"),
    ("[[demand]]\nusd_per_kw_month = 9\nratchets = [{ fraction = 95 }]", "demand.0.ratchets.0.fraction", "looks like percent: 0.95?"),
    ("[[demand]]\nusd_per_kw_month = 9\npeak_fraction_months = [1]", "demand.0.peak_fraction_months", "says nothing without peak_fraction"),
    ("[[energy]]\nusd_per_mwh = 40\ndays = 'weekday'\nwindows = [{}]", "energy.0.days", "stands beside windows"),
    ("[[energy]]\nusd_per_mwh = 40\nwindows = []", "energy.0.windows", "is empty"),
    ("[[energy]]\nusd_per_mwh = 40\nwindows = 'all'", "energy.0.windows", "is not a list of tables"),
    ("[[energy]]\nusd_per_mwh = 40\nwindows = [{ day = 'all' }]", "energy.0.windows.0.day", "did you mean 'days'?"),
    ("[[energy]]\nusd_per_mwh = 40\nwindows = [{}, { hour_from = 3 }]", "energy.0.windows.1.hour_to", "is required beside hour_from"),
    ("[[energy]]\nusd_per_mwh = 40\nother_than = 'x'", "energy.0.other_than", "is not a list of names"),
    ("[[energy]]\nname = 'on-peak'\nusd_per_mwh = 40\nhour_from = 3\nhour_to = 5\n[[energy]]\nusd_per_mwh = 4\nother_than = ['onpeak']",
     "energy.1.other_than", "there is no other charge 'onpeak' of this kind; did you mean 'on-peak'?"),
    ("[[energy]]\nname = 'a'\nusd_per_mwh = 40\n[[energy]]\nusd_per_mwh = 4\nother_than = ['a']", "energy.1.other_than", "leave no hour"),
    ("[[energy]]\nname = 'a'\nusd_per_mwh = 40\nother_than = ['a']", "energy.0.other_than", "there is no other charge 'a'"),
    ("[[energy]]\nname = 'a'\nusd_per_mwh = 40\nhour_from = 3\nhour_to = 5\n[[energy]]\nname = 'b'\nusd_per_mwh = 4\nother_than = ['a']\n"
     "[[energy]]\nusd_per_mwh = 4\nother_than = ['b']", "energy.2.other_than", "'b' has other_than itself"),
    (PEAK + "[[energy]]\nhours_use_of = 'peek'\n" + BY_USE, "energy.0.hours_use_of",
     "there is no demand charge 'peek'; did you mean 'peak'?"),
    ("[[energy]]\n" + BY_USE, "energy.0.hours_use_of", "is required beside"),
    (PEAK + "[[energy]]\nhours_use_of = 'peak'\nusd_per_mwh = 40", "energy.0.hours_use_of",
     "says nothing without tiers that end at upto_kwh_per_kw"),
    (PEAK + "months = [1]\n[[energy]]\nmonths = [1, 2]\nhours_use_of = 'peak'\n" + BY_USE, "energy.0.hours_use_of",
     "'peak' bills nothing in months [2], in which this charge bills energy"),
    (PEAK + "[[energy]]\nhours_use_of = 'peak'\n" + BY_USE.replace("300", "800"), "energy.0.tiers.0.upto_kwh_per_kw", "outside the range"),
    ("[[coincident]]\nusd_per_kw = 3\nhighest_of = 'years'", "coincident.0.highest_of", "did you mean 'year'?"),
    ("fixed_usd_per_day = 'much'", "fixed_usd_per_day", "'much' is not a number"),
    ("[[coincident]]\nusd_per_kw = 3\nhours = ['2023-02-29 17:00']", "coincident.0.hours.0", "is not an hour of the local clock"),
    ("[[coincident]]\nusd_per_kw = 3\nhours = ['08-16 17:30']", "coincident.0.hours.0", "is not an hour of the local clock"),
    ("[[coincident]]\nusd_per_kw = 3\nhours = ['08-16 17:00', '08-16T17:00']", "coincident.0.hours.1", "is given twice"),
    ("[[coincident]]\nusd_per_kw = 3\nmonths = [6]\nhours = ['08-16 17:00']", "coincident.0.hours.0", "lies in none of the months [6]"),
    ("[[coincident]]\nusd_per_kw = 3\nhours = '08-16 17:00'", "coincident.0.hours", "is not a list of hours"),
    ("name = ", "", "not valid TOML"),
])
def test_a_mistake_is_named(tmp_path: Path, text: str, field: str, message: str):
    found = problems(tmp_path, text)
    assert message in found[field]
    assert len(found) == 1


def test_what_cannot_be_read_is_one_problem(tmp_path: Path):
    with pytest.raises(RateError, match=r"(?s)1 problem in the rate.*none\.toml\n    cannot be read: No such file"):
        read_rate(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes("name = 'Tarif été'".encode("latin-1"))
    with pytest.raises(RateError, match="not a text in UTF-8"):
        read_rate(tmp_path / "latin.toml")
    with pytest.raises(RateError, match=r"  tariffs/x\.toml\n"):
        read_rate(tmp_path / "none.toml", label="tariffs/x.toml")


def test_the_example_of_the_documentation_is_a_rate(tmp_path: Path):
    page = (Path(__file__).resolve().parents[2] / "docs/tariffs.md").read_text(encoding="utf-8")
    rate = read_rate(write(tmp_path, page.split("```toml\n")[1].split("```")[0]))
    assert [len(charges) for charges in (rate.energy, rate.index, rate.demand, rate.coincident)] == [2, 1, 2, 1]
    assert rate.demand[1].ratchet_window == ALWAYS


PAGE = (Path(__file__).resolve().parents[2] / "docs/tariffs.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("block", [part.split("```")[0] for part in PAGE.split("```toml\n")[2:]])
def test_every_further_example_of_the_documentation_is_a_rate_that_the_model_carries(tmp_path: Path, block: str):
    rate = read_rate(write(tmp_path, block), for_model=True)
    assert rate.name in block
    assert bill(rate, HourlyLoad.of_model_year(2022, np.full(8760, 5.0))).usd > 0


def test_the_month_of_the_page_by_hours_of_use_is_billed_as_it_says(tmp_path: Path):
    # 20 MW in 372 hours and 10 MW in 372 hours: 11,160 MWh.
    (block,) = (part.split("```")[0] for part in PAGE.split("```toml\n")[1:] if "hours_use_of" in part.split("```")[0])
    done = bill(read_rate(write(tmp_path, block)), HourlyLoad.from_month("2022-01", np.repeat([20.0, 10.0], 372)))
    assert [(line.billed, line.price) for line in done.lines[:3]] == [(4000.0, 95.0), (4000.0, 45.0), (3160.0, 32.0)]
    assert done.usd == pytest.approx(380_000 + 180_000 + 101_120 + 190_000 + 2_500)


def test_the_peaks_of_the_page_are_billed_as_it_says(tmp_path: Path):
    (block,) = (part.split("```")[0] for part in PAGE.split("```toml\n")[1:] if "highest_of" in part.split("```")[0])
    load = flat(1.0, 2022)
    drawn = {"2022-06-23 17:00": 10.0, "2022-07-28 17:00": 12.0, "2022-08-16 17:00": 8.0, "2022-09-20 17:00": 9.0}
    done = bill(read_rate(write(tmp_path, block)), with_hours(load, drawn))
    assert [(line.month, line.billed, line.usd) for line in done.lines if line.kind == "coincident"] == [("2022-09", 12.0, 744_000.0)]


def test_ratchets_that_only_a_bill_knows_are_refused_by_the_model_one_by_one(tmp_path: Path):
    text = "[[demand]]\nusd_per_kw_month = 9\nratchets = [{ fraction = 0.5 }, { fraction = 1, whole_year = true, window = {} }]"
    assert set(problems(tmp_path, text, for_model=True)) == {"demand.0.ratchets.1.whole_year", "demand.0.ratchets.1.window"}
    assert [ratchet.whole_year for ratchet in read_rate(write(tmp_path, text)).demand[0].ratchets] == [False, True]


def test_the_model_needs_the_hours_of_a_system_s_peak(tmp_path: Path):
    found = problems(tmp_path, "[[coincident]]\nusd_per_kw = 3\n[[coincident]]\nusd_per_kw = 2\nhours = ['02-29 17:00']", for_model=True)
    assert "name the hours" in found["coincident.0.hours"]
    assert "not 29 February" in found["coincident.1.hours.0"]


def test_the_model_refuses_what_it_does_not_carry(tmp_path: Path):
    found = problems(tmp_path, WHOLE, for_model=True)
    assert set(found) == {
        "energy.1.tiers", "demand.1.tiers", "demand.1.ratchet_whole_year", "demand.1.ratchet_window", "demand.1.minimum_kw",
        "coincident.0.hours.0", "coincident.0.hours.2", "index",
    }
    assert "write '07-13 17:00', of every year" in found["coincident.0.hours.0"]
    assert "is not carried by the model, only by gigasite data bill" in found["demand.1.ratchet_window"]
    carried = WHOLE[: WHOLE.index("[[demand]]\ntiers")].replace("-1.5", "1.5")
    assert read_rate(write(tmp_path, carried), for_model=True).demand[0].ratchet_peak_months == (7,)
