"""States, roles and categories grow by a migration, with rows in every table, on both databases."""

from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

from learning import wiring
from tests.migrations.growth import GROWN, write_growth
from tests.migrations.rows import check, checks_of, content, go, tables_of

STRANGER = "(SELECT min(id) FROM people WHERE id NOT IN (SELECT person_id FROM enrolments))"
OTHERS = {  # what a copy of a row must have of its own
    "applications": {"reference": "'another'", "person_id": STRANGER},
    "enrolments": {"person_id": STRANGER, "uid": "'another'"},
    "role_grants": {"person_id": STRANGER, "edition_id": "(SELECT min(id) FROM editions)"},
}
NEW = {
    "applic": "deferred",
    "enrolm": "suspended",
    "role_g": "observer",
}  # by how a table's name begins


def answer(engine: sa.Engine, *statements: str) -> str:
    """Try statements, each of which concerns a row; return how the last is refused, or ""."""
    *first, last = statements
    with engine.execution_options(begin="IMMEDIATE").connect() as connection:
        for statement in first:
            assert connection.exec_driver_sql(statement).rowcount > 0, statement
        try:
            assert connection.exec_driver_sql(last).rowcount > 0, last
        except sa.exc.IntegrityError as error:
            return str(error.orig).partition("\n")[0]
        finally:
            connection.rollback()
    return ""


def a_copy(engine: sa.Engine, table: str, **changed: str) -> str:
    """Return the statement that adds a copy of a row, with other expressions for some columns."""
    names = [column.name for column in tables_of(engine)[table].columns if column.name != "id"]
    values = ", ".join((OTHERS.get(table, {}) | changed).get(name, f'"{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table} ({quoted}) SELECT {values} FROM {table} LIMIT 1"  # noqa: S608


def answers(engine: sa.Engine, value: str = "") -> dict[str, str]:
    """Return how each constraint answers to a value, or to the one that the migration adds."""
    return {
        name: answer(engine, a_copy(engine, table, **{column: f"'{value or NEW[table[:6]]}'"}))
        for name, (table, column) in GROWN.items()
    }


def is_refused(found: dict[str, str]) -> bool:
    """Whether each value was refused, and by the constraint that concerns it."""
    return all(name in answered for name, answered in found.items())


def changed(table: str, column: str, *states: str) -> tuple[str, ...]:
    """Return the statements that change rows from each state to the next."""
    return tuple(
        f"UPDATE {table} SET {column} = '{after}' WHERE {column} = '{before}'"  # noqa: S608
        for before, after in pairwise(states)
    )


def test_states_and_roles_grow_and_shrink_again(filled: sa.Engine, tmp_path: Path) -> None:
    more, rows, conditions = write_growth(tmp_path), content(filled), checks_of(filled)
    assert all(rows[table] for table in wiring.TABLES.tables)
    assert is_refused(answers(filled))

    go(filled, "upgrade", "head", more)
    check(filled, more)
    assert content(filled) == rows
    assert answers(filled) == dict.fromkeys(GROWN, "")
    assert is_refused(answers(filled, "nonsense"))
    grown = checks_of(filled)
    assert {name for name in grown if grown[name] != conditions[name]} == set(GROWN)

    go(filled, "downgrade", "-1", more)
    check(filled)
    assert content(filled) == rows
    assert checks_of(filled) == conditions
    assert is_refused(answers(filled))


TRANSITIONS = (  # the last of which is allowed or not, before the migration and after it
    ("applications", "state", ("under_review", "deferred"), False, True),
    ("applications", "state", ("draft", "deferred"), False, False),
    ("applications", "state", ("draft", "submitted", "under_review", "accepted"), True, True),
    ("applications", "state", ("submitted", "accepted"), False, False),
    ("enrolments", "status", ("active", "suspended"), False, True),
    ("enrolments", "status", ("active", "completed", "suspended"), False, False),
    ("enrolments", "status", ("active", "completed", "active"), False, False),
    ("enrolments", "status", ("active", "withdrawn", "active"), True, True),
)
NEW_TRANSITIONS = (
    ("applications", "state", ("under_review", "deferred", "withdrawn"), True),
    ("applications", "state", ("under_review", "deferred", "accepted"), False),
    ("enrolments", "status", ("active", "suspended", "active"), True),
    ("enrolments", "status", ("active", "suspended", "completed"), False),
)


def is_allowed(engine: sa.Engine, table: str, column: str, states: tuple[str, ...]) -> bool:
    refused = answer(engine, *changed(table, column, *states))
    assert refused == "" or f"no such transition in {table}" in refused
    return refused == ""


def test_transitions_are_those_of_the_migration(filled: sa.Engine, tmp_path: Path) -> None:
    def allowed() -> list[bool]:
        return [is_allowed(filled, *each[:3]) for each in TRANSITIONS]

    more, before, after = (
        write_growth(tmp_path),
        *zip(*(each[3:] for each in TRANSITIONS), strict=True),
    )
    assert allowed() == list(before)
    go(filled, "upgrade", "head", more)
    assert allowed() == list(after)
    for *step, expected in NEW_TRANSITIONS:
        assert is_allowed(filled, *step) is expected, step
    go(filled, "downgrade", "-1", more)
    assert allowed() == list(before)


def test_what_is_in_use_cannot_be_taken_away(filled: sa.Engine, tmp_path: Path) -> None:
    more = write_growth(tmp_path)
    go(filled, "upgrade", "head", more)
    with filled.execution_options(begin="IMMEDIATE").connect() as connection:
        connection.exec_driver_sql(changed("applications", "state", "under_review", "deferred")[0])
        connection.commit()
    rows, conditions = content(filled), checks_of(filled)
    with pytest.raises(sa.exc.IntegrityError, match="ck_applications_applicationstate"):
        go(filled, "downgrade", "-1", more)
    assert (content(filled), checks_of(filled)) == (rows, conditions)
    assert is_allowed(filled, "applications", "state", ("deferred", "withdrawn"))


def test_a_category_or_a_site_role_needs_no_migration(filled: sa.Engine) -> None:
    """They have no CHECK: values that other packages add to (kit.database.open_enum)."""
    email = a_copy(filled, "outgoing_emails", category="'digest'", token="'another'")
    assert answer(filled, email) == ""
    role = a_copy(filled, "role_grants", role="'auditor'", edition_id="NULL")
    assert answer(filled, role) == ""
