"""A value that ``--set`` changed, from the reading of a scenario to the plan's header."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """A value that ``--set`` changed.

    Attributes
    ----------
    path : str
        Where it stands, such as ``ramps.toledo/edison/2025-10.from``: rows by the key that the files have.
    before : str or None
        What the files say; ``None``: nothing.
    after : str or None
        What was solved; ``None``: it was taken away.
    set : str
        The text of the ``--set``, or of several in their order.
    """

    path: str
    before: str | None
    after: str | None
    set: str
