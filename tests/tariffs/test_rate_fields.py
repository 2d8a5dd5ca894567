"""The fields of a rate as they are told are those that are read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from optimizer.billing.rate_fields import SECTIONS, rate_schema_json, rate_schema_text
from optimizer.billing.rate_file import read_rate
from optimizer.billing.rate_values import ADDER, DEMAND, DEMAND_PRICE, ENERGY, ENERGY_PRICE, HOURS_USE, LEAST_DEMAND, PEAK_PRICE
from optimizer.core.errors import RateError

FRAMES = {
    "rate": "{}", "energy": "[[energy]]\n{}", "energy.tiers": "[[energy]]\n[[energy.tiers]]\n{}", "index": "[[index]]\n{}",
    "demand": "[[demand]]\n{}", "demand.tiers": "[[demand]]\n[[demand.tiers]]\n{}",
    "demand.ratchets": "[[demand]]\n[[demand.ratchets]]\n{}", "coincident": "[[coincident]]\n{}",
}


def unknown(folder: Path, section: str, key: str) -> bool:
    """Whether the reader says that there is no such key there."""
    path = folder / "rate.toml"
    path.write_text(FRAMES[section].format(f"{key} = 1.5"), encoding="utf-8")
    try:
        read_rate(path)
    except RateError as error:
        return any(f"there is no {key!r} here" in problem.message for problem in error.problems)
    return False


@pytest.mark.parametrize(("section", "key"), [(section, key) for section, fields in SECTIONS.items() for key in fields])
def test_a_key_that_is_told_is_read(tmp_path: Path, section: str, key: str) -> None:
    assert not unknown(tmp_path, section, key)
    assert unknown(tmp_path, section, f"{key}_")


def test_units_are_told_in_every_way_that_is_read() -> None:
    told = {key for fields in SECTIONS.values() for key in fields}
    for kind in (ADDER, DEMAND, DEMAND_PRICE, ENERGY, ENERGY_PRICE, HOURS_USE, LEAST_DEMAND, PEAK_PRICE):
        assert set(kind.units) <= told


def test_the_text_and_the_tool_s_form_have_every_key() -> None:
    text, parts = rate_schema_text(), json.loads(rate_schema_json())
    assert {title: set(fields) for title, fields in parts.items()} == {title: set(fields) for title, fields in SECTIONS.items()}
    assert all(f"  {key} " in text for fields in SECTIONS.values() for key in fields)
