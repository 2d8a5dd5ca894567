"""The studies that come with the flagship: every file is whole, and every run of them is a question that can be asked.

Solving them takes an hour and is no test; what they found stands in ``docs/tutorials/xai-studies.md``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.core.bundled import scenario_path
from optimizer.solve.highs.settings import SolveSettings
from optimizer.study.file.study_file import read_study
from optimizer.study.runs.designs import runs_of
from optimizer.study.runs.further_runs import end_runs
from optimizer.study.runs.questions import Questions

FOLDER = Path(scenario_path("xai-2024"))
FILES = sorted((FOLDER / "studies").glob("*.toml"))

DRAWN = 10
"""Runs that are asked of a study whose values are drawn; of the others all are."""


def test_the_studies_of_the_flagship_are_there():
    assert {file.stem for file in FILES} == {"tornado", "slips", "slips-soft", "monte-carlo", "debt", "late-gpus"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_run_is_a_question(file):
    """No path is unknown, no value refused; each run asks something else than the scenario as it is, unless it changes nothing."""
    study = read_study(file)
    runs = runs_of(study)
    some = runs[:DRAWN] if study.design == "monte_carlo" else runs
    asked = Questions(FOLDER, SolveSettings()).ask([*some, *end_runs(study, len(runs))])
    base = asked[0]
    assert not base.run.overrides or study.set
    for one in asked[1:]:
        assert (one.key == base.key) == (one.run.overrides == base.run.overrides), one.run.name
