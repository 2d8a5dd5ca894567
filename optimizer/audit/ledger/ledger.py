"""The ledger re-computed line by line from quantities, and compared with the plan's: what is missing and what is too much."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd

from optimizer.audit.calendar import Clock
from optimizer.audit.comparison import Comparison, FloatArray, Row
from optimizer.audit.ledger import debt as ledger_debt
from optimizer.audit.ledger import fleet as ledger_fleet
from optimizer.audit.ledger import gas as ledger_gas
from optimizer.audit.ledger import site as ledger_site
from optimizer.audit.ledger import supply as ledger_supply
from optimizer.audit.ledger import tariffs as ledger_tariffs
from optimizer.audit.ledger import tax as ledger_tax
from optimizer.audit.ledger import time as ledger_time
from optimizer.audit.ledger.site import Booked
from optimizer.audit.money import Flow
from optimizer.audit.paths import Case
from optimizer.plan.plan import BEYOND

LINES: tuple[tuple[str, Callable[[Case], Booked]], ...] = (
    ("capital.land", ledger_site.land),
    ("capital.construction", ledger_site.construction),
    ("capital.liquid_cooling", ledger_site.liquid_cooling),
    ("capital.interconnection", ledger_tariffs.interconnection),
    ("capital.interconnection_refund", ledger_tariffs.interconnection_refund),
    ("capital.gpus", ledger_fleet.gpus),
    ("capital.spares", ledger_fleet.spares),
    ("capital.network", ledger_fleet.network),
    ("capital.installation", ledger_fleet.installation),
    ("capital.sales_tax", ledger_fleet.sales_tax),
    ("capital.generators", ledger_gas.generators),
    ("capital.batteries", ledger_supply.batteries),
    ("deposits.contract_deposit", ledger_tariffs.contract_deposit),
    ("deposits.contract_deposit_return", ledger_tariffs.contract_deposit_return),
    ("deposits.rental_deposit", ledger_time.rental_deposit),
    ("deposits.rental_deposit_return", ledger_time.rental_deposit_return),
    ("operations.energy", ledger_tariffs.energy),
    ("operations.energy_credit", ledger_tariffs.energy_credit),
    ("operations.transmission", ledger_tariffs.transmission),
    ("operations.capacity", ledger_tariffs.capacity),
    ("operations.coincident", ledger_tariffs.coincident),
    ("operations.demand", ledger_tariffs.demand),
    ("operations.fixed_charge", ledger_tariffs.fixed_charge),
    ("operations.minimum_bill", ledger_tariffs.minimum_bill),
    ("operations.exit_fee", ledger_tariffs.exit_fee),
    ("operations.ppa_energy", ledger_supply.ppa_energy),
    ("operations.ppa_wires", ledger_supply.ppa_wires),
    ("operations.ppa_sales", ledger_supply.ppa_sales),
    ("operations.ppa_settlement", ledger_supply.ppa_settlement),
    ("operations.ppa_credit", ledger_supply.ppa_credit),
    ("operations.gas_fuel", ledger_gas.gas_fuel),
    ("operations.generator_rent", ledger_gas.generator_rent),
    ("operations.battery_wear", ledger_supply.battery_wear),
    ("operations.carbon", ledger_supply.carbon),
    ("operations.staff", ledger_site.staff),
    ("operations.property_tax", ledger_tax.property_tax),
    ("lease.lease", ledger_site.lease),
    ("rent.rental", ledger_time.rental),
    ("committed.rental", ledger_time.committed_rental),
    ("finance.debt_draw", ledger_debt.draw),
    ("finance.debt_repayment", ledger_debt.repayment),
    ("finance.debt_interest", ledger_debt.interest),
    ("finance.debt_fee", ledger_debt.fee),
    ("finance.debt_offset", ledger_debt.offset),
    ("delay.delay", ledger_time.delay),
    ("delay.lost_compute", ledger_supply.lost_compute),
    ("residual.gpus", ledger_fleet.residual_gpus),
    ("residual.generators", ledger_gas.residual_generators),
    ("residual.batteries", ledger_supply.residual_batteries),
    ("residual.buildings", ledger_site.residual_buildings),
    ("residual.land", ledger_site.residual_land),
)
"""Every line of the ledger and the function that computes it from quantities."""

Books = Mapping[str, Mapping[str, Flow]]
"""Flow by ``group.line`` and site."""


def expected_books(case: Case) -> Books:
    """Compute every line of the ledger from the plan's quantities."""
    books: dict[str, dict[str, Flow]] = {}
    for name, book in LINES:
        sites = books.setdefault(name, {})
        for site_id, flow in book(case):
            sites[site_id] = sites[site_id] + flow if site_id in sites else flow
    return books


def stated_books(clock: Clock, ledger: pd.DataFrame) -> Books:
    """Sum the plan's ledger over subjects."""
    place = {label: index for index, label in enumerate((*clock.labels, BEYOND))}
    books: dict[str, dict[str, Flow]] = {}
    columns = (ledger[name] for name in ("period", "site_id", "group", "line", "nominal_musd", "present_musd"))
    for period, site_id, group, line, nominal, present in zip(*columns, strict=True):
        sites = books.setdefault(f"{group}.{line}", {})
        flow = sites.setdefault(site_id, Flow(np.zeros(len(place)), np.zeros(len(place))))
        flow.nominal[place[period]] += nominal
        flow.present[place[period]] += present
    return books


def compare_books(case: Case, expected: Books, stated: Books) -> Iterator[tuple[str, Comparison]]:
    """Compare the two, nominal and present, by line, site and period; a line on one side only is held against 0."""
    periods = (*case.clock.labels, BEYOND)
    nothing = case.purser.nothing()
    for name, sites in expected.items():
        told = stated.get(name, {})
        for site_id in sorted(sites.keys() | told.keys()):
            right, left = sites.get(site_id, nothing), told.get(site_id, nothing)
            yield name, Row(site_id, periods, "musd", f"{name}, nominal").equal(left.nominal, right.nominal)
            yield name, Row(site_id, periods, "musd", f"{name}, present value").equal(left.present, right.present)


def sum_present(books: Books, groups: Callable[[str], bool]) -> float:
    """Present value of all lines whose group is asked for."""
    flows: list[FloatArray] = [
        flow.present for name, sites in books.items() if groups(name.split(".")[0]) for flow in sites.values()
    ]
    return float(sum(present.sum() for present in flows))
