from __future__ import annotations

import altair as alt
import pandas as pd

from optimizer.report.page.charts import fill_colours, moment, over_months, steps
from optimizer.report.page.figures import figure, slug
from optimizer.report.page.palette import INK

_ROWS = pd.DataFrame({"what": ["a", "b"], "value": [1.0, 2.0]})


def _bars(width_px: int) -> alt.Chart:
    return alt.Chart(_ROWS).mark_bar().encode(x="value:Q", y="what:N", color=fill_colours("what", ["a", "b"]))


def test_a_figure_is_drawn_for_a_desk_and_for_a_phone():
    asked = []
    drawn = figure(lambda width_px: asked.append(width_px) or _bars(width_px), "Bars, MW", "Two bars.", _ROWS)
    assert asked == [860, 350]
    assert 'width="860"' in drawn
    assert 'width="350"' in drawn


def test_bars_are_told_apart_by_pattern_and_by_name():
    drawn = figure(_bars, "Bars, MW", "Two bars.", _ROWS)
    assert 'fill="url(#fill-1)"' in drawn
    assert 'fill="url(#fill-2)"' in drawn
    assert ">b</text>" in drawn


def test_lines_are_told_apart_by_dash_and_take_the_pages_colours():
    rows = pd.DataFrame({"at": [moment("2024-01"), moment("2024-02")] * 2, "musd": [1.0, 2.0, 3.0, 4.0], "what": ["a", "a", "b", "b"]})

    def chart(width_px: int) -> alt.Chart:
        return steps(rows, (over_months("at", 2, width_px), alt.Y("musd:Q")), "what", ["a", "b"])

    drawn = figure(chart, "Lines", "Two lines.", rows)
    assert 'stroke-dasharray="6,3"' in drawn
    assert 'stroke="var(--c1f5f99,#1f5f99)"' in drawn


def test_a_picture_has_one_name_and_no_role_within():
    drawn = figure(_bars, "Bars, MW", "Two bars.", _ROWS)
    assert drawn.count('role="img" aria-labelledby="bars-mw-title bars-mw-description"') == 2
    svg = drawn[drawn.index("<svg"):drawn.index("</svg>")]
    assert svg.count("aria-") == svg.count("role=") == 1


def test_numbers_stand_beside_their_figure():
    drawn = figure(_bars, "Bars, MW", "Two <bars>.", _ROWS)
    assert "Two &lt;bars&gt;." in drawn
    assert "<details><summary>Numbers of this figure</summary>" in drawn
    assert '<td class="number">2</td>' in drawn


def test_what_is_drawn_half_seen_stays_so():
    chart = alt.Chart(_ROWS).mark_bar(opacity=0.5, color=INK).encode(x="value:Q", y="what:N")
    assert 'opacity="0.5"' in figure(chart, "Half", "Half seen.", _ROWS)


def test_a_slug_is_an_id():
    assert slug("Cash, cumulative (million USD)") == "cash-cumulative-million-usd"
