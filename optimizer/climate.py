"""What cooling costs in energy by climate: power usage effectiveness over a year and at the peak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from optimizer.catalogue import table

Cooling = Literal["air", "liquid"]


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
