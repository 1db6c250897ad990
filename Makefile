# `make demo` and `make test` do all the set-up. They need Python 3.10 to 3.13 with pip, and a network the first time.
# PYTHON=python3.12 make test    uses another Python; VENV=dir puts the environment elsewhere.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
# The tests of one file share a process, so that TensorFlow is imported at most once in each.
WORKERS ?= 2
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export TF_CPP_MIN_LOG_LEVEL ?= 3

.PHONY: demo test lint types unit bench docs clean

demo: $(READY)
	$(BIN)/python examples/demo.py

test: lint types unit

lint: $(READY)
	$(BIN)/ruff check .

types: $(READY)
	$(BIN)/mypy

unit: $(READY)
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile

bench: $(READY)
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/check.py

docs: $(READY)
	$(BIN)/python -m mkdocs build --strict

$(READY): pyproject.toml np2tf/__init__.py
	$(PYTHON) -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 14) and "np2tf needs Python 3.10 to 3.13: set PYTHON=python3.11, say")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q -e '.[tensorflow-cpu,dev,docs]'
	@touch $@

clean:
	rm -rf $(VENV) build dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
