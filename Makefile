# Everything runs through uv: the one on the PATH or, where there is none, a private one in .uv/.

PYTHONS := python3.12 python3.11 python3 python
UV := $(or $(shell command -v uv 2>/dev/null),.uv/bin/uv)
RUN := $(UV) run --no-sync

export UV_PYTHON_DOWNLOADS ?= never
unexport VIRTUAL_ENV

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo test lint types tests docs format clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

setup: $(UV) ## Install everything into .venv/
	@echo "== setup"
	@$(UV) sync

demo: setup ## Run the demo: a table in the terminal and a report in HTML
	@$(RUN) homossl demo

test: lint types tests ## Run every check: lint, types and tests

lint: setup ## Check the style and the format
	@echo "== ruff check"
	@$(RUN) ruff check
	@echo "== ruff format"
	@$(RUN) ruff format --check

types: setup ## Check the types
	@echo "== pyright"
	@$(RUN) pyright

tests: export OMP_NUM_THREADS ?= 1
tests: setup ## Run the tests and the examples in docstrings
	@echo "== pytest"
	@$(RUN) pytest --numprocesses auto --maxprocesses 4

docs: export NO_MKDOCS_2_WARNING = 1
docs: export PYTHONDONTWRITEBYTECODE = 1
docs: setup ## Build the documentation into site/: open site/index.html
	@echo "== mkdocs"
	@$(RUN) mkdocs build --strict --clean

format: setup ## Format the source and fix what can be fixed
	@$(RUN) ruff check --fix-only
	@$(RUN) ruff format

clean: ## Remove the environment and the caches; keep runs/ and data/
	rm -rf .venv .uv uv.lock dist site .hypothesis .pytest_cache .ruff_cache
	find groups homossl proofs_check experiments tests -name __pycache__ -prune -exec rm -rf {} +

# Only where uv is not on the PATH.
.uv/bin/uv:
	@for python in $(PYTHONS); do \
	    $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info[:2] not in [(3, 11), (3, 12)])' 2>/dev/null || continue; \
	    echo "== uv, by $$python"; \
	    $$python -m venv --clear .uv && .uv/bin/python -m pip install --quiet 'uv>=0.5'; \
	    exit; \
	done; \
	echo "homossl needs uv, or Python 3.11 or 3.12 with its venv module (python3-venv on Debian), on the PATH." >&2; \
	echo "None of these will do: $(PYTHONS)." >&2; \
	exit 1
