"""Beyond the horizon: what is still owed, what comes back, what is still worth something, and the terms that run on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from optimizer.plan.plan import BEYOND
from optimizer.report.page.case import Section
from optimizer.report.page.render import month_name, render
from optimizer.report.page.tables import table_html
from optimizer.report.terms import last_begins, left, term_begins

if TYPE_CHECKING:
    from optimizer.report.page.case import ReportCase

OWED, BACK, WORTH = "Still owed", "Comes back", "Still worth (no cash)"


def section(case: ReportCase) -> Section | None:
    """Write what goes on after the horizon; nothing where there is no plan."""
    if not case.tables:
        return None
    sums = flows(case)
    terms = running_on(case)
    totals = {kind: float(sums.loc[sums["kind"] == kind, "nominal_musd"].sum()) for kind in (OWED, BACK, WORTH)}
    html = render(
        "beyond.html", end=case.calendar.label(case.calendar.months - 1), totals=totals, owed=OWED, back=BACK, worth=WORTH,
        flows=_flows_table(sums) if len(sums) else "", terms=_terms_table(terms) if len(terms) else "",
    )
    return Section("beyond", "Commitments beyond the horizon", html)


def flows(case: ReportCase) -> pd.DataFrame:
    """Sums of the ledger beyond the horizon by line and subject.

    Returns
    -------
    pandas.DataFrame
        ``kind`` (owed, back, worth), ``site_id``, ``line``, ``subject``, ``nominal_musd``, ``present_musd``; owed first, the largest first.
    """
    rows = case.tables["ledger"]
    rows = rows[rows["period"] == BEYOND]
    sums = rows.groupby(["group", "site_id", "line", "subject"], as_index=False)[["nominal_musd", "present_musd"]].sum()
    sums = sums[sums["nominal_musd"] != 0.0]  # what takes back the gain of a loan is no flow
    kinds = [WORTH if group == "residual" else OWED if musd > 0 else BACK
             for group, musd in zip(sums["group"], sums["nominal_musd"], strict=True)]
    sums = sums.assign(kind=kinds, place=[(OWED, BACK, WORTH).index(kind) for kind in kinds], size=-sums["nominal_musd"].abs())
    ordered = sums.sort_values(["place", "size"], kind="stable").reset_index(drop=True)
    return ordered[["kind", "site_id", "line", "subject", "nominal_musd", "present_musd"]]


def running_on(case: ReportCase) -> pd.DataFrame:
    """Contracts whose term ends after the horizon: ``site_id``, ``contract_id``, ``begins``, ``term_months``, ``ends``, ``left_months``.

    ``ends`` is the last month of the term of the MW that were added last.

    Contracts that are left at the end of the horizon do not run on.
    """
    rows = []
    end = case.calendar.months
    first_month = {case.calendar.period_label(t): case.calendar.first_month(t) for t in range(case.calendar.periods)}
    gone = left(case.plan)
    since = term_begins(case.plan)
    for site_id, contract_id, begins, term in _services(case):
        over = first_month[since[site_id, contract_id]] + term - end
        if over > 0 and (site_id, contract_id) not in gone:
            rows.append((site_id, contract_id, begins, term, case.calendar.label(end + over - 1), over))
    return pd.DataFrame(rows, columns=["site_id", "contract_id", "begins", "term_months", "ends", "left_months"])


def _services(case: ReportCase) -> list[tuple[str, str, str, int]]:
    """Tariffs and agreements with a term: site, contract, period of the last begin, months of the term."""
    terms = {(site.site_id, tariff.contract_id): tariff.term_months for site in case.instance.sites for tariff in site.tariffs}
    terms |= {(site.site_id, ppa.contract_id): ppa.term_months for site in case.instance.sites for ppa in site.ppas}
    return [(*key, period, term) for key, period in last_begins(case.plan).items() if (term := terms.get(key))]


def _flows_table(sums: pd.DataFrame) -> str:
    shown = pd.DataFrame({
        "Line": [line.replace("_", " ") for line in sums["line"]],
        "Of": [" at ".join(part for part in of if part) for of in zip(sums["subject"], sums["site_id"], strict=True)],
        "What": sums["kind"],
        "Nominal, million USD": sums["nominal_musd"],
        "Present value, million USD": sums["present_musd"],
    })
    return table_html(shown, "Sums due after the horizon (negative: in our favour)")


def _terms_table(terms: pd.DataFrame) -> str:
    shown = pd.DataFrame({
        "Contract": terms["contract_id"], "Site": terms["site_id"], "Service begins": terms["begins"].map(month_name),
        "Term, months": terms["term_months"], "Term ends": terms["ends"].map(month_name),
        "Months left after the horizon": terms["left_months"],
    })
    return table_html(shown, "Terms that run on after the horizon")
