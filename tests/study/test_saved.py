from __future__ import annotations

import json
from dataclasses import replace

import pytest

from optimizer.core.errors import OutputUnwritable, PlanFolderError
from optimizer.study.engine.saved_alternatives import complete_alternatives, read_alternatives, write_alternatives
from optimizer.study.runs.solve_alternatives import AlternativeRow, Alternatives

ROW = AlternativeRow("half_size", "Half the size", "within_gap", 2.5, 0.1 + 0.2, 2.8, "2024-01", "a", 0.5, 500.0, 1.25)
NONE = AlternativeRow("do_nothing", "Do nothing", "infeasible", None, None, None, "", "", None, None, 0.5)
HELD = Alternatives((ROW, NONE), "abc")


def test_what_is_written_is_read_again(tmp_path):
    assert read_alternatives(tmp_path, "abc") is None
    write_alternatives(tmp_path, HELD, "key")
    assert read_alternatives(tmp_path, "abc") == HELD
    assert {file.name for file in tmp_path.iterdir()} == {"beside.json", "manifest.json"}


def test_what_stands_beside_another_question_is_refused(tmp_path):
    write_alternatives(tmp_path, HELD, "key")
    with pytest.raises(PlanFolderError, match=r"another question.*gigasite report \S+ --beside"):
        read_alternatives(tmp_path, "abd")


def test_only_what_is_complete_and_of_the_same_key_is_used_again(tmp_path):
    assert complete_alternatives(tmp_path, "key") is None
    write_alternatives(tmp_path, HELD, "key")
    assert complete_alternatives(tmp_path, "key") == HELD
    assert complete_alternatives(tmp_path, "other") is None
    write_alternatives(tmp_path, replace(HELD, is_complete=False), "key")
    assert complete_alternatives(tmp_path, "key") is None
    assert read_alternatives(tmp_path, "abc") == replace(HELD, is_complete=False)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"rows": [{"name": 1}], "key": "key"}', '{"rows": 5, "key": "key"}'])
def test_what_cannot_be_read_is_an_error_that_says_what_to_do_and_is_solved_anew(tmp_path, text):
    (tmp_path / "beside.json").write_text(text, encoding="utf-8")
    with pytest.raises(PlanFolderError, match=r"cannot be read.*gigasite report \S+ --beside"):
        read_alternatives(tmp_path, "abc")
    assert complete_alternatives(tmp_path, "key") is None


def test_where_nothing_can_be_written_the_file_is_named(tmp_path):
    with pytest.raises(OutputUnwritable, match=r"nowhere.* cannot be written"):
        write_alternatives(tmp_path / "nowhere", HELD, "key")


def test_the_file_says_what_it_is(tmp_path):
    write_alternatives(tmp_path, HELD, "key")
    held = json.loads((tmp_path / "beside.json").read_text(encoding="utf-8"))
    assert (held["format"], held["instance_sha256"], held["key"], held["is_complete"]) == (1, "abc", "key", True)
    assert held["rows"][1]["objective_musd"] is None
