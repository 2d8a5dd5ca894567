"""The report of a plan: one self-contained HTML page, drawn when it is written, that asks nothing of a network or a script."""
