"""How much a county's lines could carry to one customer, from their voltage: an upper bound, since no table knows spare MW."""

from __future__ import annotations

import numpy as np
import pandas as pd

LOADING_MW = {
    "line_735kv_km": 2280.0,
    "line_500kv_km": 1000.0,
    "line_345kv_km": 420.0,
    "line_220_to_287kv_km": 140.0,
    "line_100_to_161kv_km": 50.0,
}
"""MW of one line by class of voltage: its surge impedance loading.

P. Kundur, Power System Stability and Control (1994), table 6.1, for 230, 345, 500 and 765 kV; 50 MW for 138 kV by the same formula,
voltage squared over a surge impedance of 385 ohm.
"""


def grid_limit_mw(facts: pd.DataFrame) -> pd.Series[float]:
    """Most MW of grid power at a place: one line of the highest voltage in its county, at most the county's import capability.

    Parameters
    ----------
    facts : pandas.DataFrame
        Columns of ``LOADING_MW`` (km) and ``import_capability_mw``.

    Returns
    -------
    pandas.Series
        Missing where no line of 100 kV or more is known.
    """
    loading = pd.Series(np.nan, index=facts.index)
    for column, loading_mw in LOADING_MW.items():
        loading = loading.fillna(pd.Series(np.where(facts[column].fillna(0.0) > 0.0, loading_mw, np.nan), index=facts.index))
    limit = pd.concat([loading, facts["import_capability_mw"]], axis=1).min(axis=1, skipna=True)
    return limit.where(loading.notna())
