"""Contracts that the header says are held as an earlier plan signed them: the tables must have them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from optimizer.audit.comparison import Comparison
from optimizer.audit.paths import Case, GasPath, PpaPath, TariffPath

AnyPath = TariffPath | GasPath | PpaPath

DIGITS_MW = 1e-5
"""MW by which a contract may miss what was signed: the last digits of the earlier plan are the solver's."""


def held(case: Case) -> Iterator[Comparison]:
    """Each begins in its period, with its MW at least; a power purchase agreement with these MW and no more."""
    in_use: tuple[AnyPath, ...] = (*case.tariffs, *case.gas, *case.ppas)
    paths = {(path.site.site_id, path.contract.contract_id): path for path in in_use}
    for one in reported_commitments(case):
        yield from _as_committed(case, one, paths)


def reported_commitments(case: Case) -> list[Mapping[str, Any]]:
    """Contracts that the header says are held; one that cannot be read is empty."""
    told = case.header.get("signed", [])
    return [one if isinstance(one, Mapping) else {} for one in (told if isinstance(told, list) else [told])]


def _as_committed(case: Case, one: Mapping[str, Any], paths: Mapping[tuple[str, str], AnyPath]) -> Iterator[Comparison]:
    site_id, name, label = (str(one.get(key, "")) for key in ("site_id", "contract_id", "begin"))
    path, told = paths.get((site_id, name)), one.get("mw_first")
    signed_mw = float(told) if isinstance(told, int | float) else math.nan
    is_right = label in case.clock.labels and math.isfinite(signed_mw)
    row = case.single(site_id, "1", f"{name}, held from {label or 'no period'}: is in the plan, its MW and its begin are some")
    yield row.equal(float(path is not None and is_right), 1.0)
    if path is None or not is_right:
        return
    period = case.clock.labels.index(label)
    if isinstance(path, TariffPath | PpaPath):
        yield case.single(site_id, "1", f"{name}, held from {label}: begins in that period", label).equal(float(path.begin == period), 1.0)
    mw = float(path.columns["mw" if isinstance(path, PpaPath) else "contracted_mw"][period])
    row = case.single(site_id, "MW", f"{name}, held: MW at its begin", label)
    yield row.at_least(mw, signed_mw - DIGITS_MW)
    if isinstance(path, PpaPath):
        yield row.at_most(mw, signed_mw + DIGITS_MW)
