"""Bills worked out by hand; every test shows its sum."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.billing import HourlyLoad, bill
from optimizer.core.offers import CoincidentCharge, DemandTier, EnergyCharge, IndexCharge, Tier, Window
from tests.tariffs.rates import ALWAYS, MONTHS, demand, energy, flat, rate, with_hours, with_months

COLD, WARM = (1, 2, 3, 10, 11, 12), (4, 5, 6, 7, 8, 9)


def test_published_case_of_a_ratchet_over_the_whole_year():
    # NREL REopt.jl, test/runtests.jl: 1 kW, but 100 kW in hour 8 of the year; 10.5 USD/kW in the cold months, 11.5 in the warm ones; every
    # month at least 35 % of the highest peak of the year: 100·(10.5 + 0.35·10.5·5 + 0.35·11.5·6) = 5302.50.
    load = with_hours(flat(0.001), {"2023-01-01 07:00": 0.1})
    terms = {"ratchet_fraction": 0.35, "ratchet_whole_year": True, "ratchet_window": ALWAYS}
    charges = (
        demand(10.5, Window(COLD, "all", 0, 0), name="cold", **terms),
        demand(11.5, Window(WARM, "all", 0, 0), name="warm", **terms),
    )
    assert bill(rate(demand=charges), load).usd == pytest.approx(5302.50, abs=1e-9)


def test_published_case_of_a_blended_rate():
    # NREL REopt.jl, test/runtests.jl: 10,000 kWh a year, flat; 0.10 USD/kWh = 1000.00; 10 USD/kW-month · 10000/8760 kW · 12 = 136.99.
    done = bill(rate(energy=(energy(100.0),), demand=(demand(10.0),)), flat(10.0 / 8760))
    assert done.sum_usd(kind="energy") == pytest.approx(1000.00, abs=1e-9)
    assert round(done.sum_usd(kind="demand"), 2) == 136.99
    assert round(done.usd, 2) == 1136.99


def test_a_ratchet_remembers_the_eleven_months_before():
    # 10 MW, 20 MW in January of the first year; 80 % of it is 16 MW, remembered February to December, forgotten in the next January.
    # 12 USD/kW: 20·12000 = 240,000; 11 · 16·12000 = 11 · 192,000 = 2,112,000; 3 months of the next year at 10·12000 = 360,000.
    load = with_months(flat(10.0, months=15), {1: 20.0})
    done = bill(rate(demand=(demand(12.0, ratchet_fraction=0.8),)), load)
    assert done.usd == pytest.approx(240_000 + 2_112_000 + 360_000)
    assert [line.set_by for line in done.lines[10:13]] == [
        "ratchet: 80 % of the peak 2023-01-01 00:00", "ratchet: 80 % of the peak 2023-01-01 00:00", "peak 2024-01-01 00:00",
    ]


def test_a_ratchet_over_a_window_of_three_months():
    # 10 MW, 30 MW in May; half of it, 15 MW, is billed in June, July and August. 1 USD/kW: 30 + 3·15 + 8·10 = 155 thousand.
    done = bill(rate(demand=(demand(1.0, ratchet_fraction=0.5, ratchet_lookback_months=3),)), with_months(flat(10.0), {5: 30.0}))
    assert done.usd == pytest.approx(155_000)


def test_a_ratchet_from_named_months_only():
    # 10 MW; 40 MW in February, which the ratchet does not name; 20 MW in July, which it does: 90 % = 18 MW from August to December.
    # 1 USD/kW: 40 + 20 + 5·18 + 5·10 = 200 thousand.
    terms = {"ratchet_fraction": 0.9, "ratchet_peak_months": (6, 7, 8, 9)}
    done = bill(rate(demand=(demand(1.0, **terms),)), with_months(flat(10.0), {2: 40.0, 7: 20.0}))
    assert done.usd == pytest.approx(200_000)


def test_a_ratchet_of_the_whole_year_begins_anew_after_twelve_months():
    # First year: 10 MW but 50 MW in December: 11 months at 0.4·50 = 20 MW, December 50. Second year (3 months): 10 MW each.
    # 1 USD/kW: 11·20 + 50 + 3·10 = 300 thousand.
    load = with_months(flat(10.0, months=15), {12: 50.0})
    assert bill(rate(demand=(demand(1.0, ratchet_fraction=0.4, ratchet_whole_year=True),)), load).usd == pytest.approx(300_000)


def test_energy_tiers_within_a_month():
    # January: 1 MW · 744 h = 744 MWh. 500 at 60 + 200 at 50 + 44 at 40 = 30,000 + 10,000 + 1,760 = 41,760.
    tiers = (Tier(500.0, 60.0), Tier(700.0, 50.0), Tier(None, 40.0))
    done = bill(rate(energy=(EnergyCharge("blocks", ALWAYS, tiers),)), flat(1.0, months=1))
    assert [(line.tier, line.billed, line.usd) for line in done.lines] == [(1, 500, 30_000), (2, 200, 10_000), (3, 44, 1_760)]
    assert done.usd == 41_760


def test_a_price_below_0_is_a_credit():
    # January: 744 MWh · 40 = 29,760, less a rider of 744 · 1.5 = 1,116; the minimum of 30,000 is missed by 1,356.
    done = bill(rate(energy=(energy(40.0), energy(-1.5, name="rider")), minimum_bill_usd_per_month=30_000.0), flat(1.0, months=1))
    assert [(line.kind, line.usd) for line in done.lines] == [("energy", 29_760.0), ("energy_credit", -1_116.0), ("minimum_bill", 1_356.0)]


def test_energy_tiers_within_a_window_begin_anew_each_month():
    # Weekdays 9 to 17 in 2023: January has 22 weekdays, February 20. 2 MW: 352 and 320 MWh; 300 at 90, the rest at 30.
    # January 27,000 + 52·30 = 28,560; February 27,000 + 20·30 = 27,600.
    day = Window(MONTHS, "weekday", 9, 17)
    done = bill(rate(energy=(EnergyCharge("day", day, (Tier(300.0, 90.0), Tier(None, 30.0))),)), flat(2.0, months=2))
    assert (done.sum_usd(month="2023-01"), done.sum_usd(month="2023-02")) == (28_560, 27_600)
    # 59 days of 24 hours less 42·8 hours are in no window: 1,080 hours of 2 MW.
    assert done.notes == ("2,160 MWh in 1,080 hours that no energy charge covers cost no energy",)


def test_time_of_use_demand_on_weekdays():
    # Sunday 2023-01-01 has 50 MW, Monday 2023-01-02 has 20 MW at 15:00 and 30 MW at 20:00. The charge counts weekdays from 12 to 20 only.
    load = with_hours(flat(5.0, months=1), {"2023-01-01 15:00": 50.0, "2023-01-02 15:00": 20.0, "2023-01-02 20:00": 30.0})
    done = bill(rate(demand=(demand(7.0, Window(MONTHS, "weekday", 12, 20)),)), load)
    assert [(line.billed, line.usd, line.set_by) for line in done.lines] == [(20.0, 140_000.0, "peak 2023-01-02 15:00")]


def test_an_overnight_window_on_weekends():
    # 22 to 6 on Saturdays and Sundays, by each hour's own date: 8 hours of each such day. February 2023 has 8 of them: 64 MWh · 10 = 640.
    # The hours of Monday before dawn do not count, those of Saturday before dawn do.
    night = Window((2,), "weekend", 22, 6)
    load = with_hours(with_months(flat(0.0, months=2), {2: 1.0}), {"2023-02-04 03:00": 2.0, "2023-02-06 03:00": 100.0})
    done = bill(rate(energy=(energy(10.0, night),), demand=(demand(1.0, night),)), load)
    assert done.sum_usd(kind="energy") == 65 * 10
    assert [(line.month, line.usd) for line in done.lines if line.kind == "demand"] == [("2023-02", 2_000.0)]


def test_coincident_peak_in_the_system_s_own_hour():
    # The system peaks on 2023-07-10 17:00, where the load draws 3 MW of its 10, and on 2023-08-01 16:00, where it draws all 10.
    # 5 USD/kW in July and August: 15,000 + 50,000. June is not named.
    load = with_hours(flat(10.0), {"2023-07-10 17:00": 3.0})
    system = with_hours(flat(50_000.0), {"2023-07-10 17:00": 80_000.0, "2023-08-01 16:00": 79_000.0, "2023-06-02 16:00": 90_000.0}).mw
    done = bill(rate(coincident=(CoincidentCharge("4CP", (7, 8), 5.0, ()),)), replace(load, system_mw=system))
    assert [(line.month, line.usd) for line in done.lines] == [("2023-07", 15_000.0), ("2023-08", 50_000.0)]
    assert done.lines[0].set_by == "system peak 2023-07-10 17:00"


def test_coincident_peak_in_hours_given():
    # Each hour is billed: 4 MW and 6 MW at 2 USD/kW: 8,000 + 12,000. The hour of 2022 is not in the load, and said so.
    load = with_hours(flat(1.0), {"2023-06-01 17:00": 4.0, "2023-06-30 16:00": 6.0})
    hours = ("06-01 17:00", "2023-06-30 16:00", "2022-08-01 17:00")
    done = bill(rate(coincident=(CoincidentCharge("peaks", MONTHS, 2.0, hours),)), load)
    assert [line.usd for line in done.lines] == [8_000.0, 12_000.0]
    assert done.notes == ("hours of the coincident charge 'peaks' that do not lie in the load are not billed: 2022-08-01 17:00",)


def test_a_minimum_bill_is_topped_up_month_by_month():
    # January: 744 MWh · 10 + 500 fixed = 7,940, topped up by 2,060 to 10,000. February: 2 MW · 672 h · 10 + 500 = 13,940, not topped up.
    # The coincident charge stands beside it: 1 MW · 3 USD/kW = 3,000 in January.
    parts = {"energy": (energy(10.0),), "fixed_usd_per_month": 500.0, "minimum_bill_usd_per_month": 10_000.0}
    peak = CoincidentCharge("peak", MONTHS, 3.0, ("01-20 18:00",))
    done = bill(rate(**parts, coincident=(peak,)), with_months(flat(1.0, months=2), {2: 2.0}))
    assert [line.usd for line in done.lines if line.kind == "minimum_bill"] == [2_060.0]
    assert (done.sum_usd(month="2023-01"), done.sum_usd(month="2023-02")) == (13_000.0, 13_940.0)


def test_a_leap_year_has_its_29_february():
    # 2024: 8,784 hours of 1 MW at 1 USD/MWh; of the model year 8,760, and the days of the week stay those of 2024 after February.
    assert bill(rate(energy=(energy(1.0),)), flat(1.0, year=2024)).usd == 8_784
    model_year = HourlyLoad.of_model_year(2024, np.ones(8760))
    assert bill(rate(energy=(energy(1.0),)), model_year).usd == 8_760
    # March 2024 has 10 days of weekends (2, 3, 9, 10, 16, 17, 23, 24, 30, 31): 240 hours.
    assert bill(rate(energy=(energy(1.0, Window((3,), "weekend", 0, 0)),)), model_year).usd == 240


def test_a_fixed_charge_is_due_in_a_month_without_load():
    # 250 a month, also in February without load: no energy, no demand; the ratchet still bills half of January's 8 MW: 4,000.
    load = with_months(flat(8.0, months=2), {2: 0.0})
    plain = bill(rate(energy=(energy(50.0),), demand=(demand(1.0),), fixed_usd_per_month=250.0), load)
    assert plain.sum_usd(month="2023-02") == 250.0
    assert [line.set_by for line in plain.lines if line.month == "2023-02"] == ["", "no load", ""]
    ratcheted = bill(rate(demand=(demand(1.0, ratchet_fraction=0.5),), fixed_usd_per_month=250.0), load)
    assert ratcheted.sum_usd(month="2023-02") == 4_250.0


def test_several_demand_charges_add_up():
    # 10 MW, 16 MW at 14:00 on Wednesday 2023-07-05, 25 MW at 03:00 on 2023-07-06.
    # July: 4 USD/kW of the month's 25 MW = 100,000, 9 USD/kW of the summer afternoon's 16 MW = 144,000. June: 40,000 + 90,000.
    load = with_hours(flat(10.0), {"2023-07-05 14:00": 16.0, "2023-07-06 03:00": 25.0})
    charges = (demand(4.0, name="facilities"), demand(9.0, Window((6, 7), "weekday", 12, 18), name="afternoon"))
    done = bill(rate(demand=charges), load)
    assert done.sum_usd(month="2023-07") == 244_000
    assert done.sum_usd(month="2023-06") == 130_000
    assert done.sum_usd(month="2023-05") == 40_000
    assert [line.charge for line in done.lines if line.month == "2023-07"] == ["facilities", "afternoon"]


def test_demand_tiers():
    # 12 MW: 5 MW at 10 USD/kW and 7 MW at 6 USD/kW: 50,000 + 42,000.
    charge = demand(0.0, tiers=(DemandTier(5.0, 10.0), DemandTier(None, 6.0)))
    done = bill(rate(demand=(charge,)), flat(12.0, months=1))
    assert [(line.tier, line.billed, line.usd) for line in done.lines] == [(1, 5.0, 50_000.0), (2, 7.0, 42_000.0)]


def test_least_billed_demand():
    # 3 MW drawn, at least 4 MW billed, 2 USD/kW: 8,000; in February 5 MW are drawn: 10,000.
    done = bill(rate(demand=(demand(2.0, minimum_mw=4.0),)), with_months(flat(3.0, months=2), {2: 5.0}))
    assert [(line.usd, line.set_by) for line in done.lines] == [(8_000.0, "least billed demand"), (10_000.0, "peak 2023-02-01 00:00")]


def test_peaks_within_the_hour_count_for_demand_alone():
    # Energy of the mean, 744 MWh at 1 USD; demand of 1.5 MW at 2 USD/kW: 3,000.
    load = flat(1.0, months=1)
    done = bill(rate(energy=(energy(1.0),), demand=(demand(2.0),)), replace(load, demand_mw=load.mw * 1.5))
    assert (done.sum_usd(kind="energy"), done.sum_usd(kind="demand")) == (744.0, 3_000.0)


def test_a_winter_price_on_the_summer_s_peak():
    # Winter months pay 5 USD/kW on at least 60 % of the summer's peak of the eleven months before; the load is of one year from January:
    # 10 MW, 30 MW in August. October to December: 18 MW · 5 = 90,000 each; January to March: 10 MW · 5 = 50,000 each.
    terms = {"ratchet_fraction": 0.6, "ratchet_window": Window((6, 7, 8, 9), "all", 0, 0)}
    done = bill(rate(demand=(demand(5.0, Window(COLD, "all", 0, 0), **terms),)), with_months(flat(10.0), {8: 30.0}))
    assert done.usd == pytest.approx(3 * 90_000 + 3 * 50_000)
    assert done.notes == ("months before 2023-01 are not known: the ratchet of 'demand' does not count them",)


def test_months_are_told_from_the_load_s_own_start():
    # A load from November to January: the months are named, and a window of January finds the last one: 744 hours · 1 MW · 2 USD.
    load = HourlyLoad.from_month("2023-11", np.ones(24 * (30 + 31 + 31)))
    done = bill(rate(energy=(energy(2.0, Window((1,), "all", 0, 0)),)), load)
    assert done.months == ("2023-11", "2023-12", "2024-01")
    assert [(line.month, line.usd) for line in done.lines] == [("2024-01", 1_488.0)]


def test_a_coincident_charge_without_hours_needs_the_system_s_load():
    with pytest.raises(ValueError, match="'4CP' has no hours of its own, and the load no system_mw"):
        bill(rate(coincident=(CoincidentCharge("4CP", MONTHS, 5.0, ()),)), flat(1.0))


def test_an_index_charge_follows_the_hours_prices():
    # 2 MW all January; the market at 30 USD/MWh, but at -40 on 2023-01-05 03:00. Adder 5: 743 h · 2 MW · 35 = 52,010; credit 2 · -35 = -70.
    load = flat(2.0, months=1)
    prices = np.full(744, 30.0)
    prices[load.times == "2023-01-05 03:00"] = -40.0
    charged = rate(index=(IndexCharge("node", ALWAYS, 5.0),), minimum_bill_usd_per_month=60_000.0)
    done = bill(charged, replace(load, price_usd_per_mwh=prices))
    assert [(line.kind, line.billed, line.price, line.usd) for line in done.lines] == [
        ("energy", 1_486.0, 35.0, 52_010.0), ("energy_credit", 2.0, -35.0, -70.0), ("minimum_bill", 1.0, 8_060.0, 8_060.0),
    ]
    assert done.notes == ()
    with pytest.raises(ValueError, match="'node' needs the market's price_usd_per_mwh, and the load has none"):
        bill(charged, load)


def test_the_frame_has_a_row_per_line():
    done = bill(rate(energy=(energy(1.0),), fixed_usd_per_month=5.0), flat(1.0, months=2))
    frame = done.frame()
    assert list(frame["kind"]) == ["energy", "fixed", "energy", "fixed"]
    assert frame["usd"].sum() == done.usd == 744 + 672 + 10
