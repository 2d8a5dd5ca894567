"""One rule for each filled column, the same at every site; formulas and sources stand in docs/data.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from optimizer.data import climate
from optimizer.data.catalogue import table
from optimizer.scenario.fill.cited import Cited, TooLate, cited, lead_months
from optimizer.scenario.fill.facts import county_facts
from optimizer.scenario.fill.grid import grid_limit_mw
from optimizer.scenario.fill.hindsight import first_known
from optimizer.scenario.fill.notes import Note, assumed, mixed, of_fact, of_table
from optimizer.scenario.schema.config import Config
from optimizer.scenario.schema.fill_section import FillSection

MONTHS_PER_YEAR = 12.0
HOURS_PER_MONTH = 730.0


@dataclass(frozen=True, slots=True)
class FillQuestion:
    """What is asked of the rules: parameters, the day of the question, and by when figures must have been known (none: any)."""

    fill: FillSection
    as_of: str
    known_by: str | None
    price_year: int | None = None


def fill_question(config: Config) -> FillQuestion:
    """What a scenario asks of the rules; only one that refuses hindsight has a day by which figures must have been known."""
    refuses = config.provenance is not None and config.provenance.refuse_after_as_of
    as_of = config.scenario.as_of
    price_year = config.contracts.price_year if config.contracts is not None else None
    return FillQuestion(config.sites.fill or FillSection(), as_of, as_of if refuses else None, price_year)


@dataclass(slots=True)
class Filled:
    """Columns of one table, indexed by ``site_id``, each with its source; some cells of a column may have another.

    Attributes
    ----------
    columns : dict
        Values by column; missing where a figure is not known.
    notes : dict
        Source by column.
    excepted : dict
        By column the sites whose cell has another source than the column, and that source.
    too_late : dict
        Parameter of ``[sites.fill]`` that must be given, with the day from which its figure was known.
    """

    columns: dict[str, Any] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    excepted: dict[str, tuple[frozenset[str], Note]] = field(default_factory=dict)
    too_late: dict[str, str] = field(default_factory=dict)

    def put(self, column: str, values: Any, note: Note | None = None) -> None:
        """Fill a column; texts need no source."""
        self.columns[column] = values
        if note is not None:
            self.notes[column] = note

    def frame(self, index: pd.Index[Any]) -> pd.DataFrame:
        """All columns as one frame."""
        return pd.DataFrame(self.columns, index=index)


def facts_of(places: pd.DataFrame, known_by: str | None) -> pd.DataFrame:
    """Facts of the counties of places (``county_fips``), indexed as they are."""
    facts = county_facts(known_by).reindex(places["county_fips"])
    return facts.set_index(places.index)


def site_columns(facts: pd.DataFrame, asked: FillQuestion) -> Filled:
    """Fill what the table ``sites`` says of a place: ratios of its climate, taxes, the limit of its grid."""
    filled, fill = Filled(), asked.fill
    cooling: climate.Cooling = "liquid" if fill.cooling == "liquid" else "air"
    ratios = climate.by_zone(cooling).reindex(facts["iecc_zone"]).set_index(facts.index)
    for column in ("peak_facility_ratio", "annual_pue"):
        note = assumed(f"{column} of the climate zone, cooled by {cooling}; dataset pue_model", asked.as_of)
        filled.put(column, ratios[column].round(3), note)
    filled.put("utility", facts["utility_largest"])
    grid_note = of_fact("co2_t_per_mwh", "average rate of the county's eGRID subregion", asked.known_by)
    filled.put("grid_t_per_mwh", facts["co2_t_per_mwh"].round(4), grid_note)
    _put_sales_tax(filled, facts, asked)
    rate_note = assumed("one rate everywhere: no dataset has it", asked.as_of)
    filled.put("property_tax_fraction_per_year", fill.property_tax_fraction_per_year, rate_note)
    text = "surge impedance loading of the county's highest line, at most its import capability: an upper bound, spare MW are in no table"
    filled.put("grid_limit_mw", grid_limit_mw(facts).round(1), of_fact("import_capability_mw", text, asked.known_by))
    return filled


def _put_sales_tax(filled: Filled, facts: pd.DataFrame, asked: FillQuestion) -> None:
    """Sales tax of the state or as given, and from which investment on an incentive in force lifts it."""
    given, tax = asked.fill.sales_tax_fraction, "sales_tax_fraction"
    if given is not None:
        filled.put(tax, given, assumed(f"sites.fill.{tax}", asked.as_of))
    else:
        filled.put(tax, facts[tax], of_fact(tax, "sales tax of the state", asked.known_by))
        if asked.known_by is not None and facts[tax].isna().all() and first_known(tax, asked.known_by):
            filled.too_late[tax] = first_known(tax, asked.known_by)
    is_exempt = (facts["datacenter_incentive"] == "yes") & (facts["incentive_status"] == "in_force_when_reported")
    filled.put("sales_tax_exempt", pd.Series(np.where(is_exempt, "true", "unknown"), index=facts.index))
    least = facts["incentive_min_musd"].astype("float64")
    is_open = is_exempt & least.isna()
    note = of_fact("incentive_min_musd", "least investment of the state's incentive", asked.known_by)
    filled.put("exempt_min_musd", least.mask(is_open, 0.0).where(is_exempt), note)
    unstated = assumed("0, for no least investment is stated of the state's incentive; dataset datacenter_incentives", asked.as_of)
    filled.excepted["exempt_min_musd"] = (frozenset(facts.index[is_open].astype("str")), unstated)


def mode_columns(facts: pd.DataFrame, sites: pd.DataFrame, asked: FillQuestion) -> Filled:
    """Fill a greenfield mode: lead by region, construction by the county's cost index, land by its value."""
    filled, fill = Filled(), asked.fill
    leads, lead_note = _leads(facts, asked)
    filled.put("lead_months", leads["lead_months"], lead_note)
    filled.put("mw_per_month", fill.mw_per_month, assumed("IT MW a month after the lead", asked.as_of))
    size = (sites["grid_limit_mw"] / sites["peak_facility_ratio"]).clip(upper=fill.max_it_mw).round(1)
    filled.put("max_it_mw", size, assumed("sites.fill.max_it_mw, at most the grid limit over the peak ratio", asked.as_of))
    mean = _own_or_cited(fill.capex_musd_per_mw, "us_19_market_average_critical_mw", "capex_musd_per_mw", asked, filled)
    index_note = of_fact("construction_cost_index", "construction index of the county", asked.known_by)
    capex = (facts["construction_cost_index"] * mean.value).round(3)
    filled.put("capex_musd_per_mw", capex, mixed("US mean per IT MW x construction index", mean.note, index_note))
    acres = _own_or_cited(fill.acres, "average_parcel", "acres", asked, filled)
    land_note = of_fact("land_median_usd_per_acre", "median value of all land of the county", asked.known_by)
    land = (facts["land_median_usd_per_acre"] * acres.value / 1e6).round(3)
    filled.put("land_musd", land, mixed("acres x land value", acres.note, land_note))
    filled.put("staff_musd_per_mw_year", fill.staff_musd_per_mw_year, assumed("staff per IT MW and year", asked.as_of))
    filled.put("residual_fraction", fill.residual_fraction, assumed("share of the construction left", asked.as_of))
    filled.put("cooling", fill.cooling)
    return filled


def tariff_columns(facts: pd.DataFrame, sites: pd.DataFrame, modes: pd.DataFrame, asked: FillQuestion) -> Filled:
    """Fill a firm tariff at the county's industrial price, split into energy and demand."""
    filled, fill = Filled(), asked.fill
    price, price_note = retail_price(facts, asked.known_by)
    load_factor = fill.load_factor_fraction * sites["annual_pue"] / sites["peak_facility_ratio"]
    demand = price * (1.0 - fill.energy_fraction) * HOURS_PER_MONTH / 1000.0 * load_factor
    energy_note = _retold(price_note, "x sites.fill.energy_fraction")
    filled.put("energy_usd_per_mwh", (price * fill.energy_fraction).round(2), energy_note)
    filled.put("demand_usd_per_kw_month", demand.round(2), _retold(price_note, "demand part of the price at the load factor"))
    most = (modes["max_it_mw"] * sites["peak_facility_ratio"]).clip(upper=sites["grid_limit_mw"]).round(1)
    filled.put("mw_max", most, assumed("max_it_mw x peak ratio, at most the grid limit", asked.as_of))
    leads, lead_note = _leads(facts, asked)
    filled.put("sign_lead_months", leads["service_months"], lead_note)
    _put_terms(filled, asked)
    text = "MW x (median spur line of the county + sites.fill.substation_musd_per_mw)"
    spur_note = of_fact("spur_median_usd_per_mw", text, asked.known_by)
    per_mw = facts["spur_median_usd_per_mw"] / 1e6 + fill.substation_musd_per_mw
    filled.put("customer_capex_musd", (most * per_mw).round(3), mixed("interconnection", spur_note, assumed("substation", asked.as_of)))
    deposit = 2.0 * most * HOURS_PER_MONTH * load_factor * price / 1e6
    filled.put("deposit_musd", deposit.round(3), assumed("two months of the bill", asked.as_of))
    return filled


def _put_terms(filled: Filled, asked: FillQuestion) -> None:
    """Terms that are the same everywhere."""
    fill = asked.fill
    take = fill.min_take_fraction
    for column, value in (("term_months", fill.term_months), ("ratchet_fraction", take), ("min_take_fraction", take)):
        filled.put(column, value, assumed(f"{column} of filled tariffs", asked.as_of))


def retail_price(facts: pd.DataFrame, known_by: str | None) -> tuple[pd.Series[float], Note]:
    """Industrial price of places in USD/MWh: the county's estimate, where none was known the latest of the state."""
    county, state = facts["industrial_price_usd_per_mwh"], facts["state_industrial_price_usd_per_mwh"]
    if county.isna().all():
        return state, of_fact("state_industrial_price_usd_per_mwh", "mean industrial price of the state", known_by)
    note = of_fact("industrial_price_usd_per_mwh", "ESTIMATE of the county's mean industrial price", known_by)
    return county.fillna(state), note


def _retold(note: Note, text: str) -> Note:
    """Source of a part of a figure; a split of a fact is an estimate."""
    kind = "estimate" if note.kind == "fact" else note.kind
    return Note(kind, note.quality, note.as_of, note.url, f"{note.text}; {text}")


def _own_or_cited(given: float | None, figure: str, parameter: str, asked: FillQuestion, filled: Filled) -> Cited:
    """Parameter as given, else as cited; one not yet known stays open."""
    if given is not None:
        return Cited(given, assumed(f"sites.fill.{parameter}", asked.as_of))
    found = cited(figure, parameter, asked.known_by)
    if isinstance(found, TooLate):
        filled.too_late[parameter] = found.known_from
        return Cited(float("nan"), assumed(parameter, asked.as_of))
    return found


def _leads(facts: pd.DataFrame, asked: FillQuestion) -> tuple[pd.DataFrame, Note]:
    """Leads as given, else by region."""
    fill = asked.fill
    leads, note = lead_months(facts["transmission_region"], facts["utility_largest"], asked.known_by)
    if fill.lead_months is not None:
        is_same = leads["service_months"] == leads["lead_months"]
        service = leads["service_months"].mask(is_same, fill.lead_months)
        leads = pd.DataFrame({"lead_months": fill.lead_months, "service_months": service}, index=facts.index)
        note = assumed("sites.fill.lead_months", asked.as_of)
    if fill.service_months is not None:
        leads = leads.assign(service_months=fill.service_months)
    return leads, note


def hub_columns(facts: pd.DataFrame, grid: Mapping[str, Any], asked: FillQuestion) -> Filled:
    """Fill a second firm tariff where a large customer may buy at wholesale at a hub of its own: the hub's mean of a price year."""
    filled = Filled()
    means = table("wholesale_price_summary")
    means = means[means["year"] == asked.price_year].set_index("series_id")
    may = (facts["wholesale_allowed"] == "true") & (facts["price_series_quality"] == "own_hub")
    mean = pd.Series(means["mean_usd_per_mwh"].reindex(facts["series_id"]).array, index=facts.index).where(may)
    known_from = str(means["known_from"].max()) if len(means) else ""
    note = of_table("wholesale_price_summary", f"mean of the hub in {asked.price_year} + sites.fill.hub_adder_usd_per_mwh", known_from)
    for column, values in grid.items():
        filled.put(column, values)
    filled.put("energy_usd_per_mwh", (mean + asked.fill.hub_adder_usd_per_mwh).round(2), note)
    return filled
