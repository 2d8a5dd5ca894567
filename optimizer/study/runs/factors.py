"""What a value of a factor means: the texts of ``--set`` it becomes, the values a design tries, and its words."""

from __future__ import annotations

from optimizer.study.file.definition import Factor
from optimizer.study.file.spreads import Discrete, Listed, Range, Uniform, Value
from optimizer.study.runs.draws import quantiles, settled

OPERATORS = {"set": "=", "times": "*=", "plus": "+=", "later": ">>=", "between": "~="}
"""How ``--set`` writes what ``by`` says."""

OUTER_SHARES = (0.1, 0.9)
"""Quantiles that stand for a distribution where values are tried one by one."""


def overrides_of(factor: Factor, value: Value) -> tuple[str, ...]:
    """``--set`` texts that give a factor a value; none at its base value, which leaves the scenario as it is.

    Parameters
    ----------
    factor : Factor
        Of its paths each gets a text.
    value : float, int, str or bool
        In the factor's unit; a text stands behind ``=`` as it is.
    """
    value = settled(value, whole=factor.whole)
    if is_base(factor, value):
        return ()
    text = str(value).lower() if isinstance(value, bool) else value if isinstance(value, str) else repr(value)
    return tuple(f"{path}{OPERATORS[factor.by]}{text}" for path in factor.paths)


def is_base(factor: Factor, value: Value) -> bool:
    """Whether a value stands for the scenario as it is; never where that is not known."""
    return factor.base == value and isinstance(factor.base, bool) == isinstance(value, bool)


def tried_values(factor: Factor) -> tuple[Value, ...]:
    """Values that a design tries one by one.

    Those of a list or of a discrete distribution, the ends of a range, and of any other distribution the quantiles at 10 % and 90 %.
    """
    spread = factor.spread
    if spread is None:
        return ()
    if isinstance(spread, Listed | Discrete):
        values = [settled(value, whole=factor.whole) for value in spread.values]
    elif isinstance(spread, Range | Uniform):
        values = [settled(value, whole=factor.whole) for value in (spread.low, spread.high)]
    else:
        values = quantiles(spread, OUTER_SHARES, whole=factor.whole)
    return tuple(dict.fromkeys(values))


def as_text(factor: Factor, value: Value) -> str:
    """A factor at a value in words: ``h100_price = 36,000 USD``; texts and truths have no unit."""
    if isinstance(value, bool | str):
        return f"{factor.name} = {str(value).lower() if isinstance(value, bool) else value}"
    return f"{factor.name} = {_number(value)} {factor.unit}".rstrip()


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"
