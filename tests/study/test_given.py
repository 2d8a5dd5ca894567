"""What is given beside a study's file: it stands after or in the place of the file's, and comes back from the answers."""

import json

from optimizer.study.file.definition import Study
from optimizer.study.runs.extra_options import RunOptions, run_options

STUDY = Study("a", "A", "grid", set=("x=1",), gap=0.01, time_limit_s=60.0)


def test_changes_follow_those_of_the_file_and_limits_replace_its_own() -> None:
    asked = RunOptions(("x*=2",), 0.002).merged_into(STUDY)
    assert (asked.set, asked.gap, asked.time_limit_s) == (("x=1", "x*=2"), 0.002, 60.0)
    assert RunOptions().merged_into(STUDY) == STUDY
    assert RunOptions(gap=0.0, time_limit_s=5.0).merged_into(STUDY).gap == 0.0


def test_it_comes_back_from_the_answers() -> None:
    given = RunOptions(("x*=2", "y=none"), None, 30.0)
    assert run_options(json.loads(json.dumps({"options": given.as_json()}))) == given


def test_answers_of_earlier_versions_say_nothing_of_it() -> None:
    assert run_options({"format": 1}) == RunOptions()
