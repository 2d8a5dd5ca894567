"""Power purchase agreements: MW of a plant behind the site's meter, used, sold back or spilled (physical), or settled at a hub (financial).

An agreement begins once and keeps its MW over the whole service. The MW of a begin are chosen by the period of the begin,
``ppa_signed_mw[k, τ]``: what is in service is a window sum of them, and what is left of the term after the horizon is data times them.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.core.offers import CLEAN_TECHNOLOGIES, Ppa
from optimizer.model.hourly import mwh_terms
from optimizer.model.ledger import LineKey, Terms, before, linear
from optimizer.model.loads import load_mwh_terms, peak_terms
from optimizer.model.ppa_tail import book_tails
from optimizer.model.reuse import hourly_rows, hourly_var
from optimizer.model.siting import is_open

MWH_PER_GWH = 1000.0


def ppa_begun_monotone(b: pyo.Block, k: str, t: int) -> Any:
    r"""Begin an agreement at most once; a begun one stays begun.

    .. math:: a_{k,t} \ge a_{k,t-1} \qquad [1]

    ================  ======================  =====  ======================================
    Symbol            Component               Unit   Meaning
    ================  ======================  =====  ======================================
    :math:`a_{k,t}`   ``ppa_begun[k, t]``     1      the agreement began in t or before
    ================  ======================  =====  ======================================
    """
    return b.ppa_begun[k, t] >= b.ppa_begun[k, t - 1]


def ppa_lapsed(b: pyo.Block, k: str, t: int) -> Any:
    r"""Begin no agreement after its offer has lapsed.

    .. math:: a_{k,t} \le a_{k,t-1} \qquad t \text{ after } \bar B_k \qquad [1]

    ================  ======================  =====  ==================================================
    Symbol            Component               Unit   Meaning
    ================  ======================  =====  ==================================================
    :math:`a_{k,t}`   ``ppa_begun[k, t]``     1      the agreement began in t or before
    :math:`\bar B_k`  ``begin_by``            month  last month in which the agreement can begin
    ================  ======================  =====  ==================================================
    """
    return b.ppa_begun[k, t] <= b.ppa_begun[k, t - 1]


def ppa_site(b: pyo.Block, k: str, t: int) -> Any:
    r"""Begin an agreement only at a site that is started.

    .. math:: a_{k,t} \le \sum_m s_{m,t} \qquad [1]

    ================  ========================  =====  ========================================
    Symbol            Component                 Unit   Meaning
    ================  ========================  =====  ========================================
    :math:`a_{k,t}`   ``ppa_begun[k, t]``       1      the agreement began in t or before
    :math:`s_{m,t}`   ``is_started[m, t]``      1      mode m was started in t or before
    ================  ========================  =====  ========================================
    """
    return b.ppa_begun[k, t] <= is_open(b, t)


def ppa_mw_at_most(b: pyo.Block, k: str, t: int) -> Any:
    r"""Sign MW only in the period of the begin, at most the offer's.

    .. math:: q_{k,t} \le \bar P_k (a_{k,t} - a_{k,t-1}) \qquad [\mathrm{MW}]

    ================  ==========================  =====  ======================================
    Symbol            Component                   Unit   Meaning
    ================  ==========================  =====  ======================================
    :math:`q_{k,t}`   ``ppa_signed_mw[k, t]``     MW     MW of an agreement that begins in t
    :math:`a_{k,t}`   ``ppa_begun[k, t]``         1      the agreement began in t or before
    :math:`\bar P_k`  ``mw_max``                  MW     most MW of the offer
    ================  ==========================  =====  ======================================
    """
    return b.ppa_signed_mw[k, t] <= b.ppas[k].mw_max * (b.ppa_begun[k, t] - before(b.ppa_begun, k, t - 1))


def ppa_mw_at_least(b: pyo.Block, k: str, t: int) -> Any:
    r"""Sign at least the offer's least MW.

    .. math:: q_{k,t} \ge \underline P_k (a_{k,t} - a_{k,t-1}) \qquad [\mathrm{MW}]

    =======================  ==========================  =====  ======================================
    Symbol                   Component                   Unit   Meaning
    =======================  ==========================  =====  ======================================
    :math:`q_{k,t}`          ``ppa_signed_mw[k, t]``     MW     MW of an agreement that begins in t
    :math:`a_{k,t}`          ``ppa_begun[k, t]``         1      the agreement began in t or before
    :math:`\underline P_k`   ``mw_min``                  MW     least MW of the offer
    =======================  ==========================  =====  ======================================
    """
    return b.ppa_signed_mw[k, t] >= b.ppas[k].mw_min * (b.ppa_begun[k, t] - before(b.ppa_begun, k, t - 1))


def ppa_in_service(b: pyo.Block, k: str, t: int) -> Any:
    r"""Keep the MW of an agreement unchanged over its term.

    .. math:: p_{k,t} = \sum_{\tau = t - \bar T_k + 1}^{t} q_{k,\tau} \qquad [\mathrm{MW}]

    ===================  ==========================  =====  ============================================
    Symbol               Component                   Unit   Meaning
    ===================  ==========================  =====  ============================================
    :math:`p_{k,t}`      ``ppa_mw[k, t]``            MW     MW in service
    :math:`q_{k,\tau}`   ``ppa_signed_mw[k, tau]``   MW     MW of an agreement that begins in τ
    :math:`\bar T_k`     ``term_months``             per.   term in whole periods (none: to the end)
    ===================  ==========================  =====  ============================================
    """
    first = max(t - _term_periods(b, b.ppas[k]) + 1, 0)
    return linear([(1.0, b.ppa_mw[k, t]), *((-1.0, b.ppa_signed_mw[k, tau]) for tau in range(first, t + 1))]) == 0.0


def ppa_volume(b: pyo.Block, k: str, t: int, h: int) -> Any:
    r"""Use and sell no more of a physical agreement than it yields in the hour; the rest is spilled.

    .. math:: u_{k,t,h} + z_{k,t,h} \le \nu_{k,t,h} \, p_{k,t} \qquad [\mathrm{MW}]

    =====================  ==========================  =====  ============================================
    Symbol                 Component                   Unit   Meaning
    =====================  ==========================  =====  ============================================
    :math:`u_{k,t,h}`      ``own_use_mw[k, t, h]``     MW     used at the site
    :math:`z_{k,t,h}`      ``sold_mw[k, t, h]``        MW     sold back at the hub
    :math:`p_{k,t}`        ``ppa_mw[k, t]``            MW     MW in service
    :math:`\nu_{k,t,h}`    ``profile_series``          1      yield of a MW in the hour (none: 1)
    =====================  ==========================  =====  ============================================
    """
    used: Terms = [(1.0, b.own_use_mw[k, t, h]), (1.0, b.sold_mw[k, t, h])]
    return None, linear([*used, (-b.ppa_yield[k, t][h], b.ppa_mw[k, t])]), 0.0


def ppa_energy_share(b: pyo.Block, year: int) -> Any:
    r"""Take in a calendar year no more energy from agreements than a share of what the site needs.

    .. math:: \sum_{t \in y} \sum_k \sum_h w_h \nu_{k,t,h} \, p_{k,t} \le \bar\varepsilon \sum_{t \in y} \sum_h w_h \ell_{t,h}
              \qquad [\mathrm{GWh}]

    =======================  ==============================  =====  ============================================
    Symbol                   Component                       Unit   Meaning
    =======================  ==============================  =====  ============================================
    :math:`p_{k,t}`          ``ppa_mw[k, t]``                MW     MW in service
    :math:`\ell_{t,h}`       ``load_mwh_terms``              MW     load of the facility
    :math:`\nu_{k,t,h}`      ``profile_series``              1      yield of a MW in the hour (none: 1)
    :math:`w_h`              ``hours.weights``               h      hours that h stands for
    :math:`\bar\varepsilon`  ``ppa_energy_share_max``        1      most energy of agreements over load
    =======================  ==============================  =====  ============================================

    Without it a plan would trade the output of plants at a place that needs no power.
    """
    m = b.model()
    share = m.instance.power_rules.ppa_energy_share_max / MWH_PER_GWH
    terms: Terms = [(1.0, m.nothing)]
    for t in (t for t in m.calendar.years()[year] if t in b.weight_h):
        terms.extend((b.ppa_mwh_per_mw[k, t] / MWH_PER_GWH, b.ppa_mw[k, t]) for k in b.PPAS)
        terms.extend((-share * mwh, var) for mwh, var in load_mwh_terms(b, t))
    return None, linear(terms), 0.0


def ppa_peak_multiple(b: pyo.Block, t: int) -> Any:
    r"""Hold in every period no more MW of agreements than a multiple of the facility's peak.

    .. math:: \sum_k p_{k,t} \le \bar\mu \, \pi \sum_g \rho_g \sum_w x_{g,w,t} \qquad [\mathrm{MW}]

    ==================  ============================  =======  ==============================================
    Symbol              Component                     Unit     Meaning
    ==================  ============================  =======  ==============================================
    :math:`p_{k,t}`     ``ppa_mw[k, t]``              MW       MW in service
    :math:`x_{g,w,t}`   ``serving[g, w, t]``          kGPU     powered GPUs that serve workload w
    :math:`\rho_g`      ``it_kw_per_gpu``             MW/kGPU  IT peak of a GPU with its server
    :math:`\pi`         ``peak_facility_ratio``       1        facility peak over IT peak
    :math:`\bar\mu`     ``ppa_peak_multiple_max``     1        most MW of agreements over the peak
    ==================  ============================  =======  ==============================================

    So an agreement never stands where nothing runs.
    """
    multiple = b.model().instance.power_rules.ppa_peak_multiple_max
    peak: Terms = [(-multiple * mw, var) for mw, var in peak_terms(b, t)] if t in b.weight_h else []
    return None, linear([*ppa_mw_terms(b, t), *peak]), 0.0


def own_use_terms(b: pyo.Block, t: int, h: int) -> Terms:
    """MW of physical agreements used at the site in an hour."""
    return [(1.0, b.own_use_mw[k, t, h]) for k in b.PHYSICAL_PPAS]


def ppa_mw_terms(b: pyo.Block, t: int) -> Terms:
    """MW of all agreements in service in a period."""
    return [(1.0, b.ppa_mw[k, t]) for k in b.PPAS]


def clean_volume_terms(b: pyo.Block, t: int, h: int) -> Terms:
    """Clean MW in an hour: own use of clean physical agreements, the whole volume of clean financial ones."""
    terms: Terms = []
    for k, ppa in b.ppas.items():
        if is_clean(ppa):
            physical = ppa.settlement == "physical"
            terms.append((1.0, b.own_use_mw[k, t, h]) if physical else (b.ppa_yield[k, t][h], b.ppa_mw[k, t]))
    return terms


def is_clean(ppa: Ppa) -> bool:
    """Whether an agreement is with a plant that counts as clean."""
    return ppa.technology in CLEAN_TECHNOLOGIES


def add_ppas(b: pyo.Block) -> None:
    """Declare the power purchase agreements of a site and book what they cost and earn."""
    m = b.model()
    b.ppas = {ppa.contract_id: ppa for ppa in b.site.ppas}
    b.PPAS = pyo.Set(initialize=list(b.ppas), ordered=True)
    b.PHYSICAL_PPAS = pyo.Set(initialize=[k for k, ppa in b.ppas.items() if ppa.settlement == "physical"], ordered=True)
    _set_yields(b)
    _declare_service(b)
    hours = [(k, t, h) for k in b.PHYSICAL_PPAS for t, h in b.HOURS]
    hourly_var(b, "own_use_mw", hours)
    hourly_var(b, "sold_mw", hours)
    hourly_rows(b, hours, ppa_volume, ("own_use_mw", "sold_mw", "ppa_mw", "ppa_yield"))
    for ppa in b.site.ppas:
        book_tails(b, ppa, _key(b, ppa.contract_id, "ppa_energy" if ppa.settlement == "physical" else "ppa_settlement"))
        for t in m.PERIODS:
            if m.calendar.first_month(t) < ppa.available_from:
                b.ppa_begun[ppa.contract_id, t].fix(0)
        for t in b.LOADED:
            (_book_physical if ppa.settlement == "physical" else _book_financial)(b, ppa, t)


def _lapsed(b: pyo.Block, ppa: Ppa) -> list[int]:
    """Periods that begin after the offer has lapsed."""
    calendar = b.model().calendar
    return [t for t in range(calendar.periods) if ppa.begin_by is not None and calendar.first_month(t) > ppa.begin_by]


def _set_yields(b: pyo.Block) -> None:
    """Yield of a MW in every hour, and MWh of a MW in every period with load."""
    b.ppa_yield, b.ppa_mwh_per_mw = {}, {}
    for k, ppa in b.ppas.items():
        for t in b.LOADED:
            flat = [1.0] * len(b.weight_h[t])
            b.ppa_yield[k, t] = flat if ppa.profile_series is None else b.hours.values(ppa.profile_series, t).tolist()
            b.ppa_mwh_per_mw[k, t] = sum(w * share for w, share in zip(b.weight_h[t], b.ppa_yield[k, t], strict=True))


def _declare_service(b: pyo.Block) -> None:
    m = b.model()
    periods = m.PERIODS
    b.ppa_begun = pyo.Var(b.PPAS, periods, within=pyo.Binary)
    b.ppa_signed_mw = pyo.Var(b.PPAS, periods, within=pyo.NonNegativeReals)
    hourly_var(b, "ppa_mw", [(k, t) for k in b.PPAS for t in periods])
    b.ppa_begun_monotone = pyo.Constraint(b.PPAS, pyo.RangeSet(1, periods.last()), rule=ppa_begun_monotone)
    b.ppa_lapsed = pyo.Constraint([(k, t) for k, ppa in b.ppas.items() for t in _lapsed(b, ppa) if t > 0], rule=ppa_lapsed)
    b.ppa_site = pyo.Constraint(b.PPAS, periods, rule=ppa_site)
    b.ppa_mw_at_most = pyo.Constraint(b.PPAS, periods, rule=ppa_mw_at_most)
    b.ppa_mw_at_least = pyo.Constraint([k for k, ppa in b.ppas.items() if ppa.mw_min], periods, rule=ppa_mw_at_least)
    b.ppa_in_service = pyo.Constraint(b.PPAS, periods, rule=ppa_in_service)
    if b.ppas:
        b.ppa_energy_share = pyo.Constraint(list(m.calendar.years()), rule=ppa_energy_share)
        b.ppa_peak_multiple = pyo.Constraint(periods, rule=ppa_peak_multiple)


def _term_periods(b: pyo.Block, ppa: Ppa) -> int:
    calendar = b.model().calendar
    return int(calendar.periods if ppa.term_months is None else calendar.lag_periods(ppa.term_months))


def _book_physical(b: pyo.Block, ppa: Ppa, t: int) -> None:
    """Strike on the whole volume, wires on what is used, the hub's price less the fee on what is sold."""
    m = b.model()
    k = ppa.contract_id
    grown = m.money.escalation(m.instance.escalation.power, t)
    strike = ppa.strike_usd_per_mwh * b.ppa_mwh_per_mw[k, t] / 1e6
    m.ledger.book_period(_key(b, k, "ppa_energy"), [(1.0, b.ppa_mw[k, t])], t, strike)
    wires = ppa.wires_usd_per_mwh * grown / 1e6
    m.ledger.book_period(_key(b, k, "ppa_wires"), mwh_terms(b, b.own_use_mw, k, t), t, wires)
    sales: Terms = []
    for h, (hours, hub) in enumerate(zip(b.weight_h[t], b.hours.values(ppa.hub_series, t).tolist(), strict=True)):
        net = hub - ppa.sell_back_fee_usd_per_mwh
        if net > 0.0:
            sales.append((hours * net, b.sold_mw[k, t, h]))
        else:
            b.sold_mw[k, t, h].fix(0)
    m.ledger.book_period(_key(b, k, "ppa_sales"), sales, t, -grown / 1e6)


def _book_financial(b: pyo.Block, ppa: Ppa, t: int) -> None:
    """Strike less the hub's price on the whole volume, in the line of its sign over the period."""
    m = b.model()
    k = ppa.contract_id
    grown = m.money.escalation(m.instance.escalation.power, t)
    hub = b.hours.values(ppa.hub_series, t).tolist()
    volume = [hours * share for hours, share in zip(b.weight_h[t], b.ppa_yield[k, t], strict=True)]
    owed = sum(mwh * (ppa.strike_usd_per_mwh - grown * price) for mwh, price in zip(volume, hub, strict=True)) / 1e6
    line = "ppa_settlement" if owed >= 0.0 else "ppa_credit"
    m.ledger.book_period(_key(b, k, line), [(1.0, b.ppa_mw[k, t])], t, owed)


def _key(b: pyo.Block, k: str, line: str) -> LineKey:
    return LineKey(b.site.site_id, "operations", line, k)
