"""A change of the decision in a sentence, in the factor's unit."""

from __future__ import annotations

import math

from optimizer.study.answers.breakpoints import FEASIBLE, Break, Seen, what_changes
from optimizer.study.file.definition import Factor

_WAYS = {"build": "building", "rent": "renting", "none": "neither building nor renting"}


def sentence(found: Break, factor: Factor) -> str:
    """Say at what value the decision changes, or that it does not.

    Parameters
    ----------
    found : Break
        What the search found.
    factor : Factor
        That was changed; its title and unit are the reader's.
    """
    if not found.watch:
        first, last = _value_text(found.last, factor), _value_text(found.first, factor)
        doubt = "" if found.is_proven else " Not every plan is proven best: another may be as good somewhere."
        return f"{factor.title}: {_unchanged_clause(found.before)} at all {found.tried} values tried from {first} to {last}.{doubt}"
    before, after = _sides(found)
    sentence = f"{factor.title}: {before} up to {_value_text(found.last, factor)}; from {_value_text(found.first, factor)} on {after}"
    return f"{sentence}.{_doubt(found, factor)}"


def not_excluded(found: Break, factor: Factor) -> str:
    """Say what the search cannot have seen."""
    back = f"a change and a change back between two of the {found.tried} values first tried"
    if found.watch and found.is_proven and found.ties is None:
        return f"{factor.title}: {back} is not excluded, nor that both cost the same where the decision changes."
    return f"{factor.title}: {back} is not excluded."


def side(seen: Seen, watch: str) -> str:
    """Give what was watched on one side of a change, in a word or as ids; ``infeasible`` where there is no plan."""
    if not seen.is_feasible:
        return "infeasible"
    name = next(iter(seen.watched)) if not watch else "host" if watch == FEASIBLE else watch
    return seen.watched[name] or ("nowhere" if name == "host" else "none")


def changes(found: Break) -> list[str]:
    """Name all that changes, as a tornado does."""
    names = what_changes(found.before, found.after, tuple(found.before.watched)) if found.watch else ()
    return [f"{name.replace('_', ' ')}: {side(found.before, name)} -> {side(found.after, name)}" for name in names]


def _sides(found: Break) -> tuple[str, str]:
    """Clauses for before and after the change."""
    if found.watch == "build_or_rent":
        before, after = (f"{_WAYS[seen.watched['build_or_rent']]} is best" for seen in (found.before, found.after))
        return before, after
    if found.watch == "contracts":
        return _contracts(found)
    return _wins(found.before), _wins(found.after)


def _unchanged_clause(seen: Seen) -> str:
    """Clause for what is the same everywhere, the weightiest of it."""
    if not seen.is_feasible or "host" in seen.watched:
        return _wins(seen)
    if "build_or_rent" in seen.watched:
        return f"{_WAYS[seen.watched['build_or_rent']]} is best"
    names = seen.watched["contracts"].split()
    return _with_sign(names) if names else "no contract is signed"


def _wins(seen: Seen) -> str:
    if not seen.is_feasible:
        return "there is no plan that meets all that is asked"
    return f"{seen.watched['host']} wins" if seen.watched["host"] else "running the main workload nowhere wins"


def _contracts(found: Break) -> tuple[str, str]:
    """Name the contracts that only one side has."""
    before, after = (seen.watched["contracts"].split() for seen in (found.before, found.after))
    gone, come = [name for name in before if name not in after], [name for name in after if name not in before]
    if not gone:
        return f"{' and '.join(come)} is not signed" if len(come) == 1 else f"{' and '.join(come)} are not signed", _with_sign(come)
    return _with_sign(gone), _with_sign(come) if come else f"{' and '.join(gone)} no longer {'is' if len(gone) == 1 else 'are'}"


def _with_sign(names: list[str]) -> str:
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} signed"


def _doubt(found: Break, factor: Factor) -> str:
    """What keeps the place of the change from being exact: runs that failed between, a tie, gaps that are too wide."""
    told = ""
    if found.first - found.last > found.precision * (1 + 1e-9):
        told += " The values between gave no answer."
    if found.ties:
        at = " and at ".join(_value_text(value, factor) for value in found.ties)
        told += f" Both cost the same at {at}: where the change lies is arbitrary there."
    elif not found.is_proven:
        size = f"{found.gap_musd:,.1f} million USD" if math.isfinite(found.gap_musd) else "an unknown amount"
        told += f" Each plan is proven to within {size} of the best: where the two differ by less, the change may lie elsewhere."
    return told


def _value_text(value: float, factor: Factor) -> str:
    """Give a value with its unit: ``8 months``, ``1 month``, ``36,000 USD``."""
    unit = factor.unit[:-1] if value == 1 and factor.unit in ("months", "years", "days", "weeks", "hours") else factor.unit
    return f"{value:,.12g} {unit}".strip()
