"""Exclusive groups: offers of which at most one can be taken, across contracts, rentals and sites."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo


def exclusive_group(m: pyo.ConcreteModel, group: str) -> Any:
    r"""Take at most one offer of an exclusive group.

    .. math:: \sum_{k \in \Gamma} a_{k,T} \le 1 \qquad [1]

    ================  ===============================================  =====  ======================================
    Symbol            Component                                        Unit   Meaning
    ================  ===============================================  =====  ======================================
    :math:`a_{k,T}`   ``is_begun``, ``gas_begun``, ``is_rented``       1      offer k is used within the horizon
    :math:`\Gamma`    ``exclusive_group``                                     members: tariffs, gas, rental offers
    ================  ===============================================  =====  ======================================

    Groups may reach across sites and rentals (one substation, one vendor's hall).
    """
    return sum(m.group_members[group]) <= 1


def add_groups(m: pyo.ConcreteModel) -> None:
    """Collect the members of every group and declare it where it has two or more."""
    last = m.PERIODS.last()
    members: dict[str, list[Any]] = {}
    for s in m.SITES if m.instance.has_contracts else ():
        block = m.sites[s]
        for k, tariff in block.tariffs.items():
            if tariff.exclusive_group:
                members.setdefault(tariff.exclusive_group, []).append(block.is_begun[k, last])
        for k, gas in block.gas.items():
            if gas.exclusive_group:
                members.setdefault(gas.exclusive_group, []).append(block.gas_begun[k, last])
    for o, offer in m.rental_offers.items():
        if offer.exclusive_group:
            members.setdefault(offer.exclusive_group, []).append(m.is_rented[o, last])
    m.group_members = {group: taken for group, taken in members.items() if len(taken) > 1}
    m.exclusive_group = pyo.Constraint(list(m.group_members), rule=exclusive_group)
