"""Average revenue of each utility per MWh by state and part of the bill, from Form EIA-861 of 2023."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import read_source, run, write_table

SECTORS = ("commercial", "industrial", "total")
NO_UTILITY = (88888, 99999)  # withheld figures and the adjustment of a state: nobody's price
NOT_FROM_THE_GRID = "Behind the Meter"
KEYS = ["eia_utility_id", "state_abbr", "part"]


def sector_columns(sums: pd.DataFrame, sector: str) -> pd.DataFrame:
    """Price, sales and customers of one sector; no price where nothing, or less than nothing after corrections, was sold."""
    sales = sums[f"{sector}_sales_mwh"]
    price = sums[f"{sector}_revenue_thousand_usd"] * 1000 / sales.where(sales > 0)
    return pd.DataFrame(
        {
            f"{sector}_price_usd_per_mwh": price.where(price >= 0).round(2),
            f"{sector}_sales_mwh": sales,
            f"{sector}_customers": sums[f"{sector}_customers"],
        }
    )


def derive(sources: Path) -> pd.DataFrame:
    """One row per utility, state and part, summed over balancing authorities; rooftop suppliers left out."""
    table = read_source(sources, "power/retail_price_utility_2023.csv").rename(columns={"state": "state_abbr"})
    table = table[~table["eia_utility_id"].isin(NO_UTILITY) & (table["ownership"] != NOT_FROM_THE_GRID)]
    table = table.assign(imputed=table["data_type"] == "I")
    groups = table.groupby(KEYS, sort=True)
    texts = groups.agg(
        utility_name=("utility_name", "first"), service_type=("service_type", "first"), ownership=("ownership", "first"),
        ba_codes=("ba_code", lambda codes: ";".join(sorted(codes.dropna().unique()))), imputed=("imputed", "any"),
    )  # fmt: skip
    figures = [f"{sector}_{measure}" for sector in SECTORS for measure in ("revenue_thousand_usd", "sales_mwh", "customers")]
    sums = groups[figures].sum(min_count=1)
    result = texts.join([sector_columns(sums, sector) for sector in SECTORS])
    result["service_type"] = result["service_type"].str.lower()
    return result.reset_index()


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "retail_price_utility.csv")


if __name__ == "__main__":
    run(main)
