"""Geometries of their bytes (WKB), walked before a library reads them: nested deep enough, they would end the process."""

from __future__ import annotations

import struct
from typing import Any

POINT, LINE, AREA = 1, 2, 3
"""Kinds; those of several of one kind are 3 more."""


def shape_of(held: bytes) -> Any:
    """Geometry of its bytes: a point, a line or an area, or several of one kind.

    Raises
    ------
    ValueError
        The bytes are none.
    """
    import shapely  # noqa: PLC0415 - only layers need it

    try:
        _end_of(held, 0, (POINT, LINE, AREA, POINT + 3, LINE + 3, AREA + 3))
        return shapely.from_wkb(held)
    except (struct.error, shapely.GEOSException) as error:
        raise ValueError(f"a geometry cannot be read: {str(error)[:100]}") from error


def _end_of(held: bytes, at: int, allowed: tuple[int, ...]) -> int:
    """Position behind the geometry that begins at a position; inner ones are points, lines or areas, never several again."""
    order = "<" if held[at : at + 1] == b"\x01" else ">"
    code = _count(held, at + 1, order)
    kind, numbers = _kind(code)
    if kind not in allowed:
        raise ValueError("a geometry is no point, line or area")
    at += 5
    if kind == POINT:
        return at + 8 * numbers
    count = _count(held, at, order)
    at += 4
    if kind == LINE:
        return at + 8 * numbers * count
    for _ in range(count):
        if kind == AREA:
            at += 4 + 8 * numbers * _count(held, at, order)
        else:
            at = _end_of(held, at, (kind - 3,))
    return at


def _count(held: bytes, at: int, order: str) -> int:
    return int(struct.unpack_from(f"{order}I", held, at)[0])


def _kind(code: int) -> tuple[int, int]:
    """Kind of a geometry, and how many numbers each of its points has: 2, or 3 or 4 with height and measure (in either way to write it)."""
    flags, plain = code >> 29, code & 0x1FFFFFFF
    if flags & 1:  # a number of a coordinate system within
        return 0, 0
    return plain % 1000, 2 + (flags >> 2) + (flags >> 1 & 1) + {0: 0, 1: 1, 2: 1, 3: 2}.get(plain // 1000, 0)
