"""Whether numbers fit each other."""

from __future__ import annotations

from itertools import pairwise

from optimizer.scenario.read.document import item_name
from optimizer.scenario.read.draft import Draft
from optimizer.scenario.read.table_rows import Placed
from optimizer.scenario.schema.fields import month_number
from optimizer.scenario.schema.rows import RampRow


def check_numbers(draft: Draft) -> None:
    """Note numbers that contradict each other within a row, a section or a ramp."""
    _check_sections(draft)
    _check_targets(draft)
    _check_facility_ratios(draft)
    _check_initial_gpus(draft)
    _check_offers(draft)
    _check_ramps(draft)


def _check_sections(draft: Draft) -> None:
    horizon, goals = draft.config.horizon, draft.config.objective.goals
    if horizon.period == "quarter" and horizon.months % 3:
        draft.add(("horizon", "months"), f"{horizon.months} months are no whole number of quarters; allowed: a multiple of 3")
    if len(set(goals)) < len(goals):
        draft.add(("objective", "goals"), "a goal is named twice")
    if "min_cost" in goals[:-1]:
        draft.add(("objective", "goals"), "min_cost must be the last goal: it settles all money, so nothing after it could move")
    for rental in draft.config.rentals:
        path = ("rentals", rental.name)
        if rental.gpus_max and rental.gpus_min > rental.gpus_max:
            draft.add((*path, "gpus_min"), f"{rental.gpus_min:,} is more than gpus_max = {rental.gpus_max:,}")
        if rental.gpus_max and rental.committed_gpus:
            draft.add(
                (*path, "committed_gpus"), "a rental is either committed (committed_gpus) or an offer (gpus_max); make it two"
            )


def _check_targets(draft: Draft) -> None:
    """A target is given once: in H100-equivalents, or in GPUs of a model."""
    for workload in draft.config.workloads:
        given = [name for name in ("gpus_h100e", "gpus", "gpu") if _is_written(draft, workload.name, name)]
        path = ("workloads", workload.name)
        if not given:
            message = "is required and missing: the target in H100-equivalents, or gpus and gpu, a number of GPUs of a model"
            draft.add((*path, "gpus_h100e"), message)
        elif given == ["gpus"]:
            message = f"is required beside gpus: the model of which they are {workload.gpus or 0:,.10g}, such as gpu = \"H100\""
            draft.add((*path, "gpu"), message)
        elif given == ["gpu"]:
            draft.add((*path, "gpus"), "is required beside gpu: how many GPUs of that model")
        elif "gpus_h100e" in given and len(given) > 1:
            message = "the target is given twice: take out gpus_h100e, or gpus and gpu"
            draft.add((*path, given[1]), message)


def _is_written(draft: Draft, workload: str, name: str) -> bool:
    """Whether a field of a workload is given, be it right or wrong."""
    items = draft.document.data.get("workloads")
    return any(item_name(item) == workload and name in item for item in (items if isinstance(items, list) else ()))


def _check_facility_ratios(draft: Draft) -> None:
    """Mean facility load above the peak would be a contradiction."""
    utilisation = max((workload.utilisation for workload in draft.config.workloads), default=0.0)
    for placed in draft.rows.sites:
        row = placed.row
        if row.annual_pue * utilisation > row.peak_facility_ratio:
            message = (
                f"annual_pue {row.annual_pue:g} x utilisation {utilisation:g} = {row.annual_pue * utilisation:g} is above "
                f"peak_facility_ratio {row.peak_facility_ratio:g}: the mean load would exceed the peak"
            )
            draft.findings.add(placed.place("annual_pue"), "annual_pue", message)


def _check_initial_gpus(draft: Draft) -> None:
    for placed in draft.rows.sites:
        row = placed.row
        standing = sum(gpu.initial_gpus.get(row.site_id, 0) for gpu in draft.config.gpus)
        if row.max_gpus is not None and standing > row.max_gpus:
            message = f"{standing:,} GPUs stand there on the first day (initial_gpus), more than max_gpus = {row.max_gpus:,.0f}"
            draft.findings.add(placed.place("max_gpus"), "max_gpus", message)


def _check_offers(draft: Draft) -> None:
    for tariff in draft.rows.tariffs:
        if tariff.row.mw_min > tariff.row.mw_max:
            message = f"{tariff.row.mw_min:g} MW is more than mw_max = {tariff.row.mw_max:g} MW"
            # An offer of 0 MW is an offer taken away: what its least was no longer matters.
            if tariff.row.mw_max > 0:
                draft.findings.add(tariff.place("mw_min"), "mw_min", message)
    for mode in draft.rows.modes:
        if mode.row.initial_it_mw > mode.row.max_it_mw:
            message = f"{mode.row.initial_it_mw:g} MW is more than max_it_mw = {mode.row.max_it_mw:g} MW"
            draft.findings.add(mode.place("initial_it_mw"), "initial_it_mw", message)


def _check_ramps(draft: Draft) -> None:
    ramps: dict[str, list[Placed[RampRow]]] = {}
    for placed in draft.rows.ramps:
        ramps.setdefault(f"{placed.row.site_id}/{placed.row.contract_id}", []).append(placed)
    for key, rows in ramps.items():
        ordered = sorted(rows, key=lambda placed: month_number(placed.row.from_month))
        for before, after in pairwise(ordered):
            if after.row.mw < before.row.mw:
                before_text = f"{before.row.mw:g} MW from {before.row.from_month}"
                message = (
                    f"the ramp of {key} goes backwards: {after.row.mw:g} MW from {after.row.from_month} after {before_text}; "
                    f"allowed: at least {before.row.mw:g} MW (ramps are cumulative)"
                )
                draft.findings.add(after.place("mw"), "mw", message)
