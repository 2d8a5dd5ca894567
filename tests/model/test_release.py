"""A model that is done with leaves memory at once, without waiting for a garbage collection."""

from __future__ import annotations

import gc
import weakref

from optimizer.model import build, release
from optimizer.solve import compile_model
from tests import builders as b


def _rows_that_live(is_released):
    """How many rows of a model live on when it is out of sight, with nobody collecting garbage; rows that are their own component aside."""
    gc.collect()
    gc.disable()
    try:
        model = build(b.instance())
        compiled = compile_model(model)
        rows = [weakref.ref(row) for row in compiled.constraints if row.parent_component() is not row]
        if is_released:
            release(model)
        del model, compiled
        return sum(row() is not None for row in rows), len(rows)
    finally:
        gc.enable()


def test_a_released_model_is_gone():
    living, rows = _rows_that_live(is_released=True)
    assert rows > 20
    assert living == 0


def test_a_model_that_is_not_released_waits_for_a_collection():
    living, rows = _rows_that_live(is_released=False)
    assert living == rows


def test_nothing_of_a_model_is_remembered():
    """What is worked out once for a model goes with it: a worker builds thousands."""
    model = build(b.instance())
    needs = weakref.ref(model.needs)
    del model
    gc.collect()
    assert needs() is None
