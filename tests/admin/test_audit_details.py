"""The details of the audit trail in the words of its reader: no state, code, id or ISO date."""

import csv
import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.rules.states import ApplicationState
from learning.audit.actions import record
from learning.catalogue.models import EditionStatus
from learning.enrolment.rules import ActorRole, EnrolmentStatus
from tests.world import NOW, World, sign_in

HERE = "/fr/staff/audit/"


@pytest.fixture
def auditor(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.AUDITOR])


def shown(client: FlaskClient) -> str:
    """Return the newest row of the page, without its technical detail."""
    page = client.get(HERE).text.split('<ol class="list', 1)[1]
    return page.split("</summary>", 1)[0].replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("subject", "detail", "words"),
    [
        (
            "application 1",
            {"before": "submitted", "after": "under_review", "actor_role": "registrar"},
            ("candidature envoyée", "en cours d’examen", "En tant que : secrétariat"),
        ),
        (
            "enrolment 1",
            {"before": "active", "after": "no_show"},
            ("Active", "Aucune participation"),
        ),
        ("edition x", {"before": "draft", "after": "open"}, ("Brouillon", "Ouverte")),
        ("person 1", {"role": "registrar"}, ("Rôle : secrétariat",)),
        ("application 1", {"score": 8750}, ("88 %",)),
        ("enrolment 1", {"method": "manual"}, ("sans candidature",)),
        ("enrolment 1", {"until": "2026-12-15T22:59:00+00:00"}, ("15 décembre 2026",)),
        ("enrolment 1", {"received_on": "2026-11-29"}, ("29 novembre 2026",)),
        ("enrolment 1", {"deadline": "group-plan"}, ("Date : ",)),
        ("edition x", {"starts_on": "2026-01-05 → 2026-02-05"}, ("5 janvier 2026 → 5 février",)),
        (
            "edition x",
            {"fee": "Money(minor=98000, currency='EUR') → Money(minor=0, currency='EUR')"},
            ("980,00 EUR → 0,00 EUR",),
        ),
        ("edition x", {"languages": "fr en → fr es"}, ("Français et English → ",)),
        ("person 1", {"fields": ["email", "name"]}, ("Adresse électronique et Nom",)),
        ("person 1", {"covers": ["m1:en", "m2:"]}, (" · English",)),
        ("edition x", {"language": "es"}, ("Langue : Español",)),
    ],
)
def test_values_are_in_the_words_of_the_reader(
    auditor, session, subject: str, detail: dict[str, Any], words: tuple[str, ...]
) -> None:
    record(session, "role granted", subject, by=None, now=NOW, **detail)
    session.commit()
    row = shown(auditor)
    for word in words:
        assert word in row
    for value in detail.values():
        raw = value if isinstance(value, str) else str(value)
        assert f">{raw}<" not in row
        assert f": {raw}<" not in row


@pytest.mark.parametrize(
    ("kind", "states"),
    [
        ("application", ApplicationState),
        ("enrolment", EnrolmentStatus),
        ("edition", EditionStatus),
    ],
)
def test_every_state_has_words(auditor, session, kind: str, states) -> None:
    for state in states:
        record(session, "role granted", f"{kind} 1", by=None, now=NOW, after=str(state))
        session.commit()
        assert f"<bdi>{state}</bdi>" not in shown(auditor)


def test_every_capacity_has_words(auditor, session) -> None:
    for capacity in ActorRole:
        record(session, "role granted", "enrolment 1", by=None, now=NOW, actor_role=str(capacity))
        session.commit()
        row = shown(auditor)
        assert "En tant que : " in row
        assert str(capacity) not in row.replace("participant", "") or capacity == "finance"


def test_people_and_editions_are_named(auditor, session, world) -> None:
    detail = {"tutor": world.awa.id, "edition": world.running.id}
    record(session, "tutor assigned", "enrolment 0", by=None, now=NOW, **detail)
    session.commit()
    row = shown(auditor)
    assert "Tutorat : Awa Koné" in row
    assert f"Édition : {world.running.id}<" not in row
    record(session, "edition open", f"edition {world.running.code}", by=None, now=NOW)
    session.commit()
    assert world.running.code not in shown(auditor)


def test_what_cannot_be_read_is_a_technical_detail_only(auditor, session) -> None:
    detail = {"until": "one day", "person": 999_999, "role": "wizard", "score": "high", "new": 1}
    record(session, "role granted", "person 0", by=None, now=NOW, **detail)
    session.commit()
    row = shown(auditor)
    for value in ("one day", "999999", "wizard", "high"):
        assert value not in row


def test_the_export_has_words_beside_what_was_recorded(auditor, session) -> None:
    detail = {"before": "submitted", "after": "declined", "reason": "x"}
    record(session, "application decline", "application 0", by=None, now=NOW, **detail)
    session.commit()
    answer = auditor.post(f"{HERE}export?action=application+decline", data={"format": "csv"})
    lines = list(csv.reader(io.StringIO(answer.data.decode()[1:]), delimiter=";"))
    assert lines[1][3] == "candidature non retenue"
    assert "candidature envoyée → non retenue" in lines[1][5]
    assert lines[1][6] == "application decline"
    assert '"after": "declined"' in lines[1][7]


def test_a_change_that_is_no_state_is_exported_as_it_is_stored(auditor, session) -> None:
    record(session, "role granted", "enrolment 1", by=None, now=NOW, before=5800, after=6400)
    session.commit()
    assert "5800 → 6400" in auditor.post(f"{HERE}export", data={"format": "csv"}).text
