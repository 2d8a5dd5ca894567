"""Rentals: GPUs in somebody's cloud, already committed or on offer, as help or as host."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.core.instance import Rental, Workload
from optimizer.model.hardware import THOUSAND
from optimizer.model.ledger import LineKey, before


def rental_begins_once(m: pyo.ConcreteModel, o: str, t: int) -> Any:
    r"""Begin a rental offer once; a begun one stays begun.

    .. math:: u_{o,t} \ge u_{o,t-1} \qquad [1]

    ================  ======================  =====  ======================================
    Symbol            Component               Unit   Meaning
    ================  ======================  =====  ======================================
    :math:`u_{o,t}`   ``is_rented[o, t]``     1      offer o was begun in t or before
    ================  ======================  =====  ======================================
    """
    return m.is_rented[o, t] >= m.is_rented[o, t - 1]


def rental_size_limit(m: pyo.ConcreteModel, o: str, t: int) -> Any:
    r"""Begin with no more GPUs than the offer holds.

    .. math:: q_{o,t} \le \bar q_o (u_{o,t} - u_{o,t-1}) \qquad [\mathrm{kGPU}]

    ================  ======================  =====  ======================================
    Symbol            Component               Unit   Meaning
    ================  ======================  =====  ======================================
    :math:`q_{o,t}`   ``begun_gpus[o, t]``    kGPU   GPUs whose rent begins in t
    :math:`u_{o,t}`   ``is_rented[o, t]``     1      offer o was begun in t or before
    :math:`\bar q_o`  ``gpus_max``            kGPU   most GPUs of the offer
    ================  ======================  =====  ======================================
    """
    begins = m.is_rented[o, t] - before(m.is_rented, o, t - 1)
    return m.begun_gpus[o, t] <= m.rental_offers[o].gpus_max / THOUSAND * begins


def rental_size_floor(m: pyo.ConcreteModel, o: str, t: int) -> Any:
    r"""Begin with no fewer GPUs than the offer asks.

    .. math:: q_{o,t} \ge \underline q_o (u_{o,t} - u_{o,t-1}) \qquad [\mathrm{kGPU}]

    =======================  ======================  =====  ======================================
    Symbol                   Component               Unit   Meaning
    =======================  ======================  =====  ======================================
    :math:`q_{o,t}`          ``begun_gpus[o, t]``    kGPU   GPUs whose rent begins in t
    :math:`u_{o,t}`          ``is_rented[o, t]``     1      offer o was begun in t or before
    :math:`\underline q_o`   ``gpus_min``            kGPU   fewest GPUs of the offer
    =======================  ======================  =====  ======================================
    """
    begins = m.is_rented[o, t] - before(m.is_rented, o, t - 1)
    return m.begun_gpus[o, t] >= m.rental_offers[o].gpus_min / THOUSAND * begins


def rental_term(m: pyo.ConcreteModel, o: str, t: int) -> Any:
    r"""Rent what was begun for at least the minimum term.

    .. math:: y_{o,t} \ge \sum_{t - M_o < \tau \le t} q_{o,\tau} \qquad [\mathrm{kGPU}]

    ================  ======================  =====  ======================================
    Symbol            Component               Unit   Meaning
    ================  ======================  =====  ======================================
    :math:`y_{o,t}`   ``rented[o, t]``        kGPU   GPUs rented in t
    :math:`q_{o,t}`   ``begun_gpus[o, t]``    kGPU   GPUs whose rent begins in t
    :math:`M_o`       ``min_months``          per.   minimum term, in whole periods, at least one
    ================  ======================  =====  ======================================
    """
    window = max(m.calendar.lag_periods(m.rental_offers[o].min_months), 1)
    return m.rented[o, t] >= sum(m.begun_gpus[o, tau] for tau in range(max(t - window + 1, 0), t + 1))


def rental_growth(m: pyo.ConcreteModel, o: str, t: int) -> Any:
    r"""After its begin a rental runs on from month to month and never grows.

    .. math:: y_{o,t} \le y_{o,t-1} + q_{o,t} \qquad [\mathrm{kGPU}]

    ================  ======================  =====  ======================================
    Symbol            Component               Unit   Meaning
    ================  ======================  =====  ======================================
    :math:`y_{o,t}`   ``rented[o, t]``        kGPU   GPUs rented in t
    :math:`q_{o,t}`   ``begun_gpus[o, t]``    kGPU   GPUs whose rent begins in t
    ================  ======================  =====  ======================================
    """
    return m.rented[o, t] <= before(m.rented, o, t - 1) + m.begun_gpus[o, t]


def rental_host(m: pyo.ConcreteModel, o: str, t: int) -> Any:
    r"""Host workloads on no more rented GPUs than there are.

    .. math:: \sum_w \bar\tau_w \, r_{o,w,t} \le e_o \, y_{o,t} \qquad [\mathrm{kH100e}]

    ==================  ============================  =========  ============================================
    Symbol              Component                     Unit       Meaning
    ==================  ============================  =========  ============================================
    :math:`r_{o,w,t}`   ``rental_ready[o, w, t]``     1          w runs on offer o, since t or before
    :math:`y_{o,t}`     ``rented[o, t]``              kGPU       GPUs rented in t (a committed rental: data)
    :math:`\bar\tau_w`  ``gpus_h100e``                kH100e     target, while the workload is needed
    :math:`e_o`         ``h100_equivalents``          H100e/GPU  performance of the rented model
    ==================  ============================  =========  ============================================

    An offer may host only where ``largest_cluster_gpus`` reaches the target (else there is no ``rental_ready``).
    """
    rental = m.rentals_by_name[o]
    asked = sum(
        m.workloads_by_name[w].gpus_h100e / THOUSAND * m.rental_ready[o, w, t]
        for w in m.workloads_by_name
        if (o, w, t) in m.rental_ready
    )
    return asked + m.nothing <= m.needs.gpu(rental.gpu).h100_equivalents * rented_kgpus(m, rental, t)


def rental_ready_monotone(m: pyo.ConcreteModel, o: str, w: str, t: int) -> Any:
    r"""Keep a ready workload ready at its rental offer.

    .. math:: r_{o,w,t} \ge r_{o,w,t-1} \qquad [1]

    ==================  ============================  =====  ======================================
    Symbol              Component                     Unit   Meaning
    ==================  ============================  =====  ======================================
    :math:`r_{o,w,t}`   ``rental_ready[o, w, t]``     1      w runs on offer o, since t or before
    ==================  ============================  =====  ======================================
    """
    return m.rental_ready[o, w, t] >= m.rental_ready[o, w, t - 1]


def rented_kgpus(m: pyo.ConcreteModel, rental: Rental, t: int) -> Any:
    """Thousand GPUs rented in a period: a variable for an offer, a constant for a committed rental."""
    if rental.committed_gpus:
        return committed_gpus(rental, m.calendar.first_month(t)) / THOUSAND
    return m.rented[rental.name, t]


def committed_gpus(rental: Rental, month: int) -> int:
    """GPUs of a committed rental in a month."""
    still = rental.committed_until is None or month <= rental.committed_until
    return rental.committed_gpus if still else 0


def add_rentals(m: pyo.ConcreteModel) -> None:
    """Declare rentals, the workloads they may host, and book rent and deposits."""
    m.rentals_by_name = {rental.name: rental for rental in m.instance.rentals}
    m.rental_offers = {rental.name: rental for rental in m.instance.rentals if not rental.committed_gpus and rental.gpus_max}
    m.OFFERS = pyo.Set(initialize=list(m.rental_offers), ordered=True)
    later = pyo.RangeSet(1, m.PERIODS.last())
    m.is_rented = pyo.Var(m.OFFERS, m.PERIODS, within=pyo.Binary)
    m.begun_gpus = pyo.Var(m.OFFERS, m.PERIODS, within=pyo.NonNegativeReals)
    m.rented = pyo.Var(m.OFFERS, m.PERIODS, within=pyo.NonNegativeReals)
    m.rental_begins_once = pyo.Constraint(m.OFFERS, later, rule=rental_begins_once)
    m.rental_size_limit = pyo.Constraint(m.OFFERS, m.PERIODS, rule=rental_size_limit)
    m.rental_size_floor = pyo.Constraint(m.OFFERS, m.PERIODS, rule=rental_size_floor)
    m.rental_term = pyo.Constraint(m.OFFERS, m.PERIODS, rule=rental_term)
    m.rental_growth = pyo.Constraint(m.OFFERS, m.PERIODS, rule=rental_growth)
    hosted = [
        (rental.name, workload.name)
        for rental in m.instance.rentals
        for workload in m.instance.workloads
        if _may_host(m, rental, workload)
    ]
    m.HOST_RENTALS = pyo.Set(initialize=list(dict.fromkeys(name for name, _ in hosted)), ordered=True)
    needed = [(o, w, t) for o, w in hosted for t in m.needs.needed_periods(m.workloads_by_name[w])]
    m.rental_ready = pyo.Var(needed, within=pyo.Binary)
    m.rental_ready_monotone = pyo.Constraint([(o, w, t) for o, w, t in needed if t > 0], rule=rental_ready_monotone)
    m.rental_host = pyo.Constraint(m.HOST_RENTALS, m.PERIODS, rule=rental_host)
    for rental in m.instance.rentals:
        if rental.committed_gpus:
            _book_committed(m, rental)
    for offer in m.rental_offers.values():
        for t in m.PERIODS:
            if m.calendar.first_month(t) < offer.available_from:
                m.is_rented[offer.name, t].fix(0)
            _book_offer(m, offer, t)


def _may_host(m: pyo.ConcreteModel, rental: Rental, workload: Workload) -> bool:
    gpus = min(rental.largest_cluster_gpus, rental.committed_gpus or rental.gpus_max)
    performance = gpus * m.needs.gpu(rental.gpu).h100_equivalents
    return rental.gpu in workload.accepts and performance >= workload.gpus_h100e


def _rent_musd(m: pyo.ConcreteModel, rental: Rental, month: int) -> float:
    """Rent of a thousand GPUs for a month."""
    return float(rental.usd_per_gpu_hour * THOUSAND * m.calendar.month_hours(month) / 1e6)


def _book_committed(m: pyo.ConcreteModel, rental: Rental) -> None:
    rents = [
        (month, committed_gpus(rental, month) / THOUSAND * _rent_musd(m, rental, month)) for month in range(m.calendar.months)
    ]
    m.ledger.book_constant(LineKey("", "committed", "rental", rental.name), m.money.schedule(rents))


def _book_offer(m: pyo.ConcreteModel, offer: Rental, t: int) -> None:
    first, months = m.calendar.first_month(t), m.calendar.months
    monthly = {month: _rent_musd(m, offer, month) for month in range(first, max(first + offer.min_months, first + 3))}
    key = LineKey("", "rent", "rental", offer.name)
    rent = sum(monthly[month] for month in m.calendar.months_of(t))
    m.ledger.book_period(key, [(1.0, m.rented[offer.name, t])], t, rent)
    begun = [(1.0, m.begun_gpus[offer.name, t])]
    owed = 1.0 - offer.relet_fraction
    beyond = [(month, monthly[month] * owed) for month in range(months, first + offer.min_months)]
    m.ledger.book(key, begun, m.money.schedule(beyond))
    deposit = offer.deposit_fraction * sum(monthly[month] for month in range(first, first + offer.min_months))
    m.ledger.book(LineKey("", "deposits", "rental_deposit", offer.name), begun, m.money.schedule([(first, deposit)]))
    returned = m.money.schedule([(first + offer.min_months, -deposit)])
    m.ledger.book(LineKey("", "deposits", "rental_deposit_return", offer.name), begun, returned)
