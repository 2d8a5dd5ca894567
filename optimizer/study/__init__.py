"""Studies: what else is solved beside a plan, to know what it is worth."""
