# `make demo` and `make test` do all their own set-up: Python 3.10 or newer with venv,
# a C++20 compiler and make are enough. CMake and Ninja come with pip where they are missing.

PYTHON ?= python3
CASE ?= examples/fin.toml
PYTEST_ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null)

# Stamps carry a checksum of all that is built, so an installed package is never stale, and never
# rebuilt without need.
KEY := $(shell find cpp python CMakeLists.txt pyproject.toml -type f ! -name '*.so' ! -name '*.pyc' \
  | LC_ALL=C sort | xargs cksum | cksum | cut -d ' ' -f 1)
READY := $(VENV)/.python-$(VERSION)
PACKAGE := $(VENV)/.package-$(KEY)
TOOLS := $(VENV)/.tools-$(KEY)

.NOTPARALLEL:
.PHONY: help demo test lint format stub clean

help:
	@echo "make demo    install bte into $(VENV) and run $(CASE)"
	@echo "make test    install bte and its tools into $(VENV) and run the tests"
	@echo "make lint    formatting, lint, types, direction of imports"
	@echo "make format  apply the formatting"
	@echo "make stub    write python/bte/_core.pyi again from the compiled module"
	@echo "make clean   remove $(VENV), builds, caches"
	@echo "             PYTHON=python3.12 picks the interpreter; PYTEST_ARGS='-m \"\"' adds the slow tests"

demo: $(PACKAGE)
	$(BIN)/bte run $(CASE)

test: $(TOOLS)
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(TOOLS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=python $(BIN)/lint-imports
	find cpp -name '*.[ch]pp' | xargs $(BIN)/clang-format --dry-run -Werror

format: $(TOOLS)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	find cpp -name '*.[ch]pp' | xargs $(BIN)/clang-format -i

stub: $(TOOLS)
	$(BIN)/pybind11-stubgen bte._core -o build/stub
	cp build/stub/bte/_core.pyi python/bte/_core.pyi

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find python tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY):
	@$(PYTHON) -c 'import sys; sys.exit("bte needs Python 3.10 or newer, found %d.%d; name one with make PYTHON=python3.12" % sys.version_info[:2] if sys.version_info < (3, 10) else 0)'
	@echo "creating $(VENV) with Python $(VERSION)"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(PACKAGE): $(READY)
	@echo "building bte and installing it into $(VENV)"
	@rm -f $(VENV)/.package-* $(VENV)/.tools-*
	@$(PIP_INSTALL) .
	@touch $@

$(TOOLS): $(READY)
	@echo "building bte and installing it with its tools into $(VENV)"
	@rm -f $(VENV)/.package-* $(VENV)/.tools-*
	@$(PIP_INSTALL) ".[dev,cad]"
	@touch $(PACKAGE) $@
