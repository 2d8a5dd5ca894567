"""GPUs: power, speed, price and rent, each figure with its date and source."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.dating import known_from
from datasets.deriving import read_source, run, write_table

# Item and parameter of the source: GPU, figure (unit in its name), and how many GPUs (or watts per kilowatt) the source's unit holds.
FIGURES: dict[tuple[str, str], tuple[str, str, float]] = {
    **{(f"{gpu} SXM", "bf16_dense_tflops"): (gpu, "bf16_dense_tflops", 1) for gpu in ("H100", "H200")},
    **{(f"{gpu} SXM", "tdp"): (gpu, "chip_power_kw", 1000) for gpu in ("H100", "H200")},
    **{("B200", "bf16_dense_tflops"): ("B200", "bf16_dense_tflops", 1), ("B200", "tdp"): ("B200", "chip_power_kw", 1000)},
    ("H100 cluster", "it_power_per_gpu"): ("H100", "it_power_kw", 1),
    ("H100 cluster", "facility_power_per_gpu"): ("H100", "facility_power_kw", 1),
    ("HGX H100 8-GPU node", "price"): ("H100", "server_price_usd", 8),
    ("H100 all-in incl. InfiniBand", "price_per_gpu"): ("H100", "cluster_price_usd", 1),
    ("H100 cluster (Epoch)", "compute_cost_per_h100"): ("H100", "cluster_price_usd", 1),
    ("H100 InfiniBand network adder", "price_per_gpu"): ("H100", "network_price_usd", 1),
    ("DGX H100", "price"): ("H100", "server_price_usd", 8),
    **{("H100 GPU", name): ("H100", "chip_price_usd", 1) for name in ("price_per_gpu", "unit_price_range")},
    ("GB200 NVL72", "price"): ("GB200", "server_price_usd", 72),
    ("GB200 NVL72", "rack_power"): ("GB200", "it_power_kw", 72),
    ("GB200 (Colossus 2)", "it_power_per_gpu"): ("GB200", "it_power_kw", 1),
}
RENTAL = ("H100 rental", "H100 rental (Oracle-xAI implied)")
# A chip's speed and power are known from the day it was announced (NVIDIA newsroom), not from the day of the page that repeats them.
ANNOUNCED = {"H100": "2022-03-22", "H200": "2023-11-13", "B200": "2024-03-18"}
CHIP = ("bf16_dense_tflops", "chip_power_kw")
EPOCH = "https://epoch.ai/data/data-centers"
COLUMNS = ("gpu", "figure", "case", "value_low", "value", "value_high", "as_of", "known_from", "trust", "source", "note")


def meaning(item: str, parameter: str) -> tuple[str, str, float] | None:
    """GPU, figure and divisor of a row of the source; none where the row is not about a single GPU."""
    return ("H100", "rental_usd_per_hour", 1.0) if item in RENTAL else FIGURES.get((item, parameter))


def derive(sources: Path) -> pd.DataFrame:
    """One row per GPU, figure and case; ``value`` is the middle one, ``value_low`` and ``value_high`` the range where one is given."""
    table = read_source(sources, "sites/gpu_server_facts.csv")
    meanings = [meaning(item, parameter) for item, parameter in zip(table["item"], table["parameter"], strict=True)]
    table = table[[found is not None for found in meanings]]
    kept = pd.DataFrame([found for found in meanings if found is not None], columns=["gpu", "figure", "divisor"], index=table.index)
    table = table.rename(columns={"value_mid": "value"}).join(kept)
    for column in ("value_low", "value", "value_high"):
        table[column] = (pd.to_numeric(table[column]) / table["divisor"]).round(3)
    item, parameter = table["item"].str.replace(" ", "_").str.lower(), table["parameter"]
    chips = table["figure"].isin(CHIP)
    table = table.assign(
        case=item + "." + parameter,
        known_from=table["as_of"].map(known_from).mask(chips, table["gpu"].map(ANNOUNCED)),
        trust=table["confidence"],
        source=table["source_url"].str.replace(r"^raw Epoch timelines", EPOCH, regex=True),
    )
    return table[list(COLUMNS)].sort_values(["gpu", "figure", "case"], ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "gpus.csv")


if __name__ == "__main__":
    run(main)
