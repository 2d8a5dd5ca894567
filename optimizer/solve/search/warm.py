"""What one solve leaves for the next: a HiGHS process that runs already, whole decisions to start from, and the model that was compiled."""

from __future__ import annotations

import json
import zlib
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.core.errors import SolverError
from optimizer.solve.compile.compiled import CompiledModel
from optimizer.solve.compile.reuse import ReusedParts
from optimizer.solve.highs.runner import HighsProcess

if TYPE_CHECKING:
    from types import TracebackType


@dataclass
class Warm(AbstractContextManager["Warm"]):
    """Kept between solves, as a context; closing it ends the process.

    Parameters
    ----------
    highs : HighsProcess
        The process.
    solution : bytes or None
        Whole decisions of the last plan, or of any that may be near the next: where the search begins.
    carried : Carried or None
        Of the last model what the next one may take over: that is patched where it differs, and not made again.
    """

    highs: HighsProcess = field(default_factory=HighsProcess)
    solution: bytes | None = None
    carried: ReusedParts | None = None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.highs.close()

    def start(self, compiled: CompiledModel) -> NDArray[np.float64] | None:
        """Give the kept decisions as values of a model's columns; what it does not know by name is left out.

        Parameters
        ----------
        compiled : CompiledModel
            Of the next solve.

        Raises
        ------
        SolverError
            The kept bytes are not what ``keep`` wrote.
        """
        if self.solution is None:
            return None
        try:
            named = json.loads(zlib.decompress(self.solution))
        except (ValueError, zlib.error) as error:
            raise SolverError(f"The solution to start from cannot be read ({error}).") from error
        values = np.zeros(len(compiled.costs))
        for column in np.flatnonzero(compiled.integrality).tolist():
            values[column] = named.get(compiled.column_name(column), 0.0)
        return np.clip(values, compiled.column_lower, compiled.column_upper)

    def keep(self, compiled: CompiledModel, values: NDArray[np.float64]) -> None:
        """Keep the whole decisions of a plan by their names.

        Parameters
        ----------
        compiled : CompiledModel
            The model that was solved.
        values : numpy.ndarray
            Of all its columns.
        """
        whole = np.flatnonzero(compiled.integrality & (np.round(values) != 0.0)).tolist()
        named = {compiled.column_name(column): float(np.round(values[column])) for column in whole}
        self.solution = zlib.compress(json.dumps(named).encode())
