"""Write ``docs/formulation.md`` from the docstrings of the model's rules: ``python -m docs.make_formulation``.

A rule is a function of ``optimizer.model`` whose docstring holds a formula; its constraint has the same name.
"""

from __future__ import annotations

import importlib
import inspect
import re
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from types import FunctionType, ModuleType

PAGE = Path(__file__).parent / "formulation.md"

MODULES = (
    "siting", "fleet", "loads", "tariffs", "tariff_terms", "bills", "rates", "rate_demand", "hours_use", "coincident", "minimum_bill",
    "obligations", "interruptible", "onsite_gas", "gas_output", "ppas", "batteries", "storage", "battery_duties", "flexible", "power",
    "carbon", "taxes", "rentals", "workloads", "groups", "debt", "budget", "valid_inequalities", "goals",
)
"""Modules that hold rules, in the order in which a reader meets them."""

DOCSTRING = re.compile(
    r"(?P<prose>.*?)\n\n\.\. math::(?P<formula>.*?)\n\n(?P<table>=.*?\n=[= ]+\n.*?\n=[= ]+)(?P<remark>.*)", re.S
)
"""First sentence, formula, simple table, remarks."""

HEAD = """# Formulation

The model as the code states it. This page is made from the docstrings of `optimizer/model` by `python -m docs.make_formulation`;
what the numbers mean is in [Conventions](conventions.md). A rule has the name of its function, of its constraint in the model and,
where the audit re-checks it, of the audit's rule. Latin letters are decisions; Greek letters and overbars are data. Rules of a site
stand once in the block of every site, where the site's index is left out. Index t is a period; what lies before the horizon is 0.
"""

TAIL = """## What is not modelled

Refused with a clear error, never ignored: the goal `max_compute`, inference and capacity workloads, training over several
campuses.

Left out on purpose:

- Hours beside the typical ones. Every plan is dispatched over all 8,760 hours of the year afterwards, investments fixed; what the
  typical hours miss is in the plan as an error, and as load unserved where there is any.
- Hours of different sites at once. Typical days are chosen site by site, so no rule joins sites by the hour.
- Surprise. Batteries and flexible load know the prices of their day, and called hours are a fixed list of the year.
- Demand above the hourly mean is spread evenly: one `extra_mw` a period and contract, in every hour.
- Uncertainty. Dates of ramps, supplies and permits are taken as given; `from_low` and `from_high` of a ramp are for studies.
- Networks. The grid, gas lines and fibre are what the offers say; two sites share nothing but groups, supplies and purses.
- Moving. GPUs stay at the site they are delivered to, a workload stays at its host, a site stays started, a rental never grows.
- Taxes on income, depreciation for tax, interest on a purse's balance.
- Loans but one: a loan on the GPUs. It is never repaid early; leases of GPUs and loans on buildings or power are no part of it.
- Limits on money beyond the horizon: what falls due then counts at its present value, and no purse is asked for it.
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule's docstring says: its first sentence, formula, table of symbols and remarks.

    Parameters
    ----------
    name, scope : str
        Name of the rule; ``site`` (once in every site's block) or ``whole``.
    prose, formula, remark : str
        Text before the formula, LaTeX, text after the table.
    columns : tuple of str
        Heads of the table.
    rows : tuple of tuple of str
        Cells of the table.
    """

    name: str
    scope: str
    prose: str
    formula: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    remark: str


def model_modules() -> tuple[ModuleType, ...]:
    """Modules that hold rules, in the reader's order."""
    return tuple(importlib.import_module(f"optimizer.model.{name}") for name in MODULES)


def rules_of(module: ModuleType) -> tuple[Rule, ...]:
    """Rules of a module in the order of the code."""
    own = [thing for thing in vars(module).values() if isinstance(thing, FunctionType) and thing.__module__ == module.__name__]
    return tuple(read_rule(function) for function in own if ".. math::" in (function.__doc__ or ""))


def read_rule(function: FunctionType) -> Rule:
    """Read the docstring of a rule.

    Raises
    ------
    ValueError
        The formula or the table is missing.
    """
    text = inspect.getdoc(function) or ""
    found = DOCSTRING.fullmatch(text)
    if found is None:
        raise ValueError(f"{function.__name__}: a first sentence, a formula and a table are wanted, in this order")
    columns, *rows = _cells(found["table"].splitlines())
    scope = "site" if next(iter(inspect.signature(function).parameters)) == "b" else "whole"
    formula = " ".join(dedent(found["formula"]).split())
    return Rule(function.__name__, scope, found["prose"].strip(), formula, columns, tuple(rows), found["remark"].strip())


def _cells(lines: list[str]) -> list[tuple[str, ...]]:
    """Cells of a simple table: its columns begin where the lines of ``=`` begin; the last one has no end."""
    begins = [found.start() for found in re.finditer(r"=+", lines[0])]
    spans = list(zip(begins, [*begins[1:], None], strict=True))
    return [tuple(line[begin:end].strip() for begin, end in spans) for line in lines if not line.startswith("=")]


def formulation() -> str:
    """Text of the whole page."""
    parts = [HEAD]
    for module in model_modules():
        parts.append(_chapter(module))
        parts.extend(_section(rule) for rule in rules_of(module))
    return "\n".join([*parts, TAIL])


def _chapter(module: ModuleType) -> str:
    title, _, rest = (inspect.getdoc(module) or "").partition("\n\n")
    text = f"## {module.__name__.rsplit('.', 1)[1].replace('_', ' ').capitalize()}\n\n{_markdown(title)}\n"
    return f"{text}\n{_markdown(rest)}\n" if rest else text


def _section(rule: Rule) -> str:
    place = "once for every site" if rule.scope == "site" else "for the whole model"
    table = [rule.columns, tuple("---" for _ in rule.columns), *rule.rows]
    lines = ["| " + " | ".join(_markdown(cell) for cell in row) + " |" for row in table]
    parts = [f"### `{rule.name}`", f"{_markdown(rule.prose)} ({place})", f"```math\n{rule.formula}\n```", "\n".join(lines)]
    return "\n\n".join([*parts, *([_markdown(rule.remark)] if rule.remark else [])]) + "\n"


def _markdown(text: str) -> str:
    """Turn the roles and double backticks of a docstring into Markdown."""
    return re.sub(r"``([^`]+)``", r"`\1`", re.sub(r":math:`([^`]+)`", r"$`\1`$", text))


if __name__ == "__main__":
    PAGE.write_text(formulation(), encoding="utf-8")
