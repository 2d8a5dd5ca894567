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
    passed = {"passed": True, "hours": 8760, "unserved_mwh": 0.0, "says": ""}
    said = "All 8,760 hours: cost of power within 1.2 % of the typical hours, all load is served."
    assert said in _lines(verification=passed, typical_hours_error=0.012)
    failed = {"passed": False, "hours": 8760, "unserved_mwh": 1250.0, "says": "Give contracts.typical_days = 24."}
    lines = _lines(verification=failed, typical_hours_error=0.034)
    assert lines[lines.index("Give contracts.typical_days = 24.") - 1] == (
        "All 8,760 hours: cost of power within 3.4 % of the typical hours, verification failed: 1,250 MWh are not served.")
    assert not [line for line in _lines() if line.startswith("All 8,760")]
