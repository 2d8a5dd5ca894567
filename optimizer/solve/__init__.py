"""From a Pyomo model to numbers: the arrays of the model, HiGHS in a process of its own, and its answers.

The names below are imported when they are first asked for: the HiGHS process imports this package and must start without Pyomo.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimizer.solve.compile.compiled import CompiledModel
    from optimizer.solve.compile.compiler import compile_model
    from optimizer.solve.highs.answer import Answer, Progress
    from optimizer.solve.highs.runner import HighsProcess, solve_compiled, solve_with_integers_fixed
    from optimizer.solve.highs.settings import SolveSettings

__all__ = [
    "Answer",
    "CompiledModel",
    "HighsProcess",
    "Progress",
    "SolveSettings",
    "compile_model",
    "solve_compiled",
    "solve_with_integers_fixed",
]


def __getattr__(name: str) -> object:
    """Import a public name of this package when it is first used (PEP 562)."""
    if name == "SolveSettings":
        from optimizer.solve.highs.settings import SolveSettings

        return SolveSettings
    if name in ("Answer", "Progress"):
        from optimizer.solve.highs.answer import Answer, Progress

        return Answer if name == "Answer" else Progress
    if name == "CompiledModel":
        from optimizer.solve.compile.compiled import CompiledModel

        return CompiledModel
    if name == "compile_model":
        from optimizer.solve.compile.compiler import compile_model

        return compile_model
    if name in ("HighsProcess", "solve_compiled", "solve_with_integers_fixed"):
        from optimizer.solve.highs import runner

        return vars(runner)[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
