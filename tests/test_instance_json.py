from __future__ import annotations

import json

import pytest

from optimizer.errors import ScenarioError
from optimizer.instance import Assumption
from optimizer.instance_json import instance_from_json, instance_to_json
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


@pytest.mark.parametrize("text", ["", "[]", "{}", "{\"name\": \"x\"}", "null"])
def test_what_is_no_instance_is_refused(text):
    with pytest.raises(ScenarioError, match="not an instance"):
        instance_from_json(text)
