"""What cooling costs in energy by climate: power usage effectiveness over a year, at the peak and hour by hour.

Temperatures by hour are modelled, not measured: a cosine over the year between the county's January and July normals and a cosine over
the day, without weather. No hour of them coincides with an hour of a price but by season and time of day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.core.errors import DatasetError
from optimizer.core.hours import DAYS, HOURS_PER_DAY
from optimizer.data.catalogue import table

Cooling = Literal["air", "liquid"]

Floats = npt.NDArray[np.float64]

WARMING_K = 1.0
"""From the normals of 1941 to 1970 to those of 1991 to 2020 (as in dataset ``pue_model``)."""

DAILY_K = {"A": 5.5, "B": 8.0, "C": 5.0}
"""Half the range from night to day by the climate zone's moisture (as in dataset ``pue_model``); of a zone without a letter as moist."""

FREE_COOLING_C: dict[Cooling, float] = {"air": 12.0, "liquid": 24.0}
"""Outdoor temperature up to which no compressor runs: supply of 20 or 32 °C less the dry cooler's approach of 8 K."""

HEAT_WAVE_K = 5.0
"""The design temperature lies this far above the mean July afternoon: two standard deviations of July weather of 2.5 K."""

COLDEST_DAY, HOTTEST_HOUR = 14, 16
"""15 January and 4 p.m. of the local clock."""


@dataclass(frozen=True, slots=True)
class OutdoorYear:
    """Outdoor temperatures of a county: ``hours_c`` (°C, shape (8760,)) of the model year and the ``design_c`` of its heat waves."""

    hours_c: Floats
    design_c: float


@dataclass(frozen=True, slots=True)
class FacilityRatios:
    """Facility load over IT load: the energy of a year (``annual_pue``), and at the hottest hours (``peak_facility_ratio``)."""

    annual_pue: float
    peak_facility_ratio: float


def facility_ratios(iecc_zone: str, cooling: Cooling) -> FacilityRatios | None:
    """Ratios of a climate zone, such as ``3A``, with cooling by air or by liquid; none where the model has no such zone.

    Source: dataset ``pue_model``, an assumption whose formulas stand in its README.
    """
    ratios = by_zone(cooling)
    if iecc_zone not in ratios.index:
        return None
    annual, peak = ratios.loc[[iecc_zone]].to_numpy(dtype="float64")[0]
    return FacilityRatios(float(annual), float(peak))


def by_zone(cooling: Cooling) -> pd.DataFrame:
    """Both ratios of all climate zones with one cooling, indexed by ``iecc_zone``."""
    model = table("pue_model")
    return model[model["cooling"] == cooling].set_index("iecc_zone")[["annual_pue", "peak_facility_ratio"]]


def outdoor_year(county_fips: str) -> OutdoorYear:
    """Modelled outdoor temperatures of a county by the local clock.

    Raises
    ------
    DatasetError
        Dataset ``climate`` has no normals of the county.
    """
    climate = table("climate")
    row = climate[climate["county_fips"] == county_fips]
    normals = row[["january_normal_temp_c", "july_normal_temp_c"]].to_numpy(dtype="float64").ravel()
    if len(normals) == 0 or np.isnan(normals).any():
        raise DatasetError(
            f"county {county_fips} has no January and July normals in dataset climate, so its PUE by hour is unknown; leave hourly_pue off"
        )
    january_c, july_c = normals + WARMING_K
    daily_k = DAILY_K.get(str(row["iecc_zone"].iloc[0])[-1:], DAILY_K["A"])
    season = np.cos(2 * np.pi * (np.arange(DAYS) - COLDEST_DAY) / DAYS)
    day = np.cos(2 * np.pi * (np.arange(HOURS_PER_DAY) - HOTTEST_HOUR) / HOURS_PER_DAY)
    mean_c, half_k = (january_c + july_c) / 2, (january_c - july_c) / 2
    hours_c = np.add.outer(mean_c + half_k * season, daily_k * day).ravel()
    return OutdoorYear(hours_c, float(july_c + daily_k + HEAT_WAVE_K))


def hourly_pue(outdoor: OutdoorYear, ratios: FacilityRatios, cooling: Cooling) -> Floats:
    """PUE by hour, shape (8760,): flat up to the free-cooling temperature, above it rising linearly.

    The line reaches ``peak_facility_ratio`` at the design temperature; its mean over the model year is ``annual_pue``. Where that line
    would start below 1 it starts at 1 and rises less. A place that is never warmer than its free-cooling temperature has
    ``annual_pue`` in every hour.

    Raises
    ------
    DatasetError
        Not ``1 <= annual_pue <= peak_facility_ratio``.
    """
    annual, peak = ratios.annual_pue, ratios.peak_facility_ratio
    if not 1.0 <= annual <= peak:
        raise DatasetError(f"an annual PUE of {annual:g} must lie between 1 and the peak facility ratio of {peak:g}")
    excess_k = np.maximum(outdoor.hours_c - FREE_COOLING_C[cooling], 0.0)
    mean_k = float(excess_k.mean())
    if mean_k == 0.0:
        return np.full(len(excess_k), annual)
    per_k = min((peak - annual) / (outdoor.design_c - FREE_COOLING_C[cooling] - mean_k), (annual - 1.0) / mean_k)
    return annual + per_k * (excess_k - mean_k)
