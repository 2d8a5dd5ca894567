"""Places enriched from the datasets: the facts of a county or point, and candidate sites made of them by one rule each."""

from __future__ import annotations

from optimizer.enrich.facts import FACTS, Fact, county_facts
from optimizer.enrich.filling import fill_sites

__all__ = ["FACTS", "Fact", "county_facts", "fill_sites"]
