"""Ratchets of a rate's demand charge: one in the charge's own keys, or several in its list ``ratchets`` (docs/tariffs.md)."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.billing.rate_fields import RATCHET_PREFIX, SECTIONS
from optimizer.billing.rate_values import Table
from optimizer.billing.rate_windows import WINDOW_KEYS, read_window
from optimizer.core.offers import Ratchet, Window

RATCHET_LOOKBACK_MONTHS = 11
"""Months before the billed one that a ratchet looks at where the file does not say: with it, twelve."""

_LOOKBACK_MONTHS_MAX = 60
_KEYS = tuple(SECTIONS["demand.ratchets"])
_NONE = Ratchet(0.0, RATCHET_LOOKBACK_MONTHS, ())


def ratchets(table: Table, window: Window) -> tuple[Ratchet, tuple[Ratchet, ...]]:
    """The first ratchet of a charge, one of share 0 where it has none, and those that stand beside it.

    Parameters
    ----------
    table : Table
        The charge; what is wrong with a ratchet is noted.
    window : Window
        Hours of the charge.
    """
    if "ratchets" not in table.data:
        return _ratchet(table, window, RATCHET_PREFIX), ()
    for key in _KEYS:
        if RATCHET_PREFIX + key in table.data:
            table.note(RATCHET_PREFIX + key, f"stands beside ratchets; write it as {key} of one of them")
    read = []
    for inner in table.items("ratchets"):
        inner.only(_KEYS)
        if "fraction" not in inner.data:
            inner.note("fraction", "is required and missing: the share of the earlier peak that is billed")
        read.append(_ratchet(inner, window, ""))
    if table.data["ratchets"] == []:
        table.note("ratchets", "is empty; leave it out, or write its ratchets")
    return (read[0], tuple(read[1:])) if read else (_NONE, ())


def _ratchet(table: Table, window: Window, prefix: str) -> Ratchet:
    """A ratchet by keys that begin with a prefix."""
    whole_year = table.flag(f"{prefix}whole_year")
    if whole_year and f"{prefix}lookback_months" in table.data:
        table.note(f"{prefix}lookback_months", f"says nothing beside {prefix}whole_year = true; only one of them may stand")
    if prefix and f"{prefix}fraction" not in table.data:
        for key in _KEYS:
            if RATCHET_PREFIX + key in table.data:
                table.note(RATCHET_PREFIX + key, "says nothing without ratchet_fraction; give the share of the earlier peak that is billed")
    own = _window(table, f"{prefix}window")
    peak_months = table.months(f"{prefix}peak_months") or ()
    counted = sorted({month for part in (own or window).parts for month in part.months})
    if peak_months and not set(peak_months) & set(counted):
        told = f"{list(peak_months)}: no peak is counted in them, only in months {counted}; see {prefix}window"
        table.note(f"{prefix}peak_months", told)
    return Ratchet(
        fraction=table.number(f"{prefix}fraction", 0, 1),
        lookback_months=table.whole(f"{prefix}lookback_months", 1, _LOOKBACK_MONTHS_MAX, RATCHET_LOOKBACK_MONTHS),
        peak_months=peak_months,
        whole_year=whole_year,
        window=own,
    )


def _window(table: Table, key: str) -> Window | None:
    value = table.data.get(key)
    if value is None:
        return None
    if not isinstance(value, Mapping):
        table.note(key, f"{value!r} is not a table; write {{}} for every hour, or {{ months = [6, 7, 8] }}")
        return None
    inner = Table(value, (*table.path, key), table.notes)
    inner.only((*WINDOW_KEYS, "windows"))
    return read_window(inner)
