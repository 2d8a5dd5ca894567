"""The ask: what, where, how much, by when, and what is lost if everything stops at a gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from optimizer.core.accounts import CASH_COST
from optimizer.core.number_words import count, gpus_bought, gpus_phrase, listed
from optimizer.report.page.case import ReportCase, Section
from optimizer.report.page.charts import by_width, moment, over_months, steps
from optimizer.report.page.figures import figure
from optimizer.report.page.render import month_name, render
from optimizer.report.page.tables import table_html
from optimizer.report.page.uses import paid_by_purses

if TYPE_CHECKING:
    from markupsafe import Markup

_PAID, _LOST = "cash paid by then", "lost if signatures are cancelled the day after"


def section(case: ReportCase) -> Section | None:
    """Write the ask; nothing where there is no plan."""
    if not case.tables:
        return None
    told = gates(case)
    html = render(
        "ask.html", case=case, committed={rental.name for rental in case.instance.rentals if rental.committed_gpus},
        header=case.header, sums=sums(case), gpus_text=gpus_text, has_gates=len(told) > 0,
        gates_table=_gates_table(told) if len(told) else "", gates_figure=_gates_figure(case, told) if len(told) else "",
    )
    return Section("ask", "The ask", html)


def cash(case: ReportCase) -> pd.DataFrame:
    """Rows of the ledger that are payments to be decided on: no value of time or residual value, no draw, nothing committed before."""
    ledger = paid_by_purses(case.tables["ledger"])
    return ledger[ledger["group"].isin(CASH_COST)]


def sums(case: ReportCase) -> dict[str, float | str]:
    """How much is asked, nominal: within the horizon, beyond it, in the dearest period; and when the first signature is due.

    Returns
    -------
    dict
        ``horizon_musd``, ``beyond_musd``, ``largest_musd`` in period ``largest_in``, ``first_signature``; texts empty where there is none.
    """
    rows = cash(case)
    within = rows[rows["period"] != "beyond"].groupby("period")["nominal_musd"].sum()
    signed = case.tables["commitments"]["sign_by"]
    return {
        "horizon_musd": float(within.sum()),
        "beyond_musd": float(rows.loc[rows["period"] == "beyond", "nominal_musd"].sum()),
        "largest_musd": float(within.max()) if len(within) else 0.0,
        "largest_in": str(within.idxmax()) if len(within) else "",
        "first_signature": str(signed.min()) if len(signed) else "",
    }


def gates(case: ReportCase) -> pd.DataFrame:
    """What is signed month by month, and what of it is lost for good.

    Returns
    -------
    pandas.DataFrame
        A row per month of signature: ``sign_by``; ``signed``, the subjects; ``committed_musd``; ``lost_musd``, what of it cannot be
        got back the day after; ``lost_so_far_musd``, summed up to this gate; ``paid_before_musd``, nominal cash of all periods before.
    """
    rows = []
    lost_so_far = 0.0
    several = len({site_id for site_id in case.tables["commitments"]["site_id"] if site_id}) > 1
    paid = cash(case)
    paid = paid[paid["period"] != "beyond"]
    for month, signed in case.tables["commitments"].groupby("sign_by", sort=True):
        lost = float(signed["nonrefundable_musd"].sum())
        lost_so_far += lost
        rows.append({
            "sign_by": str(month),
            "signed": listed(list(dict.fromkeys(_subjects(signed, several)))),
            "committed_musd": float(signed["committed_musd"].sum()),
            "lost_musd": lost,
            "lost_so_far_musd": lost_so_far,
            "paid_before_musd": float(paid.loc[paid["period"] < str(month), "nominal_musd"].sum()),
        })
    columns = ["sign_by", "signed", "committed_musd", "lost_musd", "lost_so_far_musd", "paid_before_musd"]
    return pd.DataFrame(rows, columns=columns)


def _subjects(signed: pd.DataFrame, several: bool) -> list[str]:
    """What is signed, each with its site where there are several."""
    return [f"{subject} at {site_id}" if several and site_id else str(subject)
            for subject, site_id in zip(signed["subject"], signed["site_id"], strict=True)]


def gpus_text(gpus: dict[str, dict[str, float]]) -> str:
    """GPUs of a site in words: ``96,000 H100 and 4,000 H200``."""
    return listed([gpus_phrase(name, row) for name, row in gpus.items() if gpus_bought(row)])


def _gates_table(told: pd.DataFrame) -> Markup:
    shown = told.assign(sign_by=told["sign_by"].map(month_name)).rename(columns={
        "sign_by": "Gate", "signed": "Signed", "committed_musd": "Commits to, million USD",
        "lost_musd": "Of it not refundable, million USD",
        "lost_so_far_musd": "Not refundable in all by then, million USD", "paid_before_musd": "Cash paid before, million USD",
    })
    return table_html(shown, "What each gate commits to, and what is gone if everything stops the day after (nominal)", decimals=1)


def _gates_figure(case: ReportCase, told: pd.DataFrame) -> Markup:
    """Two steps over the months: cash paid so far, and what of the signatures so far is lost."""
    paid = cash(case).groupby("period")["nominal_musd"].sum()
    lost = told.set_index("sign_by")["lost_musd"]
    periods = case.periods
    until = [max((month for month in lost.index if month < after), default="") for after in [*periods[1:], "9999"]]
    lost_by = lost.cumsum()
    table = pd.DataFrame({
        "period": periods,
        _PAID: paid.reindex(periods, fill_value=0.0).cumsum().to_numpy(),
        _LOST: [float(lost_by[month]) if month else 0.0 for month in until],
    })
    long = table.melt("period", var_name="what", value_name="musd").assign(at=lambda rows: rows["period"].map(moment))

    def chart(width_px: int) -> alt.Chart:
        x = over_months("at", case.calendar.months, width_px)
        y = alt.Y("musd:Q", title="million USD, nominal")
        return steps(long, (x, y), "what", [_PAID, _LOST], by_width(width_px, 2, 1)).properties(height=by_width(width_px, 260, 220))

    title = "Cash paid and what cannot be refunded, cumulative, million USD"
    description = (
        f"By {month_name(told['sign_by'].iloc[-1])} all is signed; {count(told['lost_so_far_musd'].iloc[-1])} million USD of the "
        "signatures cannot be got back. What has been paid for land, buildings and hardware is owned, not lost: what it may fetch is its "
        "residual value."
    )
    heads = {"period": "Month", _PAID: "Cash paid by then, million USD", _LOST: "Not refundable by then, million USD"}
    return figure(chart, title, description, table.rename(columns=heads))
