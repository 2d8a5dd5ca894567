"""The rates that tariffs name: files ``rates/NAME.toml`` of the scenario's folder, or of the folder of the table."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from optimizer.billing.rate_file import read_rate
from optimizer.core.errors import RateError
from optimizer.core.input_files import InputFault, within
from optimizer.core.offers import Rate
from optimizer.scenario.read.findings import Findings, Place, nearest
from optimizer.scenario.read.tables import RawRow
from optimizer.scenario.schema.fields import NAME_PATTERN

FOLDER = "rates"


def read_rates(tariffs: Iterable[RawRow], folder: Path, findings: Findings) -> dict[str, Rate]:
    """Read every rate that a tariff names, once.

    Parameters
    ----------
    tariffs : iterable of RawRow
        Rows as they were read: one with a wrong number elsewhere names its rate all the same.
    folder : Path
        Of the scenario; a scenario that extends another finds the other's rates beside the table of tariffs.
    findings : Findings
        Takes what is wrong with a file, and names without one.
    """
    rates: dict[str, Rate] = {}
    refused: set[str] = set()
    for row in tariffs:
        name = row.cells.get("rate", "")
        if not re.fullmatch(NAME_PATTERN, name) or name in rates or name in refused:
            continue
        folders = [base / FOLDER for base in dict.fromkeys((folder, row.folder))]
        path = next((found for base in folders if (found := base / f"{name}.toml").exists()), None)
        if path is None:
            known = [file.stem for base in folders if base.is_dir() for file in base.glob("*.toml")]
            findings.add(row.place("rate"), "rate", f"there is no file {FOLDER}/{name}.toml; {nearest(name, known)}")
            continue
        try:
            within(path.parent.parent, f"{FOLDER}/{name}.toml")
            rates[name] = read_rate(path, for_model=True, label=Path(os.path.relpath(path, folder)).as_posix())
        except InputFault as error:
            refused.add(name)
            findings.add(row.place("rate"), "rate", str(error))
        except RateError as error:
            refused.add(name)
            for problem in error.problems:
                findings.add(Place(problem.file, problem.where, folder), problem.field, problem.message)
    return rates
