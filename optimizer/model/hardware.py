"""What a delivered GPU costs, by ledger line, and when it is paid."""

from __future__ import annotations

import pyomo.environ as pyo

from optimizer.core.finance import straight_line
from optimizer.core.instance import Gpu
from optimizer.model.ledger import LineKey, change

THOUSAND = 1000.0
"""GPUs per unit of the model's fleet variables: keeps coefficients within 1e-3 to 1e4."""


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


def book_hardware(b: pyo.Block, gpu: Gpu) -> None:
    """Book what the deliveries of a model cost, and what they are worth at the end."""
    m = b.model()
    musd_per_kgpu = THOUSAND / 1e6
    for t in m.PERIODS:
        delivered = change(b.received, gpu.name, t)
        month = m.calendar.first_month(t)
        shares = payment_shares(gpu, month)
        for line, usd in hardware_usd(gpu).items():
            schedule = m.money.schedule([(due, share * usd * musd_per_kgpu) for due, share in shares])
            m.ledger.book(LineKey(b.site.site_id, "capital", line, gpu.name), delivered, schedule)
        left = straight_line(m.calendar.months - month, gpu.lifetime_months)
        residual = -gpu.price_usd * musd_per_kgpu * left * gpu.resale_fraction
        m.ledger.book_end(LineKey(b.site.site_id, "residual", "gpus", gpu.name), delivered, residual)
