"""What a delivered GPU costs, by ledger line, and when it is paid."""

from __future__ import annotations

from optimizer.instance import Gpu


def hardware_usd(gpu: Gpu) -> dict[str, float]:
    """USD per delivered GPU, by ledger line."""
    return {
        "gpus": gpu.price_usd,
        "spares": gpu.price_usd * gpu.spares_fraction,
        "network": gpu.network_usd,
        "installation": gpu.install_usd,
    }


def payment_shares(gpu: Gpu, month: int) -> list[tuple[int, float]]:
    """Months and shares in which a delivery of a month is paid."""
    at_order = gpu.pay_at_order_fraction
    return [(month - gpu.order_lead_months, at_order), (month + gpu.pay_after_delivery_months, 1.0 - at_order)]
