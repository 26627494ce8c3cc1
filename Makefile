# Every target works on a fresh machine with Python 3.11 or newer and its venv module.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
GOLDEN := $(if $(wildcard ../shared/golden/score.py),../shared/golden,fixtures/conformance)

.PHONY: demo test conformance bench fuzz attack generate lint clean

$(VENV)/.installed: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	$(BIN)/python -m compileall -q -j 0 kplan  # as pip does for what it copies
	touch $@

$(VENV)/.tested: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $@

demo: $(VENV)/.installed  ## Install kplan and diff an example against the embedded default state
	@$(BIN)/kplan diff -f fixtures/manifests/shop; code=$$?; \
	test $$code -eq 1 || { echo "kplan diff exited $$code, expected 1 (differences)"; exit 1; }

test: $(VENV)/.tested  ## Install the test extras and run every test
	$(BIN)/python -m pytest -n 2 --dist worksteal

conformance: $(VENV)/.tested  ## Score every family against the recordings of a real control plane
	$(BIN)/python $(GOLDEN)/score.py

bench: $(VENV)/.tested  ## Print the figures of every benchmark
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

fuzz: $(VENV)/.tested  ## Long property tests
	KPLAN_FUZZ=10000 $(BIN)/python -m pytest -n 2 -m fuzz

attack: $(VENV)/.tested  ## Hostile inputs and ones made at random for SECONDS=60, KILLS=300 kills, and 8 writers
	$(BIN)/python -m tests.attack --seconds $(or $(SECONDS),60)
	$(BIN)/python -m tests.kills --kills $(or $(KILLS),300)

generate: $(VENV)/.tested  ## Write the files that are made from the code
	$(BIN)/python tests/generated.py

lint: $(VENV)/.tested  ## ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
