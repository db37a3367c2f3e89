# Two commands: `make run` tries the bot, `make test` tests it. Each works on a fresh clone.
PYTHON ?= python3
CHUCHU := .venv/bin/chuchu
READY  := .venv/.ready

export Q := $(value Q)

.PHONY: run test ask index evaluate lint format clean

run: index
	@exec $(CHUCHU) bot

test: $(READY)
	.venv/bin/python -m pytest --numprocesses=3 --dist=loadfile

ask: index
	@$(CHUCHU) ask $(if $(value Q),-- "$$Q",--help)

index: $(READY)
	@$(CHUCHU) index

evaluate: index
	@$(CHUCHU) evaluate

lint: $(READY)
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy --strict -p retrieval -p bot

format: $(READY)
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

clean:
	rm -rf .venv .chuchu .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info

$(READY): pyproject.toml
	@echo "Installing into .venv (once; a few minutes) ..."
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed: make PYTHON=python3.11 ...") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@
