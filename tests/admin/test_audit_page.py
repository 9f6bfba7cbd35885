"""The page of the audit trail: names, reasons, filters, downloads."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.audit.actions import record
from learning.labels import AUDIT_LABELS
from tests.admissions.test_board import text_of
from tests.world import NOW, World, sign_in

HERE = "/en/staff/audit/"


@pytest.fixture
def auditor(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.AUDITOR])


def items(page: str) -> str:
    return page.split('<ol class="list', 1)[-1].split("</ol>", 1)[0]


def test_a_row_names_who_and_whom_and_why(auditor, session, world) -> None:
    by, by_name = world.staff[Role.ADMINISTRATOR].id, "Administrator Person"
    what = {"before": "open", "after": "running", "why": "as agreed"}
    record(session, "role granted", f"person {world.awa.id}", by=by, now=NOW, **what)
    record(session, "role granted", f"enrolment {world.place.id}", by=None, now=NOW)
    record(session, "role granted", "person 999999", by=999998, now=NOW)
    session.commit()
    page = items(auditor.get(HERE, query_string={"action": "role granted"}).text)
    assert "<bdi>open</bdi></del> → <ins><bdi>running" in page
    for text in (by_name, "Awa Koné", "role assigned", "as agreed", "automatically", "999998"):
        assert text in page
    assert "/staff/people/" not in page, "an auditor opens no page of a person"


def test_an_administrator_opens_the_person_from_a_row(app, session, world) -> None:
    record(session, "role granted", f"person {world.awa.id}", by=None, now=NOW)
    session.commit()
    client = sign_in(app, session, world.staff[Role.ADMINISTRATOR])
    assert f"/en/staff/people/{world.awa.uid}" in items(client.get(HERE).text)


def test_rows_are_found_by_person_and_period(auditor, session, world) -> None:
    record(session, "job retried", "job 1", by=world.awa.id, now=NOW - timedelta(days=9))
    record(session, "job discarded", f"person {world.awa.id}", by=None, now=NOW)
    record(session, "job discarded", "job 3", by=None, now=NOW)
    session.commit()
    day = NOW.date()
    for query, count in (
        ({"q": "kone", "action": "job retried"}, 1),
        ({"q": "kone", "action": "job discarded"}, 1),
        ({"q": "zzz"}, 0),
        ({"action": "job retried", "since": str(day - timedelta(days=2))}, 0),
        ({"action": "job retried", "until": str(day - timedelta(days=2))}, 1),
        ({"action": "job discarded", "since": str(day), "until": str(day)}, 2),
        ({"action": "job discarded", "since": "no day", "until": "0000-00-00"}, 2),
    ):
        page = auditor.get(HERE, query_string=query).text
        assert page.count("Technical detail") == count, query


@pytest.mark.parametrize(
    ("query", "found", "shown"),
    [
        ("since=2026-07-17", 0, "From: 17 Jul"),
        ("since=2026-07-16", 1, "From: 16 Jul"),
        ("until=2026-07-15", 0, "Until: 15 Jul"),
        ("since=2026-07-16&until=2026-07-16", 1, "16 Jul 2026"),
    ],
)
def test_the_days_of_a_period_are_those_of_the_reader(
    app, session, world, query, found, shown
) -> None:
    """At 23:30 UTC it is the next day in Rome."""
    reader = world.staff[Role.AUDITOR]
    reader.zone = "Europe/Rome"
    at = datetime(2026, 7, 15, 23, 30, tzinfo=UTC)
    record(session, "job retried", "job 1", by=None, now=at)
    session.commit()
    page = sign_in(app, session, reader).get(f"{HERE}?action=job+retried&{query}").text
    assert page.count("Technical detail") == found
    assert shown in text_of(page)


def test_every_action_that_has_a_label_is_offered(auditor) -> None:
    offered = auditor.get(HERE).text.partition('name="action"')[2].partition("</select>")[0]
    assert re.findall('value="(.*?)"', unescape(offered)) == ["", *sorted(AUDIT_LABELS)]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_fits_is_downloaded_and_that_is_recorded(auditor, kind) -> None:
    answer = auditor.post(f"{HERE}export?q=kone", data={"format": kind})
    assert answer.status_code == 200
    assert f".{kind}" in answer.headers["Content-Disposition"]
    assert "audit trail downloaded" in items(auditor.get(HERE).text)


def test_the_trail_costs_the_same_with_more_rows(auditor, session, world, queries) -> None:
    def cost() -> int:
        queries.clear()
        page = auditor.get(HERE)
        assert len(page.data) < 120_000
        return len(queries)

    for number in (1, 60):
        for _ in range(number):
            for subject in (f"person {world.awa.id}", f"enrolment {world.place.id}"):
                record(session, "role granted", subject, by=world.awa.id, now=NOW)
        session.commit()
        if number == 1:
            few = cost()
    assert cost() == few
