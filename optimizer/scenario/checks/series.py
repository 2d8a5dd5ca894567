"""Whether every hourly series that an offer names is there, for the year that is asked for, and was known by then."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from optimizer.scenario.read.draft import Draft
from optimizer.scenario.read.findings import Place, nearest
from optimizer.scenario.read.known_series import heat_counties, price_years, profile_names
from optimizer.scenario.read.table_rows import Placed
from optimizer.scenario.read.tables import RawRow
from optimizer.scenario.schema.rows import SiteRow

Reference = tuple[RawRow, str, str]
"""Row, column and the name of the series it holds."""

_YEAR = ("contracts", "price_year")


def check_series(draft: Draft) -> None:
    """Note series that are not there, a price year that is missing, not in the datasets or hindsight, and time zones that are none."""
    prices, profiles = list(_prices(draft)), list(_profiles(draft))
    for row, column, name in prices:
        _check_price(draft, row.place(column), column, name)
    for row, column, name in profiles:
        _check_profile(draft, row.place(column), column, name)
    for name in sorted({name for _, _, name in prices} & {name for _, _, name in profiles} & draft.series.names):
        draft.add(("contracts", "series"), f"{name!r} is used as a price and as a profile; a series is one of them")
    used = [name for _, _, name in prices if name in price_years()]
    _check_year(draft, list(dict.fromkeys(used)))
    for placed in draft.rows.sites:
        _check_hourly_pue(draft, placed)
        if placed.row.time_zone and not _is_zone(placed.row.time_zone):
            message = f"there is no time zone {placed.row.time_zone!r}; allowed: names such as America/Chicago"
            draft.findings.add(placed.place("time_zone"), "time_zone", message)


def _prices(draft: Draft) -> Iterator[Reference]:
    """Every place where a price series is named."""
    for tariff in draft.rows.tariffs:
        for column, name in (("price_series", tariff.row.price_series), ("called_price_series", tariff.row.called_price_series)):
            if name is not None and tariff.row.mw_max > 0:
                yield tariff.raw, column, name
    for ppa in draft.rows.ppas:
        if ppa.row.mw_max > 0:
            yield ppa.raw, "hub", ppa.row.hub


def _profiles(draft: Draft) -> Iterator[Reference]:
    """Every place where a profile is named."""
    for ppa in draft.rows.ppas:
        if ppa.row.profile is not None and ppa.row.mw_max > 0:
            yield ppa.raw, "profile", ppa.row.profile


def _check_price(draft: Draft, place: Place, column: str, name: str) -> None:
    if name in draft.series.names:
        _check_own_price(draft, place, column, name)
        return
    if name in price_years():
        return
    if name in profile_names():
        draft.findings.add(place, column, f"{name!r} is a profile of a plant's output, not a price; name a price series")
    elif draft.series.is_whole:
        known = [*price_years(), *draft.series.names]
        draft.findings.add(place, column, f"there is no price series {name!r}; {nearest(name, known)}")


def _check_own_price(draft: Draft, place: Place, column: str, name: str) -> None:
    """Prices that are all below a dollar were hardly meant in USD/MWh; in ``called_price_series`` only their order counts."""
    dearest = max((abs(value) for value in draft.series.values.get(name, ())), default=0.0)
    if 0.0 < dearest < 1.0 and column != "called_price_series":
        message = (
            f"no hour of {name!r} is above {dearest:g} USD/MWh; prices are in USD/MWh: "
            f"this looks like USD/kWh, multiply the column by 1,000"
        )
        draft.findings.add(place, column, message)


def _check_profile(draft: Draft, place: Place, column: str, name: str) -> None:
    if name in draft.series.names:
        outside = [hour for hour, value in enumerate(draft.series.values.get(name, ())) if not 0 <= value <= 1]
        if outside:
            value = draft.series.values[name][outside[0]]
            message = (
                f"{name!r} is {value:g} in hour {outside[0]}; a profile is a share of the MW, 0 to 1, "
                f"and {len(outside):,} of its hours are not: divide by the plant's MW"
            )
            draft.findings.add(place, column, message)
    elif name in price_years():
        draft.findings.add(place, column, f"{name!r} is a price series, not a profile of a plant's output; name a profile")
    elif name not in profile_names() and draft.series.is_whole:
        known = [*profile_names(), *draft.series.names]
        draft.findings.add(place, column, f"there is no profile {name!r}; {nearest(name, known)}")


def _check_year(draft: Draft, used: list[str]) -> None:
    """The price year must be one that every price series in use has."""
    contracts = draft.config.contracts
    if contracts is None or not used or any(problem.field == ".".join(_YEAR) for problem in draft.findings.problems):
        return
    year = contracts.price_year
    if year is None:
        years = sorted({year for name in used for year in price_years()[name]})
        allowed = " or ".join(str(year) for year in years)
        draft.add(_YEAR, f"is required and missing: prices of {used[0]} are those of one year; allowed: {allowed}")
        return
    provenance, as_of = draft.config.provenance, draft.config.scenario.as_of
    for name in used:
        known_from = price_years()[name].get(year)
        if known_from is None:
            allowed = " or ".join(str(other) for other in sorted(price_years()[name]))
            draft.add(_YEAR, f"the datasets have no prices of {name} of {year}; allowed: {allowed}")
        elif provenance is not None and provenance.refuse_after_as_of and known_from > as_of:
            draft.add(_YEAR, f"prices of {name} of {year} were known from {known_from}, after as_of = {as_of}: hindsight")


def _check_hourly_pue(draft: Draft, placed: Placed[SiteRow]) -> None:
    row = placed.row
    if not row.hourly_pue:
        return
    if row.county_fips not in heat_counties():
        where = f"county {row.county_fips}" if row.county_fips else "a site without county_fips"
        message = f"PUE by hour follows the county's climate, and the datasets have none for {where}: give county_fips, or write false"
        draft.findings.add(placed.place("hourly_pue"), "hourly_pue", message)
    if row.annual_pue > row.peak_facility_ratio:
        message = f"{row.annual_pue:g} is above peak_facility_ratio {row.peak_facility_ratio:g}: PUE by hour lies between 1 and that"
        draft.findings.add(placed.place("annual_pue"), "annual_pue", message)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
