"""The screening curve: three technologies, cheap to have or cheap to run, against a load duration curve with two breakpoints.

The load of hour j of the day (0 to 23) is 10 + j/2 MW: 10 MW of IT, PUE 1 + j/20. So 10 MW are needed round the clock, and of the 23
slices of 0.5 MW above them slice j is needed in the last 24 - j hours of the day. A slice belongs to the technology that is cheapest
for its hours: the one with the dearest MW for those needed longer than the first breakpoint, and so on.

=======  ==================  ===========
name     MW, usd/kW-month    usd/MWh
=======  ==================  ===========
base     20                  20
middle   10                  45
peak     4                   90
=======  ==================  ===========
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.core.hours import DAYS, Series
from optimizer.core.instance import Instance
from optimizer.plan.plan import Plan
from tests import builders as b
from tests.model.by_the_hour import ONE_DAY, daily
from tests.model.hand import HURRY, line, musd, solve

PUE = Series("pue", "pue", "MW/MW", tuple([1.0 + j / 20 for j in range(24)] * DAYS))
TEN_MW = replace(HURRY, gpus_h100e=10_000.0)
OFFERS = {"base": (20.0, 20.0), "middle": (10.0, 45.0), "peak": (4.0, 90.0)}
SCARCE = b.tariff(contract_id="scarce", kind="index", price_series="scarce")


def campus(months: int, *series: Series, **site) -> Instance:
    """10 MW of IT from January 2023 on, by the hour of the day."""
    place = b.site(typical_days=ONE_DAY, pue_series="pue", annual_pue=1.575, peak_facility_ratio=2.15, max_gpus=10_000.0, **site)
    return b.instance(
        sites=(place,), workloads=(TEN_MW,), horizon=b.horizon(months, 1, "2023-01"), series=(PUE, *series), currency_year=2023
    )


def gas(name: str):
    """Units of 0.5 MW, rented for the year."""
    rent, usd_per_mwh = OFFERS[name]
    return b.gas(
        contract_id=name, unit_mw=0.5, units_max=60, rent_usd_per_kw_month=rent, gas_usd_per_mmbtu=usd_per_mwh / 10.0, min_months=12
    )


def with_gas(*names: str) -> Plan:
    """A year of 365 days with gas alone: what is drawn from the grid costs 5,000 usd/MWh."""
    node = daily("scarce", 5000.0)
    plan = solve(campus(12, node, tariffs=(SCARCE,), onsite_gas=tuple(gas(name) for name in names)))
    assert plan.status == "optimal"
    return plan


def most_mw(plan: Plan, column: str) -> dict[str, float]:
    """Most MW of each contract in any period."""
    return dict(plan.tables["power"].groupby("contract_id")[column].max())


def test_three_generators():
    # A year: base or middle from (20 - 10)·12·1000 / (45 - 20) = 4,800 h on, middle or peak from (10 - 4)·12·1000 / (90 - 45) = 1,600 h
    # on: 13.15 and 4.38 hours of 365 days. Slices 1 to 10 (23 to 14 hours) are base, 11 to 19 (13 to 5) middle, 20 to 23 (4 to 1) peak:
    # 10 + 10/2 = 15, 9/2 = 4.5 and 4/2 = 2 MW.
    plan = with_gas("base", "middle", "peak")
    units = most_mw(plan, "contracted_mw")
    assert (units["base"], units["middle"], units["peak"]) == pytest.approx((15.0, 4.5, 2.0))
    # MWh a day: base 10·24 + 0.5·(23 + … + 14) = 240 + 92.5, middle 0.5·(13 + … + 5) = 40.5, peak 0.5·(4 + 3 + 2 + 1) = 5.
    assert line(plan, "operations", "generator_rent") == musd((15.0 * 240 + 4.5 * 120 + 2.0 * 48) / 1000)
    assert line(plan, "operations", "gas_fuel") == musd((332.5 * 20 + 40.5 * 45 + 5.0 * 90) * 365 / 1e6)
    # 15 · 0.24 + 4.5 · 0.12 + 2 · 0.048 = 4.236; 6,650 + 1,822.5 + 450 = 8,922.5 usd a day: 3.2567125.
    assert plan.header["objective_musd"] == musd(4.236 + 3.2567125)


def test_two_generators():
    # Without the middle the breakpoint is (20 - 4)·12·1000 / (90 - 20) = 2,743 h, 7.5 a day: slices 1 to 16 (23 to 8 hours) are base,
    # 17 to 23 peak: 18 and 3.5 MW. MWh a day: 240 + 0.5·(23 + … + 8) = 364, 0.5·(7 + … + 1) = 14.
    plan = with_gas("base", "peak")
    units = most_mw(plan, "contracted_mw")
    assert (units["base"], units["peak"]) == pytest.approx((18.0, 3.5))
    assert plan.header["objective_musd"] == musd((18.0 * 240 + 3.5 * 48) / 1000 + (364 * 20 + 14 * 90) * 365 / 1e6)


def test_three_tariffs():
    # January, demand charges in the place of rents: 400 h and 133.3 h are 12.9 and 4.3 hours of 31 days. Slices 1 to 11 (23 to 13 hours)
    # are base, 12 to 19 (12 to 5) middle, 20 to 23 peak: 15.5, 4 and 2 MW. The peak tariff is an index at a flat node.
    tariffs = [
        b.tariff(contract_id=name, energy_usd_per_mwh=usd_per_mwh, demand_usd_per_kw_month=usd)
        for name, (usd, usd_per_mwh) in OFFERS.items()
    ]
    tariffs[2] = replace(tariffs[2], kind="index", energy_usd_per_mwh=0.0, price_series="node")
    plan = solve(campus(1, daily("node", 90.0), tariffs=tuple(tariffs)))
    assert plan.status == "optimal"
    billed = most_mw(plan, "billed_mw")
    assert (billed["base"], billed["middle"], billed["peak"]) == pytest.approx((15.5, 4.0, 2.0))
    # MWh a day: base 240 + 0.5·(23 + … + 13) = 339, middle 0.5·(12 + … + 5) = 34, peak 5.
    assert line(plan, "operations", "demand") == musd((15.5 * 20 + 4.0 * 10 + 2.0 * 4) / 1000)
    assert line(plan, "operations", "energy") == musd((339 * 20 + 34 * 45 + 5 * 90) * 31 / 1e6)


@pytest.mark.parametrize(("usd_per_mwh", "middle_mw"), [(58.0, 1.0), (62.0, 0.0)])
def test_a_technology_between_two_breakpoints(usd_per_mwh, middle_mw):
    # At 58 usd/MWh the middle is best from 72,000 / (90 - 58) = 2,250 to 120,000 / (58 - 20) = 3,158 h, 6.2 to 8.7 hours a day: slices 16
    # and 17, of 8 and 7 hours. At 62 from 2,571 to 2,857 h, 7.04 to 7.83 hours: none.
    dear = replace(gas("middle"), gas_usd_per_mmbtu=usd_per_mwh / 10.0)
    offers = (gas("base"), dear, gas("peak"))
    units = most_mw(solve(campus(12, daily("scarce", 5000.0), tariffs=(SCARCE,), onsite_gas=offers)), "contracted_mw")
    assert units.get("middle", 0.0) == pytest.approx(middle_mw)
