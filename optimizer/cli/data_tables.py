"""``gigasite data list``, ``show`` and ``check``: cards and tables as text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from optimizer.data.catalogue import Card, cards, dataset_names, table, table_path
from optimizer.data.catalogue import card as read_card
from optimizer.data.catalogue.check import check_dataset


def print_list(as_json: bool) -> None:
    """Print one line per table: rows, years, licence, trust, size."""
    rows = [_summary(card) for card in cards()]
    if as_json:
        print(json.dumps(rows, indent=1))
        return
    heads = ("table", "rows", "years", "trust", "size", "licence")
    lines = [(row["table"], f"{row['rows']:,}", row["years"], row["trust"] + (" (estimate)" if row["estimate"] else ""),
              _size(row["bytes"]), row["licence"]) for row in rows]
    print(columns_text(heads, lines, right=(1, 4)))
    print(f"{len(rows)} tables, {_size(sum(row['bytes'] for row in rows))}. Next: gigasite data show TABLE")


def _summary(card: Card) -> dict[str, Any]:
    path = table_path(card.name)
    return {
        "table": card.name, "title": card.title, "rows": card.rows if card.rows is not None else len(table(card.name)),
        "years": card.years, "agency": card.agency, "licence": card.licence, "quality": card.quality, "trust": card.trust,
        "estimate": card.estimate, "known_from": card.known_from or f"column {card.known_from_column}", "bytes": path.stat().st_size,
    }


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(count / 1e3, 0.1):.1f} kB"


def print_table(name: str, head: int, as_json: bool) -> None:
    """Print a table's card, columns and first rows.

    Raises
    ------
    DatasetError
        There is no such table.
    """
    card = read_card(name)
    frame = table(name).drop(columns="geometry", errors="ignore")
    if as_json:
        rows = json.loads(frame.head(head).to_json(orient="records", date_format="iso"))
        print(json.dumps({**asdict(card), "rows": len(frame), "head": rows}, indent=1))
        return
    known = card.known_from or f"row by row: column {card.known_from_column}"
    print(f"{card.name}: {card.title}\n{card.description}\n")
    said = {
        "rows": f"{len(frame):,}", "years": card.years, "agency": card.agency, "licence": card.licence,
        "attribution": card.attribution, "quality": card.quality + (", an ESTIMATE" if card.estimate else ""), "trust": card.trust,
        "known from": known, "retrieved": card.retrieved, "derivation": card.derivation,
        "sources": "; ".join(f"{source.title} {source.url}".strip() for source in card.sources),
    }
    print("\n".join(f"{label:<12} {text}" for label, text in said.items() if text))
    print("".join(f"\nfault        {fault}" for fault in card.known_faults))
    fields = [(field.name, field.type, field.unit, field.description) for field in card.fields]
    print("\n" + columns_text(("column", "type", "unit", "meaning"), fields))
    if head:
        print(f"\nFirst {min(head, len(frame))} rows\n{frame.head(head).to_string(index=False, na_rep='')}")


def print_check(names: Sequence[str]) -> int:
    """Check tables and print what breaks a rule.

    Returns
    -------
    int
        0, or 2 where there is a fault.
    """
    chosen = names or dataset_names()
    count = 0
    for name in chosen:
        faults = check_dataset(name)
        count += len(faults)
        print("\n".join(str(fault) for fault in faults) or f"{name}: good")
    print(f"{len(chosen)} tables checked, {count} fault{'' if count == 1 else 's'}.")
    return 2 if count else 0


def columns_text(heads: Sequence[str], lines: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Lines in columns under their heads; columns in ``right`` are aligned right, the last is as long as it is."""
    widths = [max(len(line[at]) for line in (heads, *lines)) for at in range(len(heads))]
    rows = []
    for line in (heads, *lines):
        cells = [text.rjust(widths[at]) if at in right else text.ljust(widths[at]) for at, text in enumerate(line)]
        rows.append("  ".join(cells).rstrip())
    return "\n".join(rows)
