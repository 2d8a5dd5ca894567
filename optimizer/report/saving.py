"""A plan that was found is kept: where it was asked for, and where that fails in another place, before it is lost."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from optimizer.core.errors import OutputExists, OutputUnwritable
from optimizer.files.single_files import Say, kept_place
from optimizer.plan.folder import write_plan
from optimizer.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class WrittenPlan:
    """A plan on the disk.

    Parameters
    ----------
    plan : Plan
        As written.
    folder : Path
        Where it is.
    trouble : str
        Why it is not where it was asked for; empty where it is.
    """

    plan: Plan
    folder: Path
    trouble: str = ""


def save_plan(plan: Plan, folder: Path, force: bool, texts: Mapping[str, str], say: Say) -> WrittenPlan:
    """Write a plan; where its folder cannot be written any more, or was taken meanwhile, write it elsewhere.

    Parameters
    ----------
    plan, folder, force, texts, say
        As of ``write_plan``.

    Raises
    ------
    OutputUnwritable
        Nor could it be written anywhere else; the message names every place.
    """
    try:
        return WrittenPlan(write_plan(plan, folder, force, texts, say), folder)
    except (OutputUnwritable, OutputExists) as error:
        trouble = [str(error)]
    for place in _other_places(folder):
        try:
            written = write_plan(plan, place, texts=texts, say=say)
        except (OutputUnwritable, OutputExists, OSError) as error:
            trouble.append(str(error))
            continue
        return WrittenPlan(written, place, f"{trouble[0]}\nThe plan is not lost: it was written to {place} instead.")
    raise OutputUnwritable("\n".join([*trouble, "The plan could be written nowhere."]))


def _other_places(folder: Path) -> Iterator[Path]:
    """Beside the folder, where one stands, and where temporary files go."""
    yield kept_place(folder)
    for place in (Path.cwd, Path.home, tempfile.gettempdir):
        with contextlib.suppress(OSError, RuntimeError):  # where one stood is gone, there is no home, all is full
            yield kept_place(Path(place()) / f"gigasite-{folder.resolve().name[:60]}")
