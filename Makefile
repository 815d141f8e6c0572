# Two commands do all the set-up: `make verify` and `make test`.
PYTHON ?= python3
VENV ?= .venv
WORKERS ?= 2
SOURCES := setup.cfg pyproject.toml constraints.txt

.PHONY: verify test slow docs lint format clean

verify: $(VENV)/.data
	$(VENV)/bin/reconlaw verify --level quick --workers $(WORKERS) --report report
	@echo "open report/index.html"

test: $(VENV)/.test
	$(VENV)/bin/python -m pytest -n $(WORKERS) tests

slow: $(VENV)/.test
	$(VENV)/bin/python -m pytest -m slow tests

# the pages of the papers show the verdicts of report/, where there is one
docs: $(VENV)/.docs
	$(VENV)/bin/python -m sphinx -q -W --keep-going -E -b html docs docs/_build/html
	@echo "open docs/_build/html/index.html"

# mypy needs a regular install: an editable one hides the mapped folders from it
lint: $(VENV)-lint/bin/python
	$(VENV)-lint/bin/python -m pip install --quiet --upgrade -c constraints.txt ".[lint,data]"
	$(VENV)-lint/bin/ruff check .
	$(VENV)-lint/bin/ruff format --check .
	cd tests && ../$(VENV)-lint/bin/python -m mypy --config-file ../setup.cfg -p reconlaw

format: $(VENV)-lint/bin/python
	$(VENV)-lint/bin/ruff check --fix . && $(VENV)-lint/bin/ruff format .

$(VENV)/bin/python $(VENV)-lint/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$(PYTHON) is too old: Python 3.11 or later is needed; try make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(@D)/.. \
		|| { rm -rf $(@D)/..; echo "$(PYTHON) -m venv failed: on Debian or Ubuntu, apt install python3-venv" >&2; exit 1; }

# -c pins the one set of versions that was tested; setup.cfg has the lower bounds
$(VENV)/.%: $(VENV)/bin/python $(SOURCES)
	$(VENV)/bin/python -m pip install --quiet --upgrade -c constraints.txt -e ".[$*]"
	@touch $@

clean:
	rm -rf $(VENV) $(VENV)-lint build dist report docs/_build docs/claims src/*.egg-info
