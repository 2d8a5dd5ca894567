"""Every input with its source, year and quality: one table a topic, opened on request, and shown by kind of source without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.report.page.case import Section
from optimizer.report.page.figures import slug
from optimizer.report.page.render import render

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.report.page.case import ReportCase


def section(case: ReportCase) -> Section | None:
    """Write all inputs; nothing where none is named."""
    rows = inputs(case)
    if rows.empty:
        return None
    sources = {source: number for number, source in enumerate(dict.fromkeys(rows.loc[rows["source"] != "", "source"]), start=1)}
    tables = [{"name": str(name), "rows": _rows(part, sources)} for name, part in rows.groupby("table", sort=False)]
    counted = rows["kind"].value_counts()
    kinds = [{"name": str(kind), "slug": slug(str(kind)), "count": int(number)} for kind, number in counted.items()]
    html = render("inputs.html", tables=tables, kinds=kinds, count_all=len(rows), sources=list(sources))
    return Section("inputs", "Every input and its source", html)


def inputs(case: ReportCase) -> pd.DataFrame:
    """All inputs as text, from the plan's table or, without a plan, from the question; ``kind`` is never empty."""
    if case.tables:
        rows = case.tables["assumptions"]
    else:
        import pandas as pd  # noqa: PLC0415 - for answers without tables alone

        rows = pd.DataFrame(list(case.instance.assumptions))
    if rows.empty:
        return rows
    rows = rows.fillna("").astype(str)
    return rows.assign(kind=[kind.replace("_", " ") or "no source" for kind in rows["kind"]])


def _rows(part: pd.DataFrame, sources: dict[str, int]) -> list[dict[str, Any]]:
    columns = ["key", "column", "value", "unit", "kind", "quality", "as_of", "source"]
    return [{**dict(zip(columns, row, strict=True)), "slug": slug(row[4]), "number": sources.get(row[7], 0)}
            for row in part[columns].itertuples(index=False, name=None)]
