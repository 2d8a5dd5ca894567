"""The bundled datasets as typed frames; units are converted here, once."""

from __future__ import annotations

import pandas as pd

from optimizer.bundled import dataset_path, scenario_path

__all__ = ["counties", "dataset_path", "scenario_path"]


def counties() -> pd.DataFrame:
    """Counties of the United States.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``county_fips`` (text), with ``county_name``, ``state_abbr``, the centroid ``lat``, ``lon`` and the bounds
        ``lat_min``, ``lat_max``, ``lon_min``, ``lon_max`` in degrees (WGS 84). Source: ``datasets/counties/README.md``.
    """
    numbers = dict.fromkeys(("lat", "lon", "lat_min", "lat_max", "lon_min", "lon_max"), "float64")
    texts = dict.fromkeys(("county_fips", "county_name", "state_abbr"), "str")
    return pd.read_csv(dataset_path("counties") / "counties.csv", dtype={**texts, **numbers}).set_index("county_fips")
