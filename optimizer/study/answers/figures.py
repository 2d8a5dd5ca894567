"""The figures of a run, from the header of its plan."""

from __future__ import annotations

from typing import Any

from optimizer.plan.header import Header, SiteFields
from optimizer.study.runs.alternatives import main_host


def figures_of(header: Header, horizon_start: str) -> dict[str, Any]:
    """Give ``FIGURES`` of a plan, in their order.

    Parameters
    ----------
    header : mapping
        ``plan.json`` of a plan that there is.
    horizon_start : str
        First month, ``YYYY-MM``.
    """
    sites = header["sites"]
    host = main_host(header)
    main = max(header["workloads"], key=lambda row: row["target_h100e"], default={"ready": "", "delay_months": None})
    last = header["goals"][-1]
    # The bound of the least cost, on the objective as the plan states it.
    bound = None if last["bound"] is None else header["objective_musd"] - (last["value"] - last["bound"])
    return {
        "objective_musd": header["objective_musd"],
        "bound_musd": bound,
        "gap": last["gap"],
        "cash_cost_musd": header["cash_cost_musd"],
        "value_of_time_musd": header["value_of_time_musd"],
        "residual_musd": header["residual_musd"],
        "nonrefundable_at_signature_musd": header["nonrefundable_at_signature_musd"],
        "host": host,
        "build_or_rent": _way(host, sites),
        "sites": " ".join(site["site_id"] for site in sites),
        "contracts": " ".join(f"{site['site_id']}/{contract['contract_id']}" for site in sites for contract in site["contracts"]),
        "it_mw": float(sum(site["it_mw"] for site in sites)),
        "gpus_bought": float(sum(gpu["count"] for site in sites for gpu in site["gpus"].values())),
        "gpus_rented": float(sum(rental["gpus"] for rental in header["rentals"])),
        "ready": main["ready"],
        "ready_months": _month(main["ready"]) - _month(horizon_start) if main["ready"] else None,
        "delay_months": main["delay_months"],
        "verification_passed": header.get("verification", {}).get("passed"),
        "typical_hours_error": header["typical_hours_error"],
    }


def _way(host: str, sites: list[SiteFields]) -> str:
    if not host:
        return "none"
    return "build" if any(site["site_id"] == host for site in sites) else "rent"


def _month(label: str) -> int:
    year, month = label.split("-")
    return 12 * int(year) + int(month)
