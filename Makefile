# Everything that a newcomer, a developer or CI needs. `make run` and `make test` set up what is missing.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run test check setup debian train evaluate docs assurance drills format clean help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

run: $(STAMP) train ## set up, train if there is no model, start the bot and its page
	$(BIN)/soiviec demo-data --if-missing
	$(BIN)/soiviec serve

test: $(STAMP) debian train ## set up, then every test
	$(BIN)/pytest

check: $(STAMP) ## lint, types, imports, documentation
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.docs

setup: $(STAMP) ## the virtual environment with every pinned package

$(STAMP): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c "import sys, ensurepip; sys.exit(sys.version_info < (3, 11))" || { echo "Python 3.11 or newer with venv is needed (Debian: apt install python3-venv), or set PYTHON=..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $(STAMP)

train: $(STAMP) ## train the model unless one of this corpus is there
	$(BIN)/soiviec train --if-missing

debian: ## Debian packages that the tests use, where we may install them
	@bin/debian-packages

evaluate: train ## measure on the evaluation slice, if it lies beside the repository
	$(BIN)/soiviec evaluate ../shared/evaluation/real_dev.jsonl ../shared/evaluation/authored_dev.jsonl

benchmark: train ## speed and quality in one table
	$(BIN)/soiviec benchmark ../shared/evaluation/real_dev.jsonl ../shared/evaluation/authored_dev.jsonl

docs: $(STAMP) ## write the generated documents
	$(BIN)/soiviec signs --markdown > docs/signs.md

assurance: $(STAMP) debian train ## the privacy and durability properties, as a table
	$(BIN)/python -m tests.stats.assurance --full

drills: $(STAMP) train ## the slow fault drills, and the property tests with new examples at every run
	$(BIN)/pytest -m drill
	$(BIN)/pytest -m "hypothesis and not drill" --hypothesis-profile=search

format: $(STAMP) ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove what make made
	rm -rf $(VENV) model data .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
