"""Flags of a site: what an investment committee asks about it beside money, each with who says so and of when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.core.errors import PlaceError
from optimizer.core.number_words import listed, months, short
from optimizer.scenario.fill.at import facts_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.instance import Site
    from optimizer.report.page.case import ReportCase
    from optimizer.scenario.fill.at import Figure, PlaceFacts

RAISED, CLEAR, UNKNOWN = "look here", "nothing known against it", "not known"


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag.

    Attributes
    ----------
    topic : str
    state : str
        ``RAISED``, ``CLEAR`` or ``UNKNOWN``.
    says : str
    source : str
        Who says so, of which year, how good; the day from which it could be known where that is after the scenario's.
    """

    topic: str
    state: str
    says: str
    source: str


def flags(case: ReportCase, site: Site) -> list[Flag]:
    """Give the flags of a site: related party, water, air permits, community and hazard, tax certificate."""
    try:
        place = facts_at(site.lat, site.lon)
    except PlaceError:
        place = None
    return [_related(case, site), _water(case, place), *_air(case, site), *_hazard(case, place), _community(), _tax(case, site, place)]


def _related(case: ReportCase, site: Site) -> Flag:
    note = f" Note of the site: {site.note.rstrip('.')}." if site.note else ""
    source = _input(case, "sites", site.site_id, "related_party")
    if site.related_party:
        says = f"The site is marked as a related party's: have its price and terms confirmed by others.{note}"
        return Flag("Related party", RAISED, says, source)
    return Flag("Related party", CLEAR, f"Not marked as a related party's.{note}", source)


def _water(case: ReportCase, place: PlaceFacts | None) -> Flag:
    figure = _figure(place, "water_stress")
    if figure is None or figure.value is None:
        return Flag("Water", UNKNOWN, "The datasets do not know the water stress here.", "dataset water_stress")
    stress = str(figure.value).replace("_", " ")
    is_high = str(figure.value) in ("high", "extremely_high", "medium_to_high")
    says = f"Baseline water stress of the state: {stress}. What the cooling would draw is not modelled."
    return Flag("Water", RAISED if is_high else CLEAR, says, _of(case, figure))


def _air(case: ReportCase, site: Site) -> Iterator[Flag]:
    used = {row["contract_id"] for header in case.header["sites"] if header["site_id"] == site.site_id for row in header["contracts"]}
    gas = [offer for offer in site.onsite_gas if offer.contract_id in used]
    if not gas:
        yield Flag("Air permits", CLEAR, "The plan burns no gas on the site; emergency generators are not modelled.", "table power")
    for offer in gas:
        limits = [f"{short(offer.permit_mw)} MW permitted" if offer.permit_mw is not None else "no limit of MW stated"]
        limits += [f"{short(offer.run_hours_per_year_max)} h a year"] if offer.run_hours_per_year_max is not None else []
        limits += [f"{short(offer.nox_t_per_year_max)} t of NOx a year"] if offer.nox_t_per_year_max is not None else []
        route = offer.permit_route or "route not stated"
        says = (f"{offer.contract_id} needs a permit ({route}), taken to last {months(offer.permit_months)}; "
                f"{listed(limits)}. Whether it is granted, and whether it is contested, is not modelled.")
        yield Flag("Air permits", RAISED, says, _input(case, "onsite_gas", f"{site.site_id}/{offer.contract_id}", "permit_months"))


def _hazard(case: ReportCase, place: PlaceFacts | None) -> Iterator[Flag]:
    rating, loss = _figure(place, "risk_rating"), _figure(place, "building_loss_usd_per_1000_usd_year")
    if rating is None or rating.value is None:
        yield Flag("Natural hazard", UNKNOWN, "The datasets do not know the hazards here.", "dataset hazard")
        return
    state = RAISED if "High" in str(rating.value) else CLEAR
    per_year = f"; expected loss of buildings {loss.value:.2f} USD a year per 1,000 USD of value" if loss and loss.value is not None else ""
    says = f"Risk of the county: {str(rating.value).lower()}{per_year}. Insurance is not modelled."
    yield Flag("Natural hazard", state, says, _of(case, rating))


def _community() -> Flag:
    says = "No dataset knows of opposition, zoning or noise; the plan takes consent for granted."
    return Flag("Community", UNKNOWN, says, "not in the datasets")


def _tax(case: ReportCase, site: Site, place: PlaceFacts | None) -> Flag:
    saved = exempted_musd(case, site)
    incentive = _figure(place, "datacenter_incentive")
    is_known = incentive is not None and incentive.value not in (None, "unknown")
    known = f" State incentive for data centres: {incentive.value}." if incentive is not None and is_known else ""
    source = _input(case, "sites", site.site_id, "sales_tax_fraction")
    source += f"; {_of(case, incentive)}" if incentive is not None and known else ""
    rate = f"{short(100 * site.sales_tax_fraction)} %"
    if saved > 0.0:
        says = (f"The plan counts on an exemption from sales tax ({rate}) that is worth {short(saved)} million USD (nominal)"
                f"{_earned_by(site)}; the certificate is to be in hand before the first order.{known}")
        return Flag("Tax certificate", RAISED, says, source)
    if site.sales_tax_fraction == 0.0:
        return Flag("Tax certificate", CLEAR, f"No sales tax is asked of the hardware here.{known}", source)
    return Flag("Tax certificate", CLEAR, f"Sales tax of {rate} is paid in full; no exemption is counted on.{known}", source)


def _earned_by(site: Site) -> str:
    """What an exemption asks for, in words; empty where it has no least investment."""
    if site.exempt_min_musd == 0.0:
        return ""
    return f" where {short(site.exempt_min_musd)} million USD are invested within {site.exempt_within_months} months of the start"


def exempted_musd(case: ReportCase, site: Site) -> float:
    """Sales tax that an exemption spares the plan, nominal: rate x (GPUs, spares and network) of the exempt deliveries."""
    fleet = case.tables["fleet"]
    fleet = fleet[fleet["site_id"] == site.site_id]
    exempt = fleet["exempt_delivered"].astype(float).groupby(fleet["gpu"]).sum()
    per_gpu = {gpu.name: gpu.price_usd * (1.0 + gpu.spares_fraction) + gpu.network_usd for gpu in case.instance.gpus}
    return site.sales_tax_fraction * sum(float(count) * per_gpu[str(name)] for name, count in exempt.items()) / 1e6


def _figure(place: PlaceFacts | None, name: str) -> Figure | None:
    return next((figure for figure in place.figures if figure.name == name), None) if place else None


def _of(case: ReportCase, figure: Figure) -> str:
    """Source of a figure of the datasets; said when it could not be known on the scenario's day."""
    later = f", known only from {figure.known_from}, after the scenario's date" if figure.known_from > case.instance.as_of else ""
    estimate = ", an estimate" if figure.is_estimate else ""
    return f"{figure.source}, {figure.year}, {figure.quality}{estimate} (dataset {figure.table}){later}"


def _input(case: ReportCase, table: str, key: str, column: str) -> str:
    """Source of an input of the scenario."""
    row = next((row for row in case.instance.assumptions if (row.table, row.key, row.column) == (table, key, column)), None)
    if row is None:
        return f"scenario, {table}.{column}; no source given"
    kind = row.kind.replace("_", " ") or "no source"
    return f"scenario, {table}.{column}: {kind}{f', {row.as_of}' if row.as_of else ''}{f'; {row.source}' if row.source else ''}"
