"""Sales tax incentives of the states for data centers: ``yes`` where a source says so, ``unknown`` everywhere else."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.dating import EPOCH_SNAPSHOT, known_from
from datasets.deriving import read_source, run, write_table

COLUMNS = {
    **{"state_abbr": "state_abbr", "incentive": "incentive", "status": "status", "min_investment_usd_million": "min_investment_musd"},
    **{"min_jobs": "min_jobs", "term_years": "term_years", "incentive_text": "terms", "as_of": "as_of", "known_from": "known_from"},
    **{"confidence": "trust", "source_url": "source"},
}
# What the terms themselves report as stopped for new projects.
STOPPED = {"OH": "suspended", "IL": "pause_announced"}
# Copies of what an editor or a broadcaster wrote: the original is named, the copy is not linked to.
COPIES = {
    "https://reddit.hcrypt.net/r/parasiteclass (quotes Data Center Dynamics)": "Data Center Dynamics, as quoted in a forum",
    "https://www.q5tsds.cloudns.biz (search copy of WCMH)": "WCMH (NBC4 Columbus), read in a search copy",
}
NOT_HERE = r"; investment threshold in .*$"


def derive(sources: Path) -> pd.DataFrame:
    """One row per state and the District of Columbia. No source for a state never means that it has no incentive."""
    states = read_source(sources, "sites/state_taxes.csv")[["state_abbr"]]
    table = states.merge(read_source(sources, "sites/state_dc_tax_incentives.csv"), on="state_abbr", how="left")
    named = table["has_dc_specific_incentive"].notna()
    table["incentive"] = named.map({True: "yes", False: "unknown"})
    table["status"] = table["state_abbr"].map(STOPPED).fillna(named.map({True: "in_force_when_reported", False: "unknown"}))
    table["known_from"] = [known_from(text) if isinstance(text, str) else EPOCH_SNAPSHOT for text in table["as_of"]]
    table["incentive_text"] = table["incentive_text"].str.replace(NOT_HERE, "", regex=True)
    for copy, original in COPIES.items():
        table["source_url"] = table["source_url"].str.replace(copy, original, regex=False)
    whole = table.astype(dict.fromkeys(("min_investment_usd_million", "min_jobs", "term_years"), "Int64"))
    return whole[list(COLUMNS)].rename(columns=COLUMNS).sort_values("state_abbr", ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "datacenter_incentives.csv")


if __name__ == "__main__":
    run(main)
