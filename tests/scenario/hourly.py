"""The template of ``gigasite new`` with every form of power: an index tariff, a rate, interruptible service, PPAs, a battery."""

from __future__ import annotations

from pathlib import Path

from optimizer.core.hours import HOURS
from tests.scenario.fault import replace

TARIFF_COLUMNS = (
    "site_id,contract_id,kind,exclusive_group,mw_max,energy_usd_per_mwh,demand_usd_per_kw_month,rate,price_series,price_level_usd_per_mwh,"
    "adder_usd_per_mwh,ancillary_usd_per_mwh,transmission_usd_per_mwh,capacity_usd_per_kw_month,coincident_usd_per_kw,coincident_months,"
    "interruptible_hours_per_year,called_by,called_price_series,converts_to,minimum_bill_usd_per_month,market_access,emissions_t_per_mwh,"
    "min_energy_fraction"
)
TARIFFS = [
    "memphis,grid,firm,mem,60,42,14,,,,,,,,,,,,,,,,,",
    "memphis,early,interruptible,mem,60,38,,,,,,,,,,,200,heat,,grid,5000,,0.4,",
    'abilene,index,index,,80,,,,ercot_rt_west,61.5,3,1,4.5,2,12,"6,7,8,9",,,,,,,,',
    "abilene,called,interruptible,,80,30,,,,,,,,,,,100,,,,,,,",
    "lordstown,tou,firm,,80,,,day_and_night,,,,,,,,,,,,,,,,",
]
PPAS = [
    "site_id,contract_id,technology,form,settlement,strike_usd_per_mwh,profile,hub,mw_max,from,term_months,sell_back_fee_usd_per_mwh,wires_usd_per_mwh",
    "abilene,wind,wind,as_produced,physical,28,ERCOT/wind,ercot_rt_west,150,2025-06,120,2,4",
    "abilene,shape,solar,shaped,financial,33,own_shape,own_price,60,,,,",
]
BATTERIES = [
    "site_id,contract_id,mw_max,duration_h,mwh_max,usd_per_kw,usd_per_kwh,round_trip_efficiency,sign_lead_months",
    "abilene,store,40,4,,300,250,0.86,9",
    "abilene,deep,40,,800,300,200,0.8,9",
]
RATE = """
fixed_usd_per_month = 2000

[[energy]]
name = "day"
days = "weekday"
hour_from = 8
hour_to = 22
usd_per_mwh = 70

[[energy]]
name = "night"
days = "weekday"
hour_from = 22
hour_to = 8
usd_per_mwh = 35

[[demand]]
name = "any time"
usd_per_kw_month = 9
"""
CONTRACTS = """tariffs = "tariffs.csv"
ppas = "ppas.csv"
batteries = "batteries.csv"
series = "series.csv"
price_year = 2022
"""


def own_rows() -> list[str]:
    """An own profile (on from 8 to 18 o'clock) and an own price (10 to 33 USD/MWh by the hour of the day)."""
    rows = [f"{hour},{1 if 8 <= hour % 24 < 18 else 0},{10 + hour % 24}" for hour in range(HOURS)]
    return ["hour,own_shape,own_price", *rows]


def write_hourly(folder: Path) -> Path:
    """Turn a fresh scenario of the template into one with every form of power."""
    replace(folder / "scenario.toml", 'tariffs = "tariffs.csv"\n', CONTRACTS)
    write(folder / "tariffs.csv", [TARIFF_COLUMNS, *TARIFFS])
    write(folder / "ppas.csv", PPAS)
    write(folder / "batteries.csv", BATTERIES)
    write(folder / "series.csv", own_rows())
    write(folder / "ramps.csv", ["site_id,contract_id,from,mw", "memphis,grid,2024-06,8", "memphis,grid,2024-08,50"])
    (folder / "rates").mkdir()
    (folder / "rates" / "day_and_night.toml").write_text(RATE, encoding="utf-8")
    return folder


def write(file: Path, lines: list[str]) -> None:
    """Write lines to a file."""
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
