"""The frozen instance: everything the model and the audit need, and nothing that knows a file.

Records hold primitive data in the units of their names; months are whole numbers counted from the first day of the horizon
(negative: before it). What the numbers mean is said once, in ``docs/conventions.md``.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Literal

from optimizer.core.changed import Change
from optimizer.core.hours import Series, TypicalDays
from optimizer.core.offers import Battery, MonthValue, OnsiteGas, Ppa, Tariff
from optimizer.core.records import plain

Exempt = Literal["true", "false", "unknown"]


@dataclass(frozen=True, slots=True)
class Horizon:
    """The months a plan covers: ``start`` ("2024-06"), ``months``, and months per period (1 or 3)."""

    start: str
    months: int
    months_per_period: int


@dataclass(frozen=True, slots=True)
class Mode:
    """One way in which capacity comes to be at a site."""

    mode: str
    lead_months: int
    mw_per_month: float | None
    block_it_mw: float
    max_it_mw: float
    initial_it_mw: float
    capex_musd_per_mw: float
    fixed_cost_musd: float
    land_musd: float
    cooling: Literal["air", "liquid", "both"]
    liquid_adder_musd_per_mw: float | None
    lease_usd_per_kw_month: float
    lease_months: int
    free_rent_months: int
    staff_musd_per_mw_year: float
    residual_fraction: float


@dataclass(frozen=True, slots=True)
class Site:
    """A candidate place with its modes and its offers of power.

    ``typical_days`` is ``None`` where one hour stands for a whole period: every price of the site is flat.
    """

    site_id: str
    name: str
    lat: float
    lon: float
    county_fips: str
    utility: str
    max_gpus: float | None
    peak_facility_ratio: float
    annual_pue: float
    sales_tax_fraction: float
    sales_tax_exempt: Exempt
    exempt_min_musd: float
    property_tax_fraction_per_year: float
    abatement_months: int
    grid_limit_mw: float | None
    related_party: bool
    note: str
    is_committed: bool
    is_forbidden: bool
    modes: tuple[Mode, ...]
    tariffs: tuple[Tariff, ...]
    onsite_gas: tuple[OnsiteGas, ...]
    ppas: tuple[Ppa, ...] = ()
    batteries: tuple[Battery, ...] = ()
    grid_t_per_mwh: float = 0.0
    pue_series: str | None = None
    typical_days: TypicalDays | None = None
    exempt_within_months: int = 60


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU model as its vendor offers it; ``supply`` is units per month from a month on, ``None`` without limit."""

    name: str
    family: str
    h100_equivalents: float
    it_kw_per_gpu: float
    price_usd: float
    network_usd: float
    install_usd: float
    spares_fraction: float
    cooling: Literal["air", "liquid"]
    lot: int
    install_months: int
    supply: tuple[MonthValue, ...] | None
    pay_at_order_fraction: float
    order_lead_months: int
    pay_after_delivery_months: int
    lifetime_months: int
    resale_fraction: float
    initial_gpus: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Workload:
    """A training run that wants one cluster worth ``gpus_h100e`` H100-equivalents."""

    name: str
    gpus_h100e: float
    one_family: bool
    accepts: tuple[str, ...]
    wanted_from: int
    delay_cost_musd_per_month: float
    deadline: int | None
    until: int | None
    utilisation: float
    never_ready_months: int
    flexible_fraction: float = 0.0
    lost_compute_usd_per_mwh: float = 2400.0
    accepts_interruptible: bool = True


@dataclass(frozen=True, slots=True)
class Rental:
    """GPUs in somebody's cloud: already committed (``committed_gpus`` > 0) or an offer."""

    name: str
    gpu: str
    usd_per_gpu_hour: float
    committed_gpus: int
    committed_until: int | None
    gpus_min: int
    gpus_max: int
    largest_cluster_gpus: int
    available_from: int
    min_months: int
    deposit_fraction: float
    relet_fraction: float
    exclusive_group: str | None


@dataclass(frozen=True, slots=True)
class Purse:
    """Money with dates on it; ``pays_for`` names ledger groups or ``group.line``."""

    name: str
    amounts: tuple[MonthValue, ...]
    every_month: bool
    pays_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Debt:
    """A loan on the GPUs: drawn from a month on, owed at most ``limit_musd``, each draw repaid evenly over ``repay_months``."""

    limit_musd: float
    from_month: int
    advance_fraction_of_gpus: float
    interest_per_year: float
    fee_fraction: float
    repay_months: int


@dataclass(frozen=True, slots=True)
class Assumption:
    """One input of the plan with its unit and its source, as the report shows it."""

    table: str
    key: str
    column: str
    value: str
    unit: str
    kind: str
    quality: str
    as_of: str
    source: str


@dataclass(frozen=True, slots=True)
class RampCondition:
    """What the MW of a tariff hang on that its ramp gives from a ``month`` on, in the words of the scenario."""

    site_id: str
    contract_id: str
    month: int
    condition: str


@dataclass(frozen=True, slots=True)
class Escalation:
    """Nominal growth per calendar year of the lines that escalate."""

    power: float
    gas: float
    staff: float
    lease: float


@dataclass(frozen=True, slots=True)
class Carbon:
    """What emissions cost and how many there may be, counted by location or by market (``basis``)."""

    basis: Literal["location", "market"] = "market"
    price_usd_per_t: float = 0.0
    cap_t_per_year: tuple[MonthValue, ...] = ()
    clean_share_min: float = 0.0


@dataclass(frozen=True, slots=True)
class PowerRules:
    """Rules that hold for the power of every site; ``price_year`` is the model year of all series (its days of the week)."""

    price_year: int = 2022
    ppa_energy_share_max: float = 1.0
    ppa_peak_multiple_max: float = 5.0
    peak_hours_per_day: float = 6.0


@dataclass(frozen=True, slots=True)
class Instance:
    """A scenario made plain: the first of the two poles between which Pyomo lives."""

    name: str
    title: str
    as_of: str
    currency_year: int
    scenario_sha256: str
    horizon: Horizon
    discount_rate_per_year: float
    escalation: Escalation
    goals: tuple[str, ...]
    priority_tolerance: float
    sites: tuple[Site, ...]
    gpus: tuple[Gpu, ...]
    workloads: tuple[Workload, ...]
    rentals: tuple[Rental, ...]
    purses: tuple[Purse, ...]
    has_budget: bool
    has_contracts: bool
    sites_at_most: int | None
    reserve_fraction: float
    assumptions: tuple[Assumption, ...]
    series: tuple[Series, ...] = ()
    carbon: Carbon = Carbon()
    power_rules: PowerRules = PowerRules()
    debt: Debt | None = None
    ramp_conditions: tuple[RampCondition, ...] = ()
    changes: tuple[Change, ...] = ()

    def sha256(self) -> str:
        """Hash of everything that can change the plan's numbers (not of titles, sources, what a ramp hangs on, what --set was)."""
        data = plain(self)
        for key in ("assumptions", "title", "scenario_sha256", "ramp_conditions", "changes"):
            del data[key]
        if self.debt is None:
            del data["debt"]  # a scenario without a loan keeps the hash it had before there were loans
        return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
