"""The model documents itself: every constraint has a rule of its name with a formula and a table that names real components."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyomo.environ as pyo
import pytest
from pyomo.core.expr.visitor import identify_variables
from pyomo.repn import generate_standard_repn

from docs.make_formulation import MODULES, PAGE, Rule, formulation, model_modules, read_rule, rules_of
from optimizer import model as package
from optimizer.core.instance import Carbon, Debt, Gpu, Instance, Mode, PowerRules, Purse, Rental, Site, Workload
from optimizer.core.offers import Battery, DemandCharge, EnergyCharge, OnsiteGas, Ppa, Rate, Tariff, Tier
from optimizer.model import build
from optimizer.model.data_bounds import DataBounds
from optimizer.scenario.assemble.typical_days import SiteHours
from tests import rich, rich_debt, rich_power

ROOT = Path(__file__).parent.parent.parent
RULES = [rule for module in model_modules() for rule in rules_of(module)]
GOALS = {"min_cost", "earliest", "min_carbon", "max_clean"}
RECORDS = (Battery, Carbon, Debt, DemandCharge, EnergyCharge, Gpu, Instance, Mode, OnsiteGas, PowerRules, Ppa, Purse, Rate, Rental,
           Site, Tariff, Tier, Workload)


@pytest.fixture(scope="module")
def models() -> tuple[pyo.ConcreteModel, ...]:
    urged = rich_power.instance()
    idle = tuple(replace(workload, deadline=None, delay_cost_musd_per_month=0.0) for workload in urged.workloads)
    return build(rich.instance()), build(urged), build(replace(urged, workloads=idle)), build(rich_debt.instance())


@pytest.fixture(scope="module")
def known(models: tuple[pyo.ConcreteModel, ...]) -> set[str]:
    """Variables, expressions, fields of the instance's records, and functions that give data: what a table may name."""
    functions = {name for module in model_modules() for name, thing in vars(module).items() if callable(thing)}
    fields = {field for record in RECORDS for field in record.__dataclass_fields__}
    methods = {f"Needs.{name}" for name in vars(DataBounds)} | {f"hours.{name}" for name in vars(SiteHours)}
    return components(models, pyo.Var, pyo.Expression) | fields | functions | methods | ELSEWHERE


def components(models: tuple[pyo.ConcreteModel, ...], *kinds: type) -> set[str]:
    return {component.local_name for model in models for component in model.component_objects(kinds) if len(component)}


ELSEWHERE = {"Ledger.cash", "Money.period_discount", "hours", "months_per_period", "sites.at_most"}
"""Data with names of their own: methods of the ledger, money and calendar, and a field of the scenario."""


def test_every_constraint_is_a_rule_and_every_rule_a_constraint(models: tuple[pyo.ConcreteModel, ...]) -> None:
    rules = [rule.name for rule in RULES]
    assert len(rules) == len(set(rules))
    assert set(rules) - GOALS == components(models, pyo.Constraint)
    assert components(models, pyo.Objective) == GOALS


def test_the_page_leaves_no_module_out() -> None:
    (folder,) = package.__path__
    holding = {path.stem for path in Path(folder).glob("*.py") if ".. math::" in path.read_text(encoding="utf-8")}
    assert holding == set(MODULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_says_what_it_is(rule: Rule, known: set[str]) -> None:
    assert re.match(r"[A-Z].+?[.:]", rule.prose, re.S)
    assert re.search(r"\\le|\\ge|=|\\min", rule.formula)
    assert rule.columns == ("Symbol", "Component", "Unit", "Meaning")
    for symbol, component, unit, meaning in rule.rows:
        assert symbol.startswith(":math:`")
        assert meaning
        assert unit or component == "``exclusive_group``"  # a set has no unit
        named = re.findall(r"``([^`]+)``", component)
        assert named, component
        for name in (part.strip() for entry in named for part in re.sub(r"\[.*?\]", "", entry).split(",")):
            assert name.removeprefix("sites.") in known or name in known, name


def test_a_symbol_of_a_table_stands_in_the_formula() -> None:
    missing = [
        (rule.name, letter)
        for rule in RULES
        for symbol, *_ in rule.rows
        for letter in re.findall(r":math:`(?:\\[a-z]+ )?([A-Za-z\\]+)", symbol)
        if letter not in rule.formula
    ]
    assert missing == []


def documented_lines() -> set[tuple[str, str]]:
    """Groups and lines of the table in the conventions."""
    text = (ROOT / "docs" / "conventions.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \| (.+) \|$", text.partition("| group | lines |")[2].partition("\n\n")[0], re.M)
    return {(group, line.strip()) for group, lines in rows for line in re.sub(r"\([^)]*\)", "", lines).split(",")}


def test_every_line_of_the_ledger_is_a_named_expression(models: tuple[pyo.ConcreteModel, ...]) -> None:
    assert len(documented_lines()) == 51
    assert set().union(*(model.line.keys() for model in models)) == documented_lines()


def test_what_was_committed_before_is_a_constant(models: tuple[pyo.ConcreteModel, ...]) -> None:
    constant = {key for model in models for key in model.line if not list(identify_variables(model.line[key].expr))}
    assert constant == {("committed", "rental")}


def coefficients(expression: Any) -> dict[str, float]:
    found = generate_standard_repn(expression)
    assert found.nonlinear_expr is None
    summed = {"": float(found.constant)}
    for coefficient, var in zip(found.linear_coefs, found.linear_vars, strict=True):
        summed[var.name] = summed.get(var.name, 0.0) + coefficient
    return summed


@pytest.mark.parametrize("place", [0, 1, 3])
def test_the_cost_is_the_sum_of_the_lines(models: tuple[pyo.ConcreteModel, ...], place: int) -> None:
    model = models[place]
    lines: dict[str, float] = {}
    for key in model.line:
        for name, coefficient in coefficients(model.line[key].expr).items():
            lines[name] = lines.get(name, 0.0) + coefficient
    assert model.min_cost.active
    assert coefficients(model.min_cost.expr) == pytest.approx(lines, rel=1e-9, abs=1e-9)


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == formulation(), "run: python -m docs.make_formulation"


def test_a_rule_without_a_table_is_refused() -> None:
    def bare() -> None:
        """Say little.

        .. math:: x \\le 1
        """

    with pytest.raises(ValueError, match="bare: a first sentence, a formula and a table"):
        read_rule(bare)
