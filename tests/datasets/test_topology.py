"""Borders decoded from arcs: squares whose corners one can count."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shapely.geometry import LineString, MultiPolygon, Point, box

from datasets.topology import Topology, polygonal

# A grid of half degrees from (10, 20). Arc 0 is the line from (1, 0) up to (1, 1) that the squares west and east share; arcs 1 and 2 go
# round the rest of each; arc 3 is a line there and back, which is no ring; arcs 4 and 5 are a square of side 4 and a hole of side 2 in it.
TOPOLOGY = {
    "type": "Topology",
    "transform": {"scale": [0.5, 0.5], "translate": [10.0, 20.0]},
    "arcs": [
        [[2, 0], [0, 2]],
        [[2, 2], [-2, 0], [0, -2], [2, 0]],
        [[2, 0], [2, 0], [0, 2], [-2, 0]],
        [[8, 8], [2, 0], [-2, 0]],
        [[20, 20], [8, 0], [0, 8], [-8, 0], [0, -8]],
        [[22, 22], [0, 4], [4, 0], [0, -4], [-4, 0]],
    ],
    "objects": {
        "counties": {
            "geometries": [
                {"id": "01001", "type": "Polygon", "arcs": [[0, 1]]},
                {"id": "01003", "type": "MultiPolygon", "arcs": [[[2, -1]], [[3]]]},
                {"id": "01005", "type": "Polygon", "arcs": [[4], [5]]},
                {"id": "01007", "type": None},
            ]
        }
    },
}


@pytest.fixture
def shapes(tmp_path: Path):
    path = tmp_path / "topology.json"
    path.write_text(json.dumps(TOPOLOGY), encoding="utf-8")
    return Topology(path).shapes("counties")


def test_neighbours_share_their_border(shapes) -> None:
    # West: x 10 to 11, y 20 to 21; east: x 11 to 12, the shared arc walked backwards.
    assert shapes["01001"].equals(box(10, 20, 11, 21))
    assert shapes["01003"].equals(box(11, 20, 12, 21))


def test_a_ring_pressed_to_a_line_is_left_out(shapes) -> None:
    assert shapes["01003"].geom_type == "Polygon"


def test_a_hole_is_cut_out(shapes) -> None:
    # 4 x 4 less 2 x 2 square degrees.
    assert shapes["01005"].area == pytest.approx(12.0)
    assert not shapes["01005"].contains(Point(22, 22))


def test_an_area_without_a_border_is_left_out(shapes) -> None:
    assert set(shapes) == {"01001", "01003", "01005"}


def test_mending_drops_lines_and_keeps_both_halves_of_a_bow_tie() -> None:
    # A bow tie of two triangles that meet in (1, 1), each of area 1.
    bow_tie = MultiPolygon([(((0, 0), (2, 2), (2, 0), (0, 2), (0, 0)), [])])
    mended = polygonal(bow_tie)
    assert mended.is_valid
    assert mended.area == pytest.approx(2.0)
    assert polygonal(LineString([(0, 0), (1, 1)])).is_empty
