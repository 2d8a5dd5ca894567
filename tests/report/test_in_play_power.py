"""What each limit of power and carbon alone allows, worked out by hand; months are counted from January 2024."""

from __future__ import annotations

from optimizer.core.instance import Carbon
from optimizer.core.offers import Battery, Ppa
from optimizer.explain.in_the_way import limits_in_play
from tests import builders as b

WIND = Ppa("wind", None, "wind", "as_produced", "physical", 30.0, "profile", "hub", 0.0, 200.0, 6, None, 0.0, 0.0)
STORE = Battery("store", None, 25.0, 4.0, None, 100.0, 100.0, 0.85, 1.0, 0, 180, 0.0)


def _limits(start, **changes):
    return [limit for limit in limits_in_play(b.instance(**changes)) if limit.startswith(start)]


def test_what_is_left_while_a_tariff_is_called():
    tariffs = (b.tariff(contract_id="early", kind="interruptible"), b.tariff(mw_max=50.0, ramp=((0, 10.0), (6, 40.0), (30, 50.0))))
    # four units of 10 MW, one spare, a tenth lost to heat: 27 firm MW; the ramp comes to 40 within the twelve months
    gas = b.gas(units_max=4, spare_units=1, derate_fraction=0.1)
    site = b.site(tariffs=tariffs, onsite_gas=(gas,), batteries=(STORE,))
    assert _limits("called", sites=(site,)) == [
        "called_adequacy: while early is called, the peak of a is to be met by grid 40 MW, gas 27 MW and store 25 MW for a while, "
        "and by what workloads may shed"]
    alone = b.site(tariffs=tariffs[:1])
    assert _limits("called", sites=(alone,)) == [
        "called_adequacy: while early is called nothing else is offered at a: only load that workloads may shed can stand on it"]
    assert not _limits("called", sites=(b.site(),))
    assert not _limits("called", sites=(site,), has_contracts=False)


def test_gas_of_a_day_in_mw():
    # 4,800 MMBtu a day at 10 MMBtu/MWh: 480 MWh, 20 MW round the clock; they also bound what is firm in called hours
    site = b.site(tariffs=(b.tariff(kind="interruptible"),), onsite_gas=(b.gas(gas_mmbtu_per_day_max=4800.0),))
    assert _limits("gas_day", sites=(site,)) == ["gas_day: gas at a gets at most 4,800 MMBtu of gas a day, 20 MW round the clock"]
    assert "met by gas 20 MW," in _limits("called", sites=(site,))[0]
    assert not _limits("gas_day", sites=(b.site(onsite_gas=(b.gas(),)),))


def test_permits_bound_the_units_that_are_firm():
    # a permit of 25 MW allows two units of 10 MW
    site = b.site(tariffs=(b.tariff(kind="interruptible"),), onsite_gas=(b.gas(permit_mw=25.0),))
    assert "met by gas 20 MW," in _limits("called", sites=(site,))[0]


def test_tonnes_and_clean_energy():
    carbon = Carbon("location", 0.0, ((-3, 5000.0), (12, 2500.0)), 0.905)
    assert _limits("carbon", carbon=carbon) == [
        "carbon_cap: all sites together emit at most 5,000 t a year from 2024-01, 2,500 t a year from 2025-01 (by location)"]
    sites = (b.site(ppas=(WIND,)), b.site(site_id="b", is_forbidden=True, ppas=(WIND,)))
    assert _limits("clean", carbon=carbon, sites=sites) == [
        "clean_share: at least 90.5 % of each year's energy is matched hour by hour by clean agreements; "
        "offered: wind at a 200 MW from 2024-07"]
    assert _limits("clean", carbon=carbon)[0].endswith("offered: none")
    assert not _limits("carbon")
    assert not _limits("clean")
