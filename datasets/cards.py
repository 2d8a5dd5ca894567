"""The README of a table, written from its ``datapackage.json`` so that both say the same.

``python datasets/cards.py TABLE ...`` writes ``datasets/TABLE/README.md``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

__all__ = ["readme"]


def cell(text: str) -> str:
    """Text that may stand in a cell of a Markdown table."""
    return text.replace("|", "\\|")


def rows_of_facts(card: dict[str, Any]) -> list[str]:
    """The table of where the figures come from and how far to trust them."""
    own = card["gigasite"]
    known = own["known_from"]
    facts = {
        "agency": own["agency"],
        "years": own["years"],
        "sources": "; ".join(f"[{source['title']}]({source['path']})" for source in card["sources"]),
        "retrieved": own["retrieved"],
        "licence": own["licence"],
        "attribution": own["attribution"],
        "quality, trust": f"{own['quality']}, {own['trust']}" + (" (an estimate)" if own["estimate"] else ""),
        "known from": f"column `{known['column']}`" if isinstance(known, dict) else known,
        "coverage": f"{own['coverage']['text']} ({own['coverage']['rows']:,} rows)",
        "key": ", ".join(f"`{name}`" for name in card["resources"][0]["schema"]["primaryKey"]),
    }
    return [f"| {name} | {cell(text)} |" for name, text in facts.items() if text]


def row_of_field(field: dict[str, Any]) -> str:
    """One row of the table of columns."""
    return f"| `{field['name']}` | {field['type']} | {field['unit']} | {cell(field['description'])} |"


def readme(card: dict[str, Any]) -> str:
    """README of the table that ``card``, the content of its ``datapackage.json``, describes."""
    own = card["gigasite"]
    fields = card["resources"][0]["schema"]["fields"]
    lines = [
        f"# {card['name']}", "", card["description"], "", "| | |", "|---|---|", *rows_of_facts(card), "",
        "| column | type | unit | meaning |", "|---|---|---|---|", *(row_of_field(field) for field in fields), "",
        f"**Derivation.** {own['derivation']}", "", "**Known faults.**", *(f"- {fault}" for fault in own["known_faults"]),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the README of every table named on the command line."""
    for table in sys.argv[1:]:
        folder = Path(__file__).resolve().parent / table
        card = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        (folder / "README.md").write_text(readme(card), encoding="utf-8")


if __name__ == "__main__":
    main()
