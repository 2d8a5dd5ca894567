"""What a large question will take is known before it is built, and one beyond the machine's memory is refused with what would fit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.core.errors import ScenarioError
from optimizer.solve.search.question_size import Size, require_memory, size_of
from optimizer.workflow import whole_way as workflow
from optimizer.workflow.whole_way import solve_instance
from tests import builders as b

COUNTIES = Size(choices=358_320, hours=0, sites=2_986)
"""All counties over 60 months, a mode and a tariff each: 2,986 x 60 x 2."""


def test_memory_and_time_of_all_counties() -> None:
    # 300 MB and 0.1 MB a choice; 0.2 s and 2 ms a choice.
    assert COUNTIES.memory_mb == pytest.approx(36_132)
    assert COUNTIES.seconds == pytest.approx(716.84)
    # What 175 counties took (10.1 MB each), times 2,986, is 30.2 GB; surely at least 0.08 MB a choice.
    assert COUNTIES.sure_mb == pytest.approx(28_865.6)


def test_what_is_beyond_memory_is_refused_with_what_would_fit() -> None:
    with pytest.raises(ScenarioError) as caught:
        require_memory(COUNTIES, 20_000.0)
    # (20,000 - 300) MB of the 35,832 beyond the least, times 2,986 sites.
    (problem,) = caught.value.problems
    assert "2,986 sites with 358,320 choices and 0 typical hours need about 36.1 GB, and this machine has 20.0 GB left" in problem.message
    assert "about 1,641 would fit" in problem.message
    assert "typical_days" not in problem.message
    with pytest.raises(ScenarioError, match=r"lower contracts\.typical_days"):
        require_memory(replace(COUNTIES, hours=100), 20_000.0)


@pytest.mark.parametrize("available", [None, 28_866.0, 64_000.0])
def test_what_fits_is_not_refused(available: float | None) -> None:
    require_memory(COUNTIES, available)


def test_nothing_is_built_that_does_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    def built(*_: object) -> None:
        pytest.fail("a model was built")

    monkeypatch.setattr(workflow, "available_memory_mb", lambda: 100.0)
    monkeypatch.setattr(workflow, "build", built)
    instance = b.instance()
    assert size_of(instance).sites == len(instance.sites)
    with pytest.raises(ScenarioError, match=r"this machine has 0\.1 GB left"):
        solve_instance(instance)
