"""The map: candidates and choice over the price of power by county."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from optimizer.core.number_words import count
from optimizer.data.catalogue import card
from optimizer.report.page.case import Section
from optimizer.report.page.map_marks import NUMBERED_AT_MOST, choice, marks, most_grid_mw
from optimizer.report.page.map_shapes import HEIGHT, WIDTH, classified, shapes
from optimizer.report.page.palette import STEPS, variable
from optimizer.report.page.render import render
from optimizer.report.page.tables import table_html
from optimizer.scenario.fill.facts import FACTS, counties_of_states, latest

if TYPE_CHECKING:
    from markupsafe import Markup

    from optimizer.report.page.case import ReportCase

LAYER = "industrial_price_usd_per_mwh"
"""Figure by county that the map shows."""


def section(case: ReportCase) -> Section | None:
    """Draw the map and list the candidates; nothing where there is none."""
    if not case.instance.sites:
        return None
    values, source = price_layer(case)
    bounds = class_bounds(values)
    names = [f"{low:,.0f} to {high:,.0f}" for low, high in pairwise(bounds)]
    placed = marks(case)
    drawn = shapes(classified(values, bounds), len(names))
    legend = [(variable(colour), name, drawn.classes[place]) for place, (colour, name) in enumerate(zip(STEPS, names, strict=False))]
    html = render(
        "map.html", width=int(WIDTH), height=int(HEIGHT), legend=legend, missing=drawn.missing, states=drawn.states, marks=placed,
        is_numbered=len(placed) <= NUMBERED_AT_MOST, source=source, chosen=[mark.name for mark in placed if mark.is_chosen],
        outside=len(case.instance.sites) - len(placed), count_sites=count(len(case.instance.sites)), table=_table(case, values),
        rentals=rentals_lost(case),
    )
    return Section("candidates", "Candidates and choice", html)


def rentals_lost(case: ReportCase) -> list[tuple[str, str]]:
    """Rentals that the plan does not use, each with why."""
    names = {rental.name for rental in case.instance.rentals}
    return [(row["place"], row["says"]) for row in case.header.get("not_chosen", ()) if row["place"] in names]


def price_layer(case: ReportCase) -> tuple[pd.Series[float], str]:
    """Price by county, by ``county_fips``, and who says so; what was not known on the scenario's day is said to be so.

    Returns
    -------
    pandas.Series
        USD/MWh; missing where the datasets know none.
    str
        Source, year, quality.
    """
    fact = next(fact for fact in FACTS if fact.name == LAYER)
    rows = latest(fact, case.instance.as_of)
    if rows.empty:
        rows = latest(fact)
    description = card(fact.table)
    later = str(rows["known_from"].max()) if "known_from" in rows.columns else description.known_from
    hindsight = f"; known from {later}, after the scenario's date, and no input of the plan" if later > case.instance.as_of else ""
    years = ", ".join(sorted({str(year) for year in rows["year"]}))
    estimate = ", an estimate" if description.estimate else ""
    return rows[fact.column].astype("float64"), f"{description.agency}, {years}, trust {description.trust}{estimate}{hindsight}"


def class_bounds(values: pd.Series[float]) -> list[float]:
    """Bounds of the classes: as many counties in each, whole dollars, ascending; a class less where two would be alike."""
    known = values.dropna()
    inner = {round(float(known.quantile(step / len(STEPS)))) for step in range(1, len(STEPS))}
    least, most = float(known.min()), float(known.max())
    return [least, *sorted(float(bound) for bound in inner if least < bound < most), most]


def _table(case: ReportCase, values: pd.Series[float]) -> Markup:
    """Candidates, the chosen ones first; of many only the first."""
    chosen = {row["site_id"] for row in case.header["sites"]}
    numbered = sorted(enumerate(case.instance.sites, start=1), key=lambda pair: pair[1].site_id not in chosen)[:NUMBERED_AT_MOST]
    places = counties_of_states()
    named = dict(zip(places.index, places["county_name"].astype(str) + ", " + places["state_abbr"].astype(str), strict=True))
    shown = pd.DataFrame({
        "Site": [site.name or site.site_id for _, site in numbered],
        "No.": [number for number, _ in numbered],
        "County": [named.get(site.county_fips, site.county_fips) for _, site in numbered],
        "Price of the county, USD/MWh": [float(values.get(site.county_fips, float("nan"))) for _, site in numbered],
        "Grid MW offered": [most_grid_mw(site) for _, site in numbered],
        "Related party": ["yes" if site.related_party else "no" for _, site in numbered],
        "Choice": [choice(case, site) for _, site in numbered],
    })
    return table_html(shown, "Candidates by their number on the map, the chosen first")
