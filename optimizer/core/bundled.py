"""Where the datasets and scenarios that come with gigasite lie, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

import optimizer

_PACKAGE = Path(optimizer.__file__).resolve().parent


def _bundled(kind: str) -> Path:
    """Folder ``kind``: beside the package in a checkout, inside it (``_data``) in an installed wheel."""
    beside = _PACKAGE.parent / kind
    return beside if beside.is_dir() else _PACKAGE / "_data" / kind


def datasets_folder() -> Path:
    """Folder that holds one folder per bundled dataset."""
    return _bundled("datasets")


def dataset_path(table: str) -> Path:
    """Folder of a bundled dataset.

    Parameters
    ----------
    table : str
        Name of the dataset, such as ``counties``.

    Raises
    ------
    FileNotFoundError
        There is no such dataset.
    """
    path = datasets_folder() / table
    if not path.is_dir():
        raise FileNotFoundError(f"no bundled dataset named {table!r}")
    return path


def scenario_path(name: str) -> Path:
    """Folder of a bundled scenario.

    Parameters
    ----------
    name : str
        Name of the scenario, such as ``quickstart``.

    Raises
    ------
    FileNotFoundError
        There is no such scenario.
    """
    path = _bundled("scenarios") / name
    if not (path / "scenario.toml").is_file():
        raise FileNotFoundError(f"no bundled scenario named {name!r}")
    return path
