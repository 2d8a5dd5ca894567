from __future__ import annotations

import json

import pytest

from optimizer.core.errors import ScenarioError
from optimizer.core.hours import Series, TypicalDays
from optimizer.core.instance import Assumption, Carbon, PowerRules, RampCondition
from optimizer.core.instance_json import instance_from_json, instance_to_json
from optimizer.core.offers import Battery, DemandCharge, EnergyCharge, Ppa, Rate, Tier, Window
from tests import builders as b


def _rich_instance():
    """Every kind of record, with every kind of nested tuple, an optional left out and one given."""
    site = b.site(modes=(b.mode(mw_per_month=0.1 + 0.2), b.mode(mode="greenfield")), onsite_gas=(b.gas(),),
                  tariffs=(b.tariff(ramp=((0, 8.0), (2, 50.0)), term_months=60),))
    gpu = b.gpu(supply=((1, 12000.0),), initial_gpus=(("a", 5),))
    assumption = Assumption("sites", "a", "lat", "35", "degree", "fact", "primary", "2024-01-01", "https://example.org/ü")
    return b.instance(sites=(site,), gpus=(gpu,), rentals=(b.rental(committed_until=5),), purses=(b.purse(),), has_budget=True,
                      assumptions=(assumption,))


def test_an_instance_comes_back_as_it_was_written():
    instance = _rich_instance()
    again = instance_from_json(instance_to_json(instance))
    assert again == instance
    assert again.sha256() == instance.sha256()
    assert again.sites[0].modes[0].mw_per_month == 0.1 + 0.2  # not 0.3: full precision


def test_a_foreign_field_is_refused_by_name():
    data = json.loads(instance_to_json(b.instance()))
    data["gpus"][0]["colour"] = "red"
    with pytest.raises(ScenarioError, match=r"plans/x/instance\.json[\s\S]*colour"):
        instance_from_json(json.dumps(data), "plans/x/instance.json")


def test_records_of_power_come_back_as_they_were_written():
    every, day = Window(tuple(range(1, 13)), "all", 0, 0), Window((6, 7, 8), "weekday", 8, 22)
    rate = Rate(
        name="tou",
        energy=(EnergyCharge("day", day, (Tier(100.0, 70.0), Tier(None, 60.0))), EnergyCharge("all", every, (Tier(None, 20.0),))),
        demand=(DemandCharge("peak", day, 12.5, 0.8, 11, (6, 7, 8)),),
        fixed_usd_per_month=2000.0,
        minimum_bill_usd_per_month=0.0,
    )
    ppa = Ppa("wind", None, "wind", "as_produced", "physical", 28.0, "profile", "hub", 0.0, 150.0, 12, 120, 2.0, 4.0)
    battery = Battery("store", "g", 40.0, 4.0, None, 300.0, 250.0, 0.86, 1.0, 9, 180, 0.1)
    site = b.site(
        tariffs=(b.tariff(kind="index", price_series="hub", emissions_t_per_mwh=0.4), b.tariff(contract_id="tou", rate=rate)),
        ppas=(ppa,), batteries=(battery,), grid_t_per_mwh=0.35, pue_series="pue",
        typical_days=TypicalDays((0, 200), (0,) * 180 + (200,) * 185),
    )
    series = (Series("hub", "price", "USD/MWh", tuple(0.1 * hour for hour in range(8760))), Series("pue", "pue", "MW/MW", (1.2,) * 8760))
    instance = b.instance(
        sites=(site,), series=series, carbon=Carbon("location", 50.0, ((0, 1e5), (12, 9e4)), 0.8),
        power_rules=PowerRules(2024, 0.9, 4.0, 5.0), ramp_conditions=(RampCondition("a", "grid", 2, "The board must agree"),),
    )
    again = instance_from_json(instance_to_json(instance))
    assert again == instance
    assert again.sites[0].tariffs[1].rate.energy[0].tiers[1].upto_mwh is None
    assert again.sites[0].typical_days.stands_for[180] == 200
    assert (again.series[0].values[3], again.sha256()) == (0.1 * 3, instance.sha256())


def test_a_foreign_field_of_a_nested_record_is_refused_by_name():
    data = json.loads(instance_to_json(b.instance()))
    data["sites"][0]["tariffs"][0]["colour"] = "red"
    with pytest.raises(ScenarioError, match="colour"):
        instance_from_json(json.dumps(data))


@pytest.mark.parametrize("text", ["", "[]", "{}", "{\"name\": \"x\"}", "null"])
def test_what_is_no_instance_is_refused(text):
    with pytest.raises(ScenarioError, match="not an instance"):
        instance_from_json(text)
