"""``--set``: changing a value of ``scenario.toml`` without touching a file."""

from __future__ import annotations

import fnmatch
from dataclasses import replace
from typing import Any

from optimizer.scenario.read.changes import Unchangeable, changed_value
from optimizer.scenario.read.document import Document, find_item, item_name, named_lists
from optimizer.scenario.read.findings import Findings, near_miss
from optimizer.scenario.read.override_text import Override, place_of


def apply_to_document(document: Document, override: Override, findings: Findings) -> None:
    """Change a value of ``scenario.toml``; what is then wrong with it, the check of the document says."""
    lists = named_lists(document.data)
    depth = next((depth for depth in (1, 2) if override.parts[:depth] in lists and len(override.parts) > depth), 0)
    if not depth:
        if missing := _put(document, document.data, override, 0, findings):
            findings.add(place_of(document, override.text), override.path, missing)
        return
    items, name = lists[override.parts[:depth]], override.parts[depth]
    names = [found for item in items if (found := item_name(item)) and fnmatch.fnmatchcase(found, name)]
    if not names:
        message = f"there is no {name!r} in {override.parts[depth - 1]}; {find_item(items, name)[1]}"
        findings.add(place_of(document, override.text), override.path, message)
    named = [replace(override, parts=_at(override.parts, depth, found)) for found in names]
    misses = [_put_item(document, items, one, depth, findings) for one in named]
    if misses and all(misses):
        findings.add(place_of(document, override.text), override.path, misses[0])


def _at(parts: tuple[str, ...], depth: int, name: str) -> tuple[str, ...]:
    """The path with an item's own name in the place of a pattern."""
    return (*parts[:depth], name, *parts[depth + 1 :])


def _put_item(document: Document, items: list[Any], override: Override, depth: int, findings: Findings) -> str:
    """Change an item of a list, or a value in it; gives what an operator misses there, else nothing."""
    index, _ = find_item(items, override.parts[depth])
    if index is None:  # taken away under the same pattern
        return ""
    if len(override.parts) > depth + 1:
        items[index] = dict(items[index])
        return _put(document, items[index], override, depth + 1, findings)
    if override.operator != "=":
        findings.add(place_of(document, override.text), override.path, f"is a whole item; {override.operator} changes one of its values")
    elif override.value is None:
        del items[index]
    else:
        items[index] = override.value
    return ""


def _put(document: Document, target: dict[str, Any], override: Override, depth: int, findings: Findings) -> str:
    """Write the value under the rest of the path from ``depth`` on; sections that are missing come to be, but not for an operator."""
    for index, part in enumerate(override.parts[depth:-1], start=depth + 1):
        if part not in target and override.operator != "=":
            return _missing(target, override, part)
        if part not in target:
            document.places[override.parts[:index]] = place_of(document, override.text)
        inner = target.get(part, {})
        if not isinstance(inner, dict):
            findings.add(place_of(document, override.text), override.path, f"{part!r} is a single value, nothing lies below it")
            return ""
        target[part] = dict(inner)
        target = target[part]
    return _put_value(document, target, override, findings)


def _put_value(document: Document, target: dict[str, Any], override: Override, findings: Findings) -> str:
    """Write, take away or change the value itself."""
    last = override.parts[-1]
    if override.operator != "=":
        if last not in target:
            return _missing(target, override, last)
        try:
            target[last] = changed_value(override, target[last])
        except Unchangeable as error:
            findings.add(place_of(document, override.text), override.path, str(error))
            return ""
    elif override.value is None:
        target.pop(last, None)
    else:
        target[last] = override.value
    _forget_below(document, override.parts)
    document.places[override.parts] = place_of(document, override.text)
    return ""


def _missing(target: dict[str, Any], override: Override, part: str) -> str:
    """Why an operator has nothing to change; of the items that a pattern matches, some may be without the value."""
    guess = near_miss(part, target) or f"the scenario does not give it, and a default is not changed: write {override.path}=VALUE"
    return f"there is no {part!r} here to change; {guess}"


def _forget_below(document: Document, parts: tuple[str, ...]) -> None:
    """What lies below a changed value was written with it, wherever it stood before."""
    for path in [path for path in document.places if path[: len(parts)] == parts]:
        del document.places[path]
