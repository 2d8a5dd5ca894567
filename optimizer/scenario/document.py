"""``scenario.toml`` with what it extends: read, merged, and every value with the place it was written."""

from __future__ import annotations

import datetime
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from optimizer.scenario.findings import Findings, Place, nearest
from optimizer.toml_lines import lines_of

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
    data = _parse(folder / FILE_NAME, label, findings)
    if data is None:
        document.is_whole = False
        return
    text = (folder / FILE_NAME).read_text(encoding="utf-8")
    places = {canonical(data, path): Place(label, f"line {line}", folder) for path, line in lines_of(text).items()}
    base = data.pop("extends", None)
    if base is not None:
        place = places[("extends",)]
        target = (folder / str(base)).resolve()
        if target in (*above, folder.resolve()):
            document.is_whole = False
            findings.add(place, "extends", f"{base!r} closes a circle of scenarios that extend each other")
        else:
            if not (target / FILE_NAME).is_file():
                document.is_whole = False
                findings.add(place, "extends", f"there is no {FILE_NAME} in {base!r}")
                return
            _read_layer(document, target, (*above, folder.resolve()), findings)
    _check_names(data, places, findings)
    _merge(document, data, places)


def _parse(path: Path, label: str, findings: Findings) -> dict[str, Any] | None:
    if not path.is_file():
        findings.add(Place(label, "", path.parent), "", f"there is no {FILE_NAME}; a scenario is a folder that holds one")
        return None
    try:
        data: dict[str, Any] = plain(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))  # only the text of the error says
        findings.add(Place(label, f"line {line[1]}" if line else "last line", path.parent), "", f"not valid TOML: {error}")
        return None
    except UnicodeDecodeError:
        findings.add(Place(label, "", path.parent), "", "not a text in UTF-8")
        return None
    return data


def plain(value: Any) -> Any:
    """TOML value as plain Python: dates as the text a person wrote."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return value


def item_name(item: Any) -> str | None:
    """Name of an item of a list of named things; ``None`` if it has none."""
    name = item.get("name") if isinstance(item, dict) else None
    return name if isinstance(name, str) else None


def canonical(data: Any, path: tuple[str | int, ...]) -> tuple[str, ...]:
    """Path with the positions of named list items replaced by their names."""
    found: list[str] = []
    for part in path:
        if isinstance(data, list | tuple):
            index = int(part)
            found.append(_key_of(data, index))
            data = data[index] if index < len(data) else None
        else:
            data = data.get(part) if isinstance(data, dict) else None
            found.append(str(part))
    return tuple(found)


def _key_of(items: Sequence[Any], index: int) -> str:
    """Name of an item where it is the only one of that name, else its position."""
    names = [item_name(item) for item in items]
    name = names[index] if index < len(names) else None
    return name if name is not None and names.count(name) == 1 else str(index)


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
