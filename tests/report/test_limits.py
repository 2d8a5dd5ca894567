"""What binds in a plan made by hand: a site with a contract of 10 MW that is full, and on-site units beside it."""

from __future__ import annotations

import pandas as pd
import pytest

from optimizer.explain.at_limit import fully_used
from optimizer.plan.plan import TABLE_COLUMNS
from tests import builders as b

NOTHING = {name: pd.DataFrame(columns=list(columns)) for name, columns in TABLE_COLUMNS.items()}


def _tables(peaks, firm):
    """Grid at 10 MW in January and February; ``firm`` MW of gas beside it; the site's peaks in both months."""
    months = ("2024-01", "2024-02")
    rows = {
        "power": [(month, "a", "grid", 10.0, 10.0) for month in months] + [(month, "a", "gas", firm, firm) for month in months],
        "load": [(month, "a", peak, peak) for month, peak in zip(months, peaks, strict=True)],
    }
    return {name: pd.DataFrame(rows.get(name, []), columns=list(columns)[:len(rows[name][0])] if name in rows else list(columns))
            .reindex(columns=list(columns)) for name, columns in TABLE_COLUMNS.items()}


def _binding(peaks, firm=0.0, reserve=0.0):
    site = b.site(tariffs=(b.tariff(mw_max=10.0),), onsite_gas=(b.gas(),))
    return fully_used(b.instance(sites=(site,), reserve_fraction=reserve), _tables(peaks, firm))


@pytest.mark.parametrize(("peaks", "firm", "reserve", "span"), [
    ((10.0, 10.0), 0.0, 0.0, "in 2 periods, 2024-01 to 2024-02"),
    ((9.0, 10.0), 0.0, 0.0, "in 2024-02"),  # in January a MW is left
    ((10.0, 12.0), 2.0, 0.0, "in 2024-02"),  # with 2 MW of gas: 12 firm
    ((8.0, 7.0), 0.0, 0.25, "in 2024-01"),  # 8 MW and a quarter of it in reserve
    ((9.0, 9.0), 0.0, 0.0, None),
])
def test_a_full_contract_binds_where_every_firm_mw_is_needed(peaks, firm, reserve, span):
    expected = [] if span is None else [f"mw_limit: grid at a gives no more than 10 MW; used up {span}"]
    assert _binding(peaks, firm, reserve) == expected


@pytest.mark.parametrize(("changes", "said"), [
    ({"max_it_mw": 15.0}, []),  # 12 of 15 MW
    ({"max_it_mw": 15.0, "block_it_mw": 6.0, "mw_per_month": 5.0}, ["max_it_mw: a is built out at 12 MW IT from 2024-02"]),
])
def test_a_site_is_built_out_by_its_whole_blocks(changes, said):
    # 12 MW are added in February.
    built = pd.DataFrame([("2024-01", "a", "retrofit", 0.0, 0.0), ("2024-02", "a", "retrofit", 12.0, 12.0)],
                         columns=["period", "site_id", "mode", "built_it_mw", "added_it_mw"])
    instance = b.instance(sites=(b.site(modes=(b.mode(**changes),)),))
    assert [line for line in fully_used(instance, {**NOTHING, "construction": built}) if "IT" in line] == said


@pytest.mark.parametrize(("delivered", "said"), [
    (1000.0, ["supply_limit: all H100 that the vendor ships, in whole lots of 1,000, are taken in 2024-02"]),
    (0.0, []),
])
def test_supply_binds_where_the_lots_on_offer_are_taken(delivered, said):
    # 999 a month: no lot in January, one in February.
    fleet = pd.DataFrame([("2024-01", "a", "H100", 0.0), ("2024-02", "a", "H100", delivered)],
                         columns=["period", "site_id", "gpu", "delivered"])
    instance = b.instance(gpus=(b.gpu(supply=((0, 999.0),)),))
    assert [line for line in fully_used(instance, {**NOTHING, "fleet": fleet}) if "supply" in line] == said
