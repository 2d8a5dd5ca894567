"""Draws the README's picture from a plan of the flagship: ``python -m docs.make_picture plans/xai-2024``."""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib as mpl
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from optimizer.plan.folder import read_plan
from optimizer.plan.plan import Plan

PICTURE = Path(__file__).parent / "pictures" / "xai-2024.svg"
GREYS = ("#1f4e79", "#4f81b5", "#d98c3f", "#f0c18a", "#7a9a6a", "#b7cfa8")
"""Fills of the contracts: dark to light in pairs, so that they differ in grey too."""


def main(folder: str, picture: Path = PICTURE) -> None:
    """Draw power, GPUs and money of a plan, month by month, and write them as one SVG."""
    plan = read_plan(Path(folder))
    mpl.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "svg.hashsalt": "gigasite"})
    figure, axes = plt.subplots(3, 1, figsize=(8.6, 7.4), sharex=True, layout="constrained")
    power(plan, axes[0])
    gpus(plan, axes[1])
    money(plan, axes[2])
    ready = plan.header["workloads"][0]
    for axis in axes:
        axis.axvline(_month(ready["wanted_from"]), color="#888888", linestyle=":", linewidth=1)
        axis.axvline(_month(ready["ready"]), color="#333333", linestyle="--", linewidth=1)
    for name, period, offset in (("wanted", ready["wanted_from"], (4, -10)), ("ready", ready["ready"], (-32, -10))):
        place = (_month(period), 1.0)
        axes[0].annotate(name, place, xycoords=("data", "axes fraction"), xytext=offset, textcoords="offset points")
    site = plan.header["sites"][0]
    figure.suptitle(f"{site['name']}: {ready['target_h100e']:,.0f} H100-equivalents ready in {ready['ready']}", fontsize=11)
    figure.savefig(picture, metadata={"Date": None})
    plt.close(figure)


def power(plan: Plan, axis: Axes) -> None:
    """Firm MW by contract, stacked, and the facility's peak."""
    firm = plan.tables["power"].pivot_table(index="period", columns="contract_id", values="firm_mw", aggfunc="sum", sort=False)
    load = plan.tables["load"].set_index("period")["facility_peak_mw"]
    firm = firm.reindex(load.index).fillna(0.0)
    months = [_month(period) for period in firm.index]
    axis.stackplot(months, firm.T.to_numpy(), labels=list(firm.columns), colors=GREYS, step="post", linewidth=0)
    axis.step(months, load, where="post", color="black", linewidth=1.5, label="peak of the facility")
    axis.set_ylabel("firm power, MW")
    axis.legend(loc="center left", bbox_to_anchor=(0.01, 0.45), frameon=False)


def gpus(plan: Plan, axis: Axes) -> None:
    """GPUs delivered by month and online, all models together."""
    fleet = plan.tables["fleet"].groupby("period")[["delivered", "online"]].sum() / 1000.0
    months = [_month(period) for period in fleet.index]
    axis.bar(months, fleet["delivered"], width=25, align="edge", color=GREYS[1], label="delivered in the month")
    axis.step(months, fleet["online"], where="post", color="black", linewidth=1.5, label="online")
    axis.set_ylabel("thousand GPUs")
    axis.legend(loc="center left", bbox_to_anchor=(0.01, 0.6), frameon=False)


def money(plan: Plan, axis: Axes) -> None:
    """What is left in each purse."""
    for style, (purse, rows) in zip(("-", "--", ":"), plan.tables["cash"].groupby("purse", sort=False), strict=False):
        months = [_month(period) for period in rows["period"]]
        axis.step(months, rows["balance_musd"], where="post", color="black", linestyle=style, label=purse)
    axis.set_ylim(bottom=0)
    axis.set_ylabel("left in the purse, million USD")
    axis.legend(loc="upper right", frameon=False)


def _month(period: str) -> pd.Timestamp:
    return pd.Timestamp(f"{period}-01")


if __name__ == "__main__":
    main(*sys.argv[1:])
