"""Legend of the map: what its bounds look like, and that it hides no county."""

from __future__ import annotations

import pytest

from optimizer.report.county_map import _BAR, _FRAMES, _tick


@pytest.mark.parametrize(("bound", "text"), [
    (10_100.0, "10,100"), (2_352_095.4, "2,352,095"), (1000.0, "1,000"), (65.5, "65.5"), (0.0125, "0.0125"), (-1234.5, "-1,234"),
])
def test_bounds_are_written_out(bound, text):
    assert _tick(bound) == text


def test_the_bar_covers_no_state():
    left, bottom, width, height = _BAR
    for frame in _FRAMES:
        frame_left, frame_bottom, frame_width, _ = frame.box
        is_beside = frame_left + frame_width <= left or left + width <= frame_left
        assert is_beside or bottom + height <= frame_bottom, frame.name
