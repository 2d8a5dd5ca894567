"""Carbon: tonnes by location and by market, their price and cap, and the share of load that is matched by clean energy in its hour."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.model.hourly import mwh_terms
from optimizer.model.ledger import LineKey, Terms, linear
from optimizer.model.loads import load_mwh_terms, load_terms
from optimizer.model.ppas import clean_volume_terms, is_clean

HOURS_PER_YEAR = 8760.0
THOUSAND = 1000.0
"""Tonnes per kilotonne, MWh per GWh: rows of a year are in these."""


def covered_volume(b: pyo.Block, t: int) -> Any:
    r"""Cover by certificates no more than the clean volume of financial agreements.

    .. math:: x_t \le \sum_k \sum_h w_h \nu_{k,t,h} \, p_{k,t} \qquad [\mathrm{MWh}]

    =====================  ==========================  =====  ==================================================
    Symbol                 Component                   Unit   Meaning
    =====================  ==========================  =====  ==================================================
    :math:`x_t`            ``covered_mwh[t]``          MWh    drawn energy that certificates cover
    :math:`p_{k,t}`        ``ppa_mw[k, t]``            MW     MW in service of a clean financial agreement
    :math:`\nu_{k,t,h}`    ``profile_series``          1      yield of a MW in the hour (none: 1)
    :math:`w_h`            ``hours.weights``           h      hours that h stands for
    =====================  ==========================  =====  ==================================================
    """
    return None, linear([(1.0, b.covered_mwh[t]), *((-b.ppa_mwh_per_mw[k, t], b.ppa_mw[k, t]) for k in _certified(b))]), 0.0


def covered_drawn(b: pyo.Block, t: int) -> Any:
    r"""Cover by certificates no more than is drawn from the grid.

    .. math:: x_t \le \sum_k \sum_h w_h g_{k,t,h} \qquad [\mathrm{MWh}]

    =====================  ==========================  =====  ==================================================
    Symbol                 Component                   Unit   Meaning
    =====================  ==========================  =====  ==================================================
    :math:`x_t`            ``covered_mwh[t]``          MWh    drawn energy that certificates cover
    :math:`g_{k,t,h}`      ``drawn_mw[k, t, h]``       MW     MW drawn from tariff k
    :math:`w_h`            ``hours.weights``           h      hours that h stands for
    =====================  ==========================  =====  ==================================================
    """
    drawn = [term for k in b.TARIFFS for term in mwh_terms(b, b.drawn_mw, k, t, -1.0)]
    return None, linear([(1.0, b.covered_mwh[t]), *drawn]), 0.0


def covered_tonnes(b: pyo.Block, t: int) -> Any:
    r"""Cover by certificates no more tonnes than the tariffs count: what is drawn clean needs no certificate.

    .. math:: \gamma x_t \le \sum_k \sum_h \gamma_k w_h g_{k,t,h} \qquad [\mathrm{t}]

    =====================  ==========================  =====  ==================================================
    Symbol                 Component                   Unit   Meaning
    =====================  ==========================  =====  ==================================================
    :math:`x_t`            ``covered_mwh[t]``          MWh    drawn energy that certificates cover
    :math:`g_{k,t,h}`      ``drawn_mw[k, t, h]``       MW     MW drawn from tariff k
    :math:`w_h`            ``hours.weights``           h      hours that h stands for
    :math:`\gamma`         ``grid_t_per_mwh``          t/MWh  emissions of the grid
    :math:`\gamma_k`       ``emissions_t_per_mwh``     t/MWh  emissions of the tariff (none: of the grid)
    =====================  ==========================  =====  ==================================================
    """
    drawn = [(-tonnes, var) for tonnes, var in _tariff_terms(b, t)]
    return None, linear([(b.site.grid_t_per_mwh, b.covered_mwh[t]), *drawn]), 0.0


def carbon_cap(m: pyo.ConcreteModel, year: int) -> Any:
    r"""Emit in a calendar year, over all sites, no more than the cap, pro rata of the year's hours in the horizon.

    .. math:: \sum_s \sum_{t \in y} E_{s,t} \le \bar E_y \sum_{t \in y} H_t / 8760 \qquad [\mathrm{kt}]

    =====================  ==================================  =====  ================================================
    Symbol                 Component                           Unit   Meaning
    =====================  ==================================  =====  ================================================
    :math:`E_{s,t}`        ``location_t[t]``, ``market_t[t]``  t      tonnes of the basis at site s
    :math:`\bar E_y`       ``cap_t_per_year``                  t/a    cap in force in the year's first month
    :math:`H_t`            ``hours``                           h      hours of the period
    =====================  ==================================  =====  ================================================
    """
    periods = m.calendar.years()[year]
    tonnes = [(share / THOUSAND, var) for share, var in all_tonnes(m, periods)]
    share_of_year = sum(m.calendar.hours(t) for t in periods) / HOURS_PER_YEAR
    return None, linear([(1.0, m.nothing), *tonnes]), _cap_t_per_year(m, year) * share_of_year / THOUSAND


def matched_load(b: pyo.Block, t: int, h: int) -> Any:
    r"""Match in an hour no more than the load.

    .. math:: c_{t,h} \le \ell_{t,h} \qquad [\mathrm{MW}]

    ==================  ==========================  =====  ==========================================
    Symbol              Component                   Unit   Meaning
    ==================  ==========================  =====  ==========================================
    :math:`c_{t,h}`     ``matched_mw[t, h]``        MW     load matched by clean energy
    :math:`\ell_{t,h}`  ``load_terms``              MW     load of the facility in hour h
    ==================  ==========================  =====  ==========================================
    """
    return None, linear([(1.0, b.matched_mw[t, h]), *((-share, var) for share, var in load_terms(b, t, h))]), 0.0


def matched_clean(b: pyo.Block, t: int, h: int) -> Any:
    r"""Match in an hour no more than clean energy gives in it.

    .. math:: c_{t,h} \le \sum_{k \in P} u_{k,t,h} + \sum_{k \in F} \nu_{k,t,h} \, p_{k,t} \qquad [\mathrm{MW}]

    =====================  ==========================  =====  ==================================================
    Symbol                 Component                   Unit   Meaning
    =====================  ==========================  =====  ==================================================
    :math:`c_{t,h}`        ``matched_mw[t, h]``        MW     load matched by clean energy
    :math:`u_{k,t,h}`      ``own_use_mw[k, t, h]``     MW     own use of a clean physical agreement
    :math:`p_{k,t}`        ``ppa_mw[k, t]``            MW     MW in service of a clean financial agreement
    :math:`\nu_{k,t,h}`    ``profile_series``          1      yield of a MW in the hour (none: 1)
    =====================  ==========================  =====  ==================================================
    """
    return None, linear([(1.0, b.matched_mw[t, h]), *((-share, var) for share, var in clean_volume_terms(b, t, h))]), 0.0


def clean_share(m: pyo.ConcreteModel, year: int) -> Any:
    r"""Match at least a share of a calendar year's load, over all sites, by clean energy of the same hour.

    .. math:: \sum_s \sum_{t \in y} \sum_h w_h c_{s,t,h} \ge \underline\psi \sum_s \sum_{t \in y} \sum_h w_h \ell_{s,t,h}
              \qquad [\mathrm{GWh}]

    =========================  ==========================  =====  ==========================================
    Symbol                     Component                   Unit   Meaning
    =========================  ==========================  =====  ==========================================
    :math:`c_{s,t,h}`          ``matched_mw[t, h]``        MW     load matched by clean energy at site s
    :math:`\ell_{s,t,h}`       ``load_mwh_terms``          MW     load of the facility in hour h
    :math:`w_h`                ``hours.weights``           h      hours that h stands for
    :math:`\underline\psi`     ``clean_share_min``         1      least share of the load
    =========================  ==========================  =====  ==========================================
    """
    share = m.instance.carbon.clean_share_min
    terms: Terms = [(1.0, m.nothing)]
    for t in m.calendar.years()[year]:
        for b in _sites(m):
            terms.extend((mwh / THOUSAND, var) for mwh, var in _matched_mwh_terms(b, t))
            terms.extend((-share * mwh / THOUSAND, var) for mwh, var in _load_mwh(b, t))
    return 0.0, linear(terms), None


def all_tonnes(m: pyo.ConcreteModel, periods: list[int]) -> Terms:
    """Tonnes of the basis over all sites and some periods."""
    return [term for b in _sites(m) for t in periods if t in b.weight_h for term in _tonnes(b, t)]


def unmatched_mwh(m: pyo.ConcreteModel) -> Terms:
    """MWh of load that no clean energy of its hour matches, over all sites and periods."""
    terms: Terms = []
    for b in _sites(m):
        for t in b.LOADED:
            terms.extend(load_mwh_terms(b, t))
            terms.extend((-mwh, var) for mwh, var in _matched_mwh_terms(b, t))
    return terms


def add_carbon(m: pyo.ConcreteModel) -> None:
    """Declare tonnes and matched energy of every site, their limits, and book the price of carbon."""
    carbon = m.instance.carbon
    asks_for_clean = bool(carbon.clean_share_min) or "max_clean" in m.instance.goals
    for b in _sites(m):
        _declare_covered(b)
        b.location_t = pyo.Expression(b.LOADED, rule=lambda block, t: linear(_location(block, t)))
        b.market_t = pyo.Expression(b.LOADED, rule=lambda block, t: linear(_market(block, t)))
        matching = b.HOURS if asks_for_clean and any(is_clean(ppa) for ppa in b.site.ppas) else []
        b.matched_mw = pyo.Var(matching, within=pyo.NonNegativeReals)
        b.matched_load = pyo.Constraint(matching, rule=matched_load)
        b.matched_clean = pyo.Constraint(matching, rule=matched_clean)
        for t in b.LOADED if carbon.price_usd_per_t else ():
            key = LineKey(b.site.site_id, "operations", "carbon", "")
            m.ledger.book_period(key, _tonnes(b, t), t, carbon.price_usd_per_t / 1e6)
    years = list(m.calendar.years()) if m.instance.has_contracts else []
    m.carbon_cap = pyo.Constraint([year for year in years if _cap_t_per_year(m, year) is not None], rule=carbon_cap)
    m.clean_share = pyo.Constraint(years if carbon.clean_share_min else [], rule=clean_share)


def _sites(m: pyo.ConcreteModel) -> list[pyo.Block]:
    return [m.sites[s] for s in m.SITES] if m.instance.has_contracts else []


def _certified(b: pyo.Block) -> list[str]:
    return [k for k, ppa in b.ppas.items() if is_clean(ppa) and ppa.settlement == "financial"]


def _declare_covered(b: pyo.Block) -> None:
    covering = b.LOADED if _certified(b) else []
    b.covered_mwh = pyo.Var(covering, within=pyo.NonNegativeReals)
    b.covered_volume = pyo.Constraint(covering, rule=covered_volume)
    b.covered_drawn = pyo.Constraint(covering, rule=covered_drawn)
    b.covered_tonnes = pyo.Constraint(covering if b.site.grid_t_per_mwh else [], rule=covered_tonnes)


def _tonnes(b: pyo.Block, t: int) -> Terms:
    """Tonnes of the basis in a period."""
    return _location(b, t) if b.model().instance.carbon.basis == "location" else _market(b, t)


def _location(b: pyo.Block, t: int) -> Terms:
    grid = b.site.grid_t_per_mwh
    drawn = [term for k in b.TARIFFS for term in mwh_terms(b, b.drawn_mw, k, t, grid)]
    own_use = [term for k in b.PHYSICAL_PPAS for term in mwh_terms(b, b.own_use_mw, k, t, grid)]
    return [*drawn, *own_use, *_gas_terms(b, t)]


def _market(b: pyo.Block, t: int) -> Terms:
    grid = b.site.grid_t_per_mwh
    dirty = [k for k in b.PHYSICAL_PPAS if not is_clean(b.ppas[k])]
    own_use = [term for k in dirty for term in mwh_terms(b, b.own_use_mw, k, t, grid)]
    covered = [(-grid, b.covered_mwh[t])] if t in b.covered_mwh else []
    return [*_tariff_terms(b, t), *own_use, *_gas_terms(b, t), *covered]


def _tariff_terms(b: pyo.Block, t: int) -> Terms:
    terms: Terms = []
    for k, tariff in b.tariffs.items():
        rate = b.site.grid_t_per_mwh if tariff.emissions_t_per_mwh is None else tariff.emissions_t_per_mwh
        terms.extend(mwh_terms(b, b.drawn_mw, k, t, rate))
    return terms


def _gas_terms(b: pyo.Block, t: int) -> Terms:
    return [term for k, gas in b.gas.items() for term in mwh_terms(b, b.gas_drawn_mw, k, t, gas.emissions_t_per_mwh)]


def _load_mwh(b: pyo.Block, t: int) -> Terms:
    return load_mwh_terms(b, t) if t in b.weight_h else []


def _matched_mwh_terms(b: pyo.Block, t: int) -> Terms:
    return [(weight, b.matched_mw[t, h]) for h, weight in enumerate(b.weight_h.get(t, ())) if (t, h) in b.matched_mw]


def _cap_t_per_year(m: pyo.ConcreteModel, year: int) -> float | None:
    """Cap in force in the first month of a calendar year of the horizon; ``None``: no cap."""
    first = next(month for month in range(m.calendar.months) if m.calendar.year(month) == year)
    dated = [(date, tonnes) for date, tonnes in m.instance.carbon.cap_t_per_year if date <= first]
    return max(dated)[1] if dated else None
