"""``python -m optimizer.cli``: the command without its script."""

from optimizer.cli import app

app(prog_name="gigasite")
