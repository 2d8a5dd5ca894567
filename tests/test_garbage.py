"""Garbage collection is paused while a model stands, and goes on as it was, whatever happened."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from optimizer.core.gc_pause import collection_paused


@pytest.fixture(autouse=True)
def _collecting() -> Iterator[None]:
    gc.enable()
    yield
    gc.enable()


def test_it_is_paused_inside_and_goes_on_after_an_error() -> None:
    with pytest.raises(ValueError, match="inside"), collection_paused():
        _fail_while_paused()
    assert gc.isenabled()


def _fail_while_paused() -> None:
    assert not gc.isenabled()
    raise ValueError("inside")


def test_one_pause_within_another_does_not_end_it() -> None:
    with collection_paused():
        with collection_paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_who_had_turned_it_off_finds_it_off() -> None:
    gc.disable()
    with collection_paused():
        pass
    assert not gc.isenabled()
