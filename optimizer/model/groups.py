"""Exclusive groups: offers of which at most one can be taken, across contracts, rentals and sites."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyomo.environ as pyo


def exclusive_group(m: pyo.ConcreteModel, group: str) -> Any:
    r"""Take at most one offer of an exclusive group.

    .. math:: \sum_{k \in \Gamma} a_{k,T} \le 1 \qquad [1]

    ================  ================================================================  =====  =============================================
    Symbol            Component                                                         Unit   Meaning
    ================  ================================================================  =====  =============================================
    :math:`a_{k,T}`   ``is_begun, gas_begun, ppa_begun, battery_begun, is_rented``      1      offer k is used within the horizon
    :math:`\Gamma`    ``exclusive_group``                                                      members: all kinds of power, rental offers
    ================  ================================================================  =====  =============================================

    Groups may reach across sites and rentals (one substation, one vendor's hall). Of a firm offer that an interruptible one converts to
    only ``begun_directly`` counts.
    """
    return sum(m.group_members[group]) <= 1


def add_groups(m: pyo.ConcreteModel) -> None:
    """Collect the members of every group and declare it where it has two or more."""
    last = m.PERIODS.last()
    members: dict[str, list[Any]] = {}
    for s in m.SITES if m.instance.has_contracts else ():
        for group, used in _members_at(m.sites[s], last):
            members.setdefault(group, []).append(used)
    for o, offer in m.rental_offers.items():
        if offer.exclusive_group:
            members.setdefault(offer.exclusive_group, []).append(m.is_rented[o, last])
    m.group_members = {group: taken for group, taken in members.items() if len(taken) > 1}
    m.exclusive_group = pyo.Constraint(list(m.group_members), rule=exclusive_group)


def _members_at(b: pyo.Block, last: int) -> Iterator[tuple[str, Any]]:
    """Groups of the power offers of a site, each with the variable that says whether the offer is used by the last period."""
    for k, tariff in b.tariffs.items():
        if tariff.exclusive_group:
            yield tariff.exclusive_group, b.begun_directly[k] if k in b.begun_directly else b.is_begun[k, last]
    others = ((b.gas, b.gas_begun), (b.ppas, b.ppa_begun), (b.batteries, b.battery_begun))
    for offers, begun in others:
        for k, offer in offers.items():
            if offer.exclusive_group:
                yield offer.exclusive_group, begun[k, last]
