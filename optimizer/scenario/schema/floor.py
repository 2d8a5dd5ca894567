"""The least a number can be when it is not 0, and which unit a smaller one was probably written in."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic_core import PydanticCustomError

BELOW_FLOOR = "less_than_floor"
"""Kind of the error."""


@dataclass(frozen=True, slots=True)
class Floor:
    """Least number but 0 that anybody could mean, and the unit that a smaller one was probably written in.

    Parameters
    ----------
    least : float
        In the unit of the field.
    factor : float
        Units of the field in one of ``unit``.
    unit : str
        The larger unit.
    noun : str
        What it measures.
    """

    least: float
    factor: float
    unit: str
    noun: str

    def __call__(self, value: float) -> float:
        """The value itself.

        Raises
        ------
        PydanticCustomError
            It lies between 0 and the least.
        """
        if 0 < value < self.least:
            raise PydanticCustomError(
                BELOW_FLOOR, f"; looks like {self.unit}: {value * self.factor:,.6g} would be the same {self.noun}"
            )
        return value
