"""Of every site and rental the earliest date by hall, power, supply and money, worked out by hand; months from January 2024."""

from __future__ import annotations

import pytest

from optimizer.explain.in_the_way import limits_in_play
from optimizer.explain.ways import way_text, ways_as_json
from tests import builders as b

# 1,000 H100 of 1 kW each are 1 MW IT; 30,000 + 5,000 USD each are 35 million USD
GPU = b.gpu(lot=1, price_usd=30_000.0, network_usd=5_000.0, supply=((0, 500.0),))
WORK = b.workload(gpus_h100e=1000.0, deadline=3)


def _told(**changes):
    asked = {"gpus": (GPU,), "workloads": (WORK,), "sites": (), **changes}
    return {way["place"]: way for way in ways_as_json(b.instance(**asked))}


def test_power_that_comes_after_the_deadline_is_what_fails():
    site = b.site(modes=(b.mode(lead_months=2),), tariffs=(b.tariff(mw_max=5.0, ramp=((8, 5.0),)),))
    way = _told(sites=(site,))["a"]
    assert (way["hall"], way["power"], way["supply"], way["money"]) == ("2024-03", "2024-09", "2024-02", "")
    assert way["fails"] == ["power"]
    assert way_text(way) == "a (retrofit): hall 2024-03, power 2024-09 (too late), supply 2024-02"
    assert f"way: {way_text(way)}" in limits_in_play(b.instance(gpus=(GPU,), workloads=(WORK,), sites=(site,)))


def test_money_must_have_come_for_the_hall_and_the_gpus():
    # a hall of 10 million USD a MW and 35 of GPUs: 45 are there when the fifth 9 have come, in May
    site = b.site(modes=(b.mode(capex_musd_per_mw=10.0),))
    purse = b.purse(amounts=((0, 9.0),), every_month=True, pays_for=("capital",))
    way = _told(sites=(site,), purses=(purse,), has_budget=True)["a"]
    assert (way["money"], way["fails"]) == ("2024-05", ["money"])
    # paid for three months after delivery, they need be ready only in February, when 10 of the hall have come
    later = b.gpu(lot=1, price_usd=30_000.0, network_usd=5_000.0, supply=((0, 500.0),), pay_after_delivery_months=3)
    assert _told(sites=(site,), gpus=(later,), purses=(purse,), has_budget=True)["a"]["money"] == "2024-02"
    never = _told(sites=(site,), purses=(b.purse(amounts=((0, 44.0),), pays_for=("capital",)),), has_budget=True)["a"]
    assert way_text(never).endswith("money never (fails)")


def test_a_rental_whose_rent_the_purse_forbids_is_marked():
    # 2 USD an hour for 1,000 GPUs: 1.488 million USD in a month of 31 days; 0.5 a month come in.
    # From July on 184 days cost 8.8 and 6 have come; from October 92 days cost 4.4: by October 5 have come, by December 6.
    rental = b.rental(name="cloud", usd_per_gpu_hour=2.0, gpus_min=1000, gpus_max=1000, min_months=36)
    purse = b.purse(amounts=((0, 0.5),), every_month=True, pays_for=("rent",))
    way = _told(rentals=(rental,), purses=(purse,), has_budget=True)["cloud"]
    assert (way["offer"], way["fails"]) == ("2024-01", ["money"])
    assert way["money"] == "2024-09"  # 122 days from September cost 5.856, of the 6 that come; August adds 1.488 to that
    rich = b.purse(amounts=((0, 1.5),), every_month=True, pays_for=("rent",))
    assert _told(rentals=(rental,), purses=(rich,), has_budget=True)["cloud"]["fails"] == []


def test_the_best_mode_of_a_site_is_told_and_forbidden_sites_are_not():
    slow, quick = b.mode(mode="new", lead_months=6), b.mode(lead_months=1)
    told = _told(sites=(b.site(modes=(slow, quick)), b.site(site_id="no", is_forbidden=True), b.site(site_id="small", max_gpus=10)))
    assert list(told) == ["a", "small"]  # what fails least comes first
    assert told["a"]["mode"] == "retrofit"
    assert (told["small"]["hall"], told["small"]["fails"]) == ("never", ["hall"])


@pytest.mark.parametrize(("deadline", "fails"), [(None, []), (1, []), (0, ["supply"])])
def test_without_a_deadline_only_what_is_never_fails(deadline, fails):
    assert _told(sites=(b.site(),), workloads=(b.workload(gpus_h100e=1000.0, deadline=deadline),))["a"]["fails"] == fails
