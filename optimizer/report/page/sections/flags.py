"""Flags per site: related party, water, air permits, hazard, community, tax certificate; each with its source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.report.page.case import Section
from optimizer.report.page.flag_facts import RAISED, UNKNOWN, flags
from optimizer.report.page.render import render

if TYPE_CHECKING:
    from optimizer.report.page.case import ReportCase


def section(case: ReportCase) -> Section | None:
    """Write the flags of every chosen site; nothing where none is built."""
    if not case.tables or not case.header["sites"]:
        return None
    by_id = {site.site_id: site for site in case.instance.sites}
    sites = [(row["name"] or row["site_id"], flags(case, by_id[row["site_id"]])) for row in case.header["sites"]]
    return Section("flags", "Flags", render("flags.html", sites=sites, is_one=len(sites) == 1, raised=RAISED, unknown=UNKNOWN))
