# The two commands that a newcomer needs are `make serve` and `make test`.
PYTHON ?= python3
PORT ?= 7070
GARRISON := .venv/bin/garrison

.PHONY: help serve test check lint frontend bench clean

help:
	@echo "make serve   publish the edition on http://127.0.0.1:$(PORT) (PORT=… for another port)"
	@echo "make test    every check a reviewer would run"
	@echo "make check   the edition's own checks, with file and line"
	@echo "make frontend  what pages add in a browser; make serve builds it by itself"
	@echo "make bench   how fast it is beside its peers, in about twenty minutes"
	@echo "make clean   remove what the others made"

serve: environment
	@.venv/bin/python server/build_frontend.py --background
	@$(GARRISON) serve --port $(PORT)

frontend: environment
	@.venv/bin/python server/build_frontend.py

check: environment
	@$(GARRISON) check

test: test-environment lint
	@$(GARRISON) check
	@.venv/bin/python -m pytest --numprocesses auto --dist worksteal

lint: test-environment frontend
	@.venv/bin/ruff check server tests
	@.venv/bin/ruff format --check server tests
	@.venv/bin/mypy
	@cd server/garrison/frontend && node_modules/.bin/tsc --noEmit

bench: test-environment
	@.venv/bin/python tests/benchmarks/run.py

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis snapshots build dist server/garrison/frontend/node_modules server/garrison/frontend/static/built

.PHONY: environment test-environment python
python:
	@command -v $(PYTHON) >/dev/null || { echo "garrison: no $(PYTHON) on this machine; install Python 3.11 or later (package python3)." >&2; exit 2; }

environment: python
	@$(PYTHON) server/bootstrap.py

test-environment: python
	@$(PYTHON) server/bootstrap.py test
