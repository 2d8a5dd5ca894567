"""Which organized market a utility and a county belong to."""

from __future__ import annotations

import pandas as pd

__all__ = ["county_markets", "markets_of_utilities"]

MARKET_OF_AUTHORITY = {"CISO": "CAISO", "ERCO": "ERCOT", "ISNE": "ISONE", "MISO": "MISO", "NYIS": "NYISO", "PJM": "PJM", "SWPP": "SPP"}


def markets_of_utilities(table: pd.DataFrame) -> pd.Series:
    """Market of each row's utility in its county: of 2018, else of its balancing authority, else ``none``; blank when unknown.

    Parameters
    ----------
    table : pandas.DataFrame
        With ``rto`` (market of 2018) and ``balancing_authority``.
    """
    by_authority = table["balancing_authority"].map(MARKET_OF_AUTHORITY)
    outside = table["balancing_authority"].notna()
    return table["rto"].fillna(by_authority).mask(table["rto"].isna() & by_authority.isna() & outside, "none")


def county_markets(mapping: pd.DataFrame, utilities: pd.DataFrame) -> pd.Series:
    """Market of every county, by ``county_fips``: the mapping of 2018, corrected in Texas.

    The mapping ranks utilities by the energy they sell. Wires companies sell none, so that it puts Houston into MISO and Midland into
    SPP. A county of Texas is in ERCOT when the utility with the largest business sales per county of its territory, deliveries
    counted, is there.

    Parameters
    ----------
    mapping : pandas.DataFrame
        ``county_fips``, ``rto``.
    utilities : pandas.DataFrame
        The table ``utility_county``.
    """
    texas = utilities[utilities["state_abbr"] == "TX"]
    weighed = texas.assign(weight=texas["business_sales_mwh"] / texas["utility_counties"]).dropna(subset=["weight"])
    largest = weighed.sort_values(["county_fips", "weight"]).groupby("county_fips")["rto"].last()
    in_ercot = mapping["county_fips"].isin(largest.index[largest == "ERCOT"])
    return mapping["rto"].mask(in_ercot, "ERCOT").set_axis(mapping["county_fips"])
