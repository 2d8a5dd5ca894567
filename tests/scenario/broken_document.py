"""Faults in scenario.toml."""

from __future__ import annotations

from tests.scenario.fault import toml_fault

DOCUMENT = [
    toml_fault("syntax error", "months = 24", "months = = 24", (12, ""), "not valid TOML"),
    toml_fault("key written twice", "months = 24", "months = 24\nmonths = 36", (13, ""), "not valid TOML"),
    toml_fault("unknown section", "[objective]", "[objectives]", (17, "objectives"), "did you mean 'objective'?"),
    toml_fault(
        "unknown field",
        "price_usd = 33750",
        "price_usd = 33750\nprice_us = 1",
        (32, "gpus.H100.price_us"),
        "did you mean 'price_usd'?",
    ),
    toml_fault("missing field", 'cooling = "air"\n', "", (26, "gpus.H100.cooling"), "is required and missing", "air or liquid"),
    toml_fault("wrong type", "months = 24", 'months = "24"', (12, "horizon.months"), "'24'", "valid integer", "1 to 600 months"),
    toml_fault("out of range", "months = 24", "months = 0", (12, "horizon.months"), "0 is outside the range", "1 to 600 months"),
    toml_fault(
        "not a number",
        "usd_per_gpu_hour = 2.85",
        "usd_per_gpu_hour = nan",
        (57, "rentals.cloud.usd_per_gpu_hour"),
        "nan is not a finite number",
        "0, or 0.02 to 100 USD/GPU-hour",
    ),
    toml_fault(
        "infinite", "network_usd = 7500", "network_usd = inf", (32, "gpus.H100.network_usd"), "inf is not a finite number"
    ),
    toml_fault(
        "thousand USD",
        "price_usd = 33750",
        "price_usd = 33.75",
        (31, "gpus.H100.price_usd"),
        "500 to 1,000,000",
        "looks like thousand USD: 33,750 would be the same price",
    ),
    toml_fault(
        "percent",
        "discount_rate_per_year = 0.12",
        "discount_rate_per_year = 12",
        (14, "horizon.discount_rate_per_year"),
        "0 to 1 share/year",
        "looks like percent: 0.12 would be the same share",
    ),
    toml_fault("watts", "it_kw_per_gpu = 1.40", "it_kw_per_gpu = 1400", (30, "gpus.H100.it_kw_per_gpu"), "looks like W: 1.4 "),
    toml_fault(
        "wrong word",
        'cooling = "air"',
        'cooling = "ari"',
        (34, "gpus.H100.cooling"),
        "allowed: air, liquid",
        "did you mean 'air'?",
    ),
    toml_fault(
        "missing file",
        'modes = "modes.csv"',
        'modes = "mode.csv"',
        (67, "sites.modes"),
        "no file 'mode.csv'",
        "did you mean 'modes.csv'?",
    ),
    toml_fault(
        "malformed month",
        'deadline = "2025-12"',
        'deadline = "2025-13"',
        (50, "workloads.train.deadline"),
        'write it as "2024-06"',
    ),
    toml_fault(
        "malformed day", 'as_of = "2024-05-31"', 'as_of = "2024-05-32"', (7, "scenario.as_of"), 'write it as "2024-05-31"'
    ),
    toml_fault(
        "deadline after the horizon",
        'deadline = "2025-12"',
        'deadline = "2026-06"',
        (50, "workloads.train.deadline"),
        "after the end of the horizon",
        "2024-06 to 2026-05",
    ),
    toml_fault(
        "deadline before the horizon",
        'deadline = "2025-12"',
        'deadline = "2024-05"',
        (50, "workloads.train.deadline"),
        "before the start of the horizon",
        "2024-06 to 2026-05",
    ),
    toml_fault(
        "wanted after the horizon",
        'wanted_from = "2024-12"',
        'wanted_from = "2027-01"',
        (48, "workloads.train.wanted_from"),
        "after the end of the horizon",
    ),
    toml_fault(
        "offer after the horizon",
        'available_from = "2025-06"',
        'available_from = "2026-06"',
        (60, "rentals.cloud.available_from"),
        "after the end of the horizon",
    ),
    toml_fault(
        "money after the horizon",
        'amounts = { "2024-06" = 1200.0 }',
        'amounts = { "2034-06" = 1200.0 }',
        (22, "budget.purses.equity.amounts.2034-06"),
        "after the end of the horizon",
    ),
    toml_fault(
        "broken quarters",
        'months = 24\nperiod = "month"',
        'months = 25\nperiod = "quarter"',
        (12, "horizon.months"),
        "a multiple of 3",
    ),
    toml_fault(
        "no purse may pay",
        '"operations", "lease", "rent"',
        '"operations", "rent"',
        (21, "budget.purses"),
        "no purse may pay lease",
    ),
    toml_fault(
        "unknown ledger group",
        '["capital", "deposits"]',
        '["capital", "deposit", "deposits"]',
        (22, "budget.purses.equity.pays_for"),
        "no ledger group 'deposit'",
        "did you mean 'deposits'?",
    ),
    toml_fault(
        "duplicate purse",
        'name = "operations"',
        'name = "equity"',
        (23, "budget.purses.equity"),
        "defined twice; the first is on line 22",
    ),
    toml_fault(
        "duplicate GPU",
        "[[workloads]]",
        '[[gpus]]\nname = "H100"\n\n[[workloads]]',
        (44, "gpus.H100"),
        "defined twice; the first is on line 26",
    ),
    toml_fault(
        "unknown GPU accepted", 'accepts = ["H100"]', 'accepts = ["H10"]', (47, "workloads.train.accepts"), "did you mean 'H100'?"
    ),
    toml_fault("unknown GPU rented", 'gpu = "H100"', 'gpu = "H200"', (56, "rentals.cloud.gpu"), "no GPU 'H200'"),
    toml_fault(
        "unknown committed site",
        "at_most = 1",
        'at_most = 1\ncommitted = ["memfis"]',
        (69, "sites.committed"),
        "did you mean 'memphis'?",
    ),
    toml_fault(
        "unknown forbidden site",
        "at_most = 1",
        'at_most = 1\nforbidden = ["abilen"]',
        (69, "sites.forbidden"),
        "did you mean 'abilene'?",
    ),
    toml_fault(
        "committed and forbidden",
        "at_most = 1",
        'at_most = 1\ncommitted = ["abilene"]\nforbidden = ["abilene"]',
        (70, "sites.forbidden"),
        "both committed and forbidden",
    ),
    toml_fault(
        "least above most",
        "gpus_min = 16000",
        "gpus_min = 16001",
        (58, "rentals.cloud.gpus_min"),
        "16,001 is more than gpus_max = 16,000",
    ),
    toml_fault(
        "initial GPUs nowhere",
        "lot = 1000",
        "lot = 1000\ninitial_gpus = { texas = 5 }",
        (36, "gpus.H100.initial_gpus"),
        "no site 'texas'",
    ),
    toml_fault(
        "extends nothing", "# A small scenario", 'extends = "../nowhere"\n# A small scenario', (1, "extends"), "'../nowhere'"
    ),
]

FEATURES = [
    toml_fault(
        "goal of later",
        '["min_cost"]',
        '["max_compute", "min_cost"]',
        (18, "objective.goals"),
        "not in this version",
        "min_cost, earliest, min_carbon, max_clean",
    ),
    toml_fault("min_cost not last", '["min_cost"]', '["min_cost", "earliest"]', (18, "objective.goals"), "must be the last goal"),
    toml_fault("debt", "[budget]", "[budget]\ndebt = { enabled = true }", (21, "budget.debt.limit_musd"), "a loan needs limit_musd"),
    toml_fault(
        "inference", 'name = "train"', 'name = "train"\nkind = "inference"', (46, "workloads.train.kind"), "allowed: training"
    ),
    toml_fault(
        "several campuses",
        'name = "train"',
        'name = "train"\ncampuses_max = 2',
        (46, "workloads.train.campuses_max"),
        "allowed: 1",
    ),
    toml_fault("dataset and table", 'table = "sites.csv"', 'table = "sites.csv"\ndataset = "counties"', (67, "sites.dataset"), "not both"),
]
