"""Numbers far too small or too large for the unit of their field."""

from __future__ import annotations

from tests.scenario.fault import MODES, TARIFFS, cell_fault, toml_fault

UNITS = [
    cell_fault(
        "energy in USD/kWh",
        (TARIFFS, "60,42,14", "60,0.042,14"),
        ("row 2 (memphis/grid)", "energy_usd_per_mwh"),
        "0.042 is outside the range; allowed: 0, or 1 to 2000 USD/MWh; looks like USD/kWh: 42 would be the same price",
    ),
    cell_fault(
        "demand in million USD/MW",
        (TARIFFS, "60,42,14", "60,42,0.014"),
        ("row 2 (memphis/grid)", "demand_usd_per_kw_month"),
        "looks like million USD/MW-month: 14 would",
    ),
    cell_fault("grid in GW", (TARIFFS, "offered,0,50", "offered,0,0.05"), ("row 2 (memphis/grid)", "mw_max"), "GW: 50 would"),
    cell_fault("hall in GW", (MODES, "6,15,100", "6,15,0.05"), ("row 2 (memphis/retrofit)", "max_it_mw"), "GW: 50 would"),
    toml_fault(
        "load in MW", "it_kw_per_gpu = 1.40", "it_kw_per_gpu = 0.0014", (30, "gpus.H100.it_kw_per_gpu"), "MW/GPU: 1.4 would"
    ),
    toml_fault(
        "rent in thousand USD",
        "usd_per_gpu_hour = 2.85",
        "usd_per_gpu_hour = 0.00285",
        (57, "rentals.cloud.usd_per_gpu_hour"),
        "looks like thousand USD/GPU-hour: 2.85 would be the same rent",
    ),
    toml_fault(
        "delay in thousand USD",
        "delay_cost_musd_per_month = 33.0",
        "delay_cost_musd_per_month = 33000",
        (49, "workloads.train.delay_cost_musd_per_month"),
        "0 to 10,000 million USD/month; looks like thousand USD: 33 would",
    ),
    # 16,000 H100 at 33,750 USD are 540 million USD.
    toml_fault(
        "purse in billions",
        "{ \"2024-06\" = 1200.0 }",
        "{ \"2024-06\" = 1.2 }",
        (22, "budget.purses.equity.amounts"),
        "hold 1.2 million USD in all, and the GPUs wanted cost 540 at least",
        "looks like billion USD; 1,200 would be the same sum",
    ),
]
