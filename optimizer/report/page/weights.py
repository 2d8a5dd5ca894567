"""How much each input weighs: the present value of the ledger lines that it drives.

The rule: an input weighs the sum of the absolute present values of the lines that it scales, for the site, contract, GPU model, rental or
workload that it belongs to. Dates and rates of delivery (leads, ramps, permits, supply) scale the value of time; those of a contract only
where it begins as early as it can. Terms of payment, lots and limits (most MW, most GPUs) scale nothing: a limit that binds stands among
what would break the plan. It is no sensitivity: it says what money hangs on an input, not how likely it is to be wrong. An input of a
candidate that the plan does not use weighs nothing, though another value might have had it chosen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from optimizer.core.accounts import ACCOUNTS, AccountKey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from optimizer.core.offers import Tariff
    from optimizer.report.page.case import ReportCase

EVERY_LINE = "horizon.discount_rate_per_year"
"""The input that scales every line."""


def _lines_by_input() -> Mapping[str, frozenset[AccountKey]]:
    lines: dict[str, set[AccountKey]] = {EVERY_LINE: {*ACCOUNTS}}
    for key, account in ACCOUNTS.items():
        for name in account.scaled_by:
            lines.setdefault(name, set()).add(key)
    return {name: frozenset(keys) for name, keys in lines.items()}


LINES = _lines_by_input()
"""Accounts that an input scales, by its ``table.column``, as the chart of accounts says. Others scale none."""


class Input(NamedTuple):
    """Name of an input, as the table ``assumptions`` has it."""

    table: str
    key: str
    column: str


class Line(NamedTuple):
    """Absolute present value of a ledger line, for a site and a subject."""

    site_id: str
    group: str
    line: str
    subject: str
    musd: float

    @property
    def account(self) -> AccountKey:
        """Group and line."""
        return self.group, self.line


def weights(case: ReportCase) -> pd.DataFrame:
    """Weigh every input, the heaviest first.

    Returns
    -------
    pandas.DataFrame
        The table ``assumptions`` with ``weight_musd`` (absolute present value) and ``drives`` (lines that have money on them).
    """
    ledger = case.tables["ledger"]
    columns = (*(ledger[column].fillna("").astype(str) for column in ("site_id", "group", "line", "subject")), ledger["present_musd"].abs())
    lines = [Line(*row) for row in zip(*columns, strict=True)]
    names = case.tables["assumptions"][["table", "key", "column"]].astype(str)
    found = [_driven(case, lines, Input(*row)) for row in names.itertuples(index=False, name=None)]
    frame = case.tables["assumptions"].assign(weight_musd=[musd for musd, _ in found], drives=[named for _, named in found])
    return frame.sort_values("weight_musd", ascending=False, kind="stable").reset_index(drop=True)


def _driven(case: ReportCase, ledger: list[Line], row: Input) -> tuple[float, str]:
    """Money on the lines that an input scales, and their names, the largest first."""
    name = f"{row.table}.{row.column}"
    scaled = LINES.get(name, frozenset())
    key = row.key.split("/")
    if not scaled or (row.table in _OF and not _is_used(case, row)):
        return 0.0, ""
    if all(group == "delay" for group, _ in scaled) and row.table in _CONTRACTS and not begins_early(case, key[0], key[1]):
        return 0.0, ""
    is_of = _OF.get(row.table, _of_anything)
    musd: dict[str, float] = {}
    for line in ledger:
        if line.account in scaled and is_of(line, key):
            musd[line.line] = musd.get(line.line, 0.0) + line.musd
    named = [line.replace("_", " ") for line in sorted(musd, key=lambda line: -musd[line])]
    return sum(musd.values()), "every line" if name == EVERY_LINE else ", ".join(named)


def _of_anything(line: Line, key: list[str]) -> bool:
    return True


def _of_site(line: Line, key: list[str]) -> bool:
    """Lines of the site; the value of time is no site's alone."""
    return line.site_id == key[0] or line.group == "delay"


def _of_contract(line: Line, key: list[str]) -> bool:
    return (line.site_id == key[0] and line.subject == key[1]) or line.group == "delay"


def _of_gpu(line: Line, key: list[str]) -> bool:
    """Lines of the model, and those of buildings and power that hardware of any model drives."""
    return line.subject == key[0] or not ACCOUNTS[line.account].of_gpus


def _of_workload(line: Line, key: list[str]) -> bool:
    return line.subject == key[0] or line.group != "delay"


def _of_subject(line: Line, key: list[str]) -> bool:
    return line.subject == key[0]


_OF: Mapping[str, Callable[[Line, list[str]], bool]] = {
    "sites": _of_site, "modes": _of_site, "tariffs": _of_contract, "ramps": _of_contract, "onsite_gas": _of_contract, "ppas": _of_contract,
    "batteries": _of_contract, "gpus": _of_gpu, "workloads": _of_workload, "rentals": _of_subject,
}
_CONTRACTS = ("tariffs", "ramps", "onsite_gas")


def begins_early(case: ReportCase, site_id: str, contract_id: str) -> bool:
    """Whether a contract serves from the first period in which it can: then its dates hold the plan back."""
    site = next(site for site in case.instance.sites if site.site_id == site_id)
    first = next((_first_month(tariff) for tariff in site.tariffs if tariff.contract_id == contract_id), None)
    gas = (max(offer.sign_lead_months, offer.permit_months) for offer in site.onsite_gas if offer.contract_id == contract_id)
    first = next(gas, 0) if first is None else first
    power = case.tables["power"]
    rows = power[(power["site_id"] == site_id) & (power["contract_id"] == contract_id)]
    earliest = case.calendar.lag_periods(first)
    return bool(len(rows)) and earliest < case.calendar.periods and str(rows["period"].min()) == case.calendar.period_label(earliest)


def _first_month(tariff: Tariff) -> int:
    """First month in which a tariff can begin: signed in time, with a ramp above 0."""
    ramp = min((month for month, mw in tariff.ramp if mw > 0.0), default=0)
    return max(tariff.sign_lead_months, ramp, 0)


def _is_used(case: ReportCase, row: Input) -> bool:
    """Whether the plan uses what an input belongs to: its site and mode, its contract, its GPU model."""
    key = row.key.split("/")
    sites = {site["site_id"]: site for site in case.header["sites"]}
    if row.table == "gpus":
        return any(key[0] in site["gpus"] for site in case.header["sites"])
    if row.table in ("workloads", "rentals"):
        return True
    if key[0] not in sites:
        return False
    if row.table == "modes":
        return bool(key[1] == sites[key[0]]["mode"])
    return row.table == "sites" or key[1] in {contract["contract_id"] for contract in sites[key[0]]["contracts"]}
