"""What it costs to have signed before the future is known: each run with the contracts held, against the same run that knew."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

import pandas as pd

from optimizer.core.errors import SolverError
from optimizer.solve.search.committed_contract import contracts_as_json
from optimizer.study.answers.regret import TOLERANCE
from optimizer.study.answers.table import INFEASIBLE, compared, gap_musd, is_missing, plain, records
from optimizer.study.file.definition import Study
from optimizer.study.runs.signing import PHASE, CommittedCosts, Ledger, rerun_table

Row = Mapping[str, Any]

LINE_MUSD = 0.005
"""Difference of a ledger line that is told, million USD."""


@dataclass(frozen=True, slots=True)
class Price:
    """What having signed costs in a run, million USD: by the plans found, and what is proven of it.

    The true price lies from ``at_least_musd`` to ``at_most_musd``, which is infinite where no bound is known of the run that knew.
    """

    musd: float
    at_least_musd: float
    at_most_musd: float


def committed_comparison(study: Study, table: pd.DataFrame, signed: CommittedCosts | None) -> dict[str, Any] | None:
    """Compare every run with its contracts held and free; None where the study did not ask it.

    The summary is of the runs that the study compares: beside a grid or draws a named run is in the rows and in no mean.

    Parameters
    ----------
    study : Study
        What was asked.
    table : pandas.DataFrame
        As of ``study_table``; runs of the phase ``signed`` are in the order of ``rerun_table``.
    signed : Signed or None
        What was held.

    Returns
    -------
    dict or None
        ``contracts`` held, ``rows`` (a run each) and ``summary``, as ``docs/reference/study.md`` says.

    Raises
    ------
    SolverError
        A plan with the contracts held is better than the best one by more than what the solver left unproven.
    """
    if signed is None:
        return None
    held = records(table[table["phase"] == PHASE].sort_values("run"))
    pairs = list(zip(records(rerun_table(table)), held, strict=True)) if held else []
    prices = [_price(knowing, row) for knowing, row in pairs]
    counted = set(compared(study, table)["run"])
    is_counted = [knowing["run"] in counted for knowing, _ in pairs]
    rows = [_row(pair, price, signed.ledgers) for pair, price in zip(pairs, prices, strict=True)]
    return {
        "contracts": contracts_as_json(signed.contracts),
        "rows": [{**row, "is_counted": is_one} for row, is_one in zip(rows, is_counted, strict=True)],
        "summary": _summary(list(compress(held, is_counted)), list(compress(prices, is_counted))),
    }


def _price(knowing: Row, held: Row) -> Price | None:
    """Cost with the contracts held less the least cost found for the run; None without a plan."""
    if is_missing(held["objective_musd"]):
        return None
    cost, free = float(held["objective_musd"]), float(knowing["objective_musd"])
    unproven = gap_musd(knowing) + gap_musd(held) + TOLERANCE * max(1.0, abs(cost))
    if math.isfinite(unproven) and cost < free - unproven:
        says = f"with contracts held it costs {cost:,.3f} musd, less than the best, {free:,.3f} musd, by more than both gaps"
        raise SolverError(f"Run {knowing['run']} ({knowing['name']}) contradicts itself: {says}. This is a fault of gigasite.")
    best = min(cost, free)
    return Price(cost - best, max(0.0, cost - gap_musd(held) - best), cost - min(best, free - gap_musd(knowing)))


def _row(pair: tuple[Row, Row], price: Price | None, ledgers: Mapping[int, Ledger]) -> dict[str, Any]:
    knowing, held = pair
    return {
        "run": int(knowing["run"]),
        "signed_run": int(held["run"]),
        "name": str(knowing["name"]),
        "status": held["status"],
        "message": plain(held["message"]) or "",
        "knowing_musd": plain(knowing["objective_musd"]),
        "signed_musd": plain(held["objective_musd"]),
        "price_musd": None if price is None else price.musd,
        "price_at_least_musd": None if price is None else price.at_least_musd,
        "price_at_most_musd": None if price is None else _known(price.at_most_musd),
        "host_knowing": plain(knowing["host"]),
        "host_signed": plain(held["host"]),
        "ready_knowing": plain(knowing["ready"]),
        "ready_signed": plain(held["ready"]),
        "lines": _lines(ledgers.get(int(knowing["run"]), {}), ledgers.get(int(held["run"]), {})),
    }


def _lines(knowing: Ledger, held: Ledger) -> list[dict[str, Any]]:
    """Lines of the ledger in which the plan with contracts held pays more or less, the largest first; empty without both."""
    if not knowing or not held:
        return []
    names = dict.fromkeys((group, line) for ledger in (knowing, held) for group, lines in ledger.items() for line in lines)
    more = [(held.get(group, {}).get(line, 0.0) - knowing.get(group, {}).get(line, 0.0), group, line) for group, line in names]
    ranked = sorted((row for row in more if abs(row[0]) >= LINE_MUSD), key=lambda row: -abs(row[0]))
    return [{"group": group, "line": line, "more_musd": musd} for musd, group, line in ranked]


def _summary(held: Sequence[Row], prices: Sequence[Price | None]) -> dict[str, Any]:
    """Mean and greatest price; None where some run has no plan with the contracts held, or none that is known."""
    found = [price for price in prices if price is not None]
    infeasible = sum(row["status"] == INFEASIBLE for row in held)
    head = {
        "runs": len(held),
        "runs_with_plan": len(found),
        "infeasible_runs": infeasible,
        "unknown_runs": len(held) - len(found) - infeasible,
        "expected_with_plan_musd": _mean([price.musd for price in found]),
        "worst_with_plan_musd": max((price.musd for price in found), default=None),
    }
    whole = found if len(found) == len(held) else []
    return head | {
        "expected_musd": _mean([price.musd for price in whole]),
        "expected_at_least_musd": _mean([price.at_least_musd for price in whole]),
        "expected_at_most_musd": _mean([price.at_most_musd for price in whole]),
        "worst_musd": max((price.musd for price in whole), default=None),
        "worst_at_least_musd": max((price.at_least_musd for price in whole), default=None),
        "worst_at_most_musd": _known(max((price.at_most_musd for price in whole), default=math.inf)),
    }


def _mean(values: Sequence[float]) -> float | None:
    return _known(sum(values) / len(values)) if values else None


def _known(musd: float) -> float | None:
    """A bound as JSON has it: None where it is none."""
    return musd if math.isfinite(musd) else None
