# The two commands of the README are `make serve` and `make test`; `make check` is what CI runs.
PYTHON ?= python3.11
PORT ?= 8000
BIN := .venv/bin
export PYTHONUTF8 = 1
# Without compiled files each process, and the tests start many, compiles everything anew.
export PYTHONDONTWRITEBYTECODE =

CASES := tests/*/test_rules.py tests/*/rules tests/access tests/audit tests/bank_formats tests/card_providers tests/catalogue tests/documents tests/jobs \
  tests/accounts/test_device_names.py tests/accounts/test_password_rules.py tests/content/test_invented_names.py tests/content/test_quiz_blueprint.py tests/content/test_reading.py tests/content/test_stated_numbers.py tests/content/test_study_minutes.py \
  tests/admissions/test_billing_rules.py tests/admissions/test_deadlines_and_ranking.py tests/admissions/test_milestones.py tests/admissions/test_stages.py \
  tests/admissions/test_state_diagram.py tests/participants/test_people_lists.py tests/participants/test_list_columns.py tests/participants/test_list_files.py \
  tests/question_exchange/formats \
  tests/gradebook/test_completion.py tests/gradebook/test_decisions.py tests/gradebook/test_marks.py tests/lessons/test_dates_in_text.py tests/mail/test_parts.py tests/mail/test_subscriptions.py \
  tests/kit/test_calendar_file.py tests/kit/test_email_addresses.py tests/kit/test_flows.py tests/kit/test_folding.py tests/kit/test_lists.py tests/kit/test_names.py tests/kit/test_networks.py \
  tests/kit/test_numbers.py tests/kit/test_percentages.py tests/kit/test_search.py tests/kit/test_text_files.py tests/kit/test_typography.py tests/kit/test_values.py tests/kit/test_zones.py

.PHONY: serve test coverage-rules check lint messages messages-check migrate migrations-check check-courses check-html test-a11y-matrix mutation bench bench-outbox bench-rush bench-board bench-cohort lock clean

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
	sh tests/pgbouncer.sh
	touch $@

serve: migrate               ## install, migrate, load the course, make demo people, serve; PORT=8010 for another port
	$(BIN)/learning load-demo
	@echo; echo "Open http://127.0.0.1:$(PORT)/ in a browser."; echo
	LEARNING_TWO_FACTOR_FOR_STAFF=0 LEARNING_FAKE_CARD_PROVIDER=1 $(BIN)/learning serve --port $(PORT)

migrate: .venv/runtime       ## bring the database and the search index up to date
	$(BIN)/learning migrate

test: .venv/tests coverage-rules      ## the whole suite on SQLite, the cases of rules with coverage; what opens a database on PostgreSQL, too
	$(BIN)/python -m pytest -q -n auto --database sqlite $(addprefix --ignore=,$(wildcard $(CASES)))
	$(BIN)/python -m pytest -q -n auto --database postgresql --ignore tests/journeys

coverage-rules: .venv/tests           ## every line and branch of what decides and has no database is in a case; measuring slows tests
	$(BIN)/python -m pytest -q -n auto --cov --cov-report= $(CASES)
	test $$($(BIN)/python -m coverage report | grep -cE "/rules(/|\.py)") = $$(ls learning/*/rules.py learning/*/rules/*.py | wc -l)
	$(BIN)/python -m coverage report --fail-under 100 --skip-covered

check: lint messages-check migrations-check check-courses test

lint: .venv/tests
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache >/dev/null || $(BIN)/lint-imports --no-cache

messages: .venv/tests        ## extract the messages of pages and add new ones to translations/
	$(BIN)/python -m tests.messages update

messages-check: .venv/tests     ## fail on missing, fuzzy or badly set words
	$(BIN)/python -m tests.messages check

migrations-check: .venv/tests
	$(BIN)/python -m pytest -q --database sqlite tests/architecture/test_migrations.py
	$(BIN)/python -m pytest -q --database postgresql tests/architecture/test_migrations.py

check-courses: .venv/runtime
	$(BIN)/learning course check

test-a11y-matrix: .venv/tests          ## every page × language × scheme × width, with axe
	$(BIN)/python -m pytest -q tests/journeys --matrix full

check-html: .venv/tests      ## every page × role × language before the W3C checker; takes it from npm once, needs Java
	$(BIN)/python -m tests.html_check

mutation: .venv/tests        ## change rules, tokens, limits … one place at a time: a test has to fail for 90 % in each module
	$(BIN)/python -m tests.mutation

bench: .venv/tests           ## CPU per page against a bare Flask page, both databases
	$(BIN)/python -m bench.pages
	$(BIN)/python -m bench.start

bench-outbox: .venv/tests    ## 10,000 e-mails through a mail server that fails, workers killed, both databases
	$(BIN)/python -m bench.outbox

bench-rush: .venv/tests            ## 20 slow clients and 200 sign-ins at once behind nginx, both databases
	$(BIN)/python -m bench.rush

bench-board: .venv/tests          ## the registrar’s board with 10 and with 10,000 applications, both databases
	$(BIN)/python -m bench.board

bench-cohort: .venv/tests   ## large acts while somebody works, a worker killed, both databases
	$(BIN)/python -m bench.cohort

lock: .venv/tests            ## pin the newest versions that pyproject.toml allows
	$(BIN)/pip-compile --quiet --upgrade --build-deps-for editable --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --no-annotate --strip-extras --allow-unsafe --output-file requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --upgrade --extra test --build-deps-for editable --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --no-annotate --strip-extras --allow-unsafe --constraint requirements.lock --output-file requirements-test.lock pyproject.toml

clean:
	rm -rf .venv instance build
