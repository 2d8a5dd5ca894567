"""A study in words, for the page and the command line: what was asked, and the answers, a sentence each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from optimizer.core.number_words import amount, count, listed
from optimizer.report.page.render import money, month_name
from optimizer.study.answers.table import INFEASIBLE
from optimizer.study.file.spreads import Discrete, Listed, LogNormal, Normal, Triangular

if TYPE_CHECKING:
    from optimizer.study.file.definition import Study
    from optimizer.study.file.spreads import Spread, Value

TOLD_MUSD = 0.05
"""Difference between two costs that is told, million USD: half of the last digit."""

_DESIGNS = {
    "one_at_a_time": "one factor changed at a time", "grid": "every combination of the values", "named": "the runs named, one by one",
    "latin_hypercube": "{samples} runs spread evenly over the ranges (Latin hypercube)",
    "morris": "{samples} walks through the ranges, one factor a step (Morris)",
    "sobol": "a quasi-random sample of {samples} with its mixtures (Sobol)",
    "monte_carlo": "{samples} runs drawn from the distributions (Monte Carlo)",
}

_LESSER_CHANGES = ("sites:", "contracts:", "GPUs")
"""Changes that the table tells, and the sentences do not."""

_MONTH = re.compile(r"\b\d{4}-\d{2}\b")

_NOT_COUNTED = {
    "infeasible": "proven to have no plan", "no_plan_in_time": "without a plan in the time given", "failed": "failed",
    "quarantined": "given up after two workers died of it",
}


def design_text(study: Study) -> str:
    """How the runs of a study were chosen."""
    return _DESIGNS[study.design].format(samples=count(study.samples))


def spread_text(spread: Spread | None, unit: str) -> str:
    """Values that a factor takes, with their unit."""
    behind = f" {unit}" if unit else ""
    match spread:
        case None:
            said = "changed by breakpoints only"
        case Listed(values):
            said = f"{listed([value_text(value) for value in values])}{behind}"
        case Discrete(values, weights):
            parts = [f"{value_text(value)} ({100 * weight / sum(weights):.0f} %)" for value, weight in zip(values, weights, strict=True)]
            said = f"{listed(parts)}{behind}"
        case Triangular(low, mode, high):
            said = f"{value_text(low)} to {value_text(high)}{behind}, most likely {value_text(mode)}"
        case Normal(mean, sd, low, high):
            ends = [f"{word} {value_text(end)}" for word, end in (("not below", low), ("not above", high)) if end is not None]
            said = ", ".join([f"normal, mean {value_text(mean)}{behind}, standard deviation {value_text(sd)}", *ends])
        case LogNormal(median, sigma):
            said = f"log-normal, median {value_text(median)}{behind}, sigma {value_text(sigma)}"
        case _:
            said = f"{value_text(spread.low)} to {value_text(spread.high)}{behind}"
    return said


def value_text(value: Value | None, unit: str = "") -> str:
    """A factor's value as a reader says it: ``36,000 USD``, ``7 months``, ``0.85``, ``yes``."""
    if value is None:
        return "as it is"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return f"{value} {unit}".strip()
    text = f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.4g}"
    return f"{text.replace('-', '−')} {unit}".strip()


def unbroken(text: str) -> str:
    """Text that a narrow column does not break in two."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def with_sign(musd: float) -> str:
    """Difference in million USD with its sign: ``+12.3``, ``−4.0``, ``0.0``."""
    if abs(musd) < TOLD_MUSD:
        return "0.0"
    return f"{'+' if musd > 0 else '−'}{amount(abs(musd))}"


def decision_text(host: Any, way: Any) -> str:
    """A decision by its host and the way, build or rent: ``memphis``, ``cloud (rent)``, ``nothing``."""
    name, how = text_of(host), text_of(way)
    return "nothing" if not name else name if how in ("", "build") else f"{name} ({how})"


def _decision(row: Mapping[str, Any]) -> str:
    return decision_text(row["host"], row["build_or_rent"])


def text_of(value: Any) -> str:
    """Text of a cell of the table; empty where it is missing."""
    return value if isinstance(value, str) else ""


def decision_sentences(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Whether the decision changes, and how often or how likely each is the best."""
    if not rows:
        return ["No run has a plan."]
    runs = sum(int(row["runs"]) for row in rows)
    ranked = sorted(rows, key=lambda row: -int(row["runs"]))
    if len(rows) == 1:
        which = f"all {count(runs)} runs that have a plan" if runs > 1 else "the one run that has a plan"
        share = "" if rows[0]["probability"] is None else f", a share of {share_text(rows[0])}"
        return [f"The decision does not change: {_decision(rows[0])} is best in {which}{share}."]
    if rows[0]["probability"] is None:
        parts = [f"{_decision(row)} in {count(row['runs'])}" for row in ranked]
        return [f"The decision changes: of {count(runs)} runs that have a plan, the best is {listed(parts)}."]
    parts = [f"{_decision(row)} {share_text(row)}" for row in ranked]
    return [f"How likely each is best, with 95 % intervals from {count(runs)} runs that have a plan: {listed(parts)}."]


def share_text(row: Mapping[str, Any]) -> str:
    """Share of the runs with its interval: ``80 % (71 to 87 %)``."""
    return f"{100 * row['probability']:.0f} % ({100 * row['low']:.0f} to {100 * row['high']:.0f} %)"


def moved_text(row: Mapping[str, Any], delta_musd: float | None, changes: Sequence[str]) -> str:
    """What a run costs against the scenario as it is, and the weighty changes of its decision.

    Without a difference: why the run has no plan, or its plan alone where the scenario as it is has none.
    """
    if pd.isna(row["objective_musd"]):
        return no_plan_text(row["status"])
    if delta_musd is None:
        ready = month_name(row["ready"]) if row["ready"] else "never"
        return f"a plan for {amount(row['objective_musd'])} million USD, host: {row['host'] or 'nowhere'}, ready: {ready}"
    told = [change for change in changes_text(changes) if not change.startswith(_LESSER_CHANGES)]
    cost = f"{with_sign(delta_musd)} million USD" if abs(delta_musd) >= TOLD_MUSD else "the same cost"
    return ", ".join([cost, *told])


def no_plan_text(status: str) -> str:
    """What is known of a run without a plan: that there is none, or nothing and why."""
    return "no plan" if status == INFEASIBLE else f"not known ({status.replace('_', ' ')})"


def ends_of(row: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Both ends of a factor of the tornado, ``low`` and ``high``, but for one that is the scenario as it is; one value is one end."""
    ends = [(end, row[end]) for end in ("low", "high") if row[end] is not None and row[end]["value"] != row["base"]]
    if len(ends) == 2 and row["low"]["run"] == row["high"]["run"]:
        value, base = row["low"]["value"], row["base"]
        is_above = isinstance(value, int | float) and isinstance(base, int | float) and value > base
        return [ends[1] if is_above else ends[0]]
    return ends


def changes_text(changes: Sequence[str]) -> list[str]:
    """What changes in a decision, months by their names; sites that change just as the host does are not told twice."""
    moved = next((change.removeprefix("host: ") for change in changes if change.startswith("host: ")), None)
    told = [change for change in changes if change != f"sites: {moved}"]
    return [_MONTH.sub(lambda month: month_name(month[0]), change.replace("->", "→")) for change in told]


def regret_sentences(regret: Mapping[str, Any]) -> list[str]:
    """Which decision is best beforehand, and what each costs."""
    return [*decided_text(regret), *held_text(regret)]


def decided_text(regret: Mapping[str, Any]) -> list[str]:
    """Which decision is best beforehand, of those that have a plan in every run, in one sentence; none where nothing was held."""
    rows = regret.get("summary", ())
    if not rows:
        return []
    sure = _count_sure(rows)
    safe, cheap = regret["minimax_regret"], regret["least_expected_cost"]
    if safe is None or cheap is None:
        return ["Decided beforehand, no decision is sure of a plan in every run."]
    if sure == 1 < len(rows):
        return [f"Decided beforehand, {cheap} alone is sure of a plan in every run."]
    among = "" if sure == len(rows) else "of those that are sure of a plan in every run "
    least = "" if safe == cheap else f"{safe} "
    return [f"Decided beforehand, {among}{cheap} costs least on average and {least}regrets least at worst."]


def held_text(regret: Mapping[str, Any]) -> list[str]:
    """What each decision costs where it is not the best one, and what it is worth to know beforehand."""
    rows = regret.get("summary", ())
    if not rows:
        return []
    known = regret["value_of_perfect_information_musd"]
    to_whom = "" if _count_sure(rows) == len(rows) else " to who must be sure of a plan in every run"
    worth = [] if known is None else [f"To know beforehand is worth {money(known)}{to_whom}."]
    return [*map(_decision_text, rows), *worth, *_left_open_text(rows)]


def _count_sure(rows: Sequence[Mapping[str, Any]]) -> int:
    """Decisions that have a plan in every run."""
    return sum(row["worst_musd"] is not None for row in rows)


def _decision_text(row: Mapping[str, Any]) -> str:
    """What a decision costs more than the best; where it has no plan in some runs, in how many, and what it costs in the others."""
    head = f"Deciding for {row['host']} beforehand"
    if row["worst_musd"] is not None:
        return f"{head} costs {money(row['expected_musd'])} more than the best on average, {money(row['worst_musd'])} at worst."
    kinds = (("no plan", row["infeasible_runs"]), ("no answer", row["unknown_runs"]))
    without = listed([f"{said} in {count(runs)} run{'' if runs == 1 else 's'}" for said, runs in kinds if runs]) or "no run"
    if not row.get("runs_with_plan"):
        return f"{head} has {without}: no mean is told."
    others = f"{head} has {without}; in the other {count(row['runs_with_plan'])}"
    if row["worst_with_plan_musd"] < TOLD_MUSD:
        return f"{others} it is the best."
    mean, worst = money(row["expected_with_plan_musd"]), money(row["worst_with_plan_musd"])
    return f"{others} it costs {mean} more than the best on average, {worst} at worst."


def _left_open_text(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Between what bounds the mean regrets lie, where the gaps of the runs leave more open than is told; earlier studies have no bounds."""
    parts = []
    for row in rows:
        least, most = row.get("expected_at_least_musd"), row.get("expected_at_most_musd")
        if least is None or (most is not None and most - least < TOLD_MUSD):
            continue
        parts.append(f"{row['host']} {money(least)} {'or more' if most is None else f'to {money(most)}'}")
    return [f"Not every plan is proven best. So much is proven of these averages: {'; '.join(parts)}."] if parts else []


def index_sentences(indices: Mapping[str, Any]) -> list[str]:
    """The factor that weighs most by the indices of Morris or Sobol."""
    if not indices.get("rows"):
        return []
    first = indices["rows"][0]
    if indices["method"] == "morris":
        return [f"Most weighs {first['title']}: a step through its range moves the cost by {money(first['mu_star'])} on average."]
    shares = f"{_percent_text(first, 'st')} of the variance of the cost, {_percent_text(first, 's1')} alone"
    is_vague = first["st_conf"] is None or first["st_conf"] > first["st"] / 2
    return [f"Most weighs {first['title']}: it explains {shares}.{' So wide an interval tells little: raise samples.' if is_vague else ''}"]


def _percent_text(row: Mapping[str, Any], name: str) -> str:
    """An index with half of its interval: ``75 % (± 12)``."""
    half = row[f"{name}_conf"]
    return f"{100 * row[name]:.0f} %" + ("" if half is None else f" (± {100 * half:.0f})")


def cost_spread_sentences(spread: Mapping[str, Any]) -> list[str]:
    """Say between what most runs cost."""
    if spread.get("p5") is None:
        return []
    between = f"{money(spread['p5'])} and {money(spread['p95'])}"
    return [f"Nine runs in ten cost between {between}, half of all more than {money(spread['p50'])}."]


def solved_text(runs: Mapping[str, Any]) -> str:
    """How many of the runs were solved, and how many questions that was where some ask the same."""
    different = questions_text(runs["done"], runs.get("questions", runs["done"]))
    return f"{count(runs['done'])} of {count(runs['asked'])} runs solved{f', {different}' if different else ''}"


def questions_text(runs: int, questions: int) -> str:
    """How many different questions runs ask: ``11 different questions``; empty where each asks its own."""
    return f"{count(questions)} different question{'' if questions == 1 else 's'}" if questions < runs else ""


def not_counted_sentences(runs: Mapping[str, Any]) -> list[str]:
    """Runs that have no plan, by what became of them; they are in no mean and no share."""
    parts = [f"{count(runs[name])} {said}" for name, said in _NOT_COUNTED.items() if runs[name]]
    left = int(runs["asked"]) - int(runs["done"]) - int(runs["failed"]) - int(runs["quarantined"])
    parts += [f"{count(left)} not run"] if left > 0 else []
    return [f"Of {count(runs['asked'])} runs: {'; '.join(parts)}. No mean and no share counts them."] if parts else []


def duration(seconds: float) -> str:
    """A time as a person says it: ``40 s``, ``12 min``, ``3.5 h``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
