"""What ``--set`` changed, in words: every value with what the scenario's files say and what was solved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.core.number_words import count

if TYPE_CHECKING:
    from optimizer.plan.header import ChangeFields, Header

LINES_SHOWN = 12
"""Changes that the summary names one by one; all stand in ``plan.json``, on the page and in the workbook."""

_LONGEST = 60


def change_text(change: ChangeFields) -> tuple[str, str]:
    """Path of a change, and what became of the value: ``2025-10 becomes 2026-04``.

    Parameters
    ----------
    change : mapping
        As ``changes`` of a plan's header has it.
    """
    before, after = (None if value is None else _short(str(value)) for value in (change["before"], change["after"]))
    if after is None:
        return change["path"], "taken away" if _is_item(change["before"]) else f"{before} taken away"
    if before is None:
        return change["path"], "a new item" if _is_item(change["after"]) else f"{after}, not given in the files"
    return change["path"], f"{before} becomes {after}"


def changed_lines(header: Header, of: str = "") -> list[str]:
    """Say what ``--set`` changed, in the plan ``of`` that name where there are several; nothing where it changed nothing."""
    changes = header.get("changes", [])
    if not changes:
        return []
    shown = [f"  {path}: {said}" for path, said in map(change_text, changes[:LINES_SHOWN])]
    left = [one["set"] for one in changes[LINES_SHOWN:]]
    more = [f"  and {count(len(left))} more by {', '.join(dict.fromkeys(left))} (plan.json, changes)"] if left else []
    values = f"{count(len(changes))} value{'s are' if len(changes) > 1 else ' is'}"
    return [f"Changed by --set{f' in {of}' if of else ''}: {values} not as the scenario's files say", *shown, *more]


def changed_briefly(header: Header) -> str:
    """All changes of a plan in a line; ``nothing`` where there are none."""
    return "; ".join(f"{path}: {said}" for path, said in map(change_text, header.get("changes", []))) or "nothing"


def _is_item(value: Any) -> bool:
    return str(value).startswith('{"name"')


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3].rstrip()}..."
