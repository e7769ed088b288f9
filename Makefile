# Two commands do everything: `make demo` and `make test`. Both make .venv/ first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# What the tests run in JavaScript: three readers of calendars, and the checker of pages.
NPM := ical.js@2.2.1 node-ical@0.27.2 ts-ics@2.4.6 axe-core@4.14.1
NPM_STAMP := node_modules/.installed

.PHONY: install npm demo test check bench faults clean

install: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("luanphien needs Python 3.11 or newer; run: make PYTHON=python3.12 install" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV) || { echo "Python has no venv module here; on Debian: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt hatchling editables
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --no-build-isolation --editable '.[dev]'
	@touch $@

# Optional: without it the tests that need these packages say so and are skipped.
npm: $(NPM_STAMP)

$(NPM_STAMP): Makefile
	npm install --no-save --no-package-lock --no-audit --no-fund --silent $(NPM)
	@touch $@

# In a terminal the demo ends by serving pages and feeds until Ctrl-C; elsewhere it ends by itself.
demo: install
	@if [ -t 1 ]; then $(BIN)/luanphien demo; else $(BIN)/luanphien demo --no-serve; fi

test: install
	$(BIN)/python -m pytest -n auto --dist loadgroup

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Ratios, not times; docs/performance.md says what they mean.
bench: install
	$(BIN)/python benchmarks/run.py

# The long fault runs: kills, stops and crashes by the dozen over ten thousand mails; figures at the end. A short run is
# part of `make test`.
faults: install
	LUANPHIEN_FAULTS=long $(BIN)/python -m pytest tests/faults

clean:
	rm -rf $(VENV) node_modules dist build luanphien-demo
