"""What it costs to have signed the power contracts before the future is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from optimizer.core.number_words import amount, count, listed
from optimizer.report.page.render import money, month_name
from optimizer.report.page.tables import table_html
from optimizer.report.study_page.layout import arranged
from optimizer.report.study_page.phrases import TOLD_MUSD, no_plan_text, unbroken, with_sign
from optimizer.study.answers.decisions import DRAWN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optimizer.report.page.case import Section
    from optimizer.report.study_page.case import StudyCase

ROWS_SHOWN = 60
LINES_SHOWN = 3
"""Lines of the ledger that are told of a run: those that differ most."""

_HELD = (
    "Having signed: begin and MW of these contracts are held, construction, GPUs, hosts and further contracts are decided anew. "
    "A tariff that may end early may still be left or converted as its terms say; batteries and units that are bought are free.",
    "The price of having signed is what the plan with these contracts held costs more than the best plan of the same run.",
    "The site of a contract stays open, with its land, also where the workload leaves it: the price counts that too.",
)
_CHOSEN = "The runs were chosen, not drawn: their average says nothing of how likely a price is."


def section(case: StudyCase) -> Section | None:
    """Set every run with its contracts held beside itself with all decided anew; nothing where the study did not ask it."""
    told = case.answers.get("signed")
    if not told:
        return None
    titles = {one.name: one.title or one.name for one in case.study.named}
    rows = [{**row, "name": titles.get(row["name"], row["name"])} for row in told["rows"]]
    tables = [table_html(_contracts(told["contracts"]), "Contracts held as the plan of the scenario as it is signs them")]
    tables = tables if told["contracts"] else []
    tables += [table_html(_by_run(rows[:ROWS_SHOWN]), "Each run, having known beforehand and having signed, million USD")] if rows else []
    notes = [*_HELD, *([] if case.study.design in DRAWN else [_CHOSEN]), *no_plan_reasons(rows)]
    notes += [f"The first {ROWS_SHOWN} of {len(rows):,} runs; all are in answers.json."] if len(rows) > ROWS_SHOWN else []
    return arranged(("signed", "Having signed before the future is known"), tables=tables, notes=notes)


def committed_sentences(told: Mapping[str, Any]) -> list[str]:
    """What is held, what that costs on average and at worst, and in which runs there is no plan with it."""
    if not told:
        return []
    names = [f"{one['site_id']}/{one['contract_id']}" for one in told["contracts"]]
    if not names:
        return ["The plan of the scenario as it is signs no power contract: nothing could be held."]
    summary = told["summary"]
    head = f"Signed for the plan as it is ({listed(names)}), then the runs:"
    without = _without_text(told["rows"], summary)
    if not summary["runs_with_plan"]:
        return [f"{head} {without or 'none has a plan of itself'}."]
    mean, worst = summary["expected_with_plan_musd"], summary["worst_with_plan_musd"]
    cost = "having signed costs nothing more than knowing beforehand"
    if worst >= TOLD_MUSD:
        cost = f"having signed costs {money(mean)} more than knowing beforehand on average, {money(worst)} at worst"
    others = f"{without}; in the other {count(summary['runs_with_plan'])} " if without else ""
    return [f"{head} {others}{cost}.", *_bounds_text(summary)]


def no_plan_reasons(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Why runs have no plan with the contracts held, each with its reason."""
    return [f"{row['name']}: {row['message']}" for row in rows if row["signed_musd"] is None]


def _without_text(rows: Sequence[Mapping[str, Any]], summary: Mapping[str, Any]) -> str:
    """In which of the runs that are counted (all, in answers that do not say) there is no plan, or no answer; empty where each has one."""
    kinds = (("no plan", summary["infeasible_runs"]), ("no answer", summary["unknown_runs"]))
    parts = [f"{said} in {count(runs)} run{'' if runs == 1 else 's'}" for said, runs in kinds if runs]
    names = [row["name"] for row in rows if row.get("is_counted", True) and row["signed_musd"] is None]
    shown = f" ({'; '.join(names)})" if 0 < len(names) <= LINES_SHOWN else ""
    return f"{listed(parts)}{shown}" if parts else ""


def _bounds_text(summary: Mapping[str, Any]) -> list[str]:
    """What is proven of the average, where the gaps of the runs leave more open than is told."""
    least, most = summary["expected_at_least_musd"], summary["expected_at_most_musd"]
    if least is None or (most is not None and most - least < TOLD_MUSD):
        return []
    between = f"{money(least)} {'or more' if most is None else f'to {money(most)}'}"
    return [f"Not every plan is proven best: the average is proven to be {between}."]


def _contracts(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    told = [(f"{row['site_id']}/{row['contract_id']}", str(row["kind"]).replace("_", " "), month_name(row["begin"]),
             amount(row["mw_first"]), amount(row["mw"])) for row in rows]
    return pd.DataFrame(told, columns=["Contract", "Kind", "Begins", "MW at the begin", "MW at most"])


def _by_run(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    told = [(row["name"], _cost(row["knowing_musd"], row["ready_knowing"]), _cost_with_sign(row), _price(row), _lines_text(row["lines"]))
            for row in rows]
    heads = ["Run", "Knowing beforehand, ready", "Having signed, ready", "Price of having signed", "Where it shows"]
    return pd.DataFrame(told, columns=heads)


def _cost(musd: float, ready: str | None) -> str:
    return f"{amount(musd)}, {unbroken(month_name(ready)) if ready else 'never'}"


def _cost_with_sign(row: Mapping[str, Any]) -> str:
    if row["signed_musd"] is None:
        return no_plan_text(row["status"])
    return _cost(row["signed_musd"], row["ready_signed"])


def _price(row: Mapping[str, Any]) -> str:
    """Price of a run, with what is proven of it where that is another number."""
    if row["price_musd"] is None:
        return ""
    least, most = row["price_at_least_musd"], row["price_at_most_musd"]
    if most is not None and most - least < TOLD_MUSD:
        return amount(row["price_musd"])
    proven = f"{amount(least)} or more" if most is None else f"{amount(least)} to {amount(most)}"
    return f"{amount(row['price_musd'])} (proven: {proven})"


def _lines_text(lines: Sequence[Mapping[str, Any]]) -> str:
    """Lines of the ledger that differ most, with their sign."""
    told = [line for line in lines if abs(line["more_musd"]) >= TOLD_MUSD][:LINES_SHOWN]
    return ", ".join(f"{str(line['line']).replace('_', ' ')} {with_sign(line['more_musd'])}" for line in told)
