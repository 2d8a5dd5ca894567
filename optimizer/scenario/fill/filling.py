"""Filling a scenario's tables: candidate sites made of counties, and what a user's own sites leave open."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from optimizer.data.catalogue import table
from optimizer.scenario.fill.candidates import Candidates, candidates
from optimizer.scenario.fill.filled import FillFault, Filling, FillRequest, OwnRows
from optimizer.scenario.fill.gas import gas_columns
from optimizer.scenario.fill.notes import Note
from optimizer.scenario.fill.rules import (
    Filled,
    FillQuestion,
    facts_of,
    fill_question,
    hub_columns,
    mode_columns,
    site_columns,
    tariff_columns,
)
from optimizer.scenario.fill.site_cells import fill_cells
from optimizer.scenario.schema.describe_fields import column_names
from optimizer.scenario.schema.fill_section import FillSection
from optimizer.scenario.schema.rows import ROW_MODELS

KEYS = {"sites": "", "modes": "greenfield", "tariffs": "grid", "hub": "hub", "onsite_gas": "gas"}
"""Second part of the key of a filled row; ``hub`` rows stand in ``tariffs``."""

REQUIRED = {
    "sites": ("peak_facility_ratio", "annual_pue", "grid_limit_mw", "sales_tax_fraction"),
    "modes": ("lead_months", "max_it_mw", "capex_musd_per_mw", "land_musd"),
    "tariffs": ("energy_usd_per_mwh", "demand_usd_per_kw_month", "mw_max", "customer_capex_musd"),
    "onsite_gas": ("gas_usd_per_mmbtu",),
}
"""Columns without which a site cannot be judged: a county that lacks one is left out, a user's own site is refused."""

Frames = dict[str, pd.DataFrame]


def fill_sites(request: FillRequest) -> Filling:
    """Fill a scenario's sites from the datasets, by the rules of docs/data.md.

    Sites come from ``sites.dataset`` with ``sites.where``, or are the user's own; modes and offers are made where none are given.
    What the user gives wins; every filled number has a row in ``sources`` that says so. A request for single cells fills those alone.

    Parameters
    ----------
    request : FillRequest
        Sections of the scenario and cells of the user's sites, or the cells to be filled.
    """
    asked = fill_question(request.config)
    if request.cells:
        return fill_cells(request.cells, asked)
    found = candidates(request, asked.known_by)
    faults = (*found.faults, *_price_year_faults(asked))
    if found.places.empty or len(faults) > len(found.faults):
        return Filling({}, (), faults)
    filled = _filled(found, asked, request)
    frames = _wanted({name: made.frame(found.places.index) for name, made in filled.items()}, request.own_rows)
    filled = {name: filled[name] for name in frames}
    too_late = {parameter: day for made in filled.values() for parameter, day in made.too_late.items()}
    given = _overlaid(frames, found)
    lacking = _parameter_faults(too_late, given, asked) or _missing(frames, found, asked)
    if faults or lacking:
        return Filling({}, (), (*faults, *lacking))
    if not found.is_own:
        frames = _without_gaps(frames)
        _note_left_out(filled["sites"].notes, len(found.places) - len(frames["sites"]))
    return _as_cells(frames, filled, found, given)


def _price_year_faults(asked: FillQuestion) -> tuple[FillFault, ...]:
    """A price year without hub prices, or one that was not yet over."""
    if asked.price_year is None:
        return ()
    years = table("wholesale_price_summary").groupby("year")["known_from"].max()
    if asked.price_year not in years.index:
        allowed = ", ".join(str(year) for year in years.index)
        return (FillFault("contracts.price_year", f"the datasets have no hub prices of {asked.price_year}; allowed: {allowed}"),)
    known_from = str(years[asked.price_year])
    if asked.known_by is not None and known_from > asked.known_by:
        message = f"hub prices of {asked.price_year} were known from {known_from}, after as_of = {asked.as_of}: hindsight"
        return (FillFault("contracts.price_year", message),)
    return ()


def _filled(found: Candidates, asked: FillQuestion, request: FillRequest) -> dict[str, Filled]:
    """Columns of all tables that are to be filled, with their sources and what was not yet known."""
    facts = facts_of(found.places, asked.known_by)
    index = found.places.index
    filled = {"sites": site_columns(facts, asked)}
    sites = _with_user_values(filled["sites"].frame(index), found)
    filled["modes"] = mode_columns(facts, sites, asked)
    modes = _with_user_values(filled["modes"].frame(index), found)
    own_most = pd.Series({site: request.own_rows.most_it_mw.get(str(site)) for site in index.unique()}, dtype="float64").reindex(index)
    modes["max_it_mw"] = own_most.fillna(modes["max_it_mw"])
    if request.config.contracts is not None:
        filled["tariffs"] = tariff_columns(facts, sites, modes, asked)
        if asked.price_year is not None:
            grid = _with_user_values(filled["tariffs"].frame(index), found)
            filled["hub"] = hub_columns(facts, {str(column): grid[column] for column in grid}, asked)
            if found.is_own:  # sources of counties hold for whole columns, the hub's other cells among them
                filled["hub"].notes = {**filled["tariffs"].notes, **filled["hub"].notes}
        if asked.fill.onsite_gas:
            filled["onsite_gas"] = gas_columns(facts, sites, modes, asked)
    for name, made in filled.items():
        _name(name, made, found)
    return filled


def _wanted(frames: Frames, own: OwnRows) -> Frames:
    """Frames without the sites that have modes, or offers, of their own; without those that are then empty."""
    wanted = {"sites": frames["sites"]}
    for name, frame in frames.items():
        has = own.modes if name == "modes" else own.offers
        if name != "sites" and not frame.index.isin(list(has)).all():
            wanted[name] = frame[~frame.index.isin(list(has))]
    return wanted


def _name(name: str, made: Filled, found: Candidates) -> None:
    """Give rows their keys, and sites their names and places."""
    if name == "sites":
        for column in ("name", "lat", "lon", "county_fips"):
            made.put(column, found.places[column])
        made.notes["lat"] = made.notes["lon"] = found.place_note
    elif name == "modes":
        made.put("mode", KEYS[name])
    else:
        made.put("contract_id", KEYS[name])
        if name in ("tariffs", "hub"):
            made.put("stage", "study")
            made.put("exclusive_group", pd.Series([f"{site}_grid" for site in found.places.index], index=found.places.index))


def _with_user_values(frame: pd.DataFrame, found: Candidates) -> pd.DataFrame:
    """A frame with the numbers the user gave in place of the filled ones; what is no number is left to the check of the rows."""
    frame = frame.copy()
    for column in frame.columns.intersection(found.given.columns):
        values = pd.to_numeric(found.given[column], errors="coerce")
        if values.notna().any():
            frame[column] = values.fillna(frame[column]) if pd.api.types.is_numeric_dtype(frame[column]) else frame[column]
    return frame


def _overlaid(frames: Frames, found: Candidates) -> Mapping[str, set[tuple[str, str]]]:
    """Lay the user's cells over the filled ones; tells which (site, column) of each table are the user's."""
    given: dict[str, set[tuple[str, str]]] = {name: set() for name in frames}
    for name, frame in frames.items():
        rows = found.given if len(frame) == len(found.given) else found.given[found.given.index.isin(frame.index)]
        columns = [column for column in found.given.columns if column in column_names(ROW_MODELS["tariffs" if name == "hub" else name])]
        if name == "hub":
            columns = [column for column in columns if column != "energy_usd_per_mwh"]
        for column in columns:
            texts = rows[column]
            is_given = texts.notna() & (texts != "")
            old = frame[column] if column in frame else pd.Series("", index=frame.index)
            frame[column] = old.astype("object").mask(is_given, texts)
            given[name] |= {(str(site), column) for site in texts.index[is_given]}
    return given


def _parameter_faults(too_late: Mapping[str, str], given: Mapping[str, set[tuple[str, str]]], asked: FillQuestion) -> tuple[FillFault, ...]:
    """Parameters that must be given, since their figures came after the question."""
    said = "its figure was known from {day}, after as_of = {as_of}, and refuse_after_as_of is set: give a value of your own"
    columns = {column for cells in given.values() for _, column in cells}
    return tuple(
        FillFault(f"sites.fill.{parameter}", said.format(day=day, as_of=asked.as_of))
        for parameter, day in too_late.items()
        if parameter not in columns
    )


def _missing(frames: Frames, found: Candidates, asked: FillQuestion) -> tuple[FillFault, ...]:
    """Figures no site has, and for the user's own sites those that any lacks."""
    faults = []
    position_of = dict(zip(reversed(found.places.index), reversed(found.positions), strict=False))
    for name, columns in REQUIRED.items():
        for column in columns if name in frames else ():
            lacks = _is_empty(frames[name][column])
            known = f" by {asked.known_by} (refuse_after_as_of)" if asked.known_by else ""
            if lacks.all():
                message = f"the datasets know no {column} of any of these places{known}; give {_where_to_give(column)}"
                faults.append(FillFault("sites", message))
            elif found.is_own:
                faults += [
                    FillFault(column, f"the datasets know no {column} of this place{known}; give it", position_of[site])
                    for site in lacks.index[lacks]
                ]
    return tuple(faults)


def _where_to_give(column: str) -> str:
    """Where a figure that no place has can be given: in a parameter of its name, else in a table of own sites."""
    return f"sites.fill.{column}" if column in FillSection.model_fields else f"it, as a column {column} of a table of your own sites"


def _is_empty(values: pd.Series[Any]) -> pd.Series[bool]:
    return values.isna() | (values.astype("object") == "")


def _without_gaps(frames: Frames) -> Frames:
    """Leave out counties that lack a required figure, and those without grid."""
    whole = frames["sites"].index
    for name, columns in REQUIRED.items():
        for column in columns if name in frames else ():
            whole = whole.intersection(frames[name].index[~_is_empty(frames[name][column])])
    return {name: frame.loc[whole] for name, frame in frames.items()}


def _note_left_out(notes: dict[str, Note], count: int) -> None:
    """Tell in the source of the places how many meet the condition and are no candidates."""
    if count:
        place_note = replace(notes["lat"], text=f"{notes['lat'].text}; {count} left out: a figure is not known")
        notes["lat"] = notes["lon"] = place_note


def _as_cells(frames: Frames, filled: Mapping[str, Filled], found: Candidates, given: Mapping[str, set[tuple[str, str]]]) -> Filling:
    """Frames as cells, and a row of ``sources`` for every filled number."""
    rows: dict[str, list[dict[str, str]]] = {}
    for name, frame in frames.items():
        offered = frame[frame["energy_usd_per_mwh"].notna()] if name == "hub" else frame
        rows.setdefault("tariffs" if name == "hub" else name, []).extend(_rows(offered))
    sources = [cells for name in frames for cells in _sources(name, frames[name], filled[name], found, given[name])]
    open_cells = _in_place(found, rows.pop("sites")) if found.is_own else ()
    return Filling({**{name: tuple(cells) for name, cells in rows.items()}, "sources": tuple(sources)}, open_cells)


def _in_place(found: Candidates, rows: Sequence[dict[str, str]]) -> tuple[dict[str, str], ...]:
    """Cells of the user's sites by their position in the request; empty for those that are left out."""
    at = dict(zip(found.positions, rows, strict=True))
    return tuple(at.get(position, {}) for position in range(max(at, default=-1) + 1))


def _rows(frame: pd.DataFrame) -> list[dict[str, str]]:
    columns = [str(column) for column in frame.columns]
    texts = [[_text(value) for value in frame[column].tolist()] for column in columns]
    return [
        {"site_id": str(site), **dict(zip(columns, cells, strict=True))}
        for site, cells in zip(frame.index, zip(*texts, strict=True), strict=True)
    ]


def _text(value: Any) -> str:
    """Cell as a person would write it; missing is empty."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _sources(
    name: str, frame: pd.DataFrame, made: Filled, found: Candidates, given: set[tuple[str, str]]
) -> list[dict[str, str]]:
    """Rows of ``sources``: one per column where all is filled, one per cell where the user gave some or the source is another."""
    shown, second = ("tariffs" if name == "hub" else name), KEYS[name]
    rows = []
    for column, note in made.notes.items():
        sites, other = made.excepted.get(column, (frozenset(), note))
        filled = [str(site) for site in frame.index[~_is_empty(frame[column])] if (str(site), column) not in given]
        keys = {site: f"{site}/{second}" if second else site for site in filled}
        usual = [keys[site] for site in filled if site not in sites]
        if not found.is_own and name != "hub":
            usual = ["*"] if usual else []
        rows += [_source(shown, key, column, note) for key in usual]
        rows += [_source(shown, keys[site], column, other) for site in filled if site in sites]
    return rows


def _source(table_name: str, key: str, column: str, note: Note) -> dict[str, str]:
    return {
        "table": table_name, "key": key, "column": column, "kind": note.kind, "quality": note.quality, "as_of": note.as_of,
        "url": note.url, "note": note.text,
    }
