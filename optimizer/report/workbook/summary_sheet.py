"""Sheet Summary: the question, the decision, the money by formula with the discount rate to change, and the checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xlsxwriter.worksheet import Worksheet

from optimizer.core.accounts import CASH_COST
from optimizer.core.number_words import amount, count, gpus_phrase
from optimizer.plan.proof import plan_proof
from optimizer.report.change_phrases import change_text
from optimizer.report.summary_power import contract_line, start_text
from optimizer.report.terms import open_ends
from optimizer.report.workbook.book import Book
from optimizer.report.workbook.cash_sheet import paid_rows

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.core.instance import Instance
    from optimizer.plan.header import GpuFields
    from optimizer.plan.plan import Plan

_OTHERS = (
    ("committed", "Committed before the plan", "Cash, but no decision of this plan"),
    ("delay", "Value of time", "What every month not ready is worth: never cash"),
    ("residual", "Residual value", "What is left at the end of the horizon: never cash"),
)
_LOSERS_SHOWN = 60
_NOTES = (
    "Formulas recalculate: present values, totals, balances and checks follow the discount rate and the rows of sheet Ledger.",
    "The plan itself does not: at another rate another plan may be the best one. Solve the scenario again to know.",
    "Money is nominal, in million US dollars. Positive is a cost. What the numbers mean: docs/conventions.md and docs/workbook.md.",
    "Every input with its source stands on sheet Assumptions; what is an estimate or an assumption is called so there.",
)


def summary_sheet(book: Book, instance: Instance, plan: Plan) -> None:
    """Write the first sheet."""
    sheet = book.sheet("Summary")
    for place, width in enumerate((46, 26, 28, 78)):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, f"{instance.title or instance.name}: the plan", book.looks["title"])
    told = plan_proof(plan)
    sheet.write_string(1, 0, f"{told[:1].upper()}{told[1:]}, of this model on these inputs. As of {instance.as_of}.", book.looks["note"])
    row = _texts(book, sheet, 3, "The question", _question(instance, plan))
    row = _texts(book, sheet, row, "The decision", _decision(plan))
    row = _money(book, sheet, row, (instance, plan))
    row = _checks(book, sheet, row, plan)
    _texts(book, sheet, row, "How to read this workbook", [("", note) for note in _NOTES])
    sheet.freeze_panes(2, 0)
    sheet.activate()


def _texts(book: Book, sheet: Worksheet, row: int, title: str, lines: Sequence[tuple[str, str]]) -> int:
    """Write a section of texts; give the row where the next one begins."""
    _section(book, sheet, row, (title, "", "", ""))
    for line, (name, text) in enumerate(lines, row + 1):
        sheet.write_string(line, 0, name)
        sheet.write_string(line, 1 if name else 0, text)
    return row + len(lines) + 2


def _section(book: Book, sheet: Worksheet, row: int, titles: Sequence[str]) -> None:
    for place, title in enumerate(titles):
        sheet.write_string(row, place, title, book.looks["number_section" if place in (1, 2) else "section"])


def _question(instance: Instance, plan: Plan) -> list[tuple[str, str]]:
    horizon = instance.horizon
    lines = [("Horizon", f"{horizon.months} months from {horizon.start}"),
             ("Candidates", f"{len(instance.sites)} sites, {len(instance.rentals)} rental offers, {len(instance.gpus)} GPU models")]
    for workload in plan.header["workloads"]:
        deadline = f", deadline {workload['deadline']}" if workload["deadline"] else ""
        asked = f"{count(workload['target_h100e'])} H100-equivalents, wanted {workload['wanted_from']}{deadline}"
        lines.append((f"Workload {workload['name']}", asked))
    changes = [": ".join(change_text(change)) for change in plan.header.get("changes", ())]
    return [*lines, *(("" if place else "Changed by --set", f"    {said}" if place else said) for place, said in enumerate(changes))]


def _decision(plan: Plan) -> list[tuple[str, str]]:
    lines: list[tuple[str, str]] = []
    ends = open_ends(plan)
    for site in plan.header["sites"]:
        built = f"{site['mode']}, {start_text(site)}, {amount(site['it_mw'])} MW IT"
        lines.append((f"Build {site['name'] or site['site_id']}", built))
        lines += [("", f"    {gpus_phrase(name, gpus)}, delivered {_span(gpus)}") for name, gpus in site["gpus"].items()]
        for contract in site["contracts"]:
            open_end = ends.get((site["site_id"], contract["contract_id"]))
            lines.append(("", f"    {contract_line(contract, open_end)}"))
    for rental in plan.header["rentals"]:
        lines.append((f"Rent {rental['name']}", f"{count(rental['gpus'])} GPUs, {rental['from']} to {rental['to']}"))
    for workload in plan.header["workloads"]:
        ready = f"{workload['ready']} at {' + '.join(workload['sites']) or 'nowhere'}" if workload["ready"] else "never"
        lines.append((f"Ready {workload['name']}", ready))
    lost = [(f"Not chosen: {row['place']}", str(row["says"])) for row in plan.header.get("not_chosen", ())[:_LOSERS_SHOWN]]
    return [*(lines or [("Nothing", "is built or rented")]), *lost]


def _span(gpus: GpuFields) -> str:
    first, last = gpus["first_delivery"], gpus["last_delivery"]
    if not first:
        return "before the horizon"
    return str(first) if first == last else f"{first} to {last}"


def _money(book: Book, sheet: Worksheet, row: int, case: tuple[Instance, Plan]) -> int:
    """Write the rate and the sums by group; give the row where the next section begins."""
    instance, plan = case
    ledger = plan.tables["ledger"]
    _section(book, sheet, row, ("Money", "Nominal [million USD]", "Present value [million USD]", ""))
    _rate(book, sheet, row + 1, instance.discount_rate_per_year)
    first = row + 2
    groups = [group for group in CASH_COST if group != "finance" or instance.debt is not None]
    for place, group in enumerate(groups, first):
        _sum_row(book, sheet, place, (group.capitalize(), group, ""), ledger)
    cash = first + len(groups)
    _total_row(book, sheet, (cash, "Cash cost", f"SUM({{0}}{first + 1}:{{0}}{cash})"), ledger[ledger["group"].isin(CASH_COST)])
    sheet.write_string(cash, 3, "Money that this plan decides to pay, what binds beyond the horizon included", book.looks["beside"])
    for place, (group, title, note) in enumerate(_OTHERS, cash + 1):
        _sum_row(book, sheet, place, (title, group, note), ledger)
    end = cash + len(_OTHERS) + 1
    _total_row(book, sheet, (end, "In all (net present cost)", f"SUM({{0}}{cash + 1}:{{0}}{end})"), ledger)
    book.name_cells("cash_cost_musd", "Summary", (cash, 2))
    book.name_cells("npv_musd", "Summary", (end, 2))
    sheet.write_string(end + 1, 0, "Cannot be got back once signed")
    book.formula(sheet, (end + 1, 1), "=SUM(nonrefundable_musd)", float(plan.tables["commitments"]["nonrefundable_musd"].sum()))
    sheet.write_string(end + 1, 3, "Sum over all signatures, each cancelled the day after (sheet Commitments)", book.looks["beside"])
    return end + 3


def _rate(book: Book, sheet: Worksheet, row: int, rate: float) -> None:
    sheet.write_string(row, 0, "Discount rate per year")
    sheet.write_number(row, 2, rate, book.looks["rate"])
    sheet.write_string(row, 3, f"Nominal; may be changed here. The plan was solved at {100 * rate:g} %", book.looks["beside"])
    book.name_cells("discount_rate", "Summary", (row, 2))


def _sum_row(book: Book, sheet: Worksheet, row: int, about: tuple[str, str, str], ledger: pd.DataFrame) -> None:
    """Write the sums of a group: title, group and note."""
    title, group, note = about
    rows = ledger[ledger["group"] == group]
    sheet.write_string(row, 0, title)
    for place, name in ((1, "nominal"), (2, "present")):
        formula = f'=SUMIFS(ledger_{name},ledger_group,"{group}")'
        book.formula(sheet, (row, place), formula, float(rows[f"{name}_musd"].sum()))
    sheet.write_string(row, 3, note, book.looks["beside"])


def _total_row(book: Book, sheet: Worksheet, about: tuple[int, str, str], rows: pd.DataFrame) -> None:
    """Write a row of totals: its place, title, and formula with ``{0}`` for the letter of the column."""
    row, title, formula = about
    sheet.write_string(row, 0, title, book.looks["total_text"])
    for place, letter, name in ((1, "B", "nominal_musd"), (2, "C", "present_musd")):
        book.formula(sheet, (row, place), f"={formula.format(letter)}", float(rows[name].sum()), "total")


def _checks(book: Book, sheet: Worksheet, row: int, plan: Plan) -> int:
    """Write what must be 0 (and the verdict beside it); give the row where the next section begins."""
    _section(book, sheet, row, ("Checks", "Difference [million USD]", "", ""))
    ledger, objective = plan.tables["ledger"], float(plan.header["objective_musd"])
    difference = float(ledger["present_musd"].sum()) - objective
    rows = [("Net present cost less the objective of plan.json", f"=npv_musd-{objective!r}", difference, "npv_check_musd",
             "0 at the rate of the plan; at another rate what the rate adds or takes away"),
            ("Present values less those of the plan, row by row", "=SUMPRODUCT(ABS(ledger_present-ledger_planned))", 0.0,
             "rows_check_musd", "0 at the rate of the plan")]
    if len(plan.tables["cash"]):
        cash = paid_rows(ledger)
        paid = float(plan.tables["payments"]["musd"].sum())
        due = float(cash.loc[cash["period"] != "beyond", "nominal_musd"].sum())
        rows.append(("Paid by all purses less cash of the ledger", "=SUM(payments_musd)-SUM(cash_out_musd)", paid - due,
                     "payments_check_musd", "Within the horizon, nominal; 0 at any rate"))
    for place, (title, formula, value, name, note) in enumerate(rows, row + 1):
        sheet.write_string(place, 0, title)
        book.formula(sheet, (place, 1), formula, value, "check")
        book.name_cells(name, "Summary", (place, 1))
        verdict = f'=IF(ABS(B{place + 1})<0.000001,"holds","differs")'
        book.formula(sheet, (place, 2), verdict, "holds" if abs(value) < 1e-6 else "differs", "beside")
        sheet.write_string(place, 3, note, book.looks["beside"])
    last = row + len(rows)
    for text, look in (("holds", "good"), ("differs", "bad")):
        rule = {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": book.looks[look]}
        sheet.conditional_format(row + 1, 2, last, 2, rule)
    return last + 2
