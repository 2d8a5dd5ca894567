"""The header of a plan, ``plan.json``, field by field (docs/reading-a-plan.md); names are those of the file.

A field marked ``NotRequired`` may be missing: of another kind of contract, of a later step of the way, or of a plan of before.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

Status = Literal["optimal", "within_gap", "best_found", "infeasible", "no_plan_in_time"]


class GoalFields(TypedDict):
    """What a goal came to; a bound or a gap of which nothing is known is null."""

    goal: str
    value: float
    unit: str
    bound: float | None
    gap: float | None


class ChangeFields(TypedDict):
    """A value that ``--set`` changed: what the files say, what was solved, and the text of the ``--set``."""

    path: str
    before: str | None
    after: str | None
    set: str


class GpuFields(TypedDict):
    """GPUs of a model at a site: the most that are online, those delivered, and when."""

    count: float
    delivered: NotRequired[float]
    first_delivery: str
    last_delivery: str


_Span = TypedDict("_Span", {"from": str, "to": str})


class PathFields(_Span):
    """A contract of a site but for its term: MW at most, first and last, and the periods between which it serves."""

    contract_id: str
    kind: str
    group: str
    mw: float
    mw_first: float
    mw_last: float
    units: NotRequired[int]
    """Of gas: units at most."""
    spare_units: NotRequired[int]
    technology: NotRequired[str]
    """Of an agreement."""
    form: NotRequired[str]
    settlement: NotRequired[str]
    mwh: NotRequired[float]
    """Of a battery."""


class ContractFields(PathFields):
    """A contract of a site; of gas the term is its least stay."""

    term_months: int


class TermFields(TypedDict):
    """Term of a tariff or of gas, and units of the latter."""

    term_months: int
    units: NotRequired[int]
    spare_units: NotRequired[int]


class PowerFields(TypedDict):
    """Energy of a site by source, its price, and what it emits; numbers are null where it has no load."""

    load_mwh: float
    energy_mwh: dict[str, float]
    battery_loss_mwh: float
    shed_mwh: float
    shifted_mwh: float
    sold_mwh: float
    spilled_mwh: float
    curtailed_hours_share: float | None
    usd_per_mwh: float | None
    basis_usd_per_mwh: dict[str, float]
    emissions_t: dict[str, float]
    clean_matched_share: float | None


class SiteFields(TypedDict):
    """A site that the plan builds at."""

    site_id: str
    name: str
    mode: str
    construction_start: str
    start_by: NotRequired[str]
    first_power: str
    it_mw: float
    facility_mw: float
    gpus: dict[str, GpuFields]
    contracts: list[ContractFields]
    power: NotRequired[PowerFields | None]


class RentalFields(_Span):
    """GPUs that are rented."""

    name: str
    gpus: float


class WorkloadFields(TypedDict):
    """When and where a workload is ready; without a plan ``delay_months`` is null."""

    name: str
    target_h100e: float
    wanted_from: str
    deadline: str
    ready: str
    delay_months: float | None
    sites: dict[str, float]


class NotChosenFields(TypedDict):
    """Why a place is not chosen."""

    place: str
    dearer_musd: float | None
    earliest: str
    fails: list[str]
    family: str
    says: str


class AuditFields(TypedDict):
    """What came of the audit."""

    passed: bool
    rules: int
    checks: int
    worst_violation: float


class VerificationFields(TypedDict):
    """What came of the dispatch over all 8,760 hours."""

    passed: bool
    hours: int
    unserved_mwh: float
    unserved_hours: float
    verified_musd: float
    cost_error: float
    worst_day: dict[str, str]
    rounds: int
    says: str


class CommittedFields(TypedDict):
    """A power contract that is held as it was signed."""

    site_id: str
    contract_id: str
    kind: str
    begin: str
    mw_first: float
    mw: float


class FailedFields(TypedDict):
    """A solver that failed, and what happened."""

    solver: str
    what: str


class SolverFailureFields(TypedDict):
    """A question on which a solver failed, and what answered it; null where nothing did."""

    question: str
    failed: list[FailedFields]
    answered_by: str | None


class NeedFields(TypedDict):
    """What the cheapest plan without purses needs of some purses, against what they receive, up to each period."""

    purses: list[str]
    lines: list[str]
    needs_musd: list[float]
    receives_musd: list[float]
    first_short: str
    needs_at_first_musd: float | None
    receives_at_first_musd: float | None
    most_short_musd: float
    most_short_in: str


class WithoutPursesFields(TypedDict):
    """The cheapest plan without purses, where there is none with them; without such a plan ``status`` alone."""

    status: str
    objective_musd: NotRequired[float]
    gap: NotRequired[float | None]
    ready: NotRequired[dict[str, str]]
    places: NotRequired[list[str]]
    needs: NotRequired[list[NeedFields]]


class Identity(TypedDict):
    """Of what it is a plan, by which versions it was made, and how its search ended."""

    format: int
    scenario: str
    scenario_sha256: str
    changes: NotRequired[list[ChangeFields]]
    instance_sha256: str
    versions: dict[str, str]
    status: Status
    stopped_by: str
    currency_year: int
    typical_hours_error: float | None
    provenance: dict[str, int]


class Decided(TypedDict):
    """What a plan decides and costs. Where there is no plan its sums are null: who reads one has seen that there are tables."""

    goals: list[GoalFields]
    objective_musd: float
    cash_cost_musd: float
    value_of_time_musd: float
    residual_musd: float
    committed_musd: float
    nonrefundable_at_signature_musd: float
    has_contracts: bool
    sites: list[SiteFields]
    rentals: list[RentalFields]
    workloads: list[WorkloadFields]
    ledger_musd: dict[str, dict[str, float]]


class Size(TypedDict):
    """Size of the compiled model."""

    rows: int
    columns: int
    integers: int
    nonzeros: int


class Explained(TypedDict, total=False):
    """What holds a plan, or the wish for one, back."""

    not_chosen: list[NotChosenFields]
    binding: list[str]
    ways: list[dict[str, Any]]
    """Places with the earliest month by limit; the limits are the names of the fields."""
    without_purses: WithoutPursesFields


class Checked(TypedDict, total=False):
    """What came of the checks of a plan, and what its making took."""

    signed: list[CommittedFields]
    audit: AuditFields
    size: Size
    verification: VerificationFields
    typical_days_added: dict[str, list[str]]
    solver_failures: list[SolverFailureFields]
    seconds: dict[str, float]
    peak_memory_mb: float


class Header(Identity, Decided, Explained, Checked):
    """All of it."""
