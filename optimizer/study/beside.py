"""What is solved beside a plan: the next two sites, rent only, half the size, do nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BesideRow:
    """One alternative to the plan, solved and audited as the plan was.

    Parameters
    ----------
    name : str
        Short and stable: ``next_site``, ``next_site_2``, ``rent_only``, ``half_size``, ``do_nothing``, ``do_nothing_no_deadline``.
    what : str
        The alternative in words.
    status : str
        As of a plan.
    cash_cost_musd, value_of_time_musd, objective_musd : float or None
        Million USD of present value, as of a plan; None where there is no such plan.
    ready : str
        When the workloads are ready (``2024-09``, ``never``; several: joined by ``and``); empty where there is no such plan.
    site : str
        Ids of its sites, names of what it rents where it has none, ``none``; empty where there is no such plan.
    mw : float or None
        MW of IT that it builds.
    gpus : float or None
        GPUs that it buys.
    seconds : float
        Wall-clock seconds that solving it took.
    """

    name: str
    what: str
    status: str
    cash_cost_musd: float | None
    value_of_time_musd: float | None
    objective_musd: float | None
    ready: str
    site: str
    mw: float | None
    gpus: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Beside:
    """All that was solved beside a plan, in the order in which it is shown; ``instance_sha256`` names the question of that plan."""

    rows: tuple[BesideRow, ...]
    instance_sha256: str = ""
