"""What a long computation says about itself while it runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a solve has come.

    Parameters
    ----------
    phase : str
        What is being done: ``read``, ``assemble``, ``build``, ``compile``, ``solve`` (with the goal), ``audit``,
        ``verify`` (all hours of the year), ``write``.
    seconds : float
        Time since the start of the whole computation.
    incumbent : float or None
        Value of the best plan held, in ``unit``.
    bound : float or None
        What no plan can be better than, in ``unit``.
    gap : float or None
        Distance between the two, relative to the incumbent, without what was committed before.
    unit : str
        Unit of the goal's value, such as ``musd``; empty where there is none yet.
    """

    phase: str
    seconds: float
    incumbent: float | None = None
    bound: float | None = None
    gap: float | None = None
    unit: str = ""
