"""Hourly parts of a model that the next model of the same worker takes over, where nothing that they are made of has changed.

Most rows of a model are the same few rules hour by hour, and most changes of a study (a price, a supply, a date of one ramp) leave them
as they were. A rule whose rows may be taken over says what it reads, and sees nothing else: what it does not name it cannot use. So rows
are the same when their places are, and all that they read is: variables by identity, data by value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pyomo.environ as pyo
from pyomo.core.base.component import Component, ComponentData

PartKey = tuple[str, str]
"""Site and name of a variable or rule."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A variable or the rows of a rule, with their places and, of rows, what they read by name."""

    component: pyo.Var | pyo.Constraint
    index: list[Any]
    reads: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Parts that may be taken over into a model, and those that the model was made of.

    Parameters
    ----------
    before : mapping of PartKey to Part
        Of an earlier model, taken out of it.
    own : dict of PartKey to Part
        Of this model, as they are declared.
    taken : set of PartKey
        Those of them that come from the earlier one.
    """

    before: Mapping[PartKey, Part] = field(default_factory=dict)
    own: dict[PartKey, Part] = field(default_factory=dict)
    taken: set[PartKey] = field(default_factory=set)


def hourly_var(b: pyo.Block, name: str, index: list[Any]) -> None:
    """Declare a variable of a site, at least 0, that rows of ``hourly_rows`` may read.

    Parameters
    ----------
    b : pyomo Block
        Of the site.
    name : str
        Of the variable.
    index : list
        Its places.
    """
    key, parts = (b.site.site_id, name), b.model().parts
    before = parts.before.get(key)
    if before is None or before.index != index:
        before = Part(pyo.Var(index, within=pyo.NonNegativeReals), index)
    else:
        parts.taken.add(key)
        for variable in before.component.values():
            variable.fixed = False
    parts.own[key] = before
    b.add_component(name, before.component)


def hourly_rows(b: pyo.Block, index: list[Any], rule: Callable[..., Any], reads: tuple[str, ...]) -> None:
    """Declare the rows of a rule that sees of the site only what it reads.

    Parameters
    ----------
    b : pyomo Block
        Of the site.
    index : list
        Places of the rows.
    rule : callable
        Gives a row of its place, as for ``pyomo.environ.Constraint``; its name is that of the rows.
    reads : tuple of str
        Attributes of the block that the rule uses: variables declared by ``hourly_var``, sets, data.
    """
    name = rule.__name__
    key, parts = (b.site.site_id, name), b.model().parts
    seen = {read: _plain(getattr(b, read)) for read in reads}
    before = parts.before.get(key)
    if before is None or before.index != index or not _same(before.reads, seen):
        view = SimpleNamespace(**seen)
        before = Part(pyo.Constraint(index, rule=lambda _, *place: rule(view, *place)), index, seen)
    else:
        parts.taken.add(key)
    parts.own[key] = before
    b.add_component(name, before.component)


def detached(m: pyo.ConcreteModel) -> dict[PartKey, Part]:
    """Take the parts that may be used again out of a model that nobody needs any more.

    Parameters
    ----------
    m : pyomo.environ.ConcreteModel
        Built by ``optimizer.model.build``; of no use afterwards.
    """
    for (site_id, name) in m.parts.own:
        m.sites[site_id].del_component(name)
    return dict(m.parts.own)


def _plain(value: Any) -> Any:
    """What is read, without what a model makes anew each time: a set as its members."""
    return tuple(value) if isinstance(value, Component) and value.ctype is pyo.Set else value


def _same(one: Any, other: Any) -> bool:
    """Whether rows made of one and of the other are the same: components are compared by identity (``==`` would make an expression)."""
    if isinstance(one, Component | ComponentData):
        return one is other
    if type(one) is not type(other):
        return False
    if isinstance(one, Mapping):
        return list(one) == list(other) and all(map(_same, one.values(), other.values()))
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)
