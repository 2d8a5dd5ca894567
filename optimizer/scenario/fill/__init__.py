"""Places enriched from the datasets: the facts of a county or point, and candidate sites made of them by one rule each."""
