"""What large customers are billed: several windows at once, several ratchets, charges by day; bill, plan and audit by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.billing import bill
from tests import builders as b
from tests.model.hand import line, musd
from tests.model.hourly import optimum
from tests.model.three_ways import fill_question, load_of, plan_of, rate_of, same_bill

PEAKS = """
[[demand]]
name = "on-peak"
days = "weekday"
hour_from = 15
hour_to = 20
usd_per_kw_month = 12

[[demand]]
name = "all other hours"
HOURS
usd_per_kw_month = 5
"""
WRITTEN_OUT = 'windows = [{ days = "weekday", hour_from = 20, hour_to = 15 }, { days = "weekend" }]'
LEFT = 'other_than = ["on-peak"]'


def at_work(month: int, weekend: bool, hour: int) -> float:
    """3 MW on weekdays from 15 to 20, else 2 MW; 2.5 MW at weekends, but for their hours from 15 to 20: 1 MW."""
    evening = 15 <= hour < 20
    return (1.0 if evening else 2.5) if weekend else (3.0 if evening else 2.0)


@pytest.mark.parametrize("hours", [WRITTEN_OUT, LEFT])
def test_all_other_hours_are_one_peak(tmp_path: Path, hours: str):
    # January: on-peak 3 MW at 12 = 36,000. All other hours, weekdays from 20 to 15 (2 MW) and weekends (2.5 MW), have one peak: 2.5 MW at
    # 5 = 12,500. Two charges would bill 2 MW and 2.5 MW: 22,500.
    done = same_bill(rate_of(tmp_path, PEAKS.replace("HOURS", hours)), at_work, 1)
    assert [(each.charge, each.billed, each.usd) for each in done.lines] == [
        ("on-peak", 3.0, 36_000.0), ("all other hours", 2.5, 12_500.0),
    ]
    # 1 January 2022 is a Saturday.
    assert done.lines[1].set_by == "peak 2022-01-01 00:00"


@pytest.mark.parametrize("hours", [WRITTEN_OUT, LEFT])
def test_tiers_of_several_windows_fill_together(tmp_path: Path, hours: str):
    # January 2022 has 21 weekdays and 10 days at weekends. Off-peak: 21 · 19 h · 2 MW = 798 MWh; weekends 10 · (19 · 2.5 + 5 · 1) = 525:
    # together 1,323 MWh, of which 1,000 at 40 and 323 at 30 = 49,690. On-peak: 21 · 5 · 3 = 315 MWh at 90 = 28,350.
    text = PEAKS.replace("[[demand]]", "[[energy]]").replace("usd_per_kw_month = 12", "usd_per_mwh = 90")
    text = text.replace("usd_per_kw_month = 5", "tiers = [{ upto_mwh = 1000, usd_per_mwh = 40 }, { usd_per_mwh = 30 }]")
    done = same_bill(rate_of(tmp_path, text.replace("HOURS", hours)), at_work, 1)
    assert [(each.charge, each.tier, each.billed, each.usd) for each in done.lines] == [
        ("on-peak", None, 315.0, pytest.approx(28_350.0)), ("all other hours", 1, 1000.0, 40_000.0),
        ("all other hours", 2, 323.0, pytest.approx(9_690.0)),
    ]


def test_an_hour_of_two_windows_counts_once(tmp_path: Path):
    # 20 to 4 and 0 to 6 are 10 hours a day: January has 310 of them, at 1 MW and 10 USD/MWh. Months of one window alone: 4 h in February.
    text = ("[[energy]]\nusd_per_mwh = 10\nwindows = [{ months = [1], hour_from = 20, hour_to = 4 }, "
            "{ months = [1], hour_from = 0, hour_to = 6 }, { months = [2], hour_from = 8, hour_to = 12 }]")
    done = same_bill(rate_of(tmp_path, text), lambda *_: 1.0, 2)
    assert [(each.month, each.billed, each.usd) for each in done.lines] == [("2022-01", 310.0, 3_100.0), ("2022-02", 112.0, 1_120.0)]


def test_a_charge_is_billed_in_the_months_of_any_of_its_windows(tmp_path: Path):
    # Quarters: of January to March the windows name January and March. 2 MW · 10 USD/kW · 2 months.
    text = "[[demand]]\nusd_per_kw_month = 10\nwindows = [{ months = [1] }, { months = [3], days = 'weekend' }]"
    rate = rate_of(tmp_path, text)
    assert line(plan_of(rate, lambda *_: 2.0, 3, 3), "operations", "demand") == musd(0.04)
    assert same_bill(rate, lambda *_: 2.0, 3).usd == pytest.approx(40_000.0)


def test_a_minimum_take_counts_on_windows_that_are_all_hours_together(tmp_path: Path):
    # Weekdays and weekends together are all hours: 90 % of 4 MW contracted at 10 USD/kW. Weekdays alone bill their peak of 1 MW.
    both, one = "windows = [{ days = 'weekday' }, { days = 'weekend' }]", "days = 'weekday'"
    taking = {"mw_min": 4.0, "min_take_fraction": 0.9}
    for hours, usd in ((both, 36_000), (one, 10_000)):
        rate = rate_of(tmp_path, f"[[demand]]\nusd_per_kw_month = 10\n{hours}")
        assert line(plan_of(rate, lambda *_: 1.0, 1, **taking), "operations", "demand") == musd(usd / 1e6)


RATCHETS = """
[[demand]]
name = "billing demand"
usd_per_kw_month = 10
ratchets = [
  { fraction = 0.95, peak_months = [6, 7, 8, 9] },
  { fraction = 0.6, peak_months = [1, 2, 3, 4, 5, 10, 11, 12] },
]
"""


def test_two_ratchets_look_at_two_seasons(tmp_path: Path):
    # January 10 MW, August 8 MW, else 2 MW. 60 % of January's peak, 6 MW, is billed from February to December; 95 % of August's, 7.6 MW,
    # from September to December: 10 + 6 · 6 (February to July) + 8 + 4 · 7.6 = 84.4 MW-months at 10,000 = 844,000.
    done = same_bill(rate_of(tmp_path, RATCHETS), lambda month, *_: {1: 10.0, 8: 8.0}.get(month, 2.0))
    assert done.usd == pytest.approx(844_000.0)
    assert [each.set_by for each in done.lines[7:9]] == ["peak 2022-08-01 00:00", "ratchet: 95 % of the peak 2022-08-01 00:00"]
    assert done.lines[1].set_by == "ratchet: 60 % of the peak 2022-01-01 00:00"


def test_the_months_own_peak_may_count_in_part(tmp_path: Path):
    # As before, but the own peak of a winter month counts by 60 % too: 6 + 6 · 6 + 8 + 4 · 7.6 = 80.4 MW-months.
    text = RATCHETS + "peak_fraction = 0.6\npeak_fraction_months = [1, 2, 3, 4, 5, 10, 11, 12]\n"
    done = same_bill(rate_of(tmp_path, text), lambda month, *_: {1: 10.0, 8: 8.0}.get(month, 2.0))
    assert done.usd == pytest.approx(804_000.0)
    assert done.lines[0].set_by == "60 % of the peak 2022-01-01 00:00"


def test_a_ratchet_of_the_billed_month_holds_its_own_peak_too(tmp_path: Path):
    # A tenth of the month's own peak would be billed, but the ratchet of 60 % looks at the month billed as well: 60 % of 10 MW.
    text = RATCHETS + "peak_fraction = 0.1\npeak_fraction_months = [1]\n"
    assert same_bill(rate_of(tmp_path, text), lambda *_: 10.0, 1).usd == pytest.approx(60_000.0)


def test_each_ratchet_has_its_own_lookback(tmp_path: Path):
    # 10 MW in January, then 2 MW: 90 % of it for one month, half of it for three: 10 + 9 + 5 + 5 + 2 MW at 1,000.
    text = ("[[demand]]\nusd_per_kw_month = 1\n[[demand.ratchets]]\nfraction = 0.9\nlookback_months = 1\n"
            "[[demand.ratchets]]\nfraction = 0.5\nlookback_months = 3")
    assert same_bill(rate_of(tmp_path, text), lambda month, *_: 10.0 if month == 1 else 2.0, 5).usd == pytest.approx(31_000.0)


def test_one_ratchet_in_the_list_is_the_ratchet_in_the_charges_own_keys(tmp_path: Path):
    listed = rate_of(tmp_path, "[[demand]]\nusd_per_kw_month = 1\nratchets = [{ fraction = 0.8, lookback_months = 3, peak_months = [7] }]")
    plain = "ratchet_fraction = 0.8\nratchet_lookback_months = 3\nratchet_peak_months = [7]"
    assert listed == rate_of(tmp_path, f"[[demand]]\nusd_per_kw_month = 1\n{plain}")


def test_a_fixed_charge_by_day(tmp_path: Path):
    # 100 USD a day and 1,000 a month: January 31 days, February 28: 5,900 + 2,000.
    rate = rate_of(tmp_path, "fixed_usd_per_day = 100\nfixed_usd_per_month = 1000")
    done = same_bill(rate, lambda *_: 1.0, 2)
    assert [(each.month, each.unit, each.billed, each.usd) for each in done.lines] == [
        ("2022-01", "month", 1.0, 1_000.0), ("2022-01", "day", 31.0, 3_100.0),
        ("2022-02", "month", 1.0, 1_000.0), ("2022-02", "day", 28.0, 2_800.0),
    ]
    # Beyond the horizon ten months of the term are left: 365 - 31 - 28 days and ten months more.
    plan = plan_of(rate, lambda *_: 1.0, 2, term_months=12)
    assert line(plan, "operations", "fixed_charge") == musd((365 * 100 + 12 * 1000) / 1e6)


def test_a_fixed_charge_by_day_counts_towards_the_minimum_bill(tmp_path: Path):
    # 31 · 100 = 3,100 of at least 10,000: 6,900 on top.
    rate = rate_of(tmp_path, "fixed_usd_per_day = 100\nminimum_bill_usd_per_month = 10_000")
    assert same_bill(rate, lambda *_: 1.0, 1).sum_usd(kind="minimum_bill") == pytest.approx(6_900.0)


def test_days_are_those_of_the_load(tmp_path: Path):
    # 29 February is left out of a load of the model year: 28 days.
    rate = rate_of(tmp_path, "fixed_usd_per_day = 1")
    assert bill(rate, load_of(lambda *_: 1.0)).usd == 365.0


FOUR_PEAKS = """
[[coincident]]
name = "system peak"
usd_per_kw = 20
hours = ["01-05 18:00", "02-03 18:00", "03-10 18:00", "03-17 18:00"]
"""


def at_six(month: int, weekend: bool, hour: int) -> float:
    """At 18:00 3 MW in January, 5 MW in February, 4 MW in March; else 6 MW."""
    return {1: 3.0, 2: 5.0, 3: 4.0}[month] if hour == 18 and month <= 3 else 6.0


def test_each_hour_of_a_coincident_charge_is_billed(tmp_path: Path):
    # 3 + 5 + 4 + 4 MW at 20,000.
    done = same_bill(rate_of(tmp_path, FOUR_PEAKS), at_six, 3)
    assert [(each.month, each.billed) for each in done.lines] == [("2022-01", 3.0), ("2022-02", 5.0), ("2022-03", 4.0), ("2022-03", 4.0)]
    assert done.usd == pytest.approx(320_000.0)


def test_the_highest_of_several_hours_of_a_year(tmp_path: Path):
    # The highest of 3, 5, 4 and 4 MW, once, in the month of the last of the hours: 5 MW at 20,000.
    done = same_bill(rate_of(tmp_path, FOUR_PEAKS + 'highest_of = "year"'), at_six, 3)
    assert [(each.month, each.billed, each.usd) for each in done.lines] == [("2022-03", 5.0, 100_000.0)]
    assert done.lines[0].set_by == "hour 2022-02-03 18:00, highest of 4 of the year"


def test_the_highest_of_several_hours_of_a_month(tmp_path: Path):
    # 3, 5 and, of the two hours of March, 4 MW once: 12 MW at 20,000. Quarters pay the same.
    rate = rate_of(tmp_path, FOUR_PEAKS + 'highest_of = "month"')
    done = same_bill(rate, at_six, 3)
    assert done.usd == pytest.approx(240_000.0)
    assert done.lines[2].set_by == "hour 2022-03-10 18:00, highest of 2 of the month"
    assert line(plan_of(rate, at_six, 3, 3), "operations", "coincident") == musd(0.24)


def test_two_years_have_a_highest_hour_each(tmp_path: Path):
    # Two Januaries of 3 MW within thirteen months: the highest of the first year is February's, 5 MW; of the second 3 MW.
    rate = rate_of(tmp_path, FOUR_PEAKS + 'highest_of = "year"')
    assert line(plan_of(rate, at_six, 13), "operations", "coincident") == musd(0.16)


def test_a_coincident_charge_stands_beside_the_minimum_bill(tmp_path: Path):
    # 100,000 of coincident peaks do not count towards 3 · 10,000 at least.
    text = "minimum_bill_usd_per_month = 10_000\n" + FOUR_PEAKS + 'highest_of = "year"'
    assert same_bill(rate_of(tmp_path, text), at_six, 3).usd == pytest.approx(130_000.0)


def test_the_highest_hour_is_worth_avoiding_only_with_all_the_others(tmp_path: Path):
    # 1 MW. Another tariff takes over in the hours named: each stands for the weekdays of its month at 18:00, 21 in January, 20 in February,
    # 23 in March. 64 MWh at 300 USD/MWh = 19,200 against 20,000 for the highest of them; at 320 USD/MWh 20,480, and nothing is avoided.
    rate = rate_of(tmp_path, FOUR_PEAKS + 'highest_of = "year"')
    # Without its rows nothing is paid.
    assert optimum(fill_question(rate, lambda *_: 1.0, 3), ("coincident_highest",)) == musd(0.0)
    for usd_per_mwh, least in ((300.0, 19_200.0), (320.0, 20_000.0)):
        beside = b.tariff(contract_id="beside", energy_usd_per_mwh=usd_per_mwh)
        assert optimum(fill_question(rate, lambda *_: 1.0, 3, beside)) == musd(least / 1e6)
