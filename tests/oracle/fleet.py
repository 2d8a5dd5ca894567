"""Every useful way of having the GPUs of one family delivered to one site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil, floor

from optimizer.core.instance import Gpu, Instance, Mode, Site, Workload
from tests.oracle.money import Cash, Clock
from tests.oracle.program import Program

Deliveries = tuple[tuple[int, ...], ...]
"""Lots by period and model."""

TINY = 1e-9


@dataclass(frozen=True)
class Need:
    """One site to host one workload with one family from a period on; ``last`` is the last period of need."""

    site: Site
    gpus: tuple[Gpu, ...]
    workload: Workload
    ready: int
    last: int
    exempt: bool


@dataclass(frozen=True)
class Fleet:
    """One way to deliver: its money, its first delivery, the IT MW it takes by period, and what a tax exemption still asks for."""

    grow: Callable[[Program], None]
    first: int
    it_mw: tuple[float, ...]
    still_to_build_musd: float


def fleets(instance: Instance, clock: Clock, need: Need) -> Iterator[Fleet]:
    """Yield every delivery plan from which no lot can be left out; one linear program where GPUs come in any number."""
    if any(gpu.lot == 0 for gpu in need.gpus):
        yield from _continuous(clock, need)
        return
    for lots in _vectors(clock, need, ()):
        if any(_covered(clock, need, fewer) for fewer in _one_less(lots)) or not _fits(clock, need, lots):
            continue
        cash = Cash()
        for period, row in enumerate(lots):
            for gpu, count in zip(need.gpus, row, strict=True):
                cash.add(bought(clock, need, gpu, period), count * gpu.lot)
        first = next((period for period, row in enumerate(lots) if any(row)), clock.periods)
        for powered in _powered(clock, need, lots):
            load = tuple(_it_mw(need, counts) for counts in powered)
            missing = need.site.exempt_min_musd - _in_service_musd(clock, need, lots, powered) if need.exempt else 0.0
            yield Fleet(lambda program, cash=cash: program.fixed.add(cash), first, load, missing)  # type: ignore[misc]


def bought(clock: Clock, need: Need, gpu: Gpu, period: int) -> Cash:
    """Money of one GPU delivered in a period: price, spares, network, installation, sales and property tax, resale."""
    cash = Cash()
    price, network = gpu.price_usd / 1e6, gpu.network_usd / 1e6
    taxed = 0.0 if need.exempt else need.site.sales_tax_fraction
    lines = {"gpus": price, "spares": gpu.spares_fraction * price, "network": network, "installation": gpu.install_usd / 1e6,
             "sales_tax": taxed * _hardware_musd(gpu)}
    month = clock.first(period)
    for line, musd in lines.items():
        clock.pay(cash, f"capital.{line}", month - gpu.order_lead_months, musd * gpu.pay_at_order_fraction)
        clock.pay(cash, f"capital.{line}", month + gpu.pay_after_delivery_months, musd * (1.0 - gpu.pay_at_order_fraction))
    for later in range(period, clock.periods):
        age = clock.first(later) - month
        if age >= need.site.abatement_months:
            value = _hardware_musd(gpu) * max(0.0, 1.0 - age / gpu.lifetime_months)
            tax = need.site.property_tax_fraction_per_year / 12.0 * clock.width * value
            clock.pay(cash, "operations.property_tax", clock.first(later), tax)
    left = max(0.0, 1.0 - (clock.months - month) / gpu.lifetime_months)
    cash.present -= price * left * gpu.resale_fraction * clock.worth_at_end()
    return cash


def supply(clock: Clock, gpu: Gpu, period: int) -> float:
    """GPUs the vendor has on offer in a period."""
    if gpu.supply is None:
        return float("inf")
    so_far = [_shipped(clock, gpu, end) for end in (period, period + 1)]
    if gpu.lot == 0:
        return so_far[1] - so_far[0]
    before, now = (int(units / gpu.lot + TINY) for units in so_far)
    return float((now - before) * gpu.lot)


def _shipped(clock: Clock, gpu: Gpu, end: int) -> float:
    """GPUs shipped in all months before a period."""
    total = 0.0
    for month in (month for period in range(end) for month in clock.in_period(period)):
        in_force = [units for start, units in gpu.supply or () if start <= month]
        total += in_force[-1] if in_force else 0.0
    return total


def _hardware_musd(gpu: Gpu) -> float:
    return (gpu.price_usd * (1.0 + gpu.spares_fraction) + gpu.network_usd) / 1e6


def _lives(clock: Clock, gpu: Gpu, delivered: int, period: int) -> bool:
    age = clock.first(period) - clock.first(delivered)
    return gpu.install_months <= age < gpu.lifetime_months


def _online(clock: Clock, need: Need, lots: Deliveries, period: int) -> list[float]:
    online = []
    for number, gpu in enumerate(need.gpus):
        stock = sum(count for site_id, count in gpu.initial_gpus if site_id == need.site.site_id)
        standing = float(stock) if clock.first(period) < gpu.lifetime_months else 0.0
        standing += sum(row[number] * gpu.lot for born, row in enumerate(lots) if _lives(clock, gpu, born, period))
        online.append(standing)
    return online


def _reaches(clock: Clock, need: Need, lots: Deliveries, period: int) -> bool:
    online = _online(clock, need, lots, period)
    worth = sum(gpu.h100_equivalents * count for gpu, count in zip(need.gpus, online, strict=True))
    return worth >= need.workload.gpus_h100e - TINY


def _covered(clock: Clock, need: Need, lots: Deliveries) -> bool:
    return all(_reaches(clock, need, lots, period) for period in range(need.ready, need.last + 1))


def _vectors(clock: Clock, need: Need, so_far: Deliveries) -> Iterator[Deliveries]:
    """Lots period by period; deliveries stop once the need is met, since a lot too many never pays for itself."""
    period = len(so_far)
    if so_far and need.ready <= period - 1 <= need.last and not _reaches(clock, need, so_far, period - 1):
        return
    if _covered(clock, need, so_far):
        yield so_far + ((0,) * len(need.gpus),) * (clock.periods - period)
        return
    if period < clock.periods:
        for row in _rows(clock, need, period, 0):
            yield from _vectors(clock, need, (*so_far, row))


def _rows(clock: Clock, need: Need, period: int, number: int) -> Iterator[tuple[int, ...]]:
    if number == len(need.gpus):
        yield ()
        return
    gpu = need.gpus[number]
    enough = ceil(need.workload.gpus_h100e / (gpu.h100_equivalents * gpu.lot) - TINY)
    most = min(enough, floor(min(supply(clock, gpu, period), 1e9) / gpu.lot + TINY))
    for count in range(most + 1):
        for rest in _rows(clock, need, period, number + 1):
            yield (count, *rest)


def _one_less(lots: Deliveries) -> Iterator[Deliveries]:
    for period, row in enumerate(lots):
        for number, count in enumerate(row):
            if count:
                fewer = (*row[:number], count - 1, *row[number + 1:])
                yield (*lots[:period], fewer, *lots[period + 1:])


def _fits(clock: Clock, need: Need, lots: Deliveries) -> bool:
    most = need.site.max_gpus
    return most is None or all(sum(_online(clock, need, lots, period)) <= most + TINY for period in range(clock.periods))


def _powered(clock: Clock, need: Need, lots: Deliveries) -> Iterator[list[list[float]]]:
    """GPUs powered by period and model: no more than the need; to be exempt, all online in its last period, or just enough of them."""
    least = [_least_powered(clock, need, lots, period) for period in range(clock.periods)]
    yield least
    most = _online(clock, need, lots, need.last)
    if need.exempt and most != least[need.last]:
        few = least[need.last]
        for share in (1.0, *_just_enough(clock, need, lots, (least, most))):
            last = [low + share * (high - low) for low, high in zip(few, most, strict=True)]
            yield [*least[: need.last], last, *least[need.last + 1:]]


def _just_enough(clock: Clock, need: Need, lots: Deliveries, powered: tuple[list[list[float]], list[float]]) -> Iterator[float]:
    """Shares of the idle GPUs that run in the last period of need and make the threshold, for every mode and every number of blocks."""
    (least, most), (cooling,) = powered, {gpu.cooling for gpu in need.gpus}
    for mode in need.site.modes:
        size = mode.block_it_mw
        for built in [n * size for n in range(int(mode.max_it_mw / size) + 1)] if size else [None]:
            def invested(share: float, mode: Mode = mode, built: float | None = built) -> float:
                last = [low + share * (high - low) for low, high in zip(least[need.last], most, strict=True)]
                counts = [*least[: need.last], last, *least[need.last + 1:]]
                load = max(_it_mw(need, row) for row in counts)
                fitted = load if cooling == "liquid" and mode.cooling == "air" else 0.0
                works = mode.capex_musd_per_mw * (max(0.0, load - mode.initial_it_mw) if built is None else built)
                works += mode.fixed_cost_musd + mode.land_musd + (mode.liquid_adder_musd_per_mw or 0.0) * fitted
                return works + _in_service_musd(clock, need, lots, counts)
            if invested(0.0) < need.site.exempt_min_musd < invested(1.0):
                low, high = 0.0, 1.0
                for _ in range(60):
                    middle = (low + high) / 2.0
                    low, high = (low, middle) if invested(middle) >= need.site.exempt_min_musd else (middle, high)
                yield high


def _least_powered(clock: Clock, need: Need, lots: Deliveries, period: int) -> list[float]:
    """GPUs powered by model when those that take least power per H100-equivalent are powered first."""
    powered = [0.0] * len(need.gpus)
    if need.ready <= period <= need.last:
        wanted, online = need.workload.gpus_h100e, _online(clock, need, lots, period)
        for number in sorted(range(len(need.gpus)), key=lambda n: need.gpus[n].it_kw_per_gpu / need.gpus[n].h100_equivalents):
            powered[number] = min(online[number], wanted / need.gpus[number].h100_equivalents)
            wanted -= powered[number] * need.gpus[number].h100_equivalents
    return powered


def _it_mw(need: Need, powered: list[float]) -> float:
    return sum(gpu.it_kw_per_gpu * count / 1000.0 for gpu, count in zip(need.gpus, powered, strict=True))


def _in_service_musd(clock: Clock, need: Need, lots: Deliveries, powered: list[list[float]]) -> float:
    """Hardware that counts for the exemption: bought and installed, and no more of a model than run in the last period of need."""
    total = 0.0
    for number, gpu in enumerate(need.gpus):
        bought = sum(row[number] * gpu.lot for born, row in enumerate(lots)
                     if clock.first(clock.periods - 1) - clock.first(born) >= gpu.install_months)
        total += min(float(bought), powered[need.last][number]) * _hardware_musd(gpu)
    return total


def _continuous(clock: Clock, need: Need) -> Iterator[Fleet]:
    (gpu,) = need.gpus
    count = need.workload.gpus_h100e / gpu.h100_equivalents
    wanted = range(need.ready, need.last + 1)
    load = tuple(count * gpu.it_kw_per_gpu / 1000.0 if t in wanted else 0.0 for t in range(clock.periods))
    most = need.site.max_gpus
    for first in range(clock.periods):
        def grow(program: Program, first: int = first) -> None:
            columns = {t: program.column(bought(clock, need, gpu, t), min(supply(clock, gpu, t), 1e9))
                       for t in range(first, clock.periods)}
            none_yet: Deliveries = ((0,),) * clock.periods
            for t in range(clock.periods):
                stock = _online(clock, need, none_yet, t)[0]
                living = {column: 1.0 for born, column in columns.items() if _lives(clock, gpu, born, t)}
                if t in wanted:
                    program.floor(living, count - stock)
                if most is not None:
                    program.limit(living, most - stock)
        yield Fleet(grow, first, load, 0.0)
