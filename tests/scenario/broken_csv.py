"""Faults that spreadsheets and slips of the pen put into CSV files."""

from __future__ import annotations

from tests.scenario.fault import GAS, MODES, RAMPS, SITES, TARIFFS, TOML, Broken, cell_fault, header_fault, toml_fault

_THIRD = "row 3 (memphis/grid/2024-08)"

CSV = [
    Broken("a cell too many", RAMPS, "2024-08,50", "2024-08,50,1", (RAMPS, _THIRD, ""), ("5 cells, the header 4", "not quoted?")),
    Broken("a cell too few", RAMPS, "2024-08,50", "2024-08", (RAMPS, _THIRD, ""), ("has 3 cells, the header 4", "comma")),
    Broken("row without its key", RAMPS, "memphis,grid,2024-08,50", "memphis", (RAMPS, "row 3", ""), ("has 1 cells",)),
    Broken(
        "semicolons",
        RAMPS,
        "site_id,contract_id,from,mw",
        "site_id;contract_id;from;mw",
        (RAMPS, "", ""),
        ("cells are separated by ';', not by ','; save as CSV (comma)",),
    ),
    Broken("tabs", RAMPS, "site_id,contract_id", "site_id\tcontract_id", (RAMPS, "", ""), ("separated by tabs",)),
    Broken(
        "quote not closed", SITES, "Campus near", '"Campus near', (SITES, "row 3 (abilene)", ""), ("opened and not closed",)
    ),
    Broken("text after a quote", SITES, "Campus near", '"Campus" near', (SITES, "row 3 (abilene)", ""), ("text follows",)),
    header_fault("column in capitals", (TARIFFS, "exit_musd", "Exit_MUSD"), "Exit_MUSD", "did you mean 'exit_musd'?"),
    header_fault("column with blanks", (TARIFFS, "exit_musd", "exit musd"), "exit musd", "did you mean 'exit_musd'?"),
    header_fault("column without a name", (TARIFFS, "exit_musd", ""), "", "has no name in the header"),
]

MEANT = [
    cell_fault("percent sign", (TARIFFS, "14,0.6,5", "14,60%,5"), ("row 2 (memphis/grid)", "min_take_fraction"), "write 0.6"),
    cell_fault("dollar sign", (MODES, "100,8.0", "100,$8.0"), ("row 2 (memphis/retrofit)", "capex_musd_per_mw"), "write 8"),
    cell_fault(
        "thousands apart", (SITES, "true,100,", 'true,"1,000",'), ("row 2 (memphis)", "exempt_min_musd"), "'1,000'", "write 1000"
    ),
    cell_fault("not available", (MODES, "6,15,100", "6,N/A,100"), ("row 2 (memphis/retrofit)", "mw_per_month"), "leave the cell empty"),
    cell_fault("no lead", (MODES, "6,15,100", "n/a,15,100"), ("row 2 (memphis/retrofit)", "lead_months"), "number is required"),
    cell_fault("underscore", (GAS, "engines,2.5", "engines,2_5"), ("row 2 (memphis/engines)", "unit_mw"), "'2_5'", "write 25"),
    cell_fault("whole underscore", (GAS, "2.5,14", "2.5,1_4"), ("row 2 (memphis/engines)", "units_max"), "'1_4'", "write 14"),
    toml_fault("k", "price_usd = 33750", 'price_usd = "30k"', (31, "gpus.H100.price_usd"), "write 30000"),
    cell_fault(
        "neither true nor false",
        (SITES, "0.0975,true", "0.0975,yes"),
        ("row 2 (memphis)", "sales_tax_exempt"),
        "'yes' is not allowed; allowed: true, false, unknown",
    ),
    cell_fault(
        "county without its zero", (SITES, "47157", "4715"), ("row 2 (memphis)", "county_fips"), "five digits", "lost: 04715?"
    ),
    cell_fault("county as a number", (SITES, "47157", "47157.0"), ("row 2 (memphis)", "county_fips"), "digits: 47157?"),
    Broken(
        "name with a blank",
        TOML,
        'name = "cloud"',
        'name = "my cloud"',
        (TOML, "line 55", "rentals.my cloud.name"),
        ("letters, digits, - and _ only, such as 'my-cloud'",),
    ),
]
