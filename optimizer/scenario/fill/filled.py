"""What filling a scenario from the datasets takes and gives: plain cells, as if a person had written them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from optimizer.scenario.schema.config import Config

US_MEAN = "capex_us_mean_musd_per_mw"
"""Column of ``modes`` that lets ``capex_musd_per_mw`` be filled."""

FILLABLE = {"modes": ("capex_musd_per_mw", US_MEAN), "onsite_gas": ("gas_usd_per_mmbtu", "site_id")}
"""Column of a table that may be left open to the datasets, and the column of its row that must be given for that."""

GRID = "grid_t_per_mwh"
"""Column of ``sites`` that is filled without being asked for, wherever the county is known."""


@dataclass(frozen=True, slots=True)
class OpenCell:
    """A cell that a user's table leaves to the datasets.

    Attributes
    ----------
    table, key, column : str
        Which cell it is.
    row, site : mapping
        Cells of its row, and of the row's site.
    """

    table: str
    key: str
    column: str
    row: Mapping[str, str]
    site: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OwnRows:
    """What the user's tables already give of sites.

    Attributes
    ----------
    modes, offers : frozenset of str
        Sites whose modes are given whole; sites with an offer of power.
    most_it_mw : mapping of str to float
        Most IT MW of any of its modes, by site.
    """

    modes: frozenset[str] = frozenset()
    offers: frozenset[str] = frozenset()
    most_it_mw: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FillRequest:
    """A scenario whose sites are to be filled, or single cells of its tables.

    Attributes
    ----------
    config : Config
        Its sections.
    sites : tuple of mapping
        Cells of the user's own sites, empty where they come from a dataset.
    cells : tuple of OpenCell
        Cells to be filled; where there are any, nothing else is.
    own_rows : OwnRows
        Sites that have modes or offers of their own: none are made for them.
    """

    config: Config
    sites: tuple[Mapping[str, str], ...]
    cells: tuple[OpenCell, ...] = ()
    own_rows: OwnRows = field(default_factory=OwnRows)


@dataclass(frozen=True, slots=True)
class FillFault:
    """Why a site, a cell or a setting cannot be filled.

    ``field`` is a path such as ``sites.where``, ``position`` that of the site or cell in the request, or none.
    """

    field: str
    message: str
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Filling:
    """Rows to be added to tables, cells by column; for the user's sites the cells they leave open, by position.

    Attributes
    ----------
    rows : mapping
        Rows by table, ``sources`` among them.
    open_cells : tuple of mapping
        Cells that the user's own sites leave open, in the order of ``FillRequest.sites``.
    faults : tuple of FillFault
        What stands in the way.
    values : tuple of str
        Values of the cells asked for, in the order of ``FillRequest.cells``; empty where none is known.
    """

    rows: Mapping[str, tuple[Mapping[str, str], ...]]
    open_cells: tuple[Mapping[str, str], ...]
    faults: tuple[FillFault, ...] = ()
    values: tuple[str, ...] = ()


Filler = Callable[[FillRequest], Filling]
"""Fills a scenario from the datasets; ``optimizer.scenario.fill.filling.fill_sites`` is one."""
