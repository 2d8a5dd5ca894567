from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.core.instance import Assumption
from optimizer.plan.folder import write_plan
from optimizer.solve.highs.settings import SolveSettings
from optimizer.workflow import cache as cache_module
from optimizer.workflow.cache import cache_key, cache_texts, cached_plan
from tests import builders as b
from tests.report import sample

_SETTINGS = SolveSettings()


def test_the_key_is_the_same_for_the_same_question():
    assert cache_key(b.instance(), _SETTINGS) == cache_key(b.instance(), SolveSettings())


@pytest.mark.parametrize("change", [
    {"gpus": (b.gpu(price_usd=0.01),)},
    {"title": "another"},
    {"assumptions": (Assumption("sites", "a", "lat", "35", "degree", "fact", "primary", "2024-01-01", ""),)},
])
def test_any_change_of_the_instance_changes_the_key(change):
    assert cache_key(b.instance(**change), _SETTINGS) != cache_key(b.instance(), _SETTINGS)


def test_settings_and_source_code_change_the_key(monkeypatch):
    key = cache_key(b.instance(), _SETTINGS)
    assert cache_key(b.instance(), replace(_SETTINGS, gap=0.01)) != key
    monkeypatch.setattr(cache_module, "source_sha256", lambda: "of another version")
    assert cache_key(b.instance(), _SETTINGS) != key


def test_a_plan_is_found_again_under_its_key_only(tmp_path):
    folder = tmp_path / "plan"
    assert cached_plan(folder, "k") is None
    write_plan(sample.plan(), folder, texts=cache_texts(sample.plan(), "k"))
    assert cached_plan(folder, "k").header["scenario"] == "sample"
    assert cached_plan(folder, "another") is None
    (folder / "tables" / "ledger.parquet").write_bytes(b"rubbish")
    assert cached_plan(folder, "k") is None


@pytest.mark.parametrize(("status", "kept"), [
    ("optimal", True), ("within_gap", True), ("infeasible", True), ("best_found", False), ("no_plan_in_time", False)])
def test_only_final_answers_are_kept(status, kept):
    assert bool(cache_texts(sample.plan(status=status), "k")) is kept
