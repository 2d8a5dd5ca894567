"""From the plan's tables to the case: labels, completeness and the period in which things begin."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from optimizer.audit.calendar import Clock, clock_of
from optimizer.audit.comparison import FloatArray
from optimizer.audit.flows import FLOWS, site_powers
from optimizer.audit.frames import TableReader
from optimizer.audit.money import Purser
from optimizer.audit.paths import Case, Columns, FleetPath, PursePath, RentalPath, SitePath, WorkloadPath
from optimizer.audit.power_reading import battery_paths, bills, gas_paths, ppa_paths, tariff_paths
from optimizer.audit.series import Series, complete, series
from optimizer.core.instance import Instance, Purse
from optimizer.plan.plan import BEYOND, DEBT, TABLE_COLUMNS, Plan


def read_case(instance: Instance, plan: Plan) -> tuple[Case, TableReader]:
    """Read a plan's tables; the reader holds the faults found and the number of cells looked at."""
    clock = clock_of(instance.horizon)
    reader = TableReader(plan.tables, known_labels(instance, clock))
    sites = _sites(reader, instance, clock)
    power = reader.read("power")
    case = Case(
        instance=instance,
        header=plan.header,
        clock=clock,
        purser=Purser(clock, instance.discount_rate_per_year),
        sites=sites,
        fleet=_fleet(reader, instance, clock, sites),
        tariffs=tariff_paths(reader, instance, clock, power),
        gas=gas_paths(reader, instance, clock, power),
        ppas=ppa_paths(reader, instance, clock),
        batteries=battery_paths(reader, instance, clock),
        power=site_powers(reader, instance, clock),
        bills=bills(reader, instance, clock),
        emissions=_by_site(reader.read("emissions"), clock),
        load=_load(reader, instance, clock, sites),
        workloads=_workloads(reader, instance, clock),
        allocation=_allocation(reader, clock),
        rentals=_rentals(reader, instance, clock),
        purses=_purses(reader, instance, clock),
        debt=_debt(reader, instance, clock),
        ledger=reader.read("ledger"),
        payments=reader.read("payments"),
        commitments=reader.read("commitments"),
    )
    return case, reader


def known_labels(instance: Instance, clock: Clock) -> Mapping[str, Mapping[str, Collection[str]]]:
    """Labels that may stand in each table and column; ``ledger`` alone has ``beyond`` and rows without a site."""
    period = set(clock.labels)
    site_id = {site.site_id for site in instance.sites}
    gpu = {gpu.name for gpu in instance.gpus}
    workload = {workload.name for workload in instance.workloads}
    rental = {rental.name for rental in instance.rentals}
    purse = {purse.name for purse in instance.purses} | ({DEBT} if instance.debt is not None else set())
    return {
        "construction": {"period": period, "site_id": site_id},
        "fleet": {"period": period, "site_id": site_id, "gpu": gpu},
        "power": {"period": period, "site_id": site_id},
        "dispatch": {"period": period, "site_id": site_id, "flow": FLOWS},
        "ppas": {"period": period, "site_id": site_id},
        "batteries": {"period": period, "site_id": site_id},
        "bills": {"period": period, "site_id": site_id},
        "emissions": {"period": period, "site_id": site_id},
        "load": {"period": period, "site_id": site_id},
        "workloads": {
            "period": period,
            "workload": workload,
            "site_id": site_id | rental | {""},
            "family": {gpu.family for gpu in instance.gpus} | {""},
        },
        "allocation": {"period": period, "site_id": site_id, "gpu": gpu, "workload": workload},
        "rentals": {"period": period, "rental": rental},
        "ledger": {"period": period | {BEYOND}, "site_id": site_id | {""}},
        "cash": {"period": period, "purse": purse},
        "payments": {"period": period, "purse": purse},
        "debt": {"period": period},
        "commitments": {"site_id": site_id | {""}},
    }


def _sites(reader: TableReader, instance: Instance, clock: Clock) -> dict[str, SitePath]:
    rows_of = {str(site_id): rows for site_id, rows in reader.read("construction").groupby("site_id", sort=False)}
    paths = {}
    for site in instance.sites:
        rows = rows_of.get(site.site_id)
        if rows is None:
            continue
        path = series(rows, clock)
        complete(reader, path, site.site_id, "construction")
        modes = {mode.mode: mode for mode in site.modes}
        named = list(dict.fromkeys(rows["mode"]))
        for name in named:
            if name not in modes or name != named[0]:
                reader.fault(site.site_id, "", f"table construction: mode {name!r} is not the one mode of the site")
        mode = next((modes[name] for name in named if name in modes), site.modes[0])
        paths[site.site_id] = SitePath(site, mode, path.first("started"), path.columns)
    return paths


def _fleet(reader: TableReader, instance: Instance, clock: Clock, sites: Mapping[str, SitePath]) -> tuple[FleetPath, ...]:
    frame = reader.read("fleet")
    gpus = {gpu.name: gpu for gpu in instance.gpus}
    records = {site.site_id: site for site in instance.sites}
    paths = []
    for key, rows in frame.groupby(["site_id", "gpu"], sort=False):
        site_id, name = (str(label) for label in key)
        path = series(rows, clock)
        complete(reader, path, site_id, f"fleet, {name}")
        if site_id not in sites:
            reader.fault(site_id, "", f"table fleet: {name} at a site that is not started")
        paths.append(FleetPath(records[site_id], gpus[name], path.columns))
    present = {(path.site.site_id, path.gpu.name) for path in paths}
    for gpu in instance.gpus:
        for site_id, count in gpu.initial_gpus:
            if count > 0 and site_id in sites and (site_id, gpu.name) not in present:
                reader.fault(site_id, "", f"table fleet: no rows for the {count} {gpu.name} that stand there from the beginning")
    return tuple(paths)


def _load(reader: TableReader, instance: Instance, clock: Clock, sites: Mapping[str, SitePath]) -> dict[str, Columns]:
    frame = reader.read("load")
    paths = {str(site_id): series(rows, clock) for site_id, rows in frame.groupby("site_id", sort=False)}
    for site_id in sites:
        # Without contracts power is left out, and a plan may leave the table out with it.
        if site_id in paths or instance.has_contracts:
            complete(reader, paths.get(site_id, Series({}, np.zeros(clock.count, dtype=bool), clock.labels)), site_id, "load")
    for site_id in paths.keys() - sites.keys():
        reader.fault(site_id, "", "table load: the site is not started")
    return {site_id: path.columns for site_id, path in paths.items()}


def _by_site(frame: pd.DataFrame, clock: Clock) -> dict[str, Columns]:
    return {str(site_id): series(rows, clock).columns for site_id, rows in frame.groupby("site_id", sort=False)}


def _workloads(reader: TableReader, instance: Instance, clock: Clock) -> tuple[WorkloadPath, ...]:
    frame = reader.read("workloads")
    paths = []
    for workload in instance.workloads:
        rows = frame[frame["workload"] == workload.name]
        path = series(rows, clock)
        complete(reader, path, "", f"workloads, {workload.name}")
        hosts, families = (tuple(name for name in rows[column].unique() if name) for column in ("site_id", "family"))
        paths.append(WorkloadPath(workload, hosts, families, path.columns))
    return tuple(paths)


def _allocation(reader: TableReader, clock: Clock) -> dict[tuple[str, str, str], FloatArray]:
    frame = reader.read("allocation")
    grouped = frame.groupby(["site_id", "gpu", "workload"], sort=False)
    return {(str(site), str(gpu), str(work)): series(rows, clock).columns["gpus"] for (site, gpu, work), rows in grouped}


def _rentals(reader: TableReader, instance: Instance, clock: Clock) -> tuple[RentalPath, ...]:
    frame = reader.read("rentals")
    paths = []
    for rental in instance.rentals:
        # Rows stand only where GPUs are held: size and term catch one that is missing.
        path = series(frame[frame["rental"] == rental.name], clock)
        paths.append(RentalPath(rental, path.first("begun_gpus"), path.columns))
    return tuple(paths)


def _purses(reader: TableReader, instance: Instance, clock: Clock) -> tuple[PursePath, ...]:
    frame = reader.read("cash")
    paths = []
    loan = () if instance.debt is None else (Purse(DEBT, (), every_month=False, pays_for=("capital",)),)
    for purse in (*instance.purses, *loan):
        path = series(frame[frame["purse"] == purse.name], clock)
        if instance.has_budget:
            complete(reader, path, "", f"cash, {purse.name}")
        paths.append(PursePath(purse, path.columns, purse in loan))
    return tuple(paths)


def _debt(reader: TableReader, instance: Instance, clock: Clock) -> Columns:
    if instance.debt is None and "debt" not in reader.tables:
        return series(pd.DataFrame(columns=list(TABLE_COLUMNS["debt"])), clock).columns  # a plan from before there were loans
    frame = reader.read("debt")
    path = series(frame, clock)
    if instance.debt is not None:
        complete(reader, path, "", "debt")
    elif not frame.empty:
        reader.fault("", "", "table debt: the scenario has no loan")
    return path.columns
