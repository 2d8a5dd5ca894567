# make setup | demo | test | test-fast | test-all | check | fix | bench | docs: each works in a fresh clone and needs Python 3.11 or newer
# with its venv module.

PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.gigasite-installed
DOCS_STAMP := $(VENV)/.gigasite-docs-installed
RUN := $(VENV)/bin
PEERS := .venv-peers
PEERS_STAMP := $(PEERS)/.peers-installed

.PHONY: setup demo test test-fast test-all programs check fix bench docs

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "gigasite needs Python 3.11 or newer; name one: make setup PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	    { echo "This Python has no venv module; install it (Debian, Ubuntu: apt install python3-venv) and try again." >&2; exit 1; }
	@test -x $(RUN)/python || $(PYTHON) -m venv $(VENV)
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: setup
	@$(RUN)/gigasite solve scenarios/xai-2024 --out plans/xai-2024 --force

PYTEST := $(RUN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

test: setup programs
	@$(PYTEST) -m "not slow"

# The slow ones too: oracles over hundreds of questions, whole commands, studies, the documentation's blocks.
test-all: setup programs
	@$(PYTEST)

# Between two edits: the reading of scenarios, the audit, and the manners of the code.
test-fast: setup
	@$(PYTEST) -m "not slow" tests/scenario tests/audit tests/test_accounts.py tests/test_architecture.py

# Chromium looks into the pages, LibreOffice recalculates the workbook: installed where that is allowed, else those tests are skipped.
programs:
	@{ command -v chromium && command -v soffice; } >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && \
	    apt-get update -qq >/dev/null && \
	    apt-get install -qq -y --no-install-recommends chromium libreoffice-calc-nogui >/dev/null 2>&1; } || \
	    echo "Chromium and LibreOffice are not all here: the tests that need them are skipped (apt-get install chromium libreoffice-calc-nogui)." >&2

check: setup
	@$(RUN)/ruff check .
	@$(RUN)/mypy
	@$(RUN)/lint-imports
	@$(RUN)/python -m tests.house

fix: setup
	@$(RUN)/ruff check --fix .

bench: setup
	@$(MAKE) --no-print-directory $(PEERS_STAMP) || echo "The peers could not be installed; the comparison with PyPSA is left out." >&2
	@$(RUN)/python -m tests.benchmarks.run

$(PEERS_STAMP): tests/benchmarks/peers.txt
	@test -x $(PEERS)/bin/python || $(RUN)/python -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --requirement tests/benchmarks/peers.txt
	@touch $@

docs: setup $(DOCS_STAMP)
	@$(RUN)/python -m sphinx --quiet --fail-on-warning --keep-going --fresh-env --builder html docs docs/_build/html
	@echo "Written: docs/_build/html/index.html"

$(DOCS_STAMP): $(STAMP)
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[docs]'
	@touch $@
