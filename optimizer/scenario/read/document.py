"""``scenario.toml`` with what it extends: read, merged, and every value with the place it was written."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from optimizer.core.input_files import InputFault
from optimizer.core.input_limits import EXTENDS, NAMED_ITEMS
from optimizer.core.printable import shown
from optimizer.core.toml_text import TomlText, read_toml
from optimizer.scenario.read.findings import Findings, Place, nearest

FILE_NAME = "scenario.toml"


@dataclass(slots=True)
class Document:
    """Merged data of ``scenario.toml``; places are keyed by path, items of named lists by their name.

    ``is_whole`` is false where a file of it could not be read: what is missing then says nothing.
    """

    folder: Path
    data: dict[str, Any] = field(default_factory=dict)
    places: dict[tuple[str, ...], Place] = field(default_factory=dict)
    is_whole: bool = True

    def place(self, path: tuple[str, ...]) -> Place:
        """Where the value at a path, or what encloses it, was written."""
        for depth in range(len(path), 0, -1):
            if path[:depth] in self.places:
                return self.places[path[:depth]]
        return Place(FILE_NAME, "", self.folder)


def read_document(folder: Path, findings: Findings) -> Document:
    """Read ``scenario.toml`` of a folder and all it extends.

    Parameters
    ----------
    folder : Path
        Folder of the scenario.
    findings : Findings
        Takes a missing file, a syntax error, a cycle of ``extends`` and duplicate names.
    """
    document = Document(folder)
    _read_layer(document, folder, (), findings)
    return document


def _read_layer(document: Document, folder: Path, above: tuple[Path, ...], findings: Findings) -> None:
    """Read the folder's base first, then lay its own file over it."""
    label = Path(os.path.relpath(folder / FILE_NAME, document.folder)).as_posix()
    read = _parse(folder / FILE_NAME, label, findings)
    if read is None:
        document.is_whole = False
        return
    names = _Names(read.data)
    places = {names.canonical(path): Place(label, f"line {line}", folder) for path, line in read.lines.items()}
    for path, fault in read.faults:
        findings.add(Place(label, fault.where, folder), ".".join(names.canonical(path)), fault.message)
        # A table of so many entries is not looked at one by one.
        document.is_whole = document.is_whole and "entries" not in fault.message
    base = read.data.pop("extends", None)
    if base is not None and not _read_base(document, base, places[("extends",)], above, findings):
        document.is_whole = False
    if _are_few(read.data, places, findings):
        _check_names(read.data, places, findings)
        _merge(document, read.data, places)
    else:
        document.is_whole = False


def _read_base(document: Document, base: Any, place: Place, above: tuple[Path, ...], findings: Findings) -> bool:
    """Read what a scenario extends; false, and why noted, where that is not to be had."""
    chain = (*above, place.folder.resolve())
    if not isinstance(base, str):
        findings.add(place, "extends", f"{shown(repr(base))} is no folder; write it as a text, such as extends = \"../other\"")
        return False
    try:
        target = (place.folder / base).resolve()
        is_there = (target / FILE_NAME).exists()
    except (OSError, ValueError, RuntimeError):  # too long, with a NUL, or links in a circle
        target, is_there = place.folder, False
    if is_there and target in chain:
        findings.add(place, "extends", f"{base!r} closes a circle of scenarios that extend each other")
    elif not is_there:
        findings.add(place, "extends", f"there is no {FILE_NAME} in {shown(base)!r}")
    elif len(chain) >= EXTENDS.most:
        findings.add(place, "extends", f"{base!r} would be number {len(chain) + 1} of a chain; at most {EXTENDS} may extend each other")
    else:
        _read_layer(document, target, chain, findings)
        return True
    return False


def _parse(path: Path, label: str, findings: Findings) -> TomlText | None:
    try:
        return read_toml(path)
    except (FileNotFoundError, NotADirectoryError):
        findings.add(Place(label, "", path.parent), "", f"there is no {FILE_NAME}; a scenario is a folder that holds one")
    except InputFault as error:
        findings.add(Place(label, error.where, path.parent), "", str(error))
    except OSError as error:
        findings.add(Place(label, "", path.parent), "", f"cannot be read: {error.strerror or error}")
    return None


def _are_few(data: Mapping[str, Any], places: Mapping[tuple[str, ...], Place], findings: Findings) -> bool:
    """Whether lists of named items are as short as people write them; those that are longer are noted."""
    longer = {path: items for path, items in named_lists(data).items() if len(items) > NAMED_ITEMS.most}
    for path, items in longer.items():
        place = next(places[path[:depth]] for depth in range(len(path), 0, -1) if path[:depth] in places)
        findings.add(place, ".".join(path), f"has {len(items):,} items; at most {NAMED_ITEMS.most}")
    return not longer


def item_name(item: Any) -> str | None:
    """Name of an item of a list of named things; ``None`` if it has none."""
    name = item.get("name") if isinstance(item, dict) else None
    return name if isinstance(name, str) else None


def canonical(data: Any, path: tuple[str | int, ...]) -> tuple[str, ...]:
    """Path with the positions of named list items replaced by their names."""
    return _Names(data).canonical(path)


class _Names:
    """Names of the items of the lists of a document, counted once."""

    def __init__(self, data: Any) -> None:
        self._data = data
        self._keys: dict[int, list[str]] = {}

    def canonical(self, path: Sequence[str | int]) -> tuple[str, ...]:
        """Path with the positions of named list items replaced by their names."""
        found: list[str] = []
        data = self._data
        for part in path:
            if isinstance(data, list | tuple):
                index, keys = int(part), self._keys_of(data)
                found.append(keys[index] if index < len(keys) else str(index))
                data = data[index] if index < len(data) else None
            else:
                data = data.get(part) if isinstance(data, dict) else None
                found.append(str(part))
        return tuple(found)

    def _keys_of(self, items: Sequence[Any]) -> list[str]:
        """Name of each item where it is the only one of that name, else its position."""
        keys = self._keys.get(id(items))
        if keys is None:
            names = [item_name(item) for item in items]
            count = Counter(names)
            keys = [str(index) if name is None or count[name] > 1 else name for index, name in enumerate(names)]
            self._keys[id(items)] = keys
        return keys


def named_lists(data: Mapping[str, Any]) -> dict[tuple[str, ...], list[Any]]:
    """The lists of named items of a document."""
    lists: dict[tuple[str, ...], list[Any]] = {
        (name,): data[name] for name in ("gpus", "workloads", "rentals") if isinstance(data.get(name), list)
    }
    budget = data.get("budget")
    if isinstance(budget, dict) and isinstance(budget.get("purses"), list):
        lists[("budget", "purses")] = budget["purses"]
    return lists


def _check_names(data: Mapping[str, Any], places: Mapping[tuple[str, ...], Place], findings: Findings) -> None:
    for path, items in named_lists(data).items():
        names = [item_name(item) for item in items]
        for index, name in enumerate(names):
            if name is not None and name in names[:index]:
                first = places[(*path, str(names.index(name)))]
                findings.add(
                    places[(*path, str(index))],
                    ".".join((*path, name)),
                    f"{name!r} is defined twice; the first is on {first.where}",
                )


def _merge(document: Document, data: Mapping[str, Any], places: Mapping[tuple[str, ...], Place]) -> None:
    """Sections and named items merge field by field; any other value replaces the one below it."""
    for name, value in data.items():
        below = document.data.get(name)
        if isinstance(below, list) and isinstance(value, list):
            document.data[name] = merged_items(below, value)
        elif isinstance(below, dict) and isinstance(value, dict):
            document.data[name] = {**below, **value}
            if isinstance(below.get("purses"), list) and isinstance(value.get("purses"), list):
                document.data[name]["purses"] = merged_items(below["purses"], value["purses"])
        else:
            document.data[name] = value
    document.places.update(places)


def merged_items(below: list[Any], above: list[Any]) -> list[Any]:
    """Lay named items over those of the same name; new ones come last."""
    result = list(below)
    for item in above:
        name = item_name(item)
        same = [index for index, old in enumerate(below) if name is not None and item_name(old) == name]
        if same:
            result[same[0]] = {**below[same[0]], **item}
        else:
            result.append(item)
    return result


def find_item(items: list[Any], name: str) -> tuple[int | None, str]:
    """Position of a named item, or ``None`` and the near miss."""
    for index, item in enumerate(items):
        if item_name(item) == name:
            return index, ""
    return None, nearest(name, [found for item in items if (found := item_name(item))])
