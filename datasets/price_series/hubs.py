"""Which hub of CAISO, ERCOT or NYISO stands for a county: our reading of the markets' zone maps, one county one hub."""

from __future__ import annotations

from typing import Any

__all__ = ["hub_in_market"]

# Load zones of the New York market by county; a county that two zones share is in the one with most of its people.
NEW_YORK = {
    "a_west": "Cattaraugus Chautauqua Erie Niagara Orleans Wyoming Allegany",
    "b_genessee": "Genesee Livingston Monroe Ontario Wayne",
    "c_central": "Broome Cayuga Chemung Cortland Onondaga Oswego Schuyler Seneca Steuben Tioga Tompkins Yates",
    "d_north": "Clinton Franklin St._Lawrence",
    "e_mohawk_valley": "Chenango Delaware Hamilton Herkimer Jefferson Lewis Madison Oneida Otsego Schoharie",
    "f_capital": "Albany Columbia Essex Fulton Greene Montgomery Rensselaer Saratoga Schenectady Warren Washington",
    "g_hudson_valley": "Dutchess Orange Putnam Rockland Sullivan Ulster",
    "i_dunwoodie": "Westchester",
    "j_new_york_city": "Bronx Kings New_York Queens Richmond",
    "k_long_island": "Nassau Suffolk",
}
# South of Path 26 (Edison and San Diego), and between Paths 15 and 26; the rest of California is north of Path 15.
CALIFORNIA = {
    "sp_15": "Imperial Inyo Los_Angeles Mono Orange Riverside San_Bernardino San_Diego Santa_Barbara Tulare Ventura",
    "zp_26": "Kern Kings San_Luis_Obispo",
}
HOUSTON = "Brazoria Chambers Fort_Bend Galveston Harris Liberty Montgomery Waller"


def named_in(name: str, listed: str) -> bool:
    """Whether the county ``name`` is one of the names ``listed``, spaces written as underscores."""
    return name.removesuffix(" County").replace(" ", "_") in listed.split()


def texas_hub(name: str, lat: float, lon: float) -> str:
    """Hub of a county of ERCOT by its centroid: a drawing of the market's hub map with straight lines."""
    if named_in(name, HOUSTON):
        return "houston"
    if (lat > 30.75 and lon < -98.5) or (lat > 30.0 and lon < -99.5):
        return "west"
    return "north" if lat > 30.6 else "south"


def hub_in_market(county: Any) -> str | None:
    """Series of a county (a row with rto, county_name and centroid) in a market of many hubs; None in every other market."""
    name = county["county_name"]
    if county["rto"] == "ERCOT":
        return f"ercot_rt_{texas_hub(name, county['centroid_lat'], county['centroid_lon'])}"
    if county["rto"] == "NYISO":
        return f"nyiso_rt_{next(hub for hub, listed in NEW_YORK.items() if named_in(name, listed))}"
    if county["rto"] == "CAISO":
        return f"caiso_rt_{next((hub for hub, listed in CALIFORNIA.items() if named_in(name, listed)), 'np_15')}"
    return None
