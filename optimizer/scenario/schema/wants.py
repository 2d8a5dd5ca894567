"""What is bought and wanted: ``[[gpus]]``, ``[[workloads]]`` and ``[[rentals]]``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from optimizer.scenario.schema.fields import (
    Count,
    Fraction,
    GpuPrice,
    KwPerGpu,
    Month,
    Months,
    MonthValues,
    MusdPerMonth,
    Name,
    Record,
    Usd,
    UsdPerGpuHour,
)


class Gpu(Record):
    """One of ``[[gpus]]``: a GPU model as its vendor offers it."""

    name: Name = Field(description="Name of the model")
    family: Name = Field(description="Models of one family can make one cluster")
    h100_equivalents: float = Field(gt=0, le=100, description="Dense BF16 TFLOP/s divided by 989")
    it_kw_per_gpu: KwPerGpu = Field(description="IT load at the peak, server and network share included")
    price_usd: GpuPrice = Field(description="Price with its share of the server")
    network_usd: Usd = Field(default=0.0, description="Cluster network per GPU")
    install_usd: Usd = Field(default=0.0, description="Installation per GPU")
    spares_fraction: Fraction = Field(default=0.0, description="Spare parts as a share of the price")
    cooling: Literal["air", "liquid"] = Field(description="Cooling it needs")
    lot: Count = Field(default=0, description="GPUs are delivered in whole lots; 0: continuous")
    install_months: Months = Field(default=0, description="From delivery to online")
    supply: MonthValues | None = Field(default=None, description="Units per month from a month on; none: no limit")
    supply_kind: Literal["shipping", "announced"] = Field(
        default="shipping", description="Whether it ships or is announced (a label)"
    )
    pay_at_order_fraction: Fraction = Field(default=0.0, description="Share paid with the order")
    order_lead_months: Months = Field(default=0, description="From order to delivery")
    pay_after_delivery_months: Months = Field(default=0, description="From delivery to payment of the rest")
    lifetime_months: Annotated[int, Field(ge=1, le=1200)] = Field(default=60, description="From delivery to retirement")
    resale_fraction: Fraction = Field(default=0.0, description="Share of the straight-line value that resale brings")
    initial_gpus: dict[str, Count] = Field(default={}, description="GPUs online at sites on the first day")


class Workload(Record):
    """One of ``[[workloads]]``: what the compute is for."""

    name: Name = Field(description="Name of the workload")
    kind: Literal["training", "inference", "capacity"] = Field(default="training", description="Only training in this version")
    gpus_h100e: Annotated[float, Field(gt=0, le=1e8)] | None = Field(
        default=None, description="Target in H100-equivalents; none: gpus and gpu say it"
    )
    gpus: Annotated[float, Field(gt=0, le=1e8)] | None = Field(
        default=None, description="Target as a number of GPUs of the model gpu, in the place of gpus_h100e"
    )
    gpu: Name | None = Field(default=None, description="Model in whose numbers gpus counts; any model that is accepted may serve")
    one_family: bool = Field(default=True, description="Whether the cluster is of one family of GPUs")
    accepts: tuple[str, ...] = Field(min_length=1, description="GPU models that may serve it")
    wanted_from: Month = Field(description="Each month not ready from here on costs")
    delay_cost_musd_per_month: MusdPerMonth = Field(default=0.0, description="Value of a month, never cash")
    deadline: Month | None = Field(default=None, description="Ready by this month at the latest; none: no hard deadline")
    until: Month | None = Field(default=None, description="Last month the compute is needed; none: to the end")
    utilisation: Fraction = Field(default=1.0, description="Mean load as a share of the IT peak")
    flexible_fraction: Fraction = Field(default=0.0, description="Share of its load that may be shed, or shifted within a day")
    lost_compute_usd_per_mwh: float = Field(default=2400.0, ge=0, le=1_000_000, description="Value of load that is shed, never cash")
    accepts_interruptible: bool = Field(default=True, description="Whether interruptible power may carry it")
    never_ready_months: Months = Field(default=24, description="Months of delay beyond the horizon if never ready")
    campuses_max: int = Field(default=1, ge=1, le=1000, description="Sites that may share it (only 1 in this version)")
    lat: float | None = Field(default=None, ge=-90, le=90, description="Latitude of the users (inference, not in this version)")
    lon: float | None = Field(
        default=None, ge=-180, le=180, description="Longitude of the users (inference, not in this version)"
    )
    latency_ms_max: float | None = Field(
        default=None, ge=0, le=10_000, description="Latency bound (inference, not in this version)"
    )
    split: bool | None = Field(default=None, description="Whether sites may share it (inference, not in this version)")


    def target_h100e(self, equivalents: Mapping[str, float]) -> float:
        """Target in H100-equivalents.

        Parameters
        ----------
        equivalents : mapping of str to float
            H100-equivalents of a GPU, by model.

        Raises
        ------
        KeyError
            It is given in GPUs of a model that is not there.
        """
        if self.gpus_h100e is not None or self.gpus is None or self.gpu is None:
            return self.gpus_h100e or 0.0
        return self.gpus * equivalents[self.gpu]


class Rental(Record):
    """One of ``[[rentals]]``: GPUs in somebody's cloud, already committed or an offer."""

    name: Name = Field(description="Name of the rental")
    gpu: str = Field(description="GPU model")
    usd_per_gpu_hour: UsdPerGpuHour = Field(description="Rent")
    committed_gpus: Count = Field(default=0, description="GPUs rented already")
    committed_until: Month | None = Field(default=None, description="Last month of what is rented already")
    gpus_min: Count = Field(default=0, description="Least GPUs of an offer")
    gpus_max: Count = Field(default=0, description="Most GPUs of an offer; 0: no offer")
    largest_cluster_gpus: Count | None = Field(default=None, description="Largest single cluster; none: all of it")
    available_from: Month | None = Field(default=None, description="First month of an offer; none: the first of the horizon")
    min_months: Months = Field(default=0, description="Minimum term of an offer")
    deposit_fraction: Fraction = Field(default=0.0, description="Deposit as a share of the rent over the minimum term")
    relet_fraction: Fraction = Field(default=0.0, description="Share of the rent left at the horizon that reletting recovers")
    exclusive_group: Name | None = Field(default=None, description="At most one offer of a group is used")
