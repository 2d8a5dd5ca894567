"""Ledger lines of GPUs: price, spares, network, installation, sales tax and what is left of them at the end."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optimizer.audit.comparison import FloatArray
from optimizer.audit.ledger.site import Booked
from optimizer.audit.money import Flow
from optimizer.audit.paths import Case, FleetPath


def gpus(case: Case) -> Booked:
    """Price of the GPUs delivered."""
    return _bought(case, lambda path: path.gpu.price_usd * path.columns["delivered"])


def spares(case: Case) -> Booked:
    """Spare parts, a share of the price."""
    return _bought(case, lambda path: path.gpu.spares_fraction * path.gpu.price_usd * path.columns["delivered"])


def network(case: Case) -> Booked:
    """Network of the GPUs delivered."""
    return _bought(case, lambda path: path.gpu.network_usd * path.columns["delivered"])


def installation(case: Case) -> Booked:
    """Installation of the GPUs delivered."""
    return _bought(case, lambda path: path.gpu.install_usd * path.columns["delivered"])


def sales_tax(case: Case) -> Booked:
    """Sales tax on GPUs, spares and network that are not exempt."""
    return _bought(case, lambda path: path.site.sales_tax_fraction * hardware_usd(path) * _taxed(path))


def residual_gpus(case: Case) -> Booked:
    """Resale value of the GPUs at the end, falling evenly over their lifetime."""
    age = case.clock.months - case.clock.first
    for path in case.fleet:
        left = np.maximum(1.0 - age / path.gpu.lifetime_months, 0.0)
        usd = path.gpu.price_usd * path.gpu.resale_fraction * float(np.sum(path.columns["delivered"] * left))
        yield path.site.site_id, case.purser.at_end(-usd / 1e6)


def hardware_usd(path: FleetPath) -> float:
    """Price of one GPU with its spares and network, USD."""
    return path.gpu.price_usd * (1.0 + path.gpu.spares_fraction) + path.gpu.network_usd


def _taxed(path: FleetPath) -> FloatArray:
    taxed: FloatArray = path.columns["delivered"] - path.columns["exempt_delivered"]
    return taxed


def _bought(case: Case, usd: Callable[[FleetPath], FloatArray]) -> Booked:
    """Book sums by period of delivery under the payment terms of the GPU model."""
    for path in case.fleet:
        yield path.site.site_id, _on_terms(case, path, usd(path) / 1e6)


def _on_terms(case: Case, path: FleetPath, musd: FloatArray) -> Flow:
    """Part of a sum with the order, the rest after delivery."""
    gpu = path.gpu
    ordered = case.purser.dated(case.clock.first - gpu.order_lead_months, gpu.pay_at_order_fraction * musd)
    rest = case.purser.dated(case.clock.first + gpu.pay_after_delivery_months, (1.0 - gpu.pay_at_order_fraction) * musd)
    return ordered + rest
