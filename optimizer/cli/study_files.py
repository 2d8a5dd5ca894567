"""The studies that a scenario's folder holds, by name."""

from __future__ import annotations

import shlex
from pathlib import Path

from optimizer.cli.data_tables import columns_text
from optimizer.core.errors import Problem, StudyError
from optimizer.scenario.read.findings import nearest
from optimizer.study.file.study_file import read_study

STUDIES = "studies"


def study_file(scenario: Path, name: str) -> Path:
    """Find a study's file: by its path, or by its name in the scenario's ``studies`` folder.

    Parameters
    ----------
    scenario : Path
        The scenario's folder.
    name : str
        ``path/to/STUDY.toml``, ``STUDY.toml`` or ``STUDY``.

    Raises
    ------
    StudyError
        There is no such file; the nearest name is told.
    """
    within = scenario / STUDIES / name
    places = (Path(name), within, within.with_name(f"{within.name}.toml"))
    found = next((place for place in places if place.is_file()), None)
    if found is not None:
        return found
    known = [file.stem for file in _files(scenario)]
    message = f"There is no study of this name in {scenario / STUDIES}; {nearest(Path(name).stem, known)}"
    raise StudyError([Problem(name, "", "", message)])


def print_studies(scenario: Path, name: str) -> None:
    """Print the studies of a scenario: name, design and question.

    Raises
    ------
    StudyError
        One of them is wrong.
    """
    files = _files(scenario)
    if not files:
        print(f"{name} has no studies: there is no TOML file in {scenario / STUDIES}. Fields of one: gigasite schema study")
        return
    studies = [(file.stem, read_study(file)) for file in files]
    print(columns_text(("study", "design", "question"), [(stem, study.design, study.title) for stem, study in studies]))
    print(f"Next: {shlex.join(['gigasite', 'study', name, studies[0][0]])}")


def _files(scenario: Path) -> list[Path]:
    return sorted((scenario / STUDIES).glob("*.toml"))
