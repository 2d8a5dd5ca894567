"""``plan.gpkg``: candidates, choice, contracts and prices by county as map layers, with styles, for QGIS and its like."""

from __future__ import annotations

import itertools
import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from optimizer.data.catalogue import card, counties, table_path
from optimizer.plan.plan_text import PLAN_MARK, plan_sha256
from optimizer.report.layer_styles import Look, Style, write_styles
from optimizer.scenario.fill.facts import FACTS, latest

if TYPE_CHECKING:
    from optimizer.core.instance import Instance, Site
    from optimizer.plan.header import SiteFields
    from optimizer.plan.plan import Plan

PRICE = "industrial_price_usd_per_mwh"
"""Column of the layer of prices, and the fact by county that it shows."""

_STATE_PRICE = "state_industrial_price_usd_per_mwh"
_CRS = "EPSG:4326"
_CLASSES = ("#eff3ff", "#bdd7e7", "#6baed6", "#3182bd", "#08519c")
_ABOUT = {
    "prices": "Price of power for industry (USD/MWh) as then known, the county's or else its state's, in the candidates' states",
    "candidates": "Every site that the scenario offers; MW of IT load and MW of its tariffs are the most that is offered",
    "connections": "Contracts of power that the plan signs, at their site: MW at the first, the most and the last",
    "chosen_sites": "Sites that the plan builds",
}
"""Layers from below to above, with their description."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """A layer on its way into the file: its features, their geometry (``geometry``), style and what is told of it as a whole."""

    features: Any
    style: Style
    facts: Mapping[str, str]


def layers(instance: Instance, plan: Plan) -> bytes:
    """Make ``plan.gpkg``; the same plan gives the same features and styles.

    Parameters
    ----------
    instance : Instance
        The question as it was solved.
    plan : Plan
        Its answer; without tables all sites are candidates and none is chosen.

    Returns
    -------
    bytes
        A GeoPackage in EPSG:4326 (x: longitude, y: latitude) with the layers of this module and a default style for each.
    """
    chosen = {site["site_id"]: site for site in plan.header["sites"]}
    sites = {site.site_id: site for site in instance.sites}
    made = {
        "prices": _prices(instance),
        "candidates": _points(_candidates(instance, set(chosen)), sites, _CANDIDATES),
        "connections": _points(_connections(chosen), sites, _CONNECTIONS),
        "chosen_sites": _points(_chosen(chosen), sites, _CHOSEN),
    }
    source = {"scenario": instance.name, "title": instance.title, "as_of": instance.as_of}
    source |= {"instance_sha256": plan.header["instance_sha256"], PLAN_MARK: plan_sha256(plan)}
    day = f"{instance.as_of[:10] or '2000-01-01'}T00:00:00.000Z"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plan.gpkg"
        for name, layer in made.items():
            _write(file, name, layer, source)
        with closing(sqlite3.connect(file)) as database, database:
            write_styles(database, {name: layer.style for name, layer in made.items()}, day)
            database.execute("UPDATE gpkg_contents SET last_change = ?", (day,))
            database.execute("UPDATE gpkg_metadata_reference SET timestamp = ?", (day,))
        return file.read_bytes()


def _write(file: Path, name: str, layer: _Layer, source: Mapping[str, str]) -> None:
    """Write one layer with its description and where it comes from."""
    import pyogrio  # noqa: PLC0415 - heavy, and only maps need it

    kind = "MultiPolygon" if layer.style.shape == "fill" else "Point"
    options = {"GEOMETRY_NAME": "geom", "IDENTIFIER": name, "DESCRIPTION": _ABOUT[name]}
    told = {key: value for key, value in {**source, **layer.facts}.items() if value}
    pyogrio.write_dataframe(
        layer.features, file, layer=name, driver="GPKG", geometry_type=kind, promote_to_multi=kind == "MultiPolygon",
        append=file.exists(), layer_options=options, layer_metadata=told,
    )


def _points(rows: pd.DataFrame, sites: Mapping[str, Site], style: Style) -> _Layer:
    """Give rows with a ``site_id`` as points where their sites are."""
    import geopandas  # noqa: PLC0415 - heavy, and only maps need it

    places = [sites[site_id] for site_id in rows["site_id"]]
    points = geopandas.points_from_xy([site.lon for site in places], [site.lat for site in places], crs=_CRS)
    return _Layer(geopandas.GeoDataFrame(rows, geometry=points), style, {})


_CANDIDATE_TYPES = {
    "site_id": "str", "name": "str", "utility": "str", "county_fips": "str", "modes": "str",
    "it_mw_max": "float64", "tariffs_mw_max": "float64", "grid_limit_mw": "float64",
    "onsite_gas_mw_max": "float64", "initial_it_mw": "float64", "is_chosen": "bool", "is_committed": "bool",
    "is_forbidden": "bool", "related_party": "bool", "note": "str",
}


def _candidates(instance: Instance, chosen: set[str]) -> pd.DataFrame:
    """Every site with the most that it offers."""
    rows = [
        {
            "site_id": site.site_id, "name": site.name, "utility": site.utility, "county_fips": site.county_fips,
            "modes": ", ".join(mode.mode for mode in site.modes),
            "it_mw_max": max((mode.max_it_mw for mode in site.modes), default=None),
            "tariffs_mw_max": _most_mw([(offer.exclusive_group, offer.mw_max) for offer in site.tariffs]),
            "grid_limit_mw": site.grid_limit_mw,
            "onsite_gas_mw_max": _most_mw([(offer.exclusive_group, offer.unit_mw * offer.units_max) for offer in site.onsite_gas]),
            "initial_it_mw": max((mode.initial_it_mw for mode in site.modes), default=None),
            "is_chosen": site.site_id in chosen, "is_committed": site.is_committed, "is_forbidden": site.is_forbidden,
            "related_party": site.related_party, "note": site.note,
        }
        for site in instance.sites
    ]
    return pd.DataFrame(rows, columns=list(_CANDIDATE_TYPES)).astype(_CANDIDATE_TYPES)


def _most_mw(offers: Sequence[tuple[str | None, float]]) -> float:
    """Most MW that offers can give together: of each exclusive group the largest."""
    largest: dict[str, float] = {}
    for group, mw in offers:
        if group is not None:
            largest[group] = max(mw, largest.get(group, 0.0))
    return sum(mw for group, mw in offers if group is None) + sum(largest.values())


_CHOSEN_TYPES = {
    "site_id": "str", "name": "str", "mode": "str", "construction_start": "str", "first_power": "str", "it_mw": "float64",
    "facility_mw": "float64", "gpus": "int64", "gpu_models": "str", "contracts": "int64", "load_mwh": "float64", "usd_per_mwh": "float64",
}


def _chosen(chosen: Mapping[str, SiteFields]) -> pd.DataFrame:
    rows = [
        {
            **site,
            "gpus": sum(gpus["count"] for gpus in site["gpus"].values()), "gpu_models": ", ".join(site["gpus"]),
            "contracts": len(site["contracts"]), "load_mwh": power.get("load_mwh") if power else None,
            "usd_per_mwh": power.get("usd_per_mwh") if power else None,
        }
        for site, power in ((site, site.get("power")) for site in chosen.values())
    ]
    return pd.DataFrame(rows, columns=list(_CHOSEN_TYPES)).astype(_CHOSEN_TYPES)


_CONNECTION_TYPES = {
    "site_id": "str", "contract_id": "str", "kind": "str", "first_mw": "float64", "most_mw": "float64", "last_mw": "float64",
    "battery_mwh": "float64", "from_month": "str", "to_month": "str", "term_months": "float64",
}


def _connections(chosen: Mapping[str, SiteFields]) -> pd.DataFrame:
    rows = [
        {
            "site_id": site_id, "contract_id": contract["contract_id"], "kind": contract["kind"], "first_mw": contract["mw_first"],
            "most_mw": contract["mw"], "last_mw": contract["mw_last"], "battery_mwh": contract.get("mwh"),
            "from_month": contract["from"], "to_month": contract["to"], "term_months": contract["term_months"],
        }
        for site_id, site in chosen.items()
        for contract in site["contracts"]
    ]
    return pd.DataFrame(rows, columns=list(_CONNECTION_TYPES)).astype(_CONNECTION_TYPES)


def _prices(instance: Instance) -> _Layer:
    """Counties of the candidates' states with the price that was known when the scenario was: the county's, else its state's."""
    import geopandas  # noqa: PLC0415 - heavy, and only maps need it

    own = {site.county_fips for site in instance.sites}
    borders = geopandas.read_parquet(table_path("county_borders")).to_crs(_CRS)
    states = set(borders.loc[borders["county_fips"].isin(own), "state_abbr"])
    borders = borders[borders["state_abbr"].isin(states)].reset_index(drop=True)
    names = counties()["county_name"].reindex(borders["county_fips"]).astype("str").to_numpy()
    features = borders[["county_fips", "state_abbr", "geometry"]].assign(county_name=names, has_candidate=borders["county_fips"].isin(own))
    by_county = _known(PRICE, features["county_fips"], instance.as_of)
    by_state = _known(_STATE_PRICE, features["state_abbr"], instance.as_of)
    prices = by_county.where(by_county[PRICE].notna(), by_state)
    about = [card(fact.table) for fact in FACTS if fact.name in (PRICE, _STATE_PRICE)]
    told = {
        "source": "; ".join(f"{one.title}: {one.agency}, trust {one.trust}{', an estimate' if one.estimate else ''}" for one in about),
        "unit": "USD/MWh",
    }
    return _Layer(features.assign(**{name: prices[name] for name in prices.columns}), _price_style(prices[PRICE]), told)


def _known(name: str, places: pd.Series[str], as_of: str) -> pd.DataFrame:
    """Price of each place that was known on a day, its year, and whose it is; missing where none was."""
    fact = next(fact for fact in FACTS if fact.name == name)
    rows = latest(fact, as_of or None).reindex(places).reset_index(drop=True)
    prices = rows[fact.column].astype("float64")
    whose = pd.Series("county" if fact.by == "county_fips" else "state", index=prices.index, dtype="str")
    return pd.DataFrame({PRICE: prices, "price_year": rows["year"].astype("float64"), "price_of": whose.where(prices.notna())})


def _price_style(prices: pd.Series[float]) -> Style:
    """Five classes with as many counties each; of fewer prices fewer classes."""
    known = prices.dropna()
    steps = [float(known.quantile(place / len(_CLASSES))) for place in range(len(_CLASSES) + 1)] if len(known) else []
    bounds = sorted(set(steps))
    bounds = bounds * 2 if len(bounds) == 1 else bounds
    looks = [
        Look(f"{low:.1f} to {high:.1f} USD/MWh", _CLASSES[place], "#7f7f7f", 0.0, low, high)
        for place, (low, high) in enumerate(itertools.pairwise(bounds))
    ]
    return Style("fill", looks, _ABOUT["prices"], PRICE)


_CANDIDATES = Style("circle", (Look("candidate", "#ffffff", "#404040", 2.6),), _ABOUT["candidates"], label="name")
_CHOSEN = Style("star", (Look("chosen", "#d95f02", "#5a2700", 5.0),), _ABOUT["chosen_sites"], label="name")
_CONNECTIONS = Style(
    "circle",
    (
        Look("up to 50 MW", "", "#7570b3", 7.0, 0.0, 50.0),
        Look("50 to 200 MW", "", "#7570b3", 10.0, 50.0, 200.0),
        Look("more than 200 MW", "", "#7570b3", 14.0, 200.0, 1e6),
    ),
    _ABOUT["connections"], "most_mw",
)
