"""Candidates on the map: where their marks stand so that none hides another, and what the table below says of each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.core.number_words import count
from optimizer.report.page.map_shapes import HEIGHT, WIDTH, place

if TYPE_CHECKING:
    from optimizer.core.instance import Site
    from optimizer.report.page.case import ReportCase

NUMBERED_AT_MOST = 60
"""More candidates than these are dots without a number."""

APART = 23.0
"""Units between two marks."""

_ROUNDS = 60


@dataclass(frozen=True, slots=True)
class Mark:
    """A candidate on the map: its number in the table, where it is and where its mark stands (units of the picture)."""

    number: int
    site_id: str
    name: str
    is_chosen: bool
    at: tuple[float, float]
    x: float
    y: float

    @property
    def is_moved(self) -> bool:
        """Whether the mark stands so far off its place that a line must lead there."""
        return math.dist(self.at, (self.x, self.y)) > 3.0

    @property
    def is_right(self) -> bool:
        """Whether it lies in the right of the picture, so that its label goes to the left."""
        return self.x > 0.72 * WIDTH


def marks(case: ReportCase) -> list[Mark]:
    """Marks of all candidates that lie in the picture, numbered in the order of the scenario; the chosen ones last, on top."""
    chosen = {row["site_id"] for row in case.header["sites"]}
    found = [(number, site, at) for number, site in enumerate(case.instance.sites, start=1) if (at := place(site.lat, site.lon))]
    spots = _spread([at for _, _, at in found]) if len(found) <= NUMBERED_AT_MOST else [at for _, _, at in found]
    placed = [Mark(number, site.site_id, site.name or site.site_id, site.site_id in chosen, at, round(x, 1), round(y, 1))
              for (number, site, at), (x, y) in zip(found, spots, strict=True)]
    return sorted(placed, key=lambda mark: mark.is_chosen)


def most_grid_mw(site: Site) -> float:
    """Most MW from the grid that a site's tariffs offer together, each exclusive group once, at most the site's limit."""
    groups: dict[str, float] = {}
    for tariff in site.tariffs:
        name = f"group {tariff.exclusive_group}" if tariff.exclusive_group else f"tariff {tariff.contract_id}"
        groups[name] = max(groups.get(name, 0.0), tariff.mw_max)
    offered = sum(groups.values())
    return offered if site.grid_limit_mw is None else min(offered, site.grid_limit_mw)


def choice(case: ReportCase, site: Site) -> str:
    """Say what the plan does with a candidate."""
    header = next((row for row in case.header["sites"] if row["site_id"] == site.site_id), None)
    if header is not None:
        return f"chosen: {str(header['mode']).replace('_', ' ')}, {count(header['it_mw'])} MW IT"
    if site.is_forbidden or site.is_committed or not case.tables:
        return "forbidden" if site.is_forbidden else "committed" if site.is_committed else "candidate"
    why = next((row["says"] for row in case.header.get("not_chosen", ()) if row["place"] == site.site_id), "")
    return f"not chosen: {why}" if why else "not chosen"


def _spread(spots: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Push marks apart until each is ``APART`` from every other, within the picture."""
    now = [(x + 0.01 * number, y) for number, (x, y) in enumerate(spots)]
    for _ in range(_ROUNDS):
        is_still = True
        for a in range(len(now)):
            for b in range(a):
                is_still &= not _push(now, a, b)
        if is_still:
            break
    return [(min(max(x, 12.0), WIDTH - 12.0), min(max(y, 12.0), HEIGHT - 12.0)) for x, y in now]


def _push(now: list[tuple[float, float]], a: int, b: int) -> bool:
    """Move two marks that are too near one another apart, each by half of what is missing."""
    distance = math.dist(now[a], now[b])
    if distance >= APART - 0.01:
        return False
    angle = math.atan2(now[a][1] - now[b][1], now[a][0] - now[b][0])
    step = (APART - distance) / 2.0
    for mark, sign in ((a, 1.0), (b, -1.0)):
        now[mark] = (now[mark][0] + sign * step * math.cos(angle), now[mark][1] + sign * step * math.sin(angle))
    return True
