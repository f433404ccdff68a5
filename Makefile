# make run             the portal with everything it needs, on http://localhost:8000 (PORT=9000 for another port)
# make manage ARGS=…   a management command on the same database, e.g. make manage ARGS="import_plan plan.xlsx"
# make test            format, lint, templates, the whole suite with browser journeys; ARGS="tests/pillars -k import" a part
# make lint            the first three of them;  make format puts things right
# make lock            new requirements*.txt from requirements*.in

PORT ?= 8000
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

export PYTHONUTF8 := 1
export PORT

.PHONY: run manage test lint format lock browser clean

run: $(VENV)/.installed
	@exec $(BIN)/python -m dxportal.local run --end-with-parent

manage: $(VENV)/.installed
	@exec $(BIN)/python -m dxportal.local manage $(or $(ARGS),help)

test: $(VENV)/.installed-dev browser lint
	@exec $(BIN)/python -m dxportal.local servers $(BIN)/python -m pytest $(or $(ARGS),-n 2 tests)

lint: $(VENV)/.installed-dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/djlint --quiet --lint templates

format: $(VENV)/.installed-dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: $(VENV)/.installed-dev
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-local.in -o requirements-local.txt
	$(LOCK) requirements-pdf.in -o requirements-pdf.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt

browser: $(VENV)/.installed-dev
	@$(BIN)/python -m dxportal.local browser

clean:
	rm -rf $(VENV) var

# The first Python of 3.11 or newer that this machine has.
$(BIN)/python:
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
		if "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then \
			echo "Making $(VENV) with $$("$$python" --version)"; exec "$$python" -m venv $(VENV); \
		fi; \
	done; echo "Python 3.11, 3.12 or 3.13 is needed. Install it, or say which: make PYTHON=/path/to/python3"; exit 1

# --- installed stamps: the second start looks at two dates and goes on ---
$(VENV)/.installed: requirements.txt requirements-local.txt | $(BIN)/python
	@echo "Installing the locked requirements (about half a minute) ..."
	@$(PIP) -r requirements.txt -r requirements-local.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt requirements-pdf.txt $(VENV)/.installed
	@$(PIP) -r requirements.txt -r requirements-local.txt -r requirements-pdf.txt -r requirements-dev.txt
	@touch $@
