"""Reference pages made of the code, as Markdown: commands, fields of a scenario and of a study, cards of the tables, exit codes.

A page asks for one with ``<!-- made: commands -->``; the site puts it there when it is built.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import typer

from optimizer.cli import app
from optimizer.core.input_limits import LIMITS
from optimizer.data.catalogue import Card, cards, table
from optimizer.plan.columns import TABLES, PlanTable
from optimizer.scenario import schema_text
from optimizer.study.file.describe import Part, parts

_FIELD = re.compile(r"^  (?P<name>\S+)\s+(?P<meaning>.*) \((?P<notes>(?:.*?; )?(?:required|default: .*))\)$")
"""A line of ``gigasite schema``: name, meaning, and in brackets values and default."""

_WRITTEN = {"default", "takes", "may take", "--set", "base"}
"""Columns of a study's reference that say what stands in a file."""


def commands() -> str:
    """Every command with its arguments, options and examples."""
    return "\n".join(_command_text(words, command) for words, command in _commands(typer.main.get_command(app)))


def _commands(group: Any, words: tuple[str, ...] = ("gigasite",)) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, (*words, name))
        else:
            yield (*words, name), command


def _command_text(words: Sequence[str], command: Any) -> str:
    context = command.make_context(words[-1], [], resilient_parsing=True)
    pieces = " ".join(command.collect_usage_pieces(context))
    records = [parameter.get_help_record(context) for parameter in command.params]
    rows = [(f"`{' '.join(record[0].split())}`", " ".join(record[1].split())) for record in records if record]
    examples = [line.strip() for line in (command.epilog or "").replace("\b", "").splitlines() if line.strip().startswith("gigasite ")]
    parts = [
        f"## {' '.join(words)}",
        f"```text\n{' '.join(words)} {pieces}\n```",
        (command.help or "").replace("\f", ""),
        _table(("", ""), rows) if rows else "",
        "```sh\n" + "\n".join(examples) + "\n```",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def scenario() -> str:
    """Every section and table of a scenario with its fields, as ``gigasite schema`` knows them."""
    first, *sections = schema_text().split("\n\n")
    parts = [first]
    for section in sections:
        title, *lines = section.strip().splitlines()
        if title.startswith("Changing values"):
            parts += ["## Changing values: `--set`", "```text\n" + "\n".join([title, *lines]) + "\n```"]
        else:
            parts += [_heading(title), _table(("field", "meaning", "values", "default"), [_field_row(line) for line in lines])]
    return "\n\n".join(parts) + "\n"


def _heading(title: str) -> str:
    """A section's or a table's name as a heading, what is said of it below."""
    found = re.match(r"(?:table (?P<table>\w+), (?P<key>.*)|(?P<name>[^,]+)(?:, (?P<rest>.*))?)$", title)
    if found is None:
        raise ValueError(f"not a title of the schema: {title}")
    if found["table"]:
        return f"## Table `{found['table']}`\n\n{found['key'].capitalize()}."
    return f"## `{found['name']}`" + (f"\n\n{found['rest'].replace('each', 'one entry each').capitalize()}." if found["rest"] else "")


def _field_row(line: str) -> tuple[str, str, str, str]:
    found = _FIELD.match(line)
    if found is None:
        raise ValueError(f"not a field of the schema: {line}")
    *values, default = found["notes"].split("; ") if "; " in found["notes"] else [found["notes"]]
    return f"`{found['name']}`", found["meaning"], "; ".join(values).removeprefix(", "), f"`{default.removeprefix('default: ')}`"


def study() -> str:
    """Every section of a study's file with its fields, and what may be chosen there, as ``gigasite schema study`` knows them."""
    chapters = (f"## {_part_title(part.title)}\n\n{part.said}\n\n{_table(part.heads, _part_rows(part))}\n" for part in parts())
    return re.sub(r"(?<!`)--set(?!`)", "`--set`", "\n".join(chapters))


def _part_title(title: str) -> str:
    return title if title[0].isupper() else f"`{title}`"


def _part_rows(part: Part) -> Iterator[list[str]]:
    """Rows of a part, what a file would hold as code."""
    for row in part.rows:
        yield [f"`{cell}`" if cell and head in _WRITTEN | {part.heads[0]} else cell for head, cell in zip(part.heads, row, strict=True)]


def tables() -> str:
    """The card of every bundled table: what it is, from whom, how far it can be trusted, and its columns."""
    known = cards()
    heads = ("table", "rows", "years", "trust", "licence")
    rows = [(f"[{card.name}](#{card.name})", f"{_rows(card):,}", card.years, _trust(card), card.licence) for card in known]
    return "\n".join([_table(heads, rows), "", *(_card(card) for card in known)])


def _rows(card: Card) -> int:
    return card.rows if card.rows is not None else len(table(card.name))


def _trust(card: Card) -> str:
    return card.trust + (", **estimate**" if card.estimate else "")


def _card(card: Card) -> str:
    sources = "; ".join(f"[{source.title}]({source.url})" if source.url else source.title for source in card.sources)
    said = {
        "agency": card.agency, "source": sources, "years": card.years, "licence": card.licence, "attribution": card.attribution,
        "quality": card.quality, "trust": _trust(card), "known from": card.known_from or f"row by row: column `{card.known_from_column}`",
        "retrieved": card.retrieved, "derivation": card.derivation, "known faults": " ".join(card.known_faults),
    }
    columns = [(f"`{field.name}`", field.type, field.unit, field.description) for field in card.fields]
    parts = [
        f"## {card.name}", f"**{card.title}.** {card.description}", _table(("", ""), [(key, text) for key, text in said.items() if text]),
        _table(("column", "type", "unit", "meaning"), columns),
    ]
    return "\n\n".join(parts) + "\n"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    """Text that stays in its cell and is not taken for markup."""
    escaped = " ".join(text.replace("|", "\\|").split())
    return escaped if "`" in escaped or "](" in escaped or "**" in escaped else re.sub(r"([*_<$\[])", r"\\\1", escaped)


def limits() -> str:
    """How much is read of a file, as ``optimizer.core.input_limits`` holds it."""
    return _table(("of", "at most"), [(limit.of, str(limit)) for limit in LIMITS])


def plan_tables() -> str:
    """Every table of a plan with its columns, as ``optimizer.plan.columns`` says them."""
    return "\n".join(_plan_table(one) for one in TABLES.values())


def _plan_table(one: PlanTable) -> str:
    columns = [(f"`{column.name}`", column.unit, column.meaning) for column in one.columns]
    return f"## Table `{one.name}`\n\n{one.rows}\n\n{_table(('column', 'unit', 'meaning'), columns)}\n"


REFERENCES: dict[str, Callable[[], str]] = {
    "commands": commands, "scenario": scenario, "study": study, "tables": tables, "limits": limits, "plan_tables": plan_tables,
}
"""What a page may ask for, by name."""
