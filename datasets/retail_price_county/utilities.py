"""Full price of each utility in each state, put together from the parts of its customers' bills."""

from __future__ import annotations

import pandas as pd

__all__ = ["utility_prices"]

KEYS = ["eia_utility_id", "state_abbr"]
# Outside these a figure tells of an error, a correction of an earlier year or a federal allotment, not of a price one could be offered.
PRICE_MIN, PRICE_MAX = 15.0, 500.0  # USD/MWh
SALES_MIN = 1000.0  # MWh


def sold(parts: pd.DataFrame, part: str, sector: str) -> pd.DataFrame:
    """Price and sales of one part by utility and state, where both are given."""
    figures = {f"{sector}_price_usd_per_mwh": "price", f"{sector}_sales_mwh": "sales_mwh"}
    rows = parts.loc[parts["part"] == part, [*KEYS, *figures]].rename(columns=figures)
    return rows.dropna(subset=["price"]).set_index(KEYS)


def state_means(rows: pd.DataFrame) -> pd.Series:
    """Mean price of each state, weighted by sales."""
    revenue = (rows["price"] * rows["sales_mwh"]).groupby("state_abbr").sum()
    return revenue / rows["sales_mwh"].groupby("state_abbr").sum()


def delivered_prices(parts: pd.DataFrame, sector: str) -> pd.DataFrame:
    """Full price of delivered energy: delivery and the state's mean energy price, or in Texas the mean of the retail providers."""
    delivered = sold(parts, "C", sector)
    state = delivered.index.get_level_values("state_abbr")
    energy = pd.Series(state.map(state_means(sold(parts, "B", sector))), index=delivered.index)
    providers = pd.Series(state.map(state_means(sold(parts, "D", sector))), index=delivered.index)
    price = providers.fillna(delivered["price"] + energy)
    return delivered.assign(price=price, in_texas=providers.notna()).dropna(subset=["price"])


def utility_prices(parts: pd.DataFrame, sector: str) -> pd.DataFrame:
    """Price, sales and method of each utility in each state, implausible and tiny ones left out.

    Parameters
    ----------
    parts : pandas.DataFrame
        The table ``retail_price_utility``.
    sector : str
        ``commercial`` or ``industrial``.

    Returns
    -------
    pandas.DataFrame
        ``eia_utility_id``, ``state_abbr``, ``price`` (USD/MWh), ``sales_mwh``, ``method``.
    """
    full, delivered = sold(parts, "A", sector), delivered_prices(parts, sector)
    both = full.add_suffix("_full").join(delivered.add_suffix("_delivered"), how="outer")
    sales = both[["sales_mwh_full", "sales_mwh_delivered"]].fillna(0.0)
    revenue = (both["price_full"] * sales["sales_mwh_full"]).fillna(0) + (both["price_delivered"] * sales["sales_mwh_delivered"]).fillna(0)
    method = pd.Series("bundled", index=both.index).mask(both["price_delivered"].notna(), "bundled_and_delivered")
    method = method.mask(both["price_full"].isna(), "delivered").mask(both["in_texas_delivered"].eq(True), "texas_retail_providers")
    table = pd.DataFrame({"price": revenue / sales.sum(axis=1), "sales_mwh": sales.sum(axis=1), "method": method})
    return table[table["price"].between(PRICE_MIN, PRICE_MAX) & (table["sales_mwh"] >= SALES_MIN)].reset_index()
