"""Whether what is asked of emissions can be answered."""

from __future__ import annotations

from optimizer.scenario.read.draft import Draft
from optimizer.scenario.schema.config import Config


def concerns_carbon(config: Config) -> bool:
    """Whether a price, a limit or a goal hangs on emissions or on clean energy."""
    objective = config.objective
    return bool(
        objective.carbon_price_usd_per_t > 0
        or objective.carbon_cap_t_per_year is not None
        or objective.clean_share_min > 0
        or {"min_carbon", "max_clean"} & {*objective.goals}
    )


def check_carbon(draft: Draft) -> None:
    """Note wishes about carbon where power is left out or nothing need run, and sites whose grid's emissions are not known."""
    config = draft.config
    if not concerns_carbon(config):
        return
    _check_running(draft)
    if config.contracts is None:
        message = "a price, limit or goal of carbon needs [contracts]: without it power is left out, and nothing is emitted"
        draft.add(("objective",), message)
        return
    for placed in draft.rows.sites:
        if placed.row.grid_t_per_mwh is None and not draft.findings.knows(placed.place("grid_t_per_mwh")):
            message = "the cell is empty and the datasets know no county of this site; give it (t CO2 per MWh of the grid), or county_fips"
            draft.findings.add(placed.place("grid_t_per_mwh"), "grid_t_per_mwh", message)


def _check_running(draft: Draft) -> None:
    """Note a green goal that never running would reach best: with no deadline to meet and no earlier goal that asks for compute."""
    goals, workloads = draft.config.objective.goals, draft.config.workloads
    green = next((place for place, goal in enumerate(goals) if goal in ("min_carbon", "max_clean")), None)
    if green is None or "earliest" in goals[:green] or all(workload.deadline is not None for workload in workloads):
        return
    idle = ", ".join(workload.name for workload in workloads if workload.deadline is None)
    message = f"goal {goals[green]!r} is reached best by never running {idle}; put 'earliest' before it, or give the workload a deadline"
    draft.add(("objective", "goals"), message)
