"""What the format knows and this version cannot solve yet: refused, never ignored."""

from __future__ import annotations

from optimizer.scenario.read.draft import Draft

_LATER = "is not in this version of gigasite"


def check_features(draft: Draft) -> None:
    """Note every use of a feature that is not in this version."""
    _check_objective(draft)
    _check_workloads(draft)
    _check_sections(draft)


def _check_objective(draft: Draft) -> None:
    for goal in draft.config.objective.goals:
        if goal == "max_compute":
            draft.add(("objective", "goals"), f"goal {goal!r} {_LATER}; allowed: min_cost, earliest, min_carbon, max_clean")


def _check_workloads(draft: Draft) -> None:
    for workload in draft.config.workloads:
        path = ("workloads", workload.name)
        if workload.kind != "training":
            draft.add((*path, "kind"), f"kind {workload.kind!r} {_LATER}; allowed: training")
        if workload.campuses_max > 1:
            draft.add((*path, "campuses_max"), f"training over {workload.campuses_max} campuses {_LATER}; allowed: 1")
        values = {"lat": workload.lat, "lon": workload.lon, "latency_ms_max": workload.latency_ms_max, "split": workload.split}
        for name, value in values.items():
            if value is not None and workload.kind == "training":
                draft.add((*path, name), f"{name} belongs to inference, which {_LATER}; leave it out")


def _check_sections(draft: Draft) -> None:
    if draft.config.sites.service_costs is not None:
        draft.add(("sites", "service_costs"), f"sites.service_costs {_LATER}; leave it out")
