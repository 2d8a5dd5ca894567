"""A small commented scenario to begin with."""

from __future__ import annotations

import shutil
from pathlib import Path

from optimizer.errors import OutputExists

_TEMPLATE = Path(__file__).resolve().parent / "template"


def new_scenario(folder: Path | str) -> Path:
    """Write a small commented scenario that solves.

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
    return target
