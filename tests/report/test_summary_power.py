"""Power in the summary, from a header made by hand."""

from __future__ import annotations

import pytest

from optimizer.report.summary import summary_text
from tests.report import sample

POWER = {
    "load_mwh": 1000.0, "energy_mwh": {"grid": 250.0, "wind": 750.0, "spare": 0.0}, "battery_loss_mwh": 0.0, "shed_mwh": 0.0,
    "shifted_mwh": 0.0, "sold_mwh": 0.0, "spilled_mwh": 0.0, "curtailed_hours_share": 0.0, "usd_per_mwh": 61.25,
    "basis_usd_per_mwh": {}, "emissions_t": {"location": 0.0, "market": 0.0}, "clean_matched_share": 0.0,
}


def _lines(contracts=(), power=None, **changes):
    site = sample.header()["sites"][0]
    site = {**site, "contracts": [{**site["contracts"][0], **contract} for contract in contracts], "power": power or POWER}
    return [line.strip() for line in summary_text(sample.plan(sites=[site], **changes)).splitlines()]


@pytest.mark.parametrize(("changes", "said"), [
    ({"contract_id": "wind", "kind": "ppa", "technology": "wind", "form": "as_produced", "settlement": "physical", "term_months": 120},
     "wind: ppa (wind, as produced, physical), 3.6 MW, 2024-02 to 2024-12, term 120 months"),
    ({"contract_id": "store", "kind": "battery", "mwh": 14.56, "term_months": 0},
     "store: battery, 3.6 MW and 14.6 MWh, 2024-02 to 2024-12"),
])
def test_agreements_and_batteries_in_a_line(changes, said):
    assert said in _lines([changes])


def test_where_energy_comes_from_and_at_what_price():
    assert "energy: wind 75 % and grid 25 %; 61.2 USD/MWh all in" in _lines()
    assert not [line for line in _lines() if line.startswith(("emissions", "basis"))]
    assert not [line for line in _lines(power={**POWER, "load_mwh": 0.0, "usd_per_mwh": None}) if line.startswith("energy:")]


def test_what_is_given_away_or_up_is_said_with_the_basis_and_emissions():
    lines = _lines(power={
        **POWER, "sold_mwh": 1200.0, "spilled_mwh": 30.0, "curtailed_hours_share": 0.025, "shed_mwh": 12.0, "shifted_mwh": 40.0,
        "basis_usd_per_mwh": {"solar": -3.25}, "emissions_t": {"location": 400.0, "market": 100.0}, "clean_matched_share": 0.7,
    })
    assert "1,200 MWh sold, 30 MWh spilled, load gives way in 2.5 % of the hours (12 MWh shed, 40 MWh shifted)" in lines
    assert "basis of solar: hub less node -3.2 USD/MWh" in lines
    assert "emissions: 400 t by location, 100 t by market; 70 % of the load matched by clean energy hour by hour" in lines


def test_the_check_over_all_hours():
    served = {"passed": True, "hours": 8760, "unserved_mwh": 0.0, "says": "All load is served."}
    assert "Verified: All load is served." in _lines(verification=served)
    failed = {"passed": False, "hours": 8760, "unserved_mwh": 1250.0, "says": "Not all load is served: a lacks 1,250 MWh."}
    lines = _lines(verification=failed, typical_days_added={"a": ["01-05", "08-14"], "b": []})
    place = lines.index("Verification failed: Not all load is served: a lacks 1,250 MWh.")
    assert lines[place + 1 : place + 3] == ["Joined the typical days of a: 01-05 and 08-14.", ""]
    assert not [line for line in _lines() if line.startswith("Verif")]


@pytest.mark.parametrize(("stopped_by", "said"), [
    ("gap", "proven within 0.062 % of the best possible, but its verification failed"),
    ("time_limit", "the best found in the time given, proven within 0.062 % of the best possible"),
])
def test_a_plan_that_leaves_load_unserved_is_not_said_to_have_run_out_of_time(stopped_by, said):
    failed = {"passed": False, "hours": 8760, "unserved_mwh": 1.0, "says": "Not all load is served."}
    assert _lines(verification=failed, status="best_found", stopped_by=stopped_by)[0] == f"sample: 81.0 million USD, {said}"
