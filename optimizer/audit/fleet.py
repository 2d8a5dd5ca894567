"""Rules of GPUs: deliveries, what is online, retired and ordered, and the freedom from sales tax (docs/conventions.md, Fleet)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.audit.calendar import in_force
from optimizer.audit.comparison import Comparison, FloatArray
from optimizer.audit.paths import Case, FleetPath, SitePath
from optimizer.core.instance import Gpu


def supply_limit(case: Case) -> Iterator[Comparison]:
    """Over all sites no more GPUs are delivered in a period than the vendor has on offer, in whole lots where it ships in lots."""
    for gpu in case.instance.gpus:
        if gpu.supply is None:
            continue
        monthly = np.array([in_force(gpu.supply, month) for month in range(case.clock.months)])
        paths = [path for path in case.fleet if path.gpu.name == gpu.name]
        delivered = sum((path.columns["delivered"] for path in paths), np.zeros(case.clock.count))
        yield case.row("", "GPUs", f"{gpu.name} delivered to all sites").at_most(delivered, _on_offer(case, gpu, monthly))


def lot_size(case: Case) -> Iterator[Comparison]:
    """Deliveries are whole lots where the GPU model comes in lots."""
    for path in case.fleet:
        if path.gpu.lot > 0:
            delivered = path.columns["delivered"]
            row = case.row(path.site.site_id, "GPUs", f"{path.gpu.name} delivered, and the nearest whole lots")
            yield row.equal(delivered, np.round(delivered / path.gpu.lot) * path.gpu.lot)


def delivery_site(case: Case) -> Iterator[Comparison]:
    """GPUs are delivered only to a site that is started, in the same period at the earliest."""
    for path in case.fleet:
        started = _started(case, path)
        row = case.row(path.site.site_id, "GPUs", f"{path.gpu.name} delivered before the site is started")
        yield row.at_most(np.where(started, 0.0, path.columns["delivered"]), 0.0)


def online_balance(case: Case) -> Iterator[Comparison]:
    """The columns ``online`` and ``retired`` follow from deliveries, install time and lifetime."""
    for path in case.fleet:
        online, retired = _service(case, path)
        yield case.row(path.site.site_id, "GPUs", f"{path.gpu.name} online").equal(path.columns["online"], online)
        yield case.row(path.site.site_id, "GPUs", f"{path.gpu.name} retired").equal(path.columns["retired"], retired)


def online_limit(case: Case) -> Iterator[Comparison]:
    """GPUs powered are online, and GPUs that serve workloads are powered and serve one at a time."""
    stated = {(path.site.site_id, path.gpu.name): path for path in case.fleet}
    for path in case.fleet:
        row = case.row(path.site.site_id, "GPUs", f"{path.gpu.name} powered")
        yield row.at_most(path.columns["powered"], _service(case, path)[0])
    used: dict[tuple[str, str], FloatArray] = {}
    for (site_id, gpu, _), gpus in case.allocation.items():
        used[site_id, gpu] = used.get((site_id, gpu), np.zeros(case.clock.count)) + gpus
    for key, gpus in used.items():
        powered = stated[key].columns["powered"] if key in stated else np.zeros(case.clock.count)
        yield case.row(key[0], "GPUs", f"{key[1]} that serve workloads").at_most(gpus, powered)


def order_date(case: Case) -> Iterator[Comparison]:
    """The column ``ordered`` is the delivery, in the period of its order month (month 0 at the earliest)."""
    for path in case.fleet:
        month = np.maximum(case.clock.first - path.gpu.order_lead_months, 0)
        ordered = np.zeros(case.clock.count)
        np.add.at(ordered, month // case.clock.step, path.columns["delivered"])
        yield case.row(path.site.site_id, "GPUs", f"{path.gpu.name} ordered").equal(path.columns["ordered"], ordered)


def exempt_limit(case: Case) -> Iterator[Comparison]:
    """Deliveries free of sales tax are deliveries, and of a site that has the exemption for certain."""
    for path in case.fleet:
        limit = path.columns["delivered"] if path.site.sales_tax_exempt == "true" else 0.0
        row = case.row(path.site.site_id, "GPUs", f"{path.gpu.name} free of sales tax")
        yield row.at_most(path.columns["exempt_delivered"], limit)


def exempt_threshold(case: Case) -> Iterator[Comparison]:
    """A site that uses the exemption has its threshold invested, in works and in GPUs that serve, when the months for it end."""
    for path in case.sites.values():
        stocks = list(case.fleet_at(path.site.site_id))
        if sum(float(stock.columns["exempt_delivered"].sum()) for stock in stocks) > 1e-3:
            in_time = _in_time(case, path)
            bought = _building_musd(path, in_time) + sum(_hardware_musd(case, stock, in_time) for stock in stocks)
            row = case.single(path.site.site_id, "musd", "hardware that serves and building in time, for the exemption from sales tax")
            yield row.at_least(bought, path.site.exempt_min_musd)


def _on_offer(case: Case, gpu: Gpu, monthly: FloatArray) -> FloatArray:
    """GPUs on offer by period: what is shipped, or the lots that become whole; a part of a lot waits for the rest of it."""
    shipped = case.clock.by_period(monthly)
    if gpu.lot == 0:
        return shipped
    so_far = np.cumsum(shipped) / gpu.lot
    nearest = np.round(so_far)
    whole = np.where(np.abs(so_far - nearest) <= 1e-9 * nearest, nearest, np.floor(so_far))
    lots: FloatArray = np.diff(whole, prepend=0.0) * gpu.lot
    return lots


def _in_time(case: Case, path: SitePath) -> NDArray[np.bool_]:
    """Whether what is bought at a site in each period counts for its exemption: from the start on, within the months given."""
    if path.start >= case.clock.count:
        return np.zeros(case.clock.count, dtype=bool)
    since = case.clock.first - case.clock.first[path.start]
    counts: NDArray[np.bool_] = (since >= 0) & (since < path.site.exempt_within_months)
    return counts


def _hardware_musd(case: Case, path: FleetPath, in_time: NDArray[np.bool_]) -> float:
    """Price of GPUs, spares and network that are installed in time and serve: no more than run for the workloads when the time ends."""
    each_usd = path.gpu.price_usd * (1.0 + path.gpu.spares_fraction) + path.gpu.network_usd
    if not in_time.any():
        return 0.0
    end = int(np.flatnonzero(in_time)[-1])
    installed = in_time & (case.clock.first + path.gpu.install_months <= case.clock.first[end])
    bought = float(path.columns["delivered"][installed].sum())
    return min(bought, _serving_at(case, path, end)) * each_usd / 1e6


def _serving_at(case: Case, path: FleetPath, end: int) -> float:
    """GPUs that run for workloads in a period; for a workload that no longer wants them by then, in the last in which it did."""
    total = 0.0
    for workload in case.instance.workloads:
        gpus = case.allocation.get((path.site.site_id, path.gpu.name, workload.name))
        if gpus is not None:
            until = case.clock.months - 1 if workload.until is None else workload.until
            total += float(gpus[min(end, until // case.clock.step)])
    return total


def _building_musd(path: SitePath, in_time: NDArray[np.bool_]) -> float:
    """Price of construction and liquid cooling in time, and of land and fixed cost, which fall due at the start."""
    mode = path.mode
    once = mode.fixed_cost_musd + mode.land_musd if in_time.any() else 0.0
    liquid = (mode.liquid_adder_musd_per_mw or 0.0) * float(path.newly_equipped[in_time].sum())
    return once + mode.capex_musd_per_mw * float(path.added[in_time].sum()) + liquid


def _started(case: Case, path: FleetPath) -> NDArray[np.bool_]:
    """Whether the site of a GPU model is started, by period."""
    start = case.sites[path.site.site_id].start if path.site.site_id in case.sites else case.clock.count
    return np.arange(case.clock.count) >= start


def _service(case: Case, path: FleetPath) -> tuple[FloatArray, FloatArray]:
    """GPUs online and GPUs that leave service, by period; rows are periods, columns periods of delivery."""
    age = case.clock.first[:, None] - case.clock.first[None, :]
    serving = (age >= path.gpu.install_months) & (age >= 0) & (age < path.gpu.lifetime_months)
    over = age >= path.gpu.lifetime_months
    leaving = np.diff(over.astype(np.float64), axis=0, prepend=0.0)
    delivered = path.columns["delivered"]
    initial_over = (case.clock.first >= path.gpu.lifetime_months).astype(np.float64)
    online = serving @ delivered + path.initial * (1.0 - initial_over)
    return online, leaving @ delivered + path.initial * np.diff(initial_over, prepend=0.0)
