# Merit: commands that must always work. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
T ?= tests
N ?= $(shell expr $$(nproc 2>/dev/null || echo 2) + 1)

.DEFAULT_GOAL := help
.PHONY: help install run test check fmt lint types scripts imports templates bench messages

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/test.stamp: requirements/test.txt $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

install: $(VENV)/test.stamp ## make .venv with the pinned run-time and test dependencies

run: $(VENV)/run.stamp ## install, migrate, build the demonstration city once, serve
	$(BIN)/merit init
	$(BIN)/merit demo --if-empty
	$(BIN)/merit serve

test: $(VENV)/test.stamp ## run the tests (T=path narrows them)
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n $(N) $(T)

lint: $(VENV)/test.stamp ## ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/test.stamp ## mypy strict
	$(BIN)/mypy

scripts: ## tsc on the exam's client, where node and deploy/assets/node_modules are
	@if command -v node >/dev/null && [ -d deploy/assets/node_modules/typescript ]; then npm --prefix deploy/assets run --silent types; \
	else echo "node or deploy/assets/node_modules is absent: types of the exam's client not checked"; fi

imports: $(VENV)/test.stamp ## dependency rules between slices and kinds
	$(BIN)/lint-imports

templates: $(VENV)/test.stamp ## djlint
	$(BIN)/djlint templates --lint --quiet

check: lint types scripts imports templates test ## everything CI runs

fmt: $(VENV)/test.stamp ## format code and sort imports
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

messages: $(VENV)/test.stamp ## collect the texts and rebuild the English catalogue
	$(BIN)/python -m merit.locale.collect

bench: $(VENV)/test.stamp ## benchmarks, ratios in one run
	$(BIN)/python bench/run.py
