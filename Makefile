# `make demo` and `make test` set up .venv on first use, and again when pyproject.toml changes.

PYTHON ?= $(shell command -v python3.11 || command -v python3 || command -v python)
NODE   ?= node
VENV   := .venv
BIN    := $(VENV)/bin
JOBS   ?= 2

.PHONY: help demo test check fmt regenerate clean python node

help:
	@echo "make demo        lint fixtures/chat, an app with problems, and write demo.sarif (needs Python 3.11)"
	@echo "make test        the whole test suite (needs Python 3.11 and Node 20)"
	@echo "make check       ruff, mypy --strict and the import contracts"
	@echo "make fmt         let ruff format and sort"
	@echo "make regenerate  rewrite the generated files: golden reports, README blocks"
	@echo "make clean       remove .venv and what was built"

demo: $(VENV)/installed
	@$(BIN)/convex-lint check fixtures/chat --fail-on never
	@$(BIN)/convex-lint check fixtures/chat --fail-on never -q --format sarif --output demo.sarif
	@echo "The same as SARIF 2.1.0: demo.sarif"

test: node $(VENV)/installed-dev
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup $(PYTEST_ARGS)

check: $(VENV)/installed-dev
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy --strict convex_lint rules
	@$(BIN)/lint-imports

fmt: $(VENV)/installed-dev
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

regenerate: $(VENV)/installed-dev
	@$(BIN)/python -m pytest -q --regenerate tests/test_fixtures.py tests/test_generated.py tests/test_readme.py

clean:
	rm -rf $(VENV) build dist *.egg-info demo.sarif .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(VENV)/installed: pyproject.toml | python
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing convex-lint into $(VENV) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e .
	@touch $@

$(VENV)/installed-dev: pyproject.toml $(VENV)/installed
	@echo "Installing what the tests need into $(VENV) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $@

python:
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "convex-lint needs Python 3.11 or newer; found: $$($(PYTHON) --version 2>&1 || echo none)." >&2; \
	  echo "Install one, or name it: make demo PYTHON=/path/to/python3.11" >&2; exit 2; }

node:
	@command -v $(NODE) >/dev/null && $(NODE) -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' || { \
	  echo "make test needs Node 20 or newer; found: $$($(NODE) --version 2>&1 | head -1 || true)." >&2; \
	  echo "Tests that compare with real npm packages run it. Install Node, or name it: make test NODE=/path/to/node" >&2; \
	  echo "Without Node: .venv/bin/python -m pytest -m 'not node'" >&2; exit 2; }
