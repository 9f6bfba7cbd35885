"""Downloads of tables: no transaction is open while the file is made, and each is recorded."""

import re

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.audit.models import AuditEntry
from learning.files import sheets
from tests.world import RUNNING, World, sign_in

EXPORTS = {
    "admissions.export": (Role.REGISTRAR, f"editions/{RUNNING}/applications/"),
    "audit.export_trail": (Role.AUDITOR, "audit/"),
    "cohort.export_cohort": (Role.LEAD, f"editions/{RUNNING}/progress/"),
    "gradebook_staff.export_grid": (Role.LEAD, f"editions/{RUNNING}/gradebook/"),
    "enrolment.export": (Role.REGISTRAR, f"editions/{RUNNING}/people/"),
    "money.export_invoices": (Role.FINANCE, "money/invoices/"),
    "money.export_journal": (Role.FINANCE, "money/journal/"),
    "people.export_people": (Role.REGISTRAR, "people/"),
    "statistics.export": (Role.REGISTRAR, f"editions/{RUNNING}/statistics/"),
}
NO_TABLES = {"questions.export_questions"}
"""Downloads that are text: they are made from the course, without the database."""
EXPORT = re.compile(r"\bexport")


def test_each_export_is_looked_at_here(app: Flask) -> None:
    found = {rule.endpoint for rule in app.url_map.iter_rules() if EXPORT.search(rule.rule)}
    assert found - NO_TABLES == set(EXPORTS)


@pytest.mark.parametrize("endpoint", EXPORTS)
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_no_transaction_is_open_while_the_file_is_made(
    app: Flask, session: Session, world: World, database, monkeypatch, endpoint: str, kind: str
) -> None:
    role, page = EXPORTS[endpoint]
    client = sign_in(app, session, world.staff[role])
    opened: list[tuple[Session, bool]] = []
    open_in_truth, make_in_truth = database.session, sheets.sheet_bytes
    made_after: list[list[bool]] = []

    def open_session(*, write: bool) -> Session:
        opened.append((open_in_truth(write=write), write))
        return opened[-1][0]

    def make(*values):
        content = make_in_truth(*values)
        assert not any(each.in_transaction() for each, _ in opened)
        made_after.append([write for _, write in opened])
        return content

    monkeypatch.setattr(database, "session", open_session)
    monkeypatch.setattr(sheets, "sheet_bytes", make)
    answer = client.post(f"/en/staff/{page}export", data={"format": kind})
    assert answer.status_code == 200
    assert made_after, "the file was made"
    assert True not in made_after[0], "nothing that writes was opened before"
    assert [write for _, write in opened[len(made_after[0]) :]] == [True]


@pytest.mark.parametrize("endpoint", EXPORTS)
def test_a_file_that_could_not_be_made_is_not_recorded(
    app: Flask, session: Session, world: World, monkeypatch, endpoint: str
) -> None:
    def fail(*_values):
        raise OSError("no space left")

    role, page = EXPORTS[endpoint]
    client = sign_in(app, session, world.staff[role])
    count = select(func.count()).select_from(AuditEntry)
    before = session.scalar(count)
    monkeypatch.setattr(sheets, "sheet_bytes", fail)
    with pytest.raises(OSError, match="no space left"):
        client.post(f"/en/staff/{page}export")
    assert session.scalar(count) == before
