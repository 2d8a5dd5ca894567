"""A target in GPUs of a model: the same plan's question as its H100-equivalents, and exactly one of the two."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.core.errors import ScenarioError
from optimizer.scenario import read_scenario
from optimizer.scenario.assemble.instance import assemble
from tests.scenario.fault import replace

TARGET = "gpus_h100e = 16000 "


def refused(folder: Path, *overrides: str) -> list[tuple[str, str, str]]:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder, overrides)
    return [(problem.where, problem.field, problem.message) for problem in caught.value.problems]


def test_gpus_of_a_model_are_converted(folder: Path) -> None:
    replace(folder / "scenario.toml", TARGET, 'gpus = 16000\ngpu = "H100"\n#')
    # 16,000 B200 of 2.275 H100-equivalents each are 36,400.
    (workload,) = assemble(read_scenario(folder, ["gpus.H100.h100_equivalents=2.275"])).workloads
    assert workload.gpus_h100e == 16_000 * 2.275 == 36_400
    assumption = next(one for one in assemble(read_scenario(folder)).assumptions if one.key == "train" and one.column == "gpus")
    assert (assumption.value, assumption.unit) == ("16000.0", "GPUs")


def test_it_is_another_way_to_say_the_same(folder: Path) -> None:
    said = assemble(read_scenario(folder)).workloads
    replace(folder / "scenario.toml", TARGET, 'gpus = 16000\ngpu = "H100"\n#')
    assert assemble(read_scenario(folder)).workloads == said


@pytest.mark.parametrize(
    ("written", "line", "field", "says"),
    [
        ("#", 44, "gpus_h100e", "is required and missing: the target in H100-equivalents, or gpus and gpu"),
        ("gpus = 9\n#", 44, "gpu", 'is required beside gpus: the model of which they are 9, such as gpu = "H100"'),
        ('gpu = "H100"\n#', 44, "gpus", "is required beside gpu"),
        ('gpus = 9\ngpu = "H100"\ngpus_h100e = 16000 #', 46, "gpus", "the target is given twice"),
        ('gpus = 9\ngpu = "H10"\n#', 47, "gpu", "there is no GPU 'H10'; did you mean 'H100'?"),
        ('gpus = -9\ngpu = "H100"\n#', 46, "gpus", "-9 is outside the range; allowed: more than 0 to 100,000,000 GPUs"),
    ],
)
def test_exactly_one_of_both(folder: Path, written: str, line: int, field: str, says: str) -> None:
    replace(folder / "scenario.toml", TARGET, written)
    ((where, name, message),) = refused(folder)
    assert (where, name) == (f"line {line}", f"workloads.train.{field}")
    assert says in message
