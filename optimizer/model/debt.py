"""Debt: a loan on the GPUs, drawn where purses are short, repaid in equal instalments and in full by the end of the horizon."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.core.accounts import DRAW_LINE, OFFSET_LINE
from optimizer.core.finance import Schedule, straight_line
from optimizer.core.instance import Gpu
from optimizer.model.hardware import THOUSAND, payment_shares
from optimizer.model.ledger import LineKey, Terms, change, linear
from optimizer.plan.plan import DEBT


def debt_limit(m: pyo.ConcreteModel, t: int) -> Any:
    r"""Owe no more than the lender's limit.

    .. math:: \sum_{\tau \le t} \bar\beta_{t-\tau} \, u_\tau \le \bar U \qquad [\mathrm{musd}]

    =========================  =======================  =====  ====================================================
    Symbol                     Component                Unit   Meaning
    =========================  =======================  =====  ====================================================
    :math:`u_\tau`             ``drawn_musd[t]``        musd   drawn in a period
    :math:`\bar\beta_{t-\tau}` ``outstanding_share``    1      share of a draw still owed so many periods later
    :math:`\bar U`             ``limit_musd``           musd   most that may be owed
    =========================  =======================  =====  ====================================================

    A draw is repaid in equal instalments, one each period from the next one on; what is owed may be drawn anew.
    """
    return owed_musd(m, t) <= m.instance.debt.limit_musd


def debt_collateral(m: pyo.ConcreteModel, t: int) -> Any:
    r"""Owe no more than the share that the lender advances on the book value of GPUs delivered and paid for.

    .. math:: \sum_{\tau \le t} \bar\beta_{t-\tau} \, u_\tau \le
              \alpha \sum_s \sum_g \pi_g \sum_{\tau \le t} \bar\kappa_{g,\tau,t} \bigl(d_{s,g,\tau} - d_{s,g,\tau-1}\bigr)
              \qquad [\mathrm{musd}]

    =============================  ==============================  =========  ==================================================
    Symbol                         Component                       Unit       Meaning
    =============================  ==============================  =========  ==================================================
    :math:`u_\tau`                 ``drawn_musd[t]``               musd       drawn in a period
    :math:`d_{s,g,t}`              ``sites[s].received[g, t]``     kGPU       delivered by t, cumulative
    :math:`\bar\beta_{t-\tau}`     ``outstanding_share``           1          share of a draw still owed so many periods later
    :math:`\alpha`                 ``advance_fraction_of_gpus``    1          share of the book value that is lent
    :math:`\pi_g`                  ``price_usd``                   musd/kGPU  price
    :math:`\bar\kappa_{g,\tau,t}`  ``pledged_share``               1          share of the price paid by t, less depreciation
    =============================  ==============================  =========  ==================================================

    Depreciation is straight over the lifetime, from the delivery on. GPUs that stood there before the horizon are not pledged. Only what
    is paid for counts: hardware on the vendor's credit would else be a way to money for other things.
    """
    return owed_musd(m, t) <= linear(lendable_terms(m, t))


def owed_musd(m: pyo.ConcreteModel, t: int) -> Any:
    """What is owed in a period, after its draws and instalments."""
    return linear([(outstanding_share(m, t - draw), m.drawn_musd[draw]) for draw in m.DRAWS if draw <= t])


def outstanding_share(m: pyo.ConcreteModel, periods: int) -> float:
    """Share of a draw still owed some periods after it."""
    return straight_line(periods * m.calendar.months_per_period, m.instance.debt.repay_months)


def lendable_terms(m: pyo.ConcreteModel, t: int) -> Terms:
    """What the lender advances in a period on the GPUs of all sites, million USD, as terms in the deliveries."""
    return [
        (m.instance.debt.advance_fraction_of_gpus * price_musd * pledged_share(m, gpu, delivery, t) * share, var)
        for s in m.SITES
        for gpu in m.sites[s].gpus.values()
        if (price_musd := gpu.price_usd * THOUSAND / 1e6)
        for delivery in range(t + 1)
        for share, var in change(m.sites[s].received, gpu.name, delivery)
    ]


def pledged_share(m: pyo.ConcreteModel, gpu: Gpu, delivery: int, t: int) -> float:
    """Share of a price at which GPUs delivered in one period stand in the lender's books in another: paid by then, less depreciation."""
    month = m.calendar.first_month(delivery)
    length = m.calendar.months_per_period
    paid = sum(share for due, share in payment_shares(gpu, month) if max(due, 0) // length <= t)
    return paid * straight_line(m.calendar.first_month(t) - month, gpu.lifetime_months)


def add_debt(m: pyo.ConcreteModel) -> None:
    """Declare the draws of the loan, where the scenario has one, and book what they bring and cost."""
    debt = m.instance.debt
    if debt is None or not m.instance.has_budget:
        return
    m.DRAWS = pyo.Set(initialize=[t for t in m.PERIODS if m.calendar.first_month(t) >= debt.from_month], ordered=True)
    m.drawn_musd = pyo.Var(m.DRAWS, within=pyo.NonNegativeReals)
    owing = range(m.DRAWS.first(), m.calendar.periods) if len(m.DRAWS) else range(0)
    m.debt_limit = pyo.Constraint(owing, rule=debt_limit)
    m.debt_collateral = pyo.Constraint(owing, rule=debt_collateral)
    for t in m.DRAWS:
        _book_draw(m, t)


def _book_draw(m: pyo.ConcreteModel, t: int) -> None:
    """Book a draw with its fee, instalments and interest, and what takes back a gain in present value."""
    drawn = [(1.0, m.drawn_musd[t])]
    loan = {
        DRAW_LINE: Schedule(((t, -1.0),)),
        "debt_repayment": _repayment(m, t),
        "debt_interest": _interest(m, t),
    }
    fee = m.instance.debt.fee_fraction
    costs = {**loan, "debt_fee": Schedule(((t, fee),) if fee else ()), OFFSET_LINE: _offset(m, loan)}
    for line, schedule in costs.items():
        m.ledger.book(LineKey("", "finance", line, DEBT), drawn, schedule)


def _repayment(m: pyo.ConcreteModel, t: int) -> Schedule:
    """Instalments of a draw of 1 from the next period on; what is left at the end of the horizon is repaid then."""
    last = m.PERIODS.last() - t
    instalments = [(t + age, outstanding_share(m, age - 1) - outstanding_share(m, age)) for age in range(1, last + 1)]
    left = outstanding_share(m, last)
    return Schedule(tuple((period, share) for period, share in instalments if share), left, left * m.money.end_discount())


def _interest(m: pyo.ConcreteModel, t: int) -> Schedule:
    """Interest on a draw of 1: each period's on what was owed before it, and for half a period up to the end of the horizon."""
    last = m.PERIODS.last() - t
    rate = m.instance.debt.interest_per_year / 12.0 * m.calendar.months_per_period
    due = [(t + age, rate * outstanding_share(m, age - 1)) for age in range(1, last + 1)]
    left = rate / 2.0 * outstanding_share(m, last)
    return Schedule(tuple((period, musd) for period, musd in due if musd), left, left * m.money.end_discount())


def _offset(m: pyo.ConcreteModel, loan: dict[str, Schedule]) -> Schedule:
    """What a loan below the discount rate would gain in present value, its fee apart: taken back, since borrowing is no income."""
    present = sum(
        schedule.beyond_present + sum(musd * m.ledger.discount(period) for period, musd in schedule.periods) for schedule in loan.values()
    )
    return Schedule((), 0.0, max(0.0, -present))
