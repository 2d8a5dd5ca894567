"""How HiGHS is run: the few choices a person may make, and what they mean to HiGHS."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from optimizer.core.errors import SolverError

AGGREGATOR = 1 << 12
"""Presolve's aggregator, as a bit of HiGHS's option ``presolve_rule_off``."""

SCALING = ("user_objective_scale", "user_bound_scale", "user_cost_scale")
"""Options of HiGHS under which it reports in another unit than the objective's while it searches (1.16.0: 64,000 for a bound of 1,000).

Where its search ends by a bound or is cut short that is what counts. (1.15.1 gave its last bound in that unit too.)
"""

OptionValue = bool | int | float | str

Solver = Literal["highs", "scip"]


@dataclass(frozen=True, slots=True)
class SolveSettings:
    """Settings of one solve; equal settings on an equal model give an equal answer, unless time runs out.

    Parameters
    ----------
    gap : float
        Relative gap (fraction of the objective) at which the search may stop.
    time_limit_s : float or None
        Wall-clock limit in seconds; None: no limit.
    threads : int
        Threads of HiGHS. Its tree search runs in one thread, so more threads buy little and cost repeatability.
    seed : int
        Random seed of HiGHS.
    presolve : bool
        False to solve without presolve, which is where wrong answers of the past came from.
    method : str
        ``whole``: one search over the whole model; ``hosts``: by host of the main workload; ``auto``: by host where there is a workload.
    stop_bound : float or None
        End a search as soon as its bound reaches this (objective's unit, to be minimised): there is nothing better to find in it.
    options : tuple of (str, value)
        Further HiGHS options by HiGHS's own names, set last.
    solver : str
        ``highs``, or ``scip`` where another code than HiGHS is to answer.

    Raises
    ------
    SolverError
        When a value is out of its range.
    """

    gap: float = 1e-3
    time_limit_s: float | None = None
    threads: int = 1
    seed: int = 0
    presolve: bool = True
    method: Literal["auto", "whole", "hosts"] = "auto"
    stop_bound: float | None = None
    options: tuple[tuple[str, OptionValue], ...] = ()
    solver: Solver = "highs"

    def __post_init__(self) -> None:
        if not 0 <= self.gap < math.inf:
            raise SolverError(f"The gap is {self.gap}; it must be a number of at least 0.")
        if self.time_limit_s is not None and not 0 <= self.time_limit_s < math.inf:
            raise SolverError(f"The time limit is {self.time_limit_s} s; it must be a number of at least 0, or left out.")
        if self.threads < 1 or self.seed < 0:
            raise SolverError(f"threads is {self.threads} (at least 1), seed is {self.seed} (at least 0).")
        scaled = [name for name, _ in self.options if name in SCALING]
        if scaled:
            raise SolverError(f"The option {scaled[0]} may not be set: HiGHS then reports bounds in scaled units while it searches.")

    def highs_options(self) -> tuple[tuple[str, OptionValue], ...]:
        """Give the HiGHS options that these settings stand for, in the order in which they are set."""
        return (
            ("output_flag", False),
            ("threads", self.threads),
            ("random_seed", self.seed),
            ("presolve", "on" if self.presolve else "off"),
            # With the aggregator HiGHS 1.15.1 called a plan optimal that cost 30 more than the best (tests/model/test_contract_terms.py).
            # 1.16.0 agrees with brute force with it too, but is no faster (xai-2024: 12.4 s of processor time, and 11.9 without).
            ("presolve_rule_off", AGGREGATOR),
            ("mip_rel_gap", self.gap),
            # The default absolute gap of 1e-6 would end a search whose objective is small: only the relative gap counts.
            ("mip_abs_gap", 1e-9),
            ("mip_feasibility_tolerance", 1e-7),
            ("primal_feasibility_tolerance", 1e-7),
            ("dual_feasibility_tolerance", 1e-7),
            ("time_limit", math.inf if self.time_limit_s is None else float(self.time_limit_s)),
            *self.options,
        )
