"""Sales tax with its exemption by threshold, and property tax by vintage."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.core.finance import straight_line
from optimizer.core.instance import Gpu, Site
from optimizer.model.fleet import delivered_at_most
from optimizer.model.hardware import THOUSAND, hardware_usd, payment_shares
from optimizer.model.ledger import LineKey, Terms, before, change
from optimizer.model.siting import is_open

TAXED_LINES = ("gpus", "spares", "network")
"""Hardware lines on which sales tax falls and which are assessed for property tax."""


def exempt_limit(b: pyo.Block, g: str, t: int) -> Any:
    r"""Free from sales tax no more than is delivered.

    .. math:: \chi_{g,t} \le d_{g,t} - d_{g,t-1} \qquad [\mathrm{kGPU}]

    ===================  ==============================  =====  ====================================
    Symbol               Component                       Unit   Meaning
    ===================  ==============================  =====  ====================================
    :math:`\chi_{g,t}`   ``exempt_delivered[g, t]``      kGPU   deliveries free of sales tax
    :math:`d_{g,t}`      ``received[g, t]``              kGPU   delivered by t, cumulative
    ===================  ==============================  =====  ====================================
    """
    return b.exempt_delivered[g, t] <= b.received[g, t] - before(b.received, g, t - 1)


def exempt_link(b: pyo.Block, g: str, t: int) -> Any:
    r"""Free deliveries only at a site that earns the exemption.

    .. math:: \chi_{g,t} \le \bar v_{g,t} \, \xi \qquad [\mathrm{kGPU}]

    =====================  ==============================  =====  ====================================
    Symbol                 Component                       Unit   Meaning
    =====================  ==============================  =====  ====================================
    :math:`\chi_{g,t}`     ``exempt_delivered[g, t]``      kGPU   deliveries free of sales tax
    :math:`\xi`            ``is_exempt``                   1      the site earns the exemption
    :math:`\bar v_{g,t}`   ``delivered_at_most``           kGPU   most that is delivered in the period
    =====================  ==============================  =====  ====================================
    """
    return b.exempt_delivered[g, t] <= delivered_at_most(b, b.gpus[g], t) * b.is_exempt


def exempt_threshold(b: pyo.Block, e: int) -> Any:
    r"""Earn the exemption by investing its threshold at the site in time, in hardware that serves and in works.

    .. math:: \sum_g \theta_g \sigma_{g,e} + \sum_m \bigl(\kappa_m c_{m,e} + \kappa^q_m q_{m,e} + (F_m + A_m) s_{m,e}\bigr)
              \ge \bar I \, \Bigl(\xi + \sum_m s_{m,\,e-W+1} - 1\Bigr) \qquad [\mathrm{musd}]

    =====================  ==================================  =========  ==========================================
    Symbol                 Component                           Unit       Meaning
    =====================  ==================================  =========  ==========================================
    :math:`\sigma_{g,e}`   ``in_service[g, e]``                kGPU       bought in time and serving
    :math:`c_{m,t}`        ``constructed_it_mw[m, t]``         MW         IT capacity added by t
    :math:`q_{m,t}`        ``liquid_it_mw[m, t]``              MW         MW equipped for liquid cooling by t
    :math:`s_{m,t}`        ``is_started[m, t]``                1          mode m was started in t or before
    :math:`\xi`            ``is_exempt``                       1          the site earns the exemption
    :math:`\theta_g`       ``price_usd``, ``network_usd``      musd/kGPU  hardware with spares
    :math:`\kappa_m`       ``capex_musd_per_mw``               musd/MW    construction
    :math:`\kappa^q_m`     ``liquid_adder_musd_per_mw``        musd/MW    liquid cooling
    :math:`F_m, A_m`       ``fixed_cost_musd, land_musd``      musd       fixed cost and land
    :math:`\bar I`         ``exempt_min_musd``                 musd       threshold, nominal
    :math:`W`              ``exempt_within_months``            per.       window from the start of the site on
    =====================  ==================================  =========  ==========================================

    One row for every period e that can end the window of a start before the horizon does; of a site started by then the row of the
    window that ends first binds. In the last period the bracket is :math:`\xi` alone: what is bought in the horizon is all that counts.
    """
    m = b.model()
    earned: Any = b.is_exempt
    if e < m.PERIODS.last():
        earned = b.is_exempt + is_open(b, e - _window_periods(b) + 1) - 1
    return _invested_musd(b, e) >= b.site.exempt_min_musd * earned


def in_service_bought(b: pyo.Block, g: str, e: int) -> Any:
    r"""Count for the exemption only GPUs that are delivered and installed by the end of its window.

    .. math:: \sigma_{g,e} \le d_{g,\,e-I_g} \qquad [\mathrm{kGPU}]

    =====================  ==========================  =====  ================================================
    Symbol                 Component                   Unit   Meaning
    =====================  ==========================  =====  ================================================
    :math:`\sigma_{g,e}`   ``in_service[g, e]``        kGPU   bought in time and serving
    :math:`d_{g,t}`        ``received[g, t]``          kGPU   delivered by t, cumulative
    :math:`I_g`            ``install_months``          per.   installation, in whole periods
    =====================  ==========================  =====  ================================================
    """
    return None, b.in_service[g, e] - before(b.received, g, e - b.model().calendar.lag_periods(b.gpus[g].install_months)), 0.0


def in_service_limit(b: pyo.Block, g: str, e: int) -> Any:
    r"""Count for the exemption only GPUs that serve: that run for a workload at the end of the window, or at its own end before that.

    .. math:: \sigma_{g,e} \le \sum_w x_{g,w,\min(e,\,\bar t_w)} \qquad [\mathrm{kGPU}]

    =====================  ==========================  =====  ================================================
    Symbol                 Component                   Unit   Meaning
    =====================  ==========================  =====  ================================================
    :math:`\sigma_{g,e}`   ``in_service[g, e]``        kGPU   bought in time and serving
    :math:`x_{g,w,t}`      ``serving[g, w, t]``        kGPU   powered GPUs that serve workload w
    :math:`\bar t_w`       ``Needs.needed_periods``    per.   last period in which workload w wants its GPUs
    =====================  ==========================  =====  ================================================

    Each workload is asked once, so no date is to be chosen: a law asks for what is in place when its time is over. Of GPUs of one
    model those bought are counted first, then those that stood there; what was taken out of service before is not counted.
    """
    serving = [b.serving[g, w, t] for w, t in _workload_periods(b, e) if (g, w, t) in b.serving]
    return b.in_service[g, e] <= sum(serving) if serving else b.in_service[g, e] <= 0.0


def _workload_periods(b: pyo.Block, e: int) -> list[tuple[str, int]]:
    """Every workload, with the period in which what serves it counts for a window that ends in a period."""
    m = b.model()
    return [(w, min(e, m.needs.needed_periods(m.workloads_by_name[w]).stop - 1)) for w in b.WORKLOADS]


def _invested_musd(b: pyo.Block, e: int) -> Any:
    """What is invested at a site by a period and counts for the exemption."""
    hardware = sum(_taxed_musd(b.gpus[g]) * b.in_service[g, e] for g in b.GPUS)
    works = sum(
        b.modes[mode].capex_musd_per_mw * b.constructed_it_mw[mode, e]
        + (b.modes[mode].fixed_cost_musd + b.modes[mode].land_musd) * b.is_started[mode, e]
        for mode in b.MODES
    )
    equipped = sum(b.modes[mode].liquid_adder_musd_per_mw * b.liquid_it_mw[mode, e] for mode in b.ADDER_MODES)
    return hardware + works + equipped


def _window_periods(b: pyo.Block) -> int:
    """Periods from the start of a site on in which investment counts for the exemption."""
    return int(b.model().calendar.lag_periods(b.site.exempt_within_months))


def _add_threshold(b: pyo.Block) -> None:
    """Declare whether a site earns the exemption, and what counts for it at each end of a window."""
    m = b.model()
    b.is_exempt = pyo.Var(within=pyo.Binary)
    ends = range(min(_window_periods(b) - 1, m.PERIODS.last()), m.PERIODS.last() + 1)
    b.in_service = pyo.Var(b.EXEMPT_GPUS, ends, within=pyo.NonNegativeReals)
    b.in_service_bought = pyo.Constraint(b.EXEMPT_GPUS, ends, rule=in_service_bought)
    b.in_service_limit = pyo.Constraint(b.EXEMPT_GPUS, ends, rule=in_service_limit)
    b.exempt_threshold = pyo.Constraint(ends, rule=exempt_threshold)
    b.exempt_limit = pyo.Constraint(b.EXEMPT_GPUS, m.PERIODS, rule=exempt_limit)
    b.exempt_link = pyo.Constraint(b.EXEMPT_GPUS, m.PERIODS, rule=exempt_link)


def add_taxes(b: pyo.Block) -> None:
    """Declare the exemption where it has a threshold, and book both taxes of a site."""
    m = b.model()
    has_threshold = _may_be_exempt(b.site) and b.site.exempt_min_musd > 0
    b.EXEMPT_GPUS = pyo.Set(initialize=list(b.GPUS) if has_threshold else [], ordered=True)
    b.exempt_delivered = pyo.Var(b.EXEMPT_GPUS, m.PERIODS, within=pyo.NonNegativeReals)
    if has_threshold:
        _add_threshold(b)
    for gpu in b.gpus.values():
        if has_threshold or not _may_be_exempt(b.site):
            _book_sales_tax(b, gpu)
        _book_property_tax_on_gpus(b, gpu)
    _book_property_tax_on_buildings(b)


def _may_be_exempt(site: Site) -> bool:
    """``unknown`` is taxed: an exemption that nobody can name is not money in hand."""
    return site.sales_tax_exempt == "true"


def _taxed_musd(gpu: Gpu) -> float:
    """Hardware with spares and network, musd per thousand GPUs."""
    costs = hardware_usd(gpu)
    return sum(costs[line] for line in TAXED_LINES) * THOUSAND / 1e6


def _book_sales_tax(b: pyo.Block, gpu: Gpu) -> None:
    m = b.model()
    tax = b.site.sales_tax_fraction * _taxed_musd(gpu)
    key = LineKey(b.site.site_id, "capital", "sales_tax", gpu.name)
    for t in m.PERIODS:
        taxed = change(b.received, gpu.name, t)
        if gpu.name in b.EXEMPT_GPUS:
            taxed.append((-1.0, b.exempt_delivered[gpu.name, t]))
        shares = payment_shares(gpu, m.calendar.first_month(t))
        m.ledger.book(key, taxed, m.money.schedule([(month, share * tax) for month, share in shares]))


def _book_property_tax_on_gpus(b: pyo.Block, gpu: Gpu) -> None:
    value = _taxed_musd(gpu)
    for tau in b.model().PERIODS:
        _book_assessed(b, gpu.name, change(b.received, gpu.name, tau), (tau, value, gpu.lifetime_months))


def _book_property_tax_on_buildings(b: pyo.Block) -> None:
    for name, mode in b.modes.items():
        for tau in b.model().PERIODS:
            added = change(b.constructed_it_mw, name, tau)
            _book_assessed(b, name, added, (tau, mode.capex_musd_per_mw, None))
            starts = change(b.is_started, name, tau)
            _book_assessed(b, name, starts, (tau, mode.fixed_cost_musd + mode.land_musd, None))
            if name in b.ADDER_MODES:
                equipped = change(b.liquid_it_mw, name, tau)
                _book_assessed(b, name, equipped, (tau, mode.liquid_adder_musd_per_mw, None))


def _book_assessed(b: pyo.Block, subject: str, quantity: Terms, vintage: tuple[int, float, int | None]) -> None:
    """Book the tax of one vintage (period, musd, lifetime or None: at cost) in every period after its abatement."""
    m = b.model()
    tau, value, lifetime_months = vintage
    rate = b.site.property_tax_fraction_per_year / 12.0 * m.calendar.months_per_period
    if not rate or not value:
        return
    key = LineKey(b.site.site_id, "operations", "property_tax", subject)
    for t in range(tau, m.calendar.periods):
        age = m.calendar.first_month(t) - m.calendar.first_month(tau)
        if age >= b.site.abatement_months:
            left = 1.0 if lifetime_months is None else straight_line(age, lifetime_months)
            m.ledger.book_period(key, quantity, t, rate * value * left)
