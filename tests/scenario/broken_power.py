"""Faults in offers of power, their hourly series and what is asked of carbon, in a scenario that has every form of power."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from optimizer.scenario import new_scenario
from tests.scenario.fault import SITES, TARIFFS, TOML, Broken, replace
from tests.scenario.hourly import write_hourly

PPAS, BATTERIES, SERIES = "ppas.csv", "batteries.csv", "series.csv"
RATE = "rates/day_and_night.toml"
INDEX, CALLED, EARLY, TOU = "row 4 (abilene/index)", "row 5 (abilene/called)", "row 3 (memphis/early)", "row 6 (lordstown/tou)"
WIND, SHAPE = "row 2 (abilene/wind)", "row 3 (abilene/shape)"


@dataclass(frozen=True, slots=True)
class BrokenPower(Broken):
    """A fault in the scenario of ``hourly.write_hourly``."""

    def write(self, folder: Path) -> Path:
        """Write the broken scenario into a new folder."""
        write_hourly(new_scenario(folder))
        replace(folder / self.file, self.old, self.new)
        return folder


def cell(kind: str, change: tuple[str, str, str], place: tuple[str, str], *says: str) -> BrokenPower:
    """Fault in a cell: (file, old, new), and (row with its key, column)."""
    return BrokenPower(kind, *change, (change[0], f"{place[0]}, column {place[1]}", place[1]), says)


def toml(kind: str, change: tuple[str, str], place: tuple[str, str], *says: str) -> BrokenPower:
    """Fault in scenario.toml: (old, new), and (line, field)."""
    return BrokenPower(kind, TOML, *change, (TOML, *place), says)


TARIFF_FAULTS = [
    cell(
        "index at a price",
        (TARIFFS, "abilene,index,index,,80,,", "abilene,index,index,,80,44,"),
        (INDEX, "energy_usd_per_mwh"),
        "an index tariff has the hourly price",
    ),
    cell("index without a series", (TARIFFS, "ercot_rt_west,61.5", ",61.5"), (INDEX, "price_series"), "needs the price series"),
    cell(
        "unknown price series",
        (TARIFFS, "ercot_rt_west,61.5", "ercot_rt_wst,61.5"),
        (INDEX, "price_series"),
        "there is no price series 'ercot_rt_wst'",
        "did you mean 'ercot_rt_west'?",
    ),
    cell("profile as a price", (TARIFFS, "ercot_rt_west,61.5", "ERCOT/wind,61.5"), (INDEX, "price_series"), "not a price"),
    cell(
        "index with take or pay of energy",
        (TARIFFS, '"6,7,8,9",,,,,,,,', '"6,7,8,9",,,,,,,,0.5'),
        (INDEX, "min_energy_fraction"),
        "one price of energy",
    ),
    cell(
        "index where nobody may choose",
        (TARIFFS, "memphis,grid,firm,mem,60,42,14,,,", "memphis,grid,index,mem,60,,,,ercot_rt_west,"),
        ("row 2 (memphis/grid)", "kind"),
        "City of Memphis",
        "county 47157",
        "market_access = utility_program",
    ),
    cell(
        "level of a firm tariff",
        (TARIFFS, "memphis,grid,firm,mem,60,42,14,,,,", "memphis,grid,firm,mem,60,42,14,,,50,"),
        ("row 2 (memphis/grid)", "price_level_usd_per_mwh"),
        "belongs to a tariff of kind index; this one is firm",
    ),
    cell(
        "firm without a price",
        (TARIFFS, "firm,mem,60,42,14", "firm,mem,60,,14"),
        ("row 2 (memphis/grid)", "energy_usd_per_mwh"),
        "is empty; a tariff of kind firm needs it, or a rate",
    ),
    cell(
        "rate and a price",
        (TARIFFS, "lordstown,tou,firm,,80,,,", "lordstown,tou,firm,,80,40,,"),
        (TOU, "energy_usd_per_mwh"),
        "the rate 'day_and_night' states it",
    ),
    cell(
        "rate and demand",
        (TARIFFS, "lordstown,tou,firm,,80,,,", "lordstown,tou,firm,,80,,9,"),
        (TOU, "demand_usd_per_kw_month"),
        "the rate 'day_and_night' states it",
    ),
    cell(
        "rate and take or pay",
        (TARIFFS, "day_and_night,,,,,,,,,,,,,,,,", "day_and_night,,,,,,,,,,,,,,,,0.4"),
        (TOU, "min_energy_fraction"),
        "not for a rate",
    ),
    cell("rate that is not there", (TARIFFS, "day_and_night", "day_night"), (TOU, "rate"), "rates/day_night.toml", "'day_and_night'"),
    cell("no coincident months", (TARIFFS, '12,"6,7,8,9"', "12,"), (INDEX, "coincident_months"), "needs its months"),
    cell("coincident months for nothing", (TARIFFS, '12,"6,7,8,9"', ',"6,7,8,9"'), (INDEX, "coincident_usd_per_kw"), "leave both"),
    cell("month 13", (TARIFFS, '"6,7,8,9"', '"6,7,13"'), (INDEX, "coincident_months"), "'6,7,13' is no list of calendar months"),
    cell("interruptible without hours", (TARIFFS, ",100,,,,,,,", ",,,,,,,,"), (CALLED, "interruptible_hours_per_year"), "1 to 8760"),
    cell(
        "called hours of a firm tariff",
        (TARIFFS, "day_and_night,,,,,,,,,", "day_and_night,,,,,,,,,50"),
        (TOU, "interruptible_hours_per_year"),
        "belongs to a tariff of kind interruptible; this one is firm",
    ),
    cell(
        "called by a price there is not",
        (TARIFFS, "200,heat,,grid", "200,price,,grid"),
        (EARLY, "called_by"),
        "no price series at this site",
    ),
    cell("conversion to nothing", (TARIFFS, "200,heat,,grid", "200,heat,,gird"), (EARLY, "converts_to"), "did you mean 'grid'?"),
    cell(
        "conversion across groups",
        (TARIFFS, "grid,firm,mem", "grid,firm,other"),
        (EARLY, "converts_to"),
        "one exclusive_group",
        "mem and other",
    ),
    cell("conversion to interruptible", (TARIFFS, ",100,,,,,,,", ",100,,,index,,,,"), (CALLED, "converts_to"), "'index' is of kind index"),
    cell(
        "calls of no tariff",
        (TARIFFS, "day_and_night,,,,,,,,,,,", "day_and_night,,,,,,,,,,,own_price"),
        (TOU, "called_price_series"),
        "nothing is called here",
    ),
    BrokenPower(
        "heat of no county",
        SITES,
        "35.06,-90.15,47157",
        "35.06,-90.15,",
        (TARIFFS, f"{EARLY}, column called_by", "called_by"),
        ("the hottest hours are those of the county's climate", "give county_fips in sites"),
    ),
]

OFFER_FAULTS = [
    cell("unknown profile", (PPAS, "ERCOT/wind", "ERCOT/wnd"), (WIND, "profile"), "there is no profile 'ERCOT/wnd'", "'ERCOT/wind'"),
    cell("price as a profile", (PPAS, "ERCOT/wind", "ercot_rt_west"), (WIND, "profile"), "is a price series"),
    cell("no profile", (PPAS, "ERCOT/wind", ""), (WIND, "profile"), "form as_produced needs a profile"),
    cell("baseload with a profile", (PPAS, "solar,shaped", "solar,baseload"), (SHAPE, "profile"), "baseload is round the clock"),
    cell(
        "sun by the wind", (PPAS, "abilene,wind,wind", "abilene,wind,solar"), (WIND, "technology"), "'solar' with the profile 'ERCOT/wind'"
    ),
    cell("unknown hub", (PPAS, "own_shape,own_price", "own_shape,own_prices"), (SHAPE, "hub"), "did you mean 'own_price'?"),
    cell("wires of a financial ppa", (PPAS, "60,,,,", "60,,,,5"), (SHAPE, "wires_usd_per_mwh"), "belongs to a physical agreement"),
    cell("ppa after the horizon", (PPAS, "2025-06", "2026-06"), (WIND, "from"), "after the end of the horizon"),
    cell("ppa at no site", (PPAS, "abilene,wind", "abilen,wind"), ("row 2 (abilen/wind)", "site_id"), "did you mean 'abilene'?"),
    cell(
        "ppa named like a tariff",
        (PPAS, "abilene,wind", "abilene,index"),
        ("row 2 (abilene/index)", "contract_id"),
        "is a tariff too; contracts of a site must differ in name",
    ),
    cell(
        "duration and energy", (BATTERIES, "40,4,,", "40,4,100,"), ("row 2 (abilene/store)", "duration_h"), "both of duration_h and mwh_max"
    ),
    cell("neither duration nor energy", (BATTERIES, "40,4,,", "40,,,"), ("row 2 (abilene/store)", "duration_h"), "neither of duration_h"),
    cell(
        "efficiency in percent",
        (BATTERIES, "0.86", "86"),
        ("row 2 (abilene/store)", "round_trip_efficiency"),
        "0.86 would be the same share",
    ),
]

SERIES_FAULTS = [
    BrokenPower("hour 8760", SERIES, "\n8759,", "\n8760,", (SERIES, "row 8761, column hour", "hour"), ("'8760' is no hour", "0 to 8759")),
    BrokenPower(
        "hour twice", SERIES, "\n8759,", "\n8758,", (SERIES, "row 8761, column hour", "hour"), ("hour 8758 stands twice", "row 8760")
    ),
    BrokenPower("hour missing", SERIES, "\n100,0,14", "", (SERIES, "", "hour"), ("1 of the 8,760 hours are missing, the first is 100",)),
    BrokenPower("no hours", SERIES, "hour,own_shape", "time,own_shape", (SERIES, "row 1", "hour"), ("column 'hour' is missing",)),
    BrokenPower(
        "text in a series",
        SERIES,
        "\n8759,0,33",
        "\n8759,0,dear",
        (SERIES, "row 8761, column own_price", "own_price"),
        ("'dear' is no finite number",),
    ),
    BrokenPower(
        "infinite in a series",
        SERIES,
        "\n8759,0,33",
        "\n8759,0,inf",
        (SERIES, "row 8761, column own_price", "own_price"),
        ("'inf' is no finite number",),
    ),
    BrokenPower(
        "own name of the datasets'",
        SERIES,
        "own_price",
        "ercot_rt_west",
        (SERIES, "row 1", "ercot_rt_west"),
        ("is a series of the datasets",),
    ),
    BrokenPower(
        "profile above 1",
        SERIES,
        "\n8,1,18",
        "\n8,80,18",
        (PPAS, f"{SHAPE}, column profile", "profile"),
        ("'own_shape' is 80 in hour 8", "1 of its hours"),
    ),
    toml("no file of series", ('"series.csv"', '"serie.csv"'), ("line 74", "contracts.series"), "did you mean 'series.csv'?"),
    toml("no price year", ("price_year = 2022\n", ""), ("line 70", "contracts.price_year"), "is required and missing", "2022 or 2024"),
    toml(
        "price year without prices",
        ("price_year = 2022", "price_year = 2023"),
        ("line 75", "contracts.price_year"),
        "no prices of ercot_rt_west of 2023; allowed: 2022 or 2024",
    ),
    toml(
        "three typical days",
        ("price_year = 2022", "typical_days = 3"),
        ("line 75", "contracts.typical_days"),
        "3 is outside the range",
        "4 to 365",
    ),
    toml("some hours", ("price_year = 2022", 'hours = "some"'), ("line 75", "contracts.hours"), "'some' is not allowed; allowed: all"),
    BrokenPower(
        "rate with a slip", RATE, "usd_per_mwh = 35", "usd_per_mw = 35", (RATE, "line 16", "energy.1.usd_per_mw"), ("usd_per_mwh",)
    ),
]

CARBON_FAULTS = [
    toml(
        "cap after the horizon",
        ('goals = ["min_cost"]', 'goals = ["min_cost"]\ncarbon_cap_t_per_year = { "2031-01" = 1e5 }'),
        ("line 19", "objective.carbon_cap_t_per_year.2031-01"),
        "after the end of the horizon",
    ),
    toml(
        "unknown basis",
        ('goals = ["min_cost"]', 'goals = ["min_cost"]\ncarbon_basis = "grid"'),
        ("line 19", "objective.carbon_basis"),
        "allowed: location, market",
    ),
    toml(
        "clean share in percent",
        ('goals = ["min_cost"]', 'goals = ["min_cost"]\nclean_share_min = 80'),
        ("line 19", "objective.clean_share_min"),
        "0.8 would be the same share",
    ),
    toml(
        "flexible in percent",
        ("utilisation = 0.85", "utilisation = 0.85\nflexible_fraction = 20"),
        ("line 53", "workloads.train.flexible_fraction"),
        "0.2 would be the same share",
    ),
]

POWER = [*TARIFF_FAULTS, *OFFER_FAULTS, *SERIES_FAULTS, *CARBON_FAULTS]
