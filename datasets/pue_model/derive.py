"""PUE by climate zone and cooling: a transparent model of free cooling, labelled an assumption; the formulas stand in FORMULAS.md."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from datasets.climate.derive import derive as climate
from datasets.deriving import run, write_table

Array = NDArray[np.float64]

WARMING_K = 1.0  # of the normals of 1941 to 1970 to those of 1991 to 2020 (NOAA: contiguous United States, about 1 K)
DIURNAL_K = {"A": 5.5, "B": 8.0, "C": 5.0}  # half the range from night to day: moist, dry, marine
SPREAD_K = (4.25, 1.75)  # standard deviation of the weather: its mean over the year, and how much more in January, less in July
QUANTILES = (np.arange(9) + 0.5) / 9
DESIGN_DEVIATIONS = 2.0  # the hottest afternoons lie two standard deviations above the mean July afternoon
ELECTRICAL = 0.07  # transformers, uninterruptible supply, lighting: per unit of IT
REJECTION_FANS = 0.015  # fans of the dry coolers or condensers
APPROACH_K = 8.0  # of a dry cooler: water leaves it that much warmer than the air
EVAPORATOR_K = 5.0  # below the supplied water
CONDENSER_K = 12.0  # above the air
CARNOT_FRACTION = 0.45  # of an air-cooled chiller
LIQUID_SHARE = 0.80  # of the heat of a liquid-cooled rack that its water takes; the air takes the rest


@dataclass(frozen=True, slots=True)
class Loop:
    """A cooling loop: temperature of the supplied water (°C), its rise (K), and the power of its fans and pumps per unit of heat."""

    supply_c: float
    rise_k: float
    circulation: float

    def compressor_share(self, outdoor_c: Array) -> Array:
        """Part of the heat that compressors must lift: none when the dry cooler alone makes the supply, all when it cools nothing."""
        return np.clip((outdoor_c + APPROACH_K - self.supply_c) / self.rise_k, 0, 1)

    def power(self, outdoor_c: Array) -> Array:
        """Power of the loop per unit of heat: circulation, and compressors at a fixed part of Carnot's efficiency."""
        evaporator_c = self.supply_c - EVAPORATOR_K
        lift_k = np.maximum(outdoor_c + CONDENSER_K - evaporator_c, 1.0)
        efficiency = CARNOT_FRACTION * (evaporator_c + 273.15) / lift_k
        return self.circulation + self.compressor_share(outdoor_c) / efficiency


AIR = Loop(supply_c=20.0, rise_k=12.0, circulation=0.05)
LIQUID = Loop(supply_c=32.0, rise_k=10.0, circulation=0.02)


def pue(outdoor_c: Array, cooling: str) -> Array:
    """Facility power per IT power at outdoor temperatures, for ``air`` or ``liquid`` cooling."""
    share = LIQUID_SHARE if cooling == "liquid" else 0.0
    return 1 + ELECTRICAL + REJECTION_FANS + share * LIQUID.power(outdoor_c) + (1 - share) * AIR.power(outdoor_c)


def year_of(january_c: float, july_c: float, moisture: str) -> Array:
    """Outdoor temperatures of a year (°C), all equally likely: 12 months x 24 hours x 9 kinds of weather."""
    season = np.cos(2 * np.pi * np.arange(12) / 12)[:, None, None]
    day = -np.cos(2 * np.pi * np.arange(24) / 24)[None, :, None]
    weather = norm.ppf(QUANTILES)[None, None, :]
    mean, half_range = (january_c + july_c) / 2, (january_c - july_c) / 2
    outdoor: Array = mean + half_range * season + DIURNAL_K[moisture] * day + (SPREAD_K[0] + SPREAD_K[1] * season) * weather
    return outdoor


def row(zone: str, normals: pd.Series, cooling: str) -> dict[str, object]:
    """PUE of one zone and cooling, over the year and at its hottest."""
    january_c, july_c = normals["january_normal_temp_c"] + WARMING_K, normals["july_normal_temp_c"] + WARMING_K
    outdoor = year_of(january_c, july_c, zone[1])
    design = july_c + DIURNAL_K[zone[1]] + DESIGN_DEVIATIONS * (SPREAD_K[0] - SPREAD_K[1])
    loop = LIQUID if cooling == "liquid" else AIR
    return {
        **{"iecc_zone": zone, "cooling": cooling, "annual_pue": round(float(pue(outdoor, cooling).mean()), 3)},
        **{"peak_facility_ratio": round(float(pue(np.array([design]), cooling)[0]), 3)},
        **{"free_cooling_fraction": round(float((loop.compressor_share(outdoor) == 0).mean()), 3)},
        **{"mean_temp_c": round(float(outdoor.mean()), 1), "design_temp_c": round(float(design), 1)},
    }


def derive(sources: Path) -> pd.DataFrame:
    """One row per climate zone of the contiguous United States and cooling."""
    counties = climate(sources)
    zones = counties[counties["iecc_method"] == "county"].groupby("iecc_zone")[["january_normal_temp_c", "july_normal_temp_c"]].mean()
    rows = [row(str(zone), normals, cooling) for zone, normals in zones.iterrows() for cooling in ("air", "liquid")]
    return pd.DataFrame(rows)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "pue_model.csv")


if __name__ == "__main__":
    run(main)
