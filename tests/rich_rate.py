"""An instance whose rate has every form that large customers are billed by, and a year's load that meets each of them."""

from __future__ import annotations

from optimizer.core.instance import Instance
from optimizer.core.offers import CoincidentCharge, DemandCharge, EnergyCharge, Ratchet, Rate, Tier, Window
from tests.model.three_ways import fill_question

ALL_YEAR = tuple(range(1, 13))
WINTER, SUMMER = (1, 2, 3, 4, 5, 10, 11, 12), (6, 7, 8, 9)
OFF_PEAK = Window(ALL_YEAR, "weekday", 20, 15, (Window(ALL_YEAR, "weekend", 0, 0),))


def load(month: int, weekend: bool, hour: int) -> float:
    """10 MW in January, 8 MW in August, 3 MW in other months; half of it at night, a tenth less at weekends."""
    day = {1: 10.0, 8: 8.0}.get(month, 3.0)
    return day * (0.5 if hour < 6 else 1.0) * (0.9 if weekend else 1.0)


def rate() -> Rate:
    """Hours of use under two ratchets, all other hours as one peak and one set of tiers, the highest of peak hours, days."""
    all_hours = Window(ALL_YEAR, "all", 0, 0)
    tiers = tuple(Tier(None, price, upto) for price, upto in ((90.0, 200.0), (60.0, 400.0), (40.0, None)))
    billing = DemandCharge(
        "billing demand", all_hours, 7.0, 0.95, 11, SUMMER, more_ratchets=(Ratchet(0.6, 11, WINTER),), peak_fraction=0.8,
        peak_fraction_months=WINTER,
    )
    off_peak = DemandCharge("off-peak", OFF_PEAK, 3.0, 0.0, 0, ())
    used = EnergyCharge("hours use", all_hours, tiers, "billing demand")
    blocks = EnergyCharge("off-peak", OFF_PEAK, (Tier(500.0, 12.0), Tier(None, 8.0)))
    peaks = CoincidentCharge("peaks", ALL_YEAR, 20.0, ("06-23 17:00", "08-16 17:00", "09-20 17:00"), "year")
    return Rate("large", (used, blocks), (billing, off_peak), 500.0, 0.0, (peaks,), fixed_usd_per_day=50.0)


def instance() -> Instance:
    """The year 2022 in months."""
    return fill_question(rate(), load, 12)
