"""The flagship's inputs obey the rules its README states: one rule for all, a source for every number, no hindsight."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd
import pytest

FLAGSHIP = Path(__file__).resolve().parents[1] / "scenarios" / "xai-2024"
KEYS = {
    "sites": ["site_id"], "modes": ["site_id", "mode"], "tariffs": ["site_id", "contract_id"],
    "onsite_gas": ["site_id", "contract_id"], "ramps": ["site_id", "contract_id", "from"],
}
TEXT = {"county_fips", "name", "utility", "note", "sales_tax_exempt", "related_party", "cooling", "kind", "stage",
        "exclusive_group", "permit_route", "from_low", "from_high", "condition", "called_price_series",
        "coincident_months", "price_series", "market_access", "profile", "hub", "converts_to", "called_by"}


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(FLAGSHIP / f"{name}.csv", dtype={"county_fips": str, "key": str})


def state_of(sites: pd.DataFrame) -> pd.Series:
    return sites.set_index("site_id")["county_fips"].str[:2]


def test_the_flagship_is_not_slack_in_size() -> None:
    config = tomllib.loads((FLAGSHIP / "scenario.toml").read_text(encoding="utf-8"))
    assert len(table("sites")) >= 18
    assert len(table("tariffs")) + len(table("onsite_gas")) >= 40
    assert config["horizon"]["months"] == 43
    assert len(config["gpus"]) == 3


def test_every_numeric_cell_has_a_source() -> None:
    sources = {tuple(row) for row in table("sources")[["table", "key", "column"]].itertuples(index=False)}
    for name, key_columns in KEYS.items():
        frame = table(name)
        keys = frame[key_columns].agg("/".join, axis=1)
        for column in frame.columns.difference([*key_columns, *TEXT]):
            for key in keys[frame[column].notna()]:
                wanted = {(name, key, column), (name, key, "*"), (name, "*", column), (name, "*", "*")}
                assert wanted & sources, f"{name} {key} {column} has no source"


def test_only_offers_and_later_measures_are_dated_after_the_question() -> None:
    sources = table("sources")
    late = sources[sources["as_of"] > "2024-05-31"]
    assert not late.empty
    assert set(late["kind"]) <= {"negotiated_offer", "later_measure"}


def test_bill_at_the_load_factor_is_the_mean_price_of_the_state() -> None:
    # Memphis: 41.0 + 12.65 USD/kW-month x 12 x 1000 / (8760 h x 0.7846) = 41.0 + 22.1 = 63.1 USD/MWh, Tennessee's mean.
    tariffs = table("tariffs")
    firm = tariffs[tariffs["energy_usd_per_mwh"].notna() & (tariffs["kind"] == "firm")]  # the index has hourly prices
    mean = firm["energy_usd_per_mwh"] + firm["demand_usd_per_kw_month"] * 12_000 / (8760 * 0.7846)
    state = firm["site_id"].map(state_of(table("sites")))
    means = {"47": 63.1, "48": 64.7, "39": 71.1, "13": 69.2, "42": 76.3, "36": 70.1,
             "53": 63.5, "41": 71.4, "32": 97.3, "04": 79.1, "51": 86.9, "17": 84.0}
    assert (mean - state.map(means)).abs().max() < 0.1


def test_onsite_gas_has_the_same_terms_everywhere_but_the_price_of_gas() -> None:
    gas = table("onsite_gas")
    terms = gas.columns.difference(["site_id", "contract_id"])
    assert gas.groupby("contract_id")[list(terms)].nunique(dropna=False).max().max() == 1
    assert (gas.groupby("site_id")["contract_id"].nunique() == 2).all()
    assert gas["gas_usd_per_mmbtu"].isna().all()  # filled from the datasets: by the state


def test_a_new_service_costs_the_same_per_mw_everywhere() -> None:
    # Memphis: 24 M USD for 100 MW, so 0.24 per MW of the first step; live service costs nothing but for Memphis's own upgrade.
    tariffs = table("tariffs").set_index(["site_id", "contract_id"])
    first = table("ramps").groupby(["site_id", "contract_id"]).first()
    new = first["from"] > "2024-06"
    per_mw = tariffs["customer_capex_musd"] / first["mw"]
    assert per_mw[new].to_numpy() == pytest.approx(0.24)
    live = tariffs.loc[~new[tariffs.index], "customer_capex_musd"]
    assert live[live > 0].to_dict() == {("memphis", "mlgw_existing"): 0.76}


def test_construction_differs_between_sites_only_by_the_county() -> None:
    modes = table("modes")
    base = modes["mode"].map({"greenfield": 11.7, "retrofit": 8.0, "conversion": 8.0})
    is_owned = modes["lease_usd_per_kw_month"] == 0
    assert modes.loc[is_owned, "capex_us_mean_musd_per_mw"].tolist() == base[is_owned].tolist()
    # Owned halls are filled from the datasets: the mean x the index of the county. In leased ones the landlord builds.
    assert modes.loc[is_owned, "capex_musd_per_mw"].isna().all()
    assert (modes.loc[~is_owned, "capex_musd_per_mw"] == 0).all()
