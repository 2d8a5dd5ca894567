"""A small commented scenario to begin with."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from optimizer.core.errors import OutputExists
from optimizer.scenario.read.document import FILE_NAME

_TEMPLATE = Path(__file__).resolve().parent / "template"
_TEMPLATE_NAME = 'name = "first"'


def new_scenario(folder: Path | str) -> Path:
    """Write a small commented scenario that solves, named like its folder.

    Parameters
    ----------
    folder : Path or str
        Folder to make; it may exist if it is empty.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    OutputExists
        The folder holds something already.
    """
    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise OutputExists(f"{folder} holds something already; name a new or an empty folder")
    target.mkdir(parents=True, exist_ok=True)
    for file in sorted(_TEMPLATE.iterdir()):
        if file.suffix in (".toml", ".csv"):
            shutil.copyfile(file, target / file.name)
    _name(target)
    return target


def _name(folder: Path) -> None:
    """Name the scenario like its folder, as far as a name may."""
    file = folder / FILE_NAME
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", folder.resolve().name).strip("-")
    if name:
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(_TEMPLATE_NAME, f'name = "{name}"', 1), encoding="utf-8")
