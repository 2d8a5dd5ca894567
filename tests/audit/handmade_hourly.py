"""A plan made by hand at a site with typical hours, every number worked out in the comments: every form of power contract at once.

January and February 2023 (744 and 672 hours), prices of 2022 that grow by a tenth, discount as in ``handmade``. Every second day of the
model year is like 1 January (even), the others like 2 January (odd): in January 16 and 15 days, in February 14 and 14, in March 15 and
16. A day has a night (0 to 11 h) and a day (12 to 23 h), so there are four blocks of twelve hours: A and B of the even days, C and D of
the odd ones. An interruptible offer is called on odd days at 12 and 13 h; the system peaks on even days at 12 h.

========================  ======  ======  ======  ======
MW                        A       B       C       D
========================  ======  ======  ======  ======
PUE                       1.0     1.2     1.0     1.2
load (10 MW IT x 0.8)     8.0     9.6     8.0     9.6
drawn, tou                2.0     3.0     2.0     3.0
drawn, calls              1.0     1.0     1.0     1.0     but 0 when called
generated, engines        0       1.5     0       1.5
wind, 4 MW: volume        2.0     0       4.0     0.8
.. own use                2.0     0       3.0     0.8
.. sold, spilled          0, 0    0, 0    .5, .5  0, 0
battery: charge           0.2     0       0       0
battery: discharge        0       0.162   0       0
shed                      0       0.2     0       0
shifted out, in           0, 0    0, 0    0, .3   .3, 0
drawn, node (the rest)    3.2     3.738   2.3     3.0     and 4.0 when called
========================  ======  ======  ======  ======

The peak of 10 x 1.4 = 14 MW lies (1.4 - 1.2 x 0.8) x 10 = 4.4 MW above the mean: tou 1, calls 1, node 1.5, engines 0.7, battery 0.2
(February: tou 0.5, node 2).
"""

from __future__ import annotations

from typing import Any

from optimizer.core.hours import Series, TypicalDays
from optimizer.core.instance import Carbon, Escalation, Instance, PowerRules, Site
from optimizer.core.offers import Battery, DemandCharge, EnergyCharge, Ppa, Rate, Tariff, Tier, Window
from optimizer.plan.plan import TABLE_COLUMNS, Plan
from tests import builders
from tests.audit.handmade import discount, frame

PERIODS = ("2023-01", "2023-02")
HOURS = (744.0, 672.0)
DAYS = ((16.0, 15.0), (14.0, 14.0))
"""Even and odd days of each month."""

YEAR = tuple(range(1, 13))
BLOCKS = {  # flow, subject: MW in A, B, C, D
    ("load", ""): (8.0, 9.6, 8.0, 9.6),
    ("drawn", "tou"): (2.0, 3.0, 2.0, 3.0),
    ("drawn", "calls"): (1.0, 1.0, 1.0, 1.0),
    ("drawn", "node"): (3.2, 3.738, 2.3, 3.0),
    ("generated", "engines"): (0.0, 1.5, 0.0, 1.5),
    ("own_use", "wind"): (2.0, 0.0, 3.0, 0.8),
    ("sold", "wind"): (0.0, 0.0, 0.5, 0.0),
    ("spilled", "wind"): (0.0, 0.0, 0.5, 0.0),
    ("charge", "cell"): (0.2, 0.0, 0.0, 0.0),
    ("discharge", "cell"): (0.0, 0.162, 0.0, 0.0),
    ("shed", "train"): (0.0, 0.2, 0.0, 0.0),
    ("shifted_out", "train"): (0.0, 0.0, 0.0, 0.3),
    ("shifted_in", "train"): (0.0, 0.0, 0.3, 0.0),
}
CALLED = {("drawn", "calls"): 0.0, ("drawn", "node"): 4.0}
"""MW in the hours in which the interruptible offer is called."""


def by_month(each_even: float, each_odd: float) -> tuple[float, float]:
    """Sum over the days of both months."""
    return (DAYS[0][0] * each_even + DAYS[0][1] * each_odd, DAYS[1][0] * each_even + DAYS[1][1] * each_odd)


def grown(usd: tuple[float, float]) -> tuple[float, float]:
    """Million USD of prices that escalate: a tenth more in 2023."""
    return (usd[0] * 1.1 / 1e6, usd[1] * 1.1 / 1e6)


NODE_MWH = by_month(12 * (3.2 + 3.738), 12 * 2.3 + 10 * 3.0 + 2 * 4.0)  # 2,316.096 and 2,083.984
TOU_MWH = by_month(60.0, 60.0)  # 1,860 and 1,680
CALLS_MWH = by_month(24.0, 22.0)  # 714 and 644
GAS_MWH = by_month(18.0, 18.0)  # 558 and 504
OWN_MWH = by_month(24.0, 45.6)  # 1,068 and 974.4
WIND_MWH = by_month(24.0, 57.6)  # 1,248 and 1,142.4
LOAD_MWH = by_month(211.2, 211.2)  # 6,547.2 and 5,913.6
CLEAN_MWH = by_month(12 * (4.0 + 2.0), 12 * (5.0 + 2.8))  # own use and 2 MW of solar: 2,556 and 2,318.4
DRAWN_MWH = tuple(NODE_MWH[t] + TOU_MWH[t] + CALLS_MWH[t] for t in (0, 1))
LOCATION_T = tuple(0.4 * (DRAWN_MWH[t] + OWN_MWH[t]) + 0.5 * GAS_MWH[t] for t in (0, 1))
# tou's power is bought at 0.2 t/MWh, wind emits nothing; 2 MW of solar cover 1,488 and 1,344 of more than 4,000 MWh drawn.
MARKET_T = tuple(
    0.4 * (NODE_MWH[t] + CALLS_MWH[t]) + 0.2 * TOU_MWH[t] + 0.5 * GAS_MWH[t] - 0.4 * 2 * HOURS[t] for t in (0, 1)
)
# The hub's mean price is (1 + 50)/2 = 25.5 on even days, 30 on odd ones: 20,592 and 18,648 USD per MW round the clock.
HUB_USD = by_month(24 * 25.5, 24 * 30.0)

LEDGER: dict[str, tuple[tuple[float, float], tuple[tuple[int, float], ...]]] = {
    # node (price + 3 USD, in C below 0): tou: 1,000 MWh at 50, the rest of 1,116 and 1,008 at 40, weekday nights of 504 and 480 MWh
    # at 30; calls at 20.
    "operations.energy": (
        grown((
            16 * (38.4 * 23 + 44.856 * 63) + 15 * 38 * 43 + 50_000 + 116 * 40 + 504 * 30 + 714 * 20,
            14 * (38.4 * 23 + 44.856 * 63) + 14 * 38 * 43 + 50_000 + 8 * 40 + 480 * 30 + 644 * 20,
        )),
        (),
    ),
    "operations.energy_credit": (grown(by_month(0.0, -7 * 27.6)), ()),
    "operations.transmission": (grown((3 * NODE_MWH[0], 3 * NODE_MWH[1])), ()),
    "operations.capacity": (grown((5_500.0, 6_000.0)), ()),  # the node's peak is 4 + 1.5 MW, in February 4 + 2
    "operations.coincident": (grown((2_000 * 16 * 3.738, 2_000 * 14 * 3.738)), ()),
    # 4 MW at 5 USD/kW round the clock, at 1 USD/kW by day, and at 2 USD/kW by day in January; in February 3.5 MW, and 0.9 x 4 by day.
    "operations.demand": (grown((32_000.0, 21_100.0)), ()),
    "operations.fixed_charge": (grown((1_000.0, 1_000.0)), ()),
    # calls: 12,880 USD of 13,500 in February; tou bills more than its 80,000, which two months more of the term owe.
    "operations.minimum_bill": (grown((0.0, 620.0)), ((2, 0.088), (3, 0.088))),
    # 30 USD; in March at the hub's price less the fee: 15 x 31.1 x 6 + 16 x (21.2 x 12 - 22.8 x 2.4) = 5,993.88 USD per MW.
    "operations.ppa_energy": ((30 * WIND_MWH[0] / 1e6, 30 * WIND_MWH[1] / 1e6), ((2, 4 * 5993.88 / 1e6),)),
    "operations.ppa_wires": (grown((4 * OWN_MWH[0], 4 * OWN_MWH[1])), ()),
    "operations.ppa_sales": (grown(by_month(0.0, -8 * 6.0)), ()),
    # 2 MW of solar at 60 USD less 1.1 x the hub's; in March 44,640 - 1.1 x 20,700 = 21,870 USD per MW.
    "operations.ppa_settlement": (
        (2 * (60 * 744 - 1.1 * HUB_USD[0]) / 1e6, 2 * (60 * 672 - 1.1 * HUB_USD[1]) / 1e6),
        ((2, 2 * 21_870 / 1e6),),
    ),
    "operations.ppa_credit": (((25 * 744 - 1.1 * HUB_USD[0]) / 1e6, (25 * 672 - 1.1 * HUB_USD[1]) / 1e6), ()),
    "operations.gas_fuel": ((30 * GAS_MWH[0] / 1e6, 30 * GAS_MWH[1] / 1e6), ()),
    "operations.generator_rent": ((0.03, 0.03), ()),
    "operations.battery_wear": (grown(by_month(5 * 1.944, 0.0)), ()),
    "operations.carbon": ((10 * MARKET_T[0] / 1e6, 10 * MARKET_T[1] / 1e6), ()),
    # 2 MW at 200 USD/kW, 4 MWh at 100 USD/kWh.
    "capital.batteries": ((0.8, 0.0), ()),
    # 2,000 USD per MWh, not escalated.
    "delay.lost_compute": (((16 * 2.4 * 2_000) / 1e6, (14 * 2.4 * 2_000) / 1e6), ()),
}
RESIDUAL_MUSD = -0.36
"""Batteries: 0.8 x (1 - 2/20) x 0.5, two months on."""


def two_days(even: tuple[float, float], odd: tuple[float, float]) -> list[float]:
    """A year of even and odd days with a night and a day each."""
    days = ([even[0]] * 12 + [even[1]] * 12, [odd[0]] * 12 + [odd[1]] * 12)
    return [value for day in range(365) for value in days[day % 2]]


def flags(odd_day: bool, hours: tuple[int, ...]) -> list[float]:
    """1 in some hours of every second day."""
    return [float(day % 2 == odd_day and hour in hours) for day in range(365) for hour in range(24)]


SERIES = (
    Series("node", "price", "USD/MWh", tuple(two_days((20.0, 60.0), (-10.0, 40.0)))),
    Series("hub", "price", "USD/MWh", tuple(two_days((1.0, 50.0), (10.0, 50.0)))),
    Series("wind", "share", "1", tuple(two_days((0.5, 0.0), (1.0, 0.2)))),
    Series("pue", "pue", "1", tuple(two_days((1.0, 1.2), (1.0, 1.2)))),
    Series("called", "flag", "1", tuple(flags(True, (12, 13)))),
    Series("system_peak", "flag", "1", tuple(flags(False, (12,)))),
)


def rate() -> Rate:
    by_day = Window(YEAR, "all", 12, 0)
    return Rate(
        name="tou",
        energy=(
            EnergyCharge("day", by_day, (Tier(1000.0, 50.0), Tier(None, 40.0))),
            EnergyCharge("night", Window(YEAR, "weekday", 0, 12), (Tier(None, 30.0),)),
        ),
        demand=(
            DemandCharge("all", Window(YEAR, "all", 0, 0), 5.0, 0.0, 11, ()),
            DemandCharge("noon", by_day, 1.0, 0.9, 1, (1,)),
            DemandCharge("winter", Window((1,), "all", 12, 0), 2.0, 0.0, 11, ()),
        ),
        fixed_usd_per_month=1_000.0,
        minimum_bill_usd_per_month=80_000.0,
    )


def tariffs() -> tuple[Tariff, ...]:
    node = builders.tariff(
        contract_id="node", kind="index", price_series="node", adder_usd_per_mwh=2.0, ancillary_usd_per_mwh=1.0, mw_max=6.0,
        transmission_usd_per_mwh=3.0, capacity_usd_per_kw_month=1.0, coincident_usd_per_kw=2.0, coincident_series="system_peak",
    )
    tou = builders.tariff(contract_id="tou", rate=rate(), mw_max=4.0, term_months=4, min_take_fraction=0.5, emissions_t_per_mwh=0.2)
    calls = builders.tariff(
        contract_id="calls", kind="interruptible", called_series="called", energy_usd_per_mwh=20.0, mw_max=2.0, exclusive_group="line",
        converts_to="firm", minimum_bill_usd_per_month=13_500.0,
    )
    firm = builders.tariff(contract_id="firm", energy_usd_per_mwh=40.0, mw_max=2.0, exclusive_group="line")
    return node, tou, calls, firm


def ppas() -> tuple[Ppa, ...]:
    wind = Ppa("wind", None, "wind", "as_produced", "physical", 30.0, "wind", "hub", 3.0, 4.0, 0, 3, 2.0, 4.0, begin_by=0)
    solar = Ppa("solar", None, "solar", "baseload", "financial", 60.0, None, "hub", 1.0, 2.0, 0, 3, 2.0, 4.0)
    block = Ppa("block", None, "gas", "baseload", "financial", 25.0, None, "hub", 1.0, 1.0, 0, None, 2.0, 4.0)
    return wind, solar, block


def site() -> Site:
    engines = builders.gas(
        contract_id="engines", unit_mw=1.0, units_max=3, spare_units=1, gas_usd_per_mmbtu=3.0, rent_usd_per_kw_month=10.0,
        derate_fraction=0.1, gas_mmbtu_per_day_max=552.0, outage_hours=2.0, emissions_t_per_mwh=0.5,
    )
    cell = Battery("cell", None, 2.0, 2.0, 4.0, 200.0, 100.0, 0.81, 5.0, 0, 20, 0.5)
    return builders.site(
        peak_facility_ratio=1.4, annual_pue=1.1, pue_series="pue", modes=(builders.mode(initial_it_mw=10.0),), tariffs=tariffs(),
        onsite_gas=(engines,), ppas=ppas(), batteries=(cell,), grid_t_per_mwh=0.4,
        typical_days=TypicalDays((0, 1), tuple(day % 2 for day in range(365))),
    )


def instance() -> Instance:
    return builders.instance(
        horizon=builders.horizon(2, 1, "2023-01"), currency_year=2022, discount_rate_per_year=0.21, goals=("min_carbon", "min_cost"),
        escalation=Escalation(power=0.1, gas=0.0, staff=0.0, lease=0.0), sites=(site(), builders.site(site_id="b")), series=SERIES,
        gpus=(builders.gpu(initial_gpus=(("a", 10_000),)),),
        workloads=(builders.workload(gpus_h100e=10_000.0, utilisation=0.8, flexible_fraction=0.1, lost_compute_usd_per_mwh=2_000.0),),
        # 6,638.4 of 12,460.8 MWh are under agreements, 7 of 14 MW; 39.1 percent are clean in their hour; 2,409 t are 14,906 a year.
        power_rules=PowerRules(price_year=2022, ppa_energy_share_max=0.6, ppa_peak_multiple_max=0.5, peak_hours_per_day=6.0),
        carbon=Carbon("market", 10.0, ((0, 15_000.0),), 0.39),
    )


def dispatch_rows() -> list[tuple[Any, ...]]:
    """Every flow in every hour in which it is not 0; what is stored rises by 0.9 x 0.2 MWh an hour, and falls by 0.162 / 0.9.

    6 h x 0.2 MW are held back to shave peaks: 1.2 / 0.9 MWh stay stored throughout.
    """
    rows: list[tuple[Any, ...]] = []
    for t, period in enumerate(PERIODS):
        for hour in range(48):
            day, block = ("01-01", "01-02")[hour // 24], hour // 12
            at = (period, "a", f"{day}T{hour % 24:02d}", DAYS[t][hour // 24])
            is_called = hour in (36, 37)
            for (flow, subject), mw in BLOCKS.items():
                value = CALLED.get((flow, subject), mw[block]) if is_called else mw[block]
                if value:
                    rows.append((*at, flow, subject, value))
            moved = 0.18 * min(hour + 1, 23 - hour) if hour < 23 else 0.0
            rows.append((*at, "stored", "cell", 4.0 / 3.0 + moved))
    return rows


def power_rows() -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for t, p in enumerate(PERIODS):
        first, node, extra = int(t == 0), (5.7, 6.0)[t], (1.5, 2.0)[t]
        rows += [
            (p, "a", "node", node, node, NODE_MWH[t], 4 + extra, "index", first, 0, 0, 4 + extra, NODE_MWH[t], 0, extra, 0),
            (p, "a", "tou", 4, 4, TOU_MWH[t], 5.5 - extra, "firm", first, 0, 0, 5.5 - extra, TOU_MWH[t], 0, 2.5 - extra, 0),
            (p, "a", "calls", 2, 2, CALLS_MWH[t], 2, "interruptible", first, 0, 0, 2, CALLS_MWH[t], 0, 1, 0),
            # 0.9 MW for each of two units, and 0.5 MW of the spare one for which the battery stands in.
            (p, "a", "engines", 3, 2.3, GAS_MWH[t], 0, "onsite_gas", first, 0, 0, 2.2, GAS_MWH[t], 3, 0.7, 0.5),
        ]
    return rows


def bill_rows() -> list[tuple[Any, ...]]:
    energy = ((("day", 1, 1000), ("day", 2, 116), ("night", 1, 504)), (("day", 1, 1000), ("day", 2, 8), ("night", 1, 480)))
    demand = ((("all", 0, 4), ("noon", 0, 4), ("winter", 0, 4)), (("all", 0, 3.5), ("noon", 0, 3.6)))
    rows: list[tuple[Any, ...]] = [(PERIODS[t], "a", "tou", *bill, "MWh") for t in (0, 1) for bill in energy[t]]
    rows += [(PERIODS[t], "a", "tou", *bill, "MW") for t in (0, 1) for bill in demand[t]]
    return [*rows, (PERIODS[1], "a", "calls", "minimum_bill", 0, 620 * 1.1 / 1e6, "musd")]


def tables() -> dict[str, list[tuple[Any, ...]]]:
    time = list(enumerate(PERIODS))
    supplies = (("wind", 4, WIND_MWH), ("solar", 2, (1488, 1344)), ("block", 1, (744, 672)))
    return {
        "construction": [(p, "a", "retrofit", int(t == 0), 10, 0, 0) for t, p in time],
        "fleet": [(p, "a", "H100", 0, 0, 10_000, 0, 10_000, 0) for _, p in time],
        "power": power_rows(),
        "dispatch": dispatch_rows(),
        "ppas": [(p, "a", name, int(t == 0), mw, mwh[t]) for name, mw, mwh in supplies for t, p in time],
        # Duties: 6 h x 0.2 + 2 h x 0.5 + 2 h x 0.7 = 3.6 = 0.9 x 4 MWh.
        "batteries": [(p, "a", "cell", 2 * (t == 0), 4 * (t == 0), 2, 4, 0.2, 0.5, 0.7) for t, p in time],
        "bills": bill_rows(),
        "emissions": [(p, "a", LOCATION_T[t], MARKET_T[t], CLEAN_MWH[t], LOAD_MWH[t]) for t, p in time],
        "load": [(p, "a", 10, 14, LOAD_MWH[t]) for t, p in time],
        "workloads": [(p, "train", "a", "hopper", 10_000, 1) for _, p in time],
        "allocation": [(p, "a", "H100", "train", 10_000) for _, p in time],
        "ledger": ledger_rows(),
        **{name: [] for name in ("service", "rentals", "cash", "payments", "commitments", "assumptions")},
    }


def ledger_rows() -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for name, (months, late) in LEDGER.items():
        place = ("a", *name.split("."), "")
        rows += [(PERIODS[t], *place, musd, musd * discount(t)) for t, musd in enumerate(months) if musd]
        if late:
            rows.append(("beyond", *place, sum(musd for _, musd in late), sum(musd * discount(month) for month, musd in late)))
    return [*rows, ("beyond", "a", "residual", "batteries", "", RESIDUAL_MUSD, RESIDUAL_MUSD * 1.21 ** (-2 / 12))]


def header() -> dict[str, Any]:
    rows = ledger_rows()
    delay, residual = (sum(row[6] for row in rows if row[2] == group) for group in ("delay", "residual"))
    every = sum(row[6] for row in rows)
    lines: dict[str, dict[str, float]] = {}
    for row in rows:
        line = lines.setdefault(row[2], {})
        line[row[3]] = line.get(row[3], 0.0) + row[6]
    return {
        "goals": [{"goal": "min_carbon", "value": sum(MARKET_T), "unit": "t", "bound": sum(MARKET_T), "gap": 0.0}],
        "objective_musd": every, "value_of_time_musd": delay, "residual_musd": residual, "committed_musd": 0.0,
        "cash_cost_musd": every - delay - residual, "nonrefundable_at_signature_musd": 0.0, "ledger_musd": lines,
        "sites": [site_header()], "rentals": [],
        "workloads": [{"name": "train", "target_h100e": 10_000.0, "ready": "2023-01", "delay_months": 0, "sites": {"a": 10_000.0}}],
    }


def site_header() -> dict[str, Any]:
    mw = {"node": 6.0, "tou": 4.0, "calls": 2.0, "engines": 3.0, "wind": 4.0, "solar": 2.0, "block": 1.0, "cell": 2.0}
    contracts: list[dict[str, Any]] = [{"contract_id": name, "mw": most, "from": "2023-01", "to": "2023-02"} for name, most in mw.items()]
    contracts[-1]["mwh"] = 4.0
    return {
        "site_id": "a", "mode": "retrofit", "construction_start": "2023-01", "first_power": "2023-01", "it_mw": 10.0, "facility_mw": 14.0,
        "gpus": {"H100": {"count": 10_000, "delivered": 0, "first_delivery": "", "last_delivery": ""}}, "contracts": contracts,
    }


def plan() -> Plan:
    """Give the plan with fresh tables."""
    rows = tables()
    return Plan(header(), {name: frame(name, rows.get(name, [])) for name in TABLE_COLUMNS})
