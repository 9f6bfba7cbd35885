"""The list of e-mails: found by who, where and what; registrars read those of courses only."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.former_emails import add_former_email
from learning.kit.time import WEEK
from learning.mail import actions, copies
from learning.mail.actions import EmailRequest, Recipient
from learning.mail.copies import SentText
from learning.mail.email_lists import PAGE_SIZE
from learning.mail.models import EmailState, OutgoingEmail
from tests.world import NOW, World, sign_in

DAY = timedelta(days=1)
HERE = "/en/staff/emails/"
AWA = Recipient(email="awa@example.org", name="Awa Koné", language="fr", zone="UTC")
LUIS = Recipient(email="luis@example.org", name="Luis Quispe", language="es", zone="UTC")


@pytest.fixture
def administrator(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.ADMINISTRATOR])


def sent(session: Session, to: Recipient, kind: str, subject: str) -> OutgoingEmail:
    row = actions.enqueue_email(session, to, EmailRequest(kind=kind), now=NOW)
    actions.mark_ended(session, row, EmailState.SENT, now=NOW)
    copies.keep_copy(session, row.id, SentText(subject=subject, body="Bonjour"), now=NOW)
    session.commit()
    return row


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("awa", True), ("KON", True), ("awa@example.org", True), ("acceptée", True),
        ("awa acceptée", True), ("luis", False), ("awa luis", False), ("%", False), ("", True),
    ],
)  # fmt: skip
def test_an_email_is_found_by_name_address_and_subject(
    administrator, session, words, found
) -> None:
    sent(session, AWA, "admissions.accepted", "Votre candidature est acceptée")
    page = administrator.get(HERE, query_string={"q": words}).text
    assert ("Votre candidature est acceptée" in page) == found


def test_a_failed_and_a_waiting_email_say_why_and_when(administrator, session) -> None:
    failed = actions.enqueue_email(session, AWA, EmailRequest(kind="accounts.reset"), now=NOW)
    actions.mark_failed(session, failed.id, now=NOW, reason="550 no such mailbox")
    held = actions.enqueue_email(session, LUIS, EmailRequest(kind="accounts.reset"), now=NOW)
    actions.postpone(session, held.id, now=NOW, reason="connection refused", our_side=True)
    session.commit()
    page = administrator.get(HERE).text
    for text in ("550 no such mailbox", "connection refused", "next try "):
        assert text in page
    only = administrator.get(f"{HERE}?state=failed").text
    assert "550 no such mailbox" in only
    assert "connection refused" not in only
    assert administrator.get(f"{HERE}?state=x&before=99999999999999999999").status_code == 200


def test_a_registrar_reads_what_is_about_courses_only(app, session, world) -> None:
    course = sent(session, AWA, "admissions.accepted", "Acceptée")
    account = sent(session, AWA, "accounts.reset", "Nouveau mot de passe")
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    page = registrar.get(HERE).text
    assert "Acceptée" in page
    assert "Nouveau mot de passe" not in page
    assert registrar.get(f"{HERE}{course.id}").status_code == 200
    assert registrar.get(f"{HERE}{account.id}").status_code == 404
    finance = sign_in(app, session, world.staff[Role.FINANCE])
    assert finance.get(HERE).status_code == finance.get(f"{HERE}{course.id}").status_code == 404


def test_the_list_is_paged_and_costs_the_same(administrator, session, queries) -> None:
    def cost(address: str) -> int:
        queries.clear()
        assert administrator.get(address).status_code == 200
        return len(queries)

    row = actions.enqueue_email(session, AWA, EmailRequest(kind="accounts.reset"), now=NOW)
    session.commit()
    few = cost(HERE)
    for _ in range(PAGE_SIZE + 5):
        actions.enqueue_email(session, LUIS, EmailRequest(kind="accounts.reset"), now=NOW)
    session.commit()
    assert cost(HERE) == few
    first = administrator.get(HERE).text
    assert "luis@example.org" in first
    assert ">awa@example.org" not in first
    assert len(first) < 120_000
    second = administrator.get(f"{HERE}?before={row.id + 6}").text
    assert ">awa@example.org" in second


def test_a_list_of_a_person_has_the_emails_of_their_time_at_an_address(
    administrator, session, world
) -> None:
    """An address that passed from one person to another keeps two lists apart."""
    before, after = world.awa, world.stranger
    shared = before.email
    earlier = Recipient(email=shared, name=before.name, language="fr", zone="UTC")
    sent(session, earlier, "admissions.accepted", "For the earlier holder").created_at = NOW - WEEK
    add_former_email(session, before, now=NOW - DAY)
    before.email = "moved@example.org"
    session.flush()
    after.email = shared
    session.commit()
    later = Recipient(email=shared, name=after.name, language="fr", zone="UTC")
    sent(session, later, "admissions.accepted", "For the later holder")
    for person, own, other in (
        (before, "For the earlier holder", "For the later holder"),
        (after, "For the later holder", "For the earlier holder"),
    ):
        page = administrator.get(f"/en/staff/people/{person.uid}").text
        address = f"{HERE}?person={person.uid}"
        assert f'href="{address}"' in page
        text = administrator.get(address).text
        assert own in text
        assert other not in text
        assert f"To {person.name}" in text


def test_a_person_who_does_not_exist_has_no_emails(administrator) -> None:
    assert administrator.get(f"{HERE}?person=0000000000000000").status_code == 404
