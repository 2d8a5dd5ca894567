"""What one model takes over from the one before: never anything that would have come out otherwise, and all that would not."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import islice
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest

from optimizer.core.errors import SolverError
from optimizer.core.instance import Instance
from optimizer.model import build, release
from optimizer.model.reuse import Parts, hourly_rows, hourly_var
from optimizer.solve import CompiledModel, compile_model
from optimizer.solve.compile.reuse import ReusedParts, carry, with_reused
from optimizer.solve.search.warm import Warm
from optimizer.workflow.whole_way import solve_instance
from tests import builders as b
from tests import rich_hours
from tests.changing import RECORDS, changed_records, numbers
from tests.model.by_the_hour import battery, daily, hourly
from tests.shifting import ROUGHLY

ARRAYS = ("costs", "row_lower", "row_upper", "column_lower", "column_upper", "integrality")


class Chain:
    """Models one after the other, each made with what the one before left."""

    def __init__(self) -> None:
        self.carried: ReusedParts | None = None
        self.taken: set[str] = set()

    def compile(self, instance: Instance) -> CompiledModel:
        """Compile an instance, and remember the rules and variables that were taken over."""
        model = build(instance, self.carried.parts if self.carried else None)
        compiled = compile_model(model, self.carried)
        self.taken = {name for _, name in model.parts.taken}
        kept = named(compiled)
        self.carried = carry(model, compiled)
        release(model)
        return kept


def named(compiled: CompiledModel) -> CompiledModel:
    """Give the same arrays with the names of rows and columns, which outlive the model."""
    return replace(compiled, constraints=tuple(compiled.row_names), variables=tuple(compiled.column_names))


def afresh(instance: Instance) -> CompiledModel | None:
    """Compile an instance by itself; None where its numbers make no model."""
    try:
        model = build(instance)
        return named(compile_model(model))
    except (ValueError, KeyError, TypeError, SolverError):
        return None


def differences(compiled: CompiledModel, fresh: CompiledModel | None) -> list[str]:
    """Names of what differs from the same instance compiled afresh; arrays are compared to the bit."""
    assert fresh is not None
    pairs = [(name, getattr(compiled, name), getattr(fresh, name)) for name in ARRAYS]
    pairs += [(name, getattr(compiled.matrix, name), getattr(fresh.matrix, name)) for name in ("data", "indices", "indptr")]
    found = [name for name, ours, theirs in pairs if ours.dtype != theirs.dtype or not np.array_equal(ours, theirs)]
    return found + [name for name in ("constraints", "variables", "offset") if getattr(compiled, name) != getattr(fresh, name)]


def changed(instance: Instance, record: str) -> Iterator[tuple[str, Instance]]:
    """An instance with each number of a kind of record changed."""
    kind = next(each for each in RECORDS if each.__name__ == record)
    for name in numbers(kind):
        for other in islice(changed_records(instance, record, name), 1):
            yield f"{record}.{name}", other


@pytest.mark.parametrize("record", [each.__name__ for each in RECORDS])
@pytest.mark.parametrize("instance", [rich_hours.instance(), rich_hours.shifting()], ids=["rich", "shifting"])
def test_whatever_number_changes_the_arrays_come_out_as_if_made_afresh(instance: Instance, record: str) -> None:
    chain = Chain()
    chain.compile(instance)
    for name, other in changed(instance, record):
        if (fresh := afresh(other)) is not None:
            assert differences(chain.compile(other), fresh) == [], name
    assert differences(chain.compile(instance), afresh(instance)) == []


@pytest.mark.parametrize("name", [each.name for each in fields(Instance) if "float" in str(each.type) or "int" in str(each.type)])
def test_a_number_of_the_whole(name: str) -> None:
    instance = rich_hours.instance()
    value = getattr(instance, name)
    other = replace(instance, **{name: 1 if value is None else value + 1})
    chain = Chain()
    chain.compile(instance)
    assert differences(chain.compile(other), afresh(other)) == []


def stored(**changes: Any) -> Instance:
    """One site with a battery and a node that is dear by day."""
    dear = daily("node", [20.0] * 12 + [80.0] * 12)
    index = b.tariff(kind="index", mw_max=20.0, price_series="node", **changes.pop("tariff", {}))
    return hourly(dear, tariffs=(index,), batteries=(battery(**changes),))


def test_a_price_moves_no_row_of_an_hour() -> None:
    chain = Chain()
    chain.compile(stored())
    assert chain.taken == set()
    chain.compile(stored(usd_per_kw=7.0, tariff={"adder_usd_per_mwh": 3.0}))
    assert {"hour_limit", "energy_balance", "stored_balance", "stored_limit", "battery_power", "drawn_mw", "charge_mw"} <= chain.taken


def test_losses_move_the_balance_of_what_is_stored_and_nothing_else() -> None:
    chain = Chain()
    chain.compile(stored())
    other = stored(round_trip_efficiency=0.64)
    assert differences(chain.compile(other), afresh(other)) == []
    assert "stored_balance" not in chain.taken
    assert {"stored_limit", "battery_power", "energy_balance", "stored_mwh"} <= chain.taken


def test_a_site_that_comes_and_goes() -> None:
    one = stored()
    two = replace(one, sites=(*one.sites, replace(one.sites[0], site_id="b")))
    chain = Chain()
    for instance in (one, two, one, two):
        assert differences(chain.compile(instance), afresh(instance)) == []


def test_a_rule_sees_only_what_it_says_it_reads() -> None:
    model = pyo.ConcreteModel()
    model.parts = Parts()
    model.site = stored().sites[0]
    hourly_var(model, "drawn_mw", [0, 1])
    model.limit_mw = 3.0

    def limit(site: Any, h: int) -> Any:
        return site.drawn_mw[h] <= site.limit_mw

    with pytest.raises(AttributeError, match="limit_mw"):
        hourly_rows(model, [0, 1], limit, ("drawn_mw",))


def test_rows_that_read_what_is_not_carried_are_refused() -> None:
    model = build(stored())
    compiled = compile_model(model)
    carried = carry(model, compiled)
    release(model)
    again = build(stored(), carried.parts)
    without = replace(carried, columns={key: span for key, span in carried.columns.items() if key[1] != "drawn_mw"})
    with pytest.raises(SolverError, match="read variables that are not carried"):
        with_reused(again, compile_model(again, carried), without)


def test_a_second_solve_says_what_a_first_would() -> None:
    dearer = replace(rich_hours.burning(), discount_rate_per_year=0.2)
    alone = solve_instance(dearer, ROUGHLY)
    with Warm() as warm:
        solve_instance(rich_hours.burning(), ROUGHLY, warm=warm)
        assert warm.carried is not None
        warm.solution = None  # a search of its own, as the first one
        after = solve_instance(dearer, ROUGHLY, warm=warm)
    assert after.tables.keys() == alone.tables.keys()
    assert all(after.tables[name].equals(alone.tables[name]) for name in alone.tables)
    timeless = [{key: value for key, value in plan.header.items() if key not in ("seconds", "peak_memory_mb")} for plan in (after, alone)]
    assert timeless[0] == timeless[1]


def test_what_is_not_taken_over_leaves_memory() -> None:
    chain = Chain()
    chain.compile(stored())
    assert chain.carried is not None
    rows = [weakref.ref(row) for row in chain.carried.parts["a", "stored_balance"].component.values()]
    chain.compile(stored(round_trip_efficiency=0.64))
    gc.collect()
    assert not any(row() is not None for row in rows)
