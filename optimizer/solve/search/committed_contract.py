"""A power contract as a plan signed it: what a question may be asked to hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.plan.header import CommittedFields

Path = tuple[tuple[str, float], ...]
"""Amount by period, from the begin on."""


@dataclass(frozen=True, slots=True)
class CommittedContract:
    """A power contract as a plan signed it.

    Parameters
    ----------
    site_id, contract_id : str
        Of the offer.
    kind : str
        Kind of a tariff, ``onsite_gas`` or ``ppa``.
    begin : str
        Period in which it begins, ``YYYY-MM``.
    mw : tuple of (str, float)
        Contracted MW by period.
    units : tuple of (str, float)
        Units of gas that have come, cumulative; empty for others.
    """

    site_id: str
    contract_id: str
    kind: str
    begin: str
    mw: Path
    units: Path = ()

    @property
    def name(self) -> str:
        """Site and contract, for people."""
        return f"{self.site_id}/{self.contract_id}"


def contracts_as_json(signed: Sequence[CommittedContract]) -> list[CommittedFields]:
    """Give the contracts as ``plan.json`` and ``answers.json`` have them: ``mw_first`` at the begin, ``mw`` at most."""
    return [
        {
            "site_id": one.site_id, "contract_id": one.contract_id, "kind": one.kind, "begin": one.begin,
            "mw_first": round(one.mw[0][1], 6), "mw": round(max(mw for _, mw in one.mw), 6),
        }
        for one in signed
    ]
