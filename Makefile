# The two commands of the README are `make serve` and `make test`; `make check` is what CI runs.
PYTHON ?= python3.11
PORT ?= 8000
BIN := .venv/bin
export PYTHONUTF8 = 1

CASES := tests/*/test_rules.py tests/audit tests/catalogue tests/jobs \
  tests/accounts/test_device_names.py tests/accounts/test_password_rules.py \
  tests/enrolment/test_days_and_ranks.py tests/enrolment/test_lists.py \
  tests/kit/test_email_addresses.py tests/kit/test_folding.py tests/kit/test_networks.py tests/kit/test_numbers.py

.PHONY: serve test rules check lint words words-check migrate migrations-check content matrix bench post rush board bench-cohort lock clean

.venv/runtime: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .
	$(BIN)/python -m pip check --disable-pip-version-check >/dev/null || $(BIN)/python -m pip check
	touch $@

.venv/tests: .venv/runtime requirements-test.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-test.lock
	$(BIN)/python -m pip check --disable-pip-version-check >/dev/null || $(BIN)/python -m pip check
	sh tests/browser.sh
	sh tests/nginx.sh
	touch $@

serve: migrate               ## install, migrate, load the course, make demo people, serve; PORT=8010 for another port
	$(BIN)/learning demo
	@echo; echo "Open http://127.0.0.1:$(PORT)/ in a browser."; echo
	LEARNING_SECOND_FACTOR_FOR_STAFF=0 $(BIN)/learning serve --port $(PORT)

migrate: .venv/runtime       ## bring the database and the search index up to date
	$(BIN)/learning migrate

test: .venv/tests rules      ## the whole suite on SQLite; what opens a database on PostgreSQL, too
	$(BIN)/python -m pytest -q -n auto --database sqlite
	$(BIN)/python -m pytest -q -n auto --database postgresql --ignore tests/journeys --ignore tests/architecture

rules: .venv/tests           ## every line and branch of what decides and has no database is in a case; measuring slows tests
	$(BIN)/python -m pytest -q -n auto --cov --cov-report= $(CASES)
	test $$($(BIN)/python -m coverage report | grep -c /rules.py) = $$(ls learning/*/rules.py | wc -l)
	$(BIN)/python -m coverage report --fail-under 100 --skip-covered

check: lint words-check migrations-check content test

lint: .venv/tests
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache >/dev/null || $(BIN)/lint-imports --no-cache

words: .venv/tests           ## extract the words of the pages and add what is new to translations/
	$(BIN)/python -m tests.words update

words-check: .venv/tests     ## fail on missing, fuzzy or badly set words
	$(BIN)/python -m tests.words check

migrations-check: .venv/tests
	$(BIN)/python -m pytest -q tests/architecture/test_migrations.py

content: .venv/runtime
	$(BIN)/learning course check

matrix: .venv/tests          ## every page × language × scheme × width, with axe
	$(BIN)/python -m pytest -q tests/journeys --matrix full

bench: .venv/tests           ## CPU per page against a bare Flask page, both databases
	$(BIN)/python -m bench.pages
	$(BIN)/python -m bench.start

post: .venv/tests            ## 10,000 letters through a moody mail server, workers killed, both databases
	$(BIN)/python -m bench.post

rush: .venv/tests            ## 20 slow clients and 200 sign-ins at once behind nginx, both databases
	$(BIN)/python -m bench.rush

board: .venv/tests          ## the registrar’s board with 10 and with 10,000 applications, both databases
	$(BIN)/python -m bench.board

bench-cohort: .venv/tests   ## large acts while somebody works, a worker killed, both databases
	$(BIN)/python -m bench.cohort

lock: .venv/tests            ## pin the newest versions that pyproject.toml allows
	$(BIN)/pip-compile --quiet --upgrade --build-deps-for editable --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --no-annotate --strip-extras --allow-unsafe --output-file requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --upgrade --extra test --build-deps-for editable --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --no-annotate --strip-extras --allow-unsafe --constraint requirements.lock --output-file requirements-test.lock pyproject.toml

clean:
	rm -rf .venv instance build
