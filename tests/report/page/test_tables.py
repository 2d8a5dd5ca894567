from __future__ import annotations

import pandas as pd
import pytest

from optimizer.core.instance import Assumption
from optimizer.report.page.sources import sourced
from optimizer.report.page.tables import table_html
from tests import builders as b
from tests.report.page.cases import case


def _cells(values: list[object]) -> list[str]:
    text = table_html(pd.DataFrame({"n": range(len(values)), "v": values}), "c")
    return [part.split("</td>")[0] for part in text.split('<td class="number">')[1:]]


@pytest.mark.parametrize(("values", "said"), [
    ([1.0, 2000.0], ["1", "2,000"]),
    ([12345.6, 1.4], ["12,346", "1"]),
    ([123.44, 1.25], ["123.4", "1.2"]),
    ([2.849, 0.5], ["2.85", "0.50"]),
    ([0.0123, 0.5], ["0.012", "0.500"]),
    ([-3.25, 20.0], ["−3.2", "20.0"]),
    ([-0.001, 55.5], ["0.0", "55.5"]),
    ([float("nan"), 2.0], ["", "2"]),
])
def test_numbers_of_a_column_have_the_same_decimals(values, said):
    assert _cells(values) == said


def test_texts_are_escaped_and_rows_have_their_head():
    text = table_html(pd.DataFrame({"Site": ["<a>"], "MW": [1.0]}), "Sites & MW")
    assert '<th scope="row">&lt;a&gt;</th>' in text
    assert 'aria-label="Sites &amp; MW"' in text
    assert '<th scope="col" class="number">MW</th>' in text


def test_sums_are_set_apart():
    text = table_html(pd.DataFrame({"Quarter": ["Q1", "in all"], "musd": [1.0, 1.0]}), "c", total_rows=1)
    assert text.count('<tr class="sum">') == 1
    assert text.index('<tr class="sum">') < text.index("in all")


def test_a_number_opens_on_its_source():
    row = Assumption("rentals", "cloud", "usd_per_gpu_hour", "2.85", "USD/hour", "estimate", "press", "2024-01-01", "A paper <2024>")
    text = sourced(case(b.instance(assumptions=(row,))), "2.85 USD", "rentals", "cloud", "usd_per_gpu_hour")
    assert "<summary>2.85 USD <small>(estimate)</small></summary>" in text
    assert "press, as of 2024-01-01. A paper &lt;2024&gt; Input rentals, cloud, usd_per_gpu_hour: 2.85 USD/hour." in text


def test_a_number_without_a_source_says_so():
    assert "The scenario names no source for gpus, H100, price_usd." in sourced(case(), "33,750 USD", "gpus", "H100", "price_usd")


def test_a_table_of_money_has_the_decimals_it_is_given():
    text = table_html(pd.DataFrame({"Quarter": ["Q1", "Q2"], "musd": [0.76, 2.0]}), "c", decimals=1)
    assert text.count('<td class="number">0.8</td>') == text.count('<td class="number">2.0</td>') == 1
