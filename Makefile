# The two commands are `make run` and `make test`; each does its own set-up.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PO := kb/translations/fr/LC_MESSAGES/messages.po
MO := $(PO:.po=.mo)
SOURCES := kb indexer tests benchmarks
EXTRACT := -F pyproject.toml -k _l -k lazy_pgettext:1c,2 -k message:1 --sort-by-file --no-location

# A stamp is renewed only when the lock or the Python it was made for changes.
RUN_READY := $(VENV)/.run-ready
DEV_READY := $(VENV)/.dev-ready

.PHONY: help install run test check fix benchmark relevance lock catalog clean

help: ## List the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(RUN_READY) $(MO) ## Set up, and nothing more

run: install ## Set up, index documents/ and serve http://127.0.0.1:8000
	$(BIN)/kb serve

test: $(DEV_READY) $(MO) ## Set up and pass the tests
	$(BIN)/python -m pytest

check: $(DEV_READY) $(MO) ## Everything that CI runs
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --check templates
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/codespell
	$(BIN)/kb content check
	$(BIN)/python -m pytest --cov --cov-report=term

fix: $(DEV_READY) ## Repair what can be repaired
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)
	-$(BIN)/djlint --quiet --reformat templates

benchmark: $(DEV_READY) $(MO) ## Time the start and each page, and print the table
	$(BIN)/python -m benchmarks.pages

relevance: $(DEV_READY) $(MO) ## Ask the judged queries, and print how well they are answered
	$(BIN)/python -m tests.relevance

catalog: $(DEV_READY) ## Bring the words of the code and the templates into the French catalog
	$(BIN)/pybabel -q extract $(EXTRACT) -o $(VENV)/messages.pot .
	$(BIN)/pybabel -q update -i $(VENV)/messages.pot -d kb/translations --no-fuzzy-matching --ignore-pot-creation-date

lock: ## Choose new exact versions within the ranges of pyproject.toml (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra build pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra build --extra dev pyproject.toml -o requirements-dev.lock

clean: ## Delete what was installed, built or indexed; documents/ is not touched
	rm -rf $(VENV) var $(MO) .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(RUN_READY): requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(DEV_READY): requirements-dev.lock $(RUN_READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	touch $@

$(MO): $(PO) | $(RUN_READY)
	$(BIN)/pybabel -q compile -d kb/translations
