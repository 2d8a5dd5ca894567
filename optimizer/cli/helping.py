"""What the help of a command looks like, and what the shell is offered to complete."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Literal

CONTENT_WIDTH = 100
"""Most columns of plain help: longer lines are hard to read, however wide the terminal."""

EXIT_CODES = (
    "Exit codes: 0 a plan, 1 a fault in gigasite, 2 the input is wrong, 3 infeasible, 4 no plan in time or --require-gap missed, "
    "5 the audit failed, 6 a plan that leaves load unserved in some hours of the year, 130 interrupted."
)

STUDY_EXIT_CODES = (
    "Exit codes: 0 every run has its answer, 1 a fault in gigasite, 2 the input is wrong, 4 some run failed, was given up or has no plan "
    "in time, 5 the audit of some run failed, 130 interrupted."
)

COMPLETION = "Completion in bash, zsh, fish and PowerShell: gigasite --install-completion, then a new shell."


def markup_mode() -> Literal["rich"] | None:
    """Boxes and colours where a person reads in a terminal; plain text in a pipe, on a dumb terminal and with ``NO_COLOR``."""
    is_plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or sys.stdout is None or not sys.stdout.isatty()
    return None if is_plain else "rich"


def epilog(*examples: str, ends: tuple[str, ...] = ()) -> str:
    """Text below the help of a command: an example a line, then what else is to be said, a paragraph each."""
    head = "Example:" if len(examples) == 1 else "Examples:"
    lines = [head, *(f"  {example}" for example in examples)]
    # Plain help joins the lines of a paragraph but where it begins with a backspace; boxes join them always.
    shown = "\n\n".join(lines) if markup_mode() else "\n".join(["\b", *lines])
    return "\n\n".join([shown, *ends])


def complete_scenario(incomplete: str) -> list[str]:
    """Offer the bundled scenarios, and folders that hold a ``scenario.toml``."""
    from optimizer.core.bundled import scenario_path

    bundled = [folder.name for folder in scenario_path("quickstart").parent.iterdir() if (folder / "scenario.toml").is_file()]
    return [name for name in [*sorted(bundled), *_folders(incomplete, "scenario.toml")] if name.startswith(incomplete)]


def complete_plan(incomplete: str) -> list[str]:
    """Offer folders that hold a plan, and those of ``plans``."""
    found = dict.fromkeys([*_folders(incomplete, "plan.json"), *_folders("plans/", "plan.json")])
    return [name for name in found if name.startswith(incomplete)]


def complete_table(incomplete: str) -> list[str]:
    """Offer the names of the datasets."""
    from optimizer.core.bundled import datasets_folder

    return sorted(path.parent.name for path in datasets_folder().glob(f"{incomplete}*/datapackage.json"))


def _folders(incomplete: str, holding: str) -> list[str]:
    """Folders that begin so and hold a file, or may hold such folders."""
    parent = Path(incomplete).parent if not incomplete.endswith("/") else Path(incomplete)
    if not parent.is_dir():
        return []
    inside = sorted(path for path in parent.iterdir() if path.is_dir() and not path.name.startswith("."))
    return [str(path) if (path / holding).is_file() else f"{path}/" for path in inside
            if (path / holding).is_file() or any(path.glob(f"*/{holding}"))]
