"""Bills of tariffs: energy, demand with ratchet and minimum take, charges on the peak, fixed charge, connection, deposit, exit fee."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.core.finance import s_curve
from optimizer.core.offers import Tariff
from optimizer.model.hourly import mwh_terms
from optimizer.model.ledger import LineKey, Terms, change, linear
from optimizer.model.reuse import hourly_var
from optimizer.model.tariffs import KW_PER_MW, in_service, ramp_of

RATCHET_MONTHS = 11
"""Months back over which a ratchet looks."""


def billed_peak(b: pyo.Block, k: str, t: int) -> Any:
    r"""Bill demand at the peak or more.

    .. math:: d_{k,t} \ge h_{k,t} \qquad [\mathrm{MW}]

    ================  ======================  =====  ======================================
    Symbol            Component               Unit   Meaning
    ================  ======================  =====  ======================================
    :math:`d_{k,t}`   ``billed_mw[k, t]``     MW     billed demand
    :math:`h_{k,t}`   ``peak_mw[k, t]``       MW     part of the site's peak on contract k
    ================  ======================  =====  ======================================
    """
    return b.billed_mw[k, t] >= b.peak_mw[k, t]


def billed_ratchet(b: pyo.Block, k: str, tau: int, t: int) -> Any:
    r"""Bill demand at the ratchet's share of every peak of the past eleven months of the same service.

    .. math:: d_{k,t} \ge \varrho_k h_{k,\tau} - \varrho_k \bar P_{k,\tau} (1 - a_{k,t} + z_{k,t}) \qquad [\mathrm{MW}]

    =======================  ======================  =====  ==========================================
    Symbol                   Component               Unit   Meaning
    =======================  ======================  =====  ==========================================
    :math:`d_{k,t}`          ``billed_mw[k, t]``     MW     billed demand
    :math:`h_{k,\tau}`       ``peak_mw[k, tau]``     MW     earlier peak on contract k
    :math:`a_{k,t}`          ``is_begun[k, t]``      1      service began in t or before
    :math:`z_{k,t}`          ``is_gone[k, t]``       1      service ended in t or before
    :math:`\varrho_k`        ``ratchet_fraction``    1      share of an earlier peak that is billed
    :math:`\bar P_{k,\tau}`  ``ramp_mw``             MW     ramp in force at the earlier peak
    =======================  ======================  =====  ==========================================
    """
    share = b.tariffs[k].ratchet_fraction
    return b.billed_mw[k, t] >= share * b.peak_mw[k, tau] - share * ramp_of(b, k, tau) * (1 - in_service(b, k, t))


def billed_min_take(b: pyo.Block, k: str, t: int) -> Any:
    r"""Bill demand at the minimum take of the contracted MW.

    .. math:: d_{k,t} \ge \mu_k p_{k,t} \qquad [\mathrm{MW}]

    ================  ==========================  =====  ======================================
    Symbol            Component                   Unit   Meaning
    ================  ==========================  =====  ======================================
    :math:`d_{k,t}`   ``billed_mw[k, t]``         MW     billed demand
    :math:`p_{k,t}`   ``contracted_mw[k, t]``     MW     contracted facility MW
    :math:`\mu_k`     ``min_take_fraction``       1      share that is billed in any case
    ================  ==========================  =====  ======================================
    """
    return b.billed_mw[k, t] >= b.tariffs[k].min_take_fraction * b.contracted_mw[k, t]


def energy_min_take(b: pyo.Block, k: str, t: int) -> Any:
    r"""Bill energy at least at the take-or-pay share of the contracted MW round the clock.

    .. math:: \epsilon_{k,t} \ge \mu^e_k p_{k,t} \qquad [\mathrm{MW}]

    ======================  ==========================  =====  ==============================================
    Symbol                  Component                   Unit   Meaning
    ======================  ==========================  =====  ==============================================
    :math:`\epsilon_{k,t}`  ``billed_mean_mw[k, t]``    MW     mean MW billed as energy
    :math:`p_{k,t}`         ``contracted_mw[k, t]``     MW     contracted facility MW
    :math:`\mu^e_k`         ``min_energy_fraction``     1      share that is billed in any case
    ======================  ==========================  =====  ==============================================
    """
    return b.billed_mean_mw[k, t] >= b.tariffs[k].min_energy_fraction * b.contracted_mw[k, t]


def energy_billed(b: pyo.Block, k: str, t: int) -> Any:
    r"""Bill at least the energy that is drawn.

    .. math:: \epsilon_{k,t} \ge \sum_h \frac{w_{t,h}}{H_t} g_{k,t,h} \qquad [\mathrm{MW}]

    ======================  ==========================  =====  ====================================
    Symbol                  Component                   Unit   Meaning
    ======================  ==========================  =====  ====================================
    :math:`\epsilon_{k,t}`  ``billed_mean_mw[k, t]``    MW     mean MW billed as energy
    :math:`g_{k,t,h}`       ``drawn_mw[k, t, h]``       MW     MW drawn from contract k
    :math:`w_{t,h}`         ``hours.weights``           h      hours for which the hour stands
    :math:`H_t`             ``hours``                   h      hours of the period
    ======================  ==========================  =====  ====================================
    """
    hours = b.model().calendar.hours(t)
    drawn = [(-weight / hours, var) for weight, var in mwh_terms(b, b.drawn_mw, k, t)]
    return 0.0, linear([(1.0, b.billed_mean_mw[k, t]), *drawn]), None


def energy_usd_per_mwh(b: pyo.Block, tariff: Tariff, t: int) -> list[float]:
    """Price of energy in the hours of a period, before escalation, without transmission; a tariff without a rate."""
    if tariff.kind != "index":
        return [tariff.energy_usd_per_mwh] * len(b.weight_h[t])
    over_node = tariff.adder_usd_per_mwh + tariff.ancillary_usd_per_mwh
    return [price + over_node for price in b.hours.values(tariff.price_series, t).tolist()]


def add_bills(b: pyo.Block) -> None:
    """Declare what the tariffs of a site bill and book it."""
    plain = {k: tariff for k, tariff in b.tariffs.items() if tariff.rate is None}
    b.DEMAND_TARIFFS = pyo.Set(initialize=[k for k, tariff in plain.items() if tariff.demand_usd_per_kw_month], ordered=True)
    taking = [k for k, tariff in plain.items() if tariff.kind != "index" and tariff.min_energy_fraction and tariff.energy_usd_per_mwh]
    b.TAKE_TARIFFS = pyo.Set(initialize=taking, ordered=True)
    _declare_bill(b)
    for tariff in b.site.tariffs:
        for t in b.model().PERIODS:
            _book_begin(b, tariff, t)
            _book_delivery(b, tariff, t)
            if tariff.rate is None:
                _book_bill(b, tariff, t)


def _declare_bill(b: pyo.Block) -> None:
    m = b.model()
    periods = m.PERIODS
    b.peak_mw = pyo.Var(b.TARIFFS, periods, within=pyo.NonNegativeReals)
    b.extra_mw = pyo.Var(b.TARIFFS, b.LOADED, within=pyo.NonNegativeReals)
    hourly_var(b, "drawn_mw", [(k, t, h) for k in b.TARIFFS for t, h in b.HOURS])
    b.billed_mw = pyo.Var(b.DEMAND_TARIFFS, periods, within=pyo.NonNegativeReals)
    b.billed_mean_mw = pyo.Var(b.TAKE_TARIFFS, periods, within=pyo.NonNegativeReals)
    b.billed_peak = pyo.Constraint(b.DEMAND_TARIFFS, periods, rule=billed_peak)
    back = RATCHET_MONTHS // m.calendar.months_per_period
    looks = [
        (k, tau, t)
        for k in b.DEMAND_TARIFFS
        if b.tariffs[k].ratchet_fraction
        for t in periods
        for tau in range(max(t - back, 0), t)
    ]
    b.billed_ratchet = pyo.Constraint(looks, rule=billed_ratchet)
    b.billed_min_take = pyo.Constraint(
        [k for k in b.DEMAND_TARIFFS if b.tariffs[k].min_take_fraction], periods, rule=billed_min_take
    )
    b.energy_min_take = pyo.Constraint(b.TAKE_TARIFFS, periods, rule=energy_min_take)
    b.energy_billed = pyo.Constraint(b.TAKE_TARIFFS, periods, rule=energy_billed)


def _book_begin(b: pyo.Block, tariff: Tariff, t: int) -> None:
    """Book what falls due once, around the begin of service."""
    m = b.model()
    begins = change(b.is_begun, tariff.contract_id, t)
    first = m.calendar.first_month(t)
    signed = first - tariff.sign_lead_months
    works = s_curve(signed, tariff.sign_lead_months, tariff.customer_capex_musd)
    m.ledger.book(_key(b, tariff, "capital", "interconnection"), begins, m.money.schedule(works))
    if tariff.capex_refund_months:
        part = -tariff.customer_capex_musd / tariff.capex_refund_months
        parts = [(month, part) for month in range(first, first + tariff.capex_refund_months)]
        m.ledger.book(_key(b, tariff, "capital", "interconnection_refund"), begins, m.money.schedule(parts))
    m.ledger.book(_key(b, tariff, "deposits", "contract_deposit"), begins, m.money.schedule([(signed, tariff.deposit_musd)]))
    back = m.calendar.months if tariff.term_months is None else first + tariff.term_months
    returned = m.money.schedule([(back, -tariff.deposit_musd)])
    m.ledger.book(_key(b, tariff, "deposits", "contract_deposit_return"), begins, returned)


def _book_delivery(b: pyo.Block, tariff: Tariff, t: int) -> None:
    """Book what is paid beside the supply of energy in one period, under a rate too, and the fee for leaving."""
    m = b.model()
    k = tariff.contract_id
    grown = m.money.escalation(m.instance.escalation.power, t) / 1e6
    drawn = mwh_terms(b, b.drawn_mw, k, t)
    if drawn:
        m.ledger.book_period(_key(b, tariff, "operations", "transmission"), drawn, t, tariff.transmission_usd_per_mwh * grown)
    capacity = tariff.capacity_usd_per_kw_month * KW_PER_MW * m.calendar.months_per_period * grown
    m.ledger.book_period(_key(b, tariff, "operations", "capacity"), [(1.0, b.peak_mw[k, t])], t, capacity)
    if drawn and tariff.coincident_series is not None:
        marks = b.hours.values(tariff.coincident_series, t).tolist()
        coincident = [(mark * weight, var) for mark, (weight, var) in zip(marks, drawn, strict=True) if mark]
        key = _key(b, tariff, "operations", "coincident")
        m.ledger.book_period(key, coincident, t, tariff.coincident_usd_per_kw * KW_PER_MW * grown)
    if k in b.EXIT_TARIFFS:
        m.ledger.book_period(_key(b, tariff, "operations", "exit_fee"), change(b.is_left, k, t), t, tariff.exit_musd)


def _book_bill(b: pyo.Block, tariff: Tariff, t: int) -> None:
    """Book energy, demand and fixed charge of one period."""
    m = b.model()
    k = tariff.contract_id
    grown = m.money.escalation(m.instance.escalation.power, t) / 1e6
    months = m.calendar.months_per_period
    if k in b.TAKE_TARIFFS:
        energy = tariff.energy_usd_per_mwh * m.calendar.hours(t) * grown
        m.ledger.book_period(_key(b, tariff, "operations", "energy"), [(1.0, b.billed_mean_mw[k, t])], t, energy)
    elif t in b.weight_h:
        priced = zip(energy_usd_per_mwh(b, tariff, t), mwh_terms(b, b.drawn_mw, k, t), strict=True)
        book_energy(b, tariff, t, [(price * weight, var) for price, (weight, var) in priced])
    if k in b.DEMAND_TARIFFS:
        demand = tariff.demand_usd_per_kw_month * KW_PER_MW * months * grown
        m.ledger.book_period(_key(b, tariff, "operations", "demand"), [(1.0, b.billed_mw[k, t])], t, demand)
    book_fixed(b, tariff, t, tariff.fixed_usd_per_month * months)


def book_energy(b: pyo.Block, tariff: Tariff, t: int, usd: Terms) -> None:
    """Book what energy costs in a period (USD before escalation): hours with a price below 0 are a credit, so that no line nets out."""
    m = b.model()
    grown = m.money.escalation(m.instance.escalation.power, t) / 1e6
    for line, sign in (("energy", 1.0), ("energy_credit", -1.0)):
        terms = [(amount, var) for amount, var in usd if amount * sign > 0.0]
        if terms:
            m.ledger.book_period(_key(b, tariff, "operations", line), terms, t, grown)


def book_fixed(b: pyo.Block, tariff: Tariff, t: int, usd: float) -> None:
    """Book the fixed charge of a period (USD before escalation) while the contract serves."""
    m = b.model()
    grown = m.money.escalation(m.instance.escalation.power, t) / 1e6
    m.ledger.book_period(_key(b, tariff, "operations", "fixed_charge"), service_terms(b, tariff.contract_id, t), t, usd * grown)


def service_terms(b: pyo.Block, k: str, t: int) -> Terms:
    """Whether a contract serves in a period, as terms."""
    ended: Terms = [(-1.0, b.is_gone[k, t])] if k in b.ENDING_TARIFFS else []
    return [(1.0, b.is_begun[k, t]), *ended]


def _key(b: pyo.Block, tariff: Tariff, group: str, line: str) -> LineKey:
    return LineKey(b.site.site_id, group, line, tariff.contract_id)
