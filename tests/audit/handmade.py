"""A plan made by hand, every number worked out in the comments: one site of two, six months, a tariff, gas, a rental, one purse.

January to June 2024 (hours 744, 696, 744, 720, 744, 720). Site a starts in month 0 with 2 MW and gets 2 MW more in month 1;
3,000 GPUs of 1 kW come in month 1 and run from month 2 on: 3 MW of IT, peak 3 x 1.2 = 3.6 MW, mean 3 x 1.1 x 0.8 = 2.64 MW.
The tariff gives 2 MW from month 2 for 8 months, three gas units of 1 MW (one spare) give 2 MW firm. The tariff carries 1.64 MW
of the mean, gas 1 MW; of the 3.6 - 3 x 0.88 = 0.96 MW by which the peak lies above the mean, 0.36 and 0.6 MW.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from optimizer.core.instance import Instance
from optimizer.plan.plan import TABLE_COLUMNS, Plan
from tests import builders

PERIODS = ("2024-01", "2024-02", "2024-03", "2024-04", "2024-05", "2024-06")
HOURS = (744.0, 696.0, 744.0, 720.0, 744.0, 720.0)
RATE = 0.21
"""Discount rate: a year's factor is 1.21, a month's 1.1 to the sixth root."""

Late = tuple[tuple[int, float], ...]
"""Months from 6 on and what falls due in them."""

LEDGER: dict[tuple[str, str], tuple[tuple[float, ...], Late]] = {
    ("a", "capital.land"): ((2, 0, 0, 0, 0, 0), ()),
    # 2 MW at 1 musd in the one month before month 1, and the fixed cost of 3 in the one month after the start.
    ("a", "capital.construction"): ((5, 0, 0, 0, 0, 0), ()),
    # 0.5 MW equipped from month 3 on, at 0.5 musd, in the month before.
    ("a", "capital.liquid_cooling"): ((0, 0, 0.25, 0, 0, 0), ()),
    # 3,000 GPUs at 10,000 USD: half a month before delivery, half a month after it.
    ("a", "capital.gpus"): ((15, 0, 15, 0, 0, 0), ()),
    ("a", "capital.spares"): ((1.5, 0, 1.5, 0, 0, 0), ()),
    ("a", "capital.network"): ((3, 0, 3, 0, 0, 0), ()),
    ("a", "capital.installation"): ((0.75, 0, 0.75, 0, 0, 0), ()),
    # A tenth of 30 + 3 + 6.
    ("a", "capital.sales_tax"): ((1.95, 0, 1.95, 0, 0, 0), ()),
    # 4 musd in the two months of signing lead, F(1/2) = 1/2; back in 8 parts of 0.5 in months 2 to 9.
    ("a", "capital.interconnection"): ((2, 2, 0, 0, 0, 0), ()),
    ("a", "capital.interconnection_refund"): ((0, 0, -0.5, -0.5, -0.5, -0.5), ((6, -0.5), (7, -0.5), (8, -0.5), (9, -0.5))),
    # Signed in month 0, term over in month 2 + 8.
    ("a", "deposits.contract_deposit"): ((1, 0, 0, 0, 0, 0), ()),
    ("a", "deposits.contract_deposit_return"): ((0, 0, 0, 0, 0, 0), ((10, -1.0),)),
    # 1.64 MW at 50 USD/MWh; after the horizon half of 2 MW round the clock, July to October.
    ("a", "operations.energy"): (
        (0, 0, 0.061008, 0.05904, 0.061008, 0.05904),
        ((6, 0.0372), (7, 0.0372), (8, 0.036), (9, 0.0372)),
    ),
    # 2 MW at 10 USD per kW and month; after the horizon half of it.
    ("a", "operations.demand"): ((0, 0, 0.02, 0.02, 0.02, 0.02), ((6, 0.01), (7, 0.01), (8, 0.01), (9, 0.01))),
    ("a", "operations.fixed_charge"): ((0, 0, 0.01, 0.01, 0.01, 0.01), ((6, 0.01), (7, 0.01), (8, 0.01), (9, 0.01))),
    # 10 mmbtu/MWh at 3 USD, 1 MW.
    ("a", "operations.gas_fuel"): ((0, 0, 0.02232, 0.0216, 0.02232, 0.0216), ()),
    # 3 MW at 10 USD per kW and month; five months at least, so month 6 too.
    ("a", "operations.generator_rent"): ((0, 0, 0.03, 0.03, 0.03, 0.03), ((6, 0.03),)),
    # 0.1 musd per MW and month.
    ("a", "operations.staff"): ((0.2, 0.4, 0.4, 0.4, 0.4, 0.4), ()),
    # A hundredth a month, free in the first month of each vintage: land and fixed 5 from month 1, construction 2 from month 2,
    # liquid 0.25 from month 4, hardware 39 x (0.99, 0.98, 0.97, 0.96) from month 2.
    ("a", "operations.property_tax"): ((0, 0.05, 0.4561, 0.4522, 0.4508, 0.4469), ()),
    # 100 GPUs at 1 USD an hour from May on, three months at least: July at half the price, because it is let on.
    ("", "rent.rental"): ((0, 0, 0, 0, 0.0744, 0.072), ((6, 0.0372),)),
    # A tenth of 2,208 hours; back in month 4 + 3.
    ("", "deposits.rental_deposit"): ((0, 0, 0, 0, 0.02208, 0), ()),
    ("", "deposits.rental_deposit_return"): ((0, 0, 0, 0, 0, 0), ((7, -0.02208),)),
    # 50 GPUs to February.
    ("", "committed.rental"): ((0.0372, 0.0348, 0, 0, 0, 0), ()),
    # Wanted from month 1, ready in month 2.
    ("", "delay.delay"): ((0, 10, 0, 0, 0, 0), ()),
}

RESIDUAL: dict[tuple[str, str], float] = {
    ("a", "residual.gpus"): -14.25,  # 30 x (1 - 5/100) x 0.5
    ("a", "residual.buildings"): -2.625,  # 0.5 x (2 + 3 + 0.25)
    ("a", "residual.land"): -2.0,
}


def instance() -> Instance:
    mode = builders.mode(
        lead_months=1,
        mw_per_month=4.0,
        max_it_mw=10.0,
        initial_it_mw=2.0,
        capex_musd_per_mw=1.0,
        fixed_cost_musd=3.0,
        land_musd=2.0,
        cooling="air",
        liquid_adder_musd_per_mw=0.5,
        staff_musd_per_mw_year=1.2,
        residual_fraction=0.5,
    )
    grid = builders.tariff(
        mw_min=1.0,
        mw_max=5.0,
        sign_lead_months=2,
        term_months=8,
        energy_usd_per_mwh=50.0,
        demand_usd_per_kw_month=10.0,
        ratchet_fraction=0.9,
        min_take_fraction=0.5,
        min_energy_fraction=0.5,
        fixed_usd_per_month=10_000.0,
        customer_capex_musd=4.0,
        capex_refund_months=8,
        deposit_musd=1.0,
        exit_musd=0.02,
        ramp=((1, 2.0), (3, 4.0)),
        exclusive_group="g",
        emissions_t_per_mwh=0.3,
    )
    gas = builders.gas(
        unit_mw=1.0,
        units_max=4,
        spare_units=1,
        gas_usd_per_mmbtu=3.0,
        rent_usd_per_kw_month=10.0,
        min_months=5,
        permit_months=2,
        permit_mw=3.5,
        run_hours_per_year_max=8760.0,
        nox_t_per_gwh=100.0,
        nox_t_per_year_max=1000.0,
        emissions_t_per_mwh=0.5,
    )
    site = builders.site(
        peak_facility_ratio=1.2,
        annual_pue=1.1,
        sales_tax_fraction=0.1,
        property_tax_fraction_per_year=0.12,
        abatement_months=1,
        modes=(mode,),
        tariffs=(grid,),
        onsite_gas=(gas,),
        grid_limit_mw=3.0,
        max_gpus=3500.0,
        grid_t_per_mwh=0.4,
    )
    gpu = builders.gpu(
        price_usd=10_000.0,
        network_usd=2_000.0,
        install_usd=500.0,
        spares_fraction=0.1,
        install_months=1,
        supply=((0, 4000.0),),
        pay_at_order_fraction=0.5,
        order_lead_months=1,
        pay_after_delivery_months=1,
        lifetime_months=100,
        resale_fraction=0.5,
    )
    return builders.instance(
        horizon=builders.horizon(6),
        discount_rate_per_year=RATE,
        sites=(site, builders.site(site_id="b", tariffs=())),
        gpus=(gpu,),
        workloads=(
            builders.workload(gpus_h100e=3000.0, wanted_from=1, delay_cost_musd_per_month=10.0, utilisation=0.8, deadline=3),
        ),
        rentals=(
            builders.rental(gpus_min=50, gpus_max=200, available_from=4, min_months=3, deposit_fraction=0.1, relet_fraction=0.5),
            builders.rental(name="old", committed_gpus=50, committed_until=1),
        ),
        purses=(builders.purse(amounts=((0, 90.0), (2, 10.0))),),
        has_budget=True,
        sites_at_most=1,
    )


def plan() -> Plan:
    """Give the plan with fresh tables."""
    tables = {name: frame(name, rows) for name, rows in _rows().items()}
    return Plan(header(), tables)


def frame(name: str, rows: list[tuple[object, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(TABLE_COLUMNS[name]))


def discount(month: float) -> float:
    return 1.21 ** (-(month + 0.5) / 12)


def header() -> dict[str, Any]:
    residual = group_sums("residual")
    delay = group_sums("delay")
    everything = group_sums("")
    return {
        "objective_musd": everything,
        "value_of_time_musd": delay,
        "residual_musd": residual,
        "cash_cost_musd": everything - residual - delay - group_sums("committed"),
        "committed_musd": group_sums("committed"),
        "nonrefundable_at_signature_musd": 4.0,
        "ledger_musd": by_line(),
        **statements(),
    }


def by_line() -> dict[str, dict[str, float]]:
    sums: dict[str, dict[str, float]] = {}
    for row in ledger_rows():
        lines = sums.setdefault(str(row[2]), {})
        lines[str(row[3])] = lines.get(str(row[3]), 0.0) + row[6]
    return sums


def statements() -> dict[str, Any]:
    """What the tables below say, in the header's words."""
    gpus = {"H100": {"count": 3000, "delivered": 3000, "first_delivery": "2024-02", "last_delivery": "2024-02"}}
    contracts = [
        {"contract_id": name, "mw": mw, "from": "2024-03", "to": "2024-06"} for name, mw in (("grid", 2.0), ("gas", 3.0))
    ]
    return {
        "sites": [{
            "site_id": "a", "mode": "retrofit", "construction_start": "2024-01", "first_power": "2024-03", "it_mw": 4.0,
            "facility_mw": 3.6, "gpus": gpus, "contracts": contracts,
        }],
        "rentals": [
            {"name": "cloud", "gpus": 100, "from": "2024-05", "to": "2024-06"},
            {"name": "old", "gpus": 50, "from": "2024-01", "to": "2024-02"},
        ],
        # Wanted from February, ready in March.
        "workloads": [{"name": "train", "target_h100e": 3000.0, "ready": "2024-03", "delay_months": 1, "sites": {"a": 3000.0}}],
    }


def group_sums(group: str) -> float:
    """Present value of the groups whose name begins so."""
    return sum(row[6] for row in ledger_rows() if str(row[2]).startswith(group))


def ledger_rows() -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for (site_id, name), (months, late) in LEDGER.items():
        group, line = name.split(".")
        rows += [(PERIODS[t], site_id, group, line, "", musd, musd * discount(t)) for t, musd in enumerate(months) if musd]
        if late:
            worth = sum(musd * discount(month) for month, musd in late)
            rows.append(("beyond", site_id, group, line, "", sum(musd for _, musd in late), worth))
    for (site_id, name), musd in RESIDUAL.items():
        # At the end of the horizon, half a year on: 1.21 to the power of one half is 1.1.
        rows.append(("beyond", site_id, *name.split("."), "", musd, musd / 1.1))
    return rows


def _rows() -> dict[str, list[tuple[object, ...]]]:
    on = [0, 0, 1, 1, 1, 1]
    built, liquid = [2, 4, 4, 4, 4, 4], [0, 0, 0, 0.5, 0.5, 0.5]
    time = list(enumerate(PERIODS))
    payments = [
        (PERIODS[t], "purse", *name.split("."), musd)
        for (_, name), (months, _) in LEDGER.items()
        if name != "delay.delay"
        for t, musd in enumerate(months)
        if musd
    ]
    paid = [sum(row[4] for row in payments if row[0] == period) for period in PERIODS]
    received = [90, 0, 10, 0, 0, 0]
    return {
        "construction": [(p, "a", "retrofit", int(t == 0), built[t], 2 * (t == 1), liquid[t]) for t, p in time],
        "fleet": [(p, "a", "H100", 3000 * (t == 0), 3000 * (t == 1), 3000 * on[t], 0, 3000 * on[t], 0) for t, p in time],
        "power": [
            row
            for t, p in time[2:]
            for row in (
                (p, "a", "grid", 2, 2, 1.64 * HOURS[t], 2, "firm", int(t == 2), 0, 0, 2, 1.64 * HOURS[t], 0, 0.36, 0),
                (p, "a", "gas", 3, 2, HOURS[t], 0, "onsite_gas", 0, 0, 0, 1.6, HOURS[t], 3, 0.6, 0),
            )
        ],
        "dispatch": [
            (p, "a", "mean", HOURS[t], *flow)
            for t, p in time[2:]
            for flow in (("load", "", 2.64), ("drawn", "grid", 1.64), ("generated", "gas", 1))
        ],
        "ppas": [],
        "batteries": [],
        "bills": [],
        # 0.4 t/MWh of the grid (the market's rate of the tariff is 0.3), 0.5 t/MWh of gas.
        "emissions": [
            (p, "a", (0.4 * 1.64 + 0.5) * HOURS[t], (0.3 * 1.64 + 0.5) * HOURS[t], 0, 2.64 * HOURS[t]) for t, p in time[2:]
        ],
        "load": [(p, "a", 3 * on[t], 3.6 * on[t], 2.64 * on[t] * HOURS[t]) for t, p in time],
        "workloads": [(p, "train", "a", "hopper", 3000 * on[t], on[t]) for t, p in time],
        "allocation": [(p, "a", "H100", "train", 3000) for _, p in time[2:]],
        "service": [],
        "rentals": [row for t, p in time for row in ((p, "cloud", 100 * (t >= 4), 100 * (t == 4)), (p, "old", 50 * (t <= 1), 0))],
        "ledger": ledger_rows(),
        "cash": [(p, "purse", received[t], paid[t], sum(received[: t + 1]) - sum(paid[: t + 1])) for t, p in time],
        "payments": payments,
        "commitments": [("2024-01", "a", "grid", 5, 4, 0.02)],
        "assumptions": [],
    }
