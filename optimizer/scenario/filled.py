"""What filling a scenario from the datasets takes and gives: plain cells, as if a person had written them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from optimizer.scenario.config import Config


@dataclass(frozen=True, slots=True)
class FillRequest:
    """A scenario whose sites are to be filled.

    Attributes
    ----------
    config : Config
        Its sections.
    sites : tuple of mapping
        Cells of the user's own sites, empty where they come from a dataset.
    """

    config: Config
    sites: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class FillFault:
    """Why a site or a setting cannot be filled: ``field`` is a path such as ``sites.where``, ``site`` a position or none."""

    field: str
    message: str
    site: int | None = None


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
    """

    rows: Mapping[str, tuple[Mapping[str, str], ...]]
    open_cells: tuple[Mapping[str, str], ...]
    faults: tuple[FillFault, ...] = ()


Filler = Callable[[FillRequest], Filling]
"""Fills a scenario from the datasets; ``optimizer.enrich.filling.fill_sites`` is one."""
