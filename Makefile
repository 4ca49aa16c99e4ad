# Everything runs in .venv, which is created from requirements-dev.lock if it is missing or older
# than the lock. You need only make and Python 3.11 or newer.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

# Importing every module compiles it and the packages that it uses. Otherwise a user who cannot
# write to .venv would compile them at every start.
IMPORT_ALL := import importlib, pkgutil, schemactl; \
	[importlib.import_module(found.name) \
	for found in pkgutil.walk_packages(schemactl.__path__, "schemactl.") \
	if not found.name.endswith("__main__")]

# Candidates, best first; `make test PYTHON=/opt/python3.13/bin/python3` chooses another. The
# system's own is built with optimisations that version managers mostly leave out.
PYTHON ?= /usr/bin/python3.11 python3.11 python3
BIN := .venv/bin
READY := .venv/.ready
LOCK := requirements-dev.lock

.PHONY: help
help: ## List all targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(READY) ## Run the main job from end to end on the embedded account
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash examples/demo.sh

# Otherwise each worker, and each process that a test starts, would compile every module again.
unexport PYTHONDONTWRITEBYTECODE

# Per cent of lines and branches. Only ever raised.
COVERED := 96

# What tries every moment, fault, switch or example takes most of the time, and runs lines that
# other tests run too: counting lines would make it take a third longer.
EXHAUSTIVE := tests/contract/exhaustive tests/crash tests/properties

# A part of `test` and of `check`: `make test check` runs them once.
DOCUMENTS := tests/docs

PYTEST := pytest --quiet

.PHONY: test
test: counted exhaustive documents ## Run all tests, with branch coverage

# Three and two workers, for two cores: many tests wait for a process or a clock. The ignored
# warning is about branches of the tests themselves, which are not counted.
.PHONY: counted
counted: $(READY) browser ## Run only the tests whose lines are counted
	$(BIN)/python -W "ignore:Unable to activate pytest" -m slipcover --json --threshold 100000 \
		--out .coverage.json -m $(PYTEST) --workers=3 \
		$(patsubst %,--ignore=%,$(EXHAUSTIVE) $(DOCUMENTS)) $(ARGS)
	$(BIN)/python -m slipcover --merge .coverage.json --out .coverage.json \
		--fail-under $(COVERED)

.PHONY: exhaustive
exhaustive: $(READY) ## Run only those that try every moment, fault or example
	$(BIN)/python -m $(PYTEST) --workers=2 $(EXHAUSTIVE) $(ARGS)

.PHONY: documents
documents: $(READY) ## Run only those of pages, help, JSON Schemas and names
	$(BIN)/python -m $(PYTEST) $(DOCUMENTS) $(ARGS)

.PHONY: browser
browser: ## Install the browser that tests of pages need
	@tests/browser/install

.PHONY: lint
lint: $(READY) ## Check format, lint, types and layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

.PHONY: check
check: lint documents ## Check the same, JSON Schemas and documents

.PHONY: fix
fix: $(READY) ## Format, and fix what ruff can fix
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: bench
bench: $(READY) ## Measure speed against other tools (takes minutes)
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash benchmarks/run.sh

.PHONY: mutants
mutants: $(READY) ## List mistakes in safety-critical code that no test notices (takes long)
	$(BIN)/python -m tests.mutation $(ARGS)

.PHONY: setup
setup: $(READY) ## Only create .venv

# First pip itself: the one that comes with Python may take twice as long for the rest. The lock
# is complete, so pip does not resolve dependencies. It compiles nothing in advance, because most
# of it is never imported.
PIP_INSTALL := $(BIN)/python -m pip install -qq --no-compile --no-deps
$(READY): $(LOCK) pyproject.toml
	@for python in $(PYTHON); do \
		if "$$python" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' \
			2>/dev/null; then \
			echo "Setting up .venv with $$python"; \
			"$$python" -m venv .venv && exit 0 || exit 1; \
		fi; \
	done; \
	echo "No Python 3.11 or newer with ensurepip among: $(PYTHON)." >&2; \
	echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; \
	exit 1
	@sed -n '/^pip==/,/^[^ ]/p' $(LOCK) | sed '$$d' >.venv/pip.lock
	@$(PIP_INSTALL) --require-hashes -r .venv/pip.lock
	@$(PIP_INSTALL) --require-hashes -r $(LOCK)
	@$(PIP_INSTALL) --no-build-isolation --editable .
	@$(BIN)/python -c '$(IMPORT_ALL)'
	@touch $@

# uv, because its lock works on every platform and every Python from 3.11 on. It is not in the
# lock, because nothing else needs it.
.PHONY: lock
lock: ## Update requirements-dev.lock from pyproject.toml (UPGRADE=1: newest releases)
	@tool=$$(mktemp -d) && trap 'rm -rf "$$tool"' EXIT && \
	python3 -m venv "$$tool" && "$$tool/bin/python" -m pip install --quiet uv && \
	"$$tool/bin/uv" pip compile --quiet --universal --python-version 3.11 \
		--generate-hashes \
		--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) \
		--group dev --output-file $(LOCK) pyproject.toml
	@$(MAKE) --no-print-directory setup
	$(BIN)/python -m tests.recipes.runtime_lock

.PHONY: clean
clean: ## Remove .venv and the caches of all tools
	rm -rf .venv benchmarks/.venv .coverage.json .hypothesis .import_linter_cache \
		.mypy_cache .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
