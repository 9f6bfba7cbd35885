"""Nobody sends messages of their own to strangers through our mail server."""

import json
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts import registration
from learning.accounts.models import Person
from learning.admissions.commands import sponsorships
from learning.admissions.commands.sponsorships import Contact
from learning.admissions.models import Application, Sponsorship
from learning.admissions.rules.states import ApplicationState
from learning.jobs.worker import Task
from learning.kit.database import Database
from learning.kit.i18n import LANGUAGES, i18n_for
from learning.mail.emails import EmailContext, render_html, render_text
from learning.mail.models import OutgoingEmail
from learning.wiring import EMAIL_TEMPLATES
from tests.admissions.factories import NOW, a_person, in_state
from tests.admissions.sponsors import NOMINEE
from tests.admissions.test_nomination_letter import SPONSOR
from tests.admissions.test_own_applications import browser_of, path_of
from tests.world import World

HOSTILE = "Urgent: call +33 6 12 34 56 78 or see evil.example"
PROMISE = "Only a name, or so it seems"


def sent(session: Session, kind: str) -> list[OutgoingEmail]:
    return list(
        session.scalars(
            select(OutgoingEmail).where(OutgoingEmail.kind == kind).order_by(OutgoingEmail.id)
        )
    )


def read(mail: OutgoingEmail) -> tuple[str, str]:
    """Return the subject of an e-mail, and all that its recipient reads."""
    words = i18n_for(mail.language, mail.zone)
    letter = EMAIL_TEMPLATES[mail.kind](words, json.loads(mail.params))
    setting = EmailContext(i18n=words, name=mail.name, address="https://course.example.org")
    return letter.subject, render_text(letter, setting) + render_html(letter, setting)


def asking(app: Flask, session: Session, world: World) -> tuple[FlaskClient, str]:
    draft = in_state(session, world, ApplicationState.DRAFT, funding="sponsor")
    return browser_of(app, session, draft), f"{path_of(draft)}/sponsor"


def ask(client: FlaskClient, path: str, number: int, **more: str) -> int:
    form = SPONSOR | {"contact_email": f"s{number}@example.org", "idempotency_key": f"{number:024}"}
    return client.post(path, data=form | more).status_code


def test_one_account_does_not_write_to_sixty_strangers(
    app: Flask, session: Session, world: World
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        client, path = asking(app, session, world)
        statuses = [ask(client, path, number) for number in range(60)]
        assert statuses == [303] * 5 + [429] * 55
        for hour in range(1, 24):
            clock.shift(timedelta(hours=1))
            for number in range(10):
                ask(client, path, 1000 * hour + number)
        assert len(sent(session, "admissions.sponsor-invited")) <= 19, "ten a day, ten at once"


def test_one_mailbox_is_not_filled_by_many_accounts(
    app: Flask, session: Session, world: World
) -> None:
    statuses = []
    for number in range(12):
        client, path = asking(app, session, world)
        statuses.append(ask(client, path, number, contact_email="one@example.org"))
    assert statuses == [303] * 10 + [429] * 2


def test_all_links_of_one_account_together_nominate_no_more(
    visitor: FlaskClient, session: Session, candidate: Application, link: str
) -> None:
    """Each link names ten at once; the second one of an applicant has ten left, a third none."""
    done, path = [], link
    for number in range(3):
        for n in range(12):
            form = NOMINEE | {
                "email": f"n{number}x{n}@example.org",
                "idempotency_key": f"{number}{n:023}",
            }
            done.append(visitor.post(f"{path}/nominees", data=form).status_code)
        contact = Contact(
            organisation="House", name="A", email=f"c{number}@example.org", language="fr"
        )
        candidate = session.get_one(Application, candidate.id)
        sponsorships.invite_sponsor(session, candidate, contact, now=NOW)
        session.commit()
        path = "/fr" + json.loads(sent(session, "admissions.sponsor-invited")[-1].params)["path"]
    assert [done[:12].count(303), done[12:24].count(303), done[24:].count(303)] == [10, 10, 0]
    assert len(sent(session, "admissions.nominated")) == 20


@pytest.mark.parametrize("field", ["organisation", "contact_name"])
def test_a_message_is_no_name_of_an_institution_or_a_person(
    app: Flask, session: Session, world: World, field: str
) -> None:
    client, path = asking(app, session, world)
    page = client.post(path, data=SPONSOR | {field: HOSTILE})
    assert page.status_code == 422
    assert "sans adresse, sans lien" in page.text
    assert HOSTILE in page.text, "what was typed comes back"
    assert sent(session, "admissions.sponsor-invited") == []


def test_a_message_is_no_name_of_a_nominee(
    visitor: FlaskClient, session: Session, link: str
) -> None:
    page = visitor.post(f"{link}/nominees", data=NOMINEE | {"name": HOSTILE})
    assert page.status_code == 422
    assert "sans adresse, sans lien" in page.text
    assert HOSTILE in page.text
    assert sent(session, "admissions.nominated") == []


def test_a_message_is_no_name_of_one_s_own(
    app: Flask, session: Session, visitor: FlaskClient, candidate: Application
) -> None:
    form = {"name": HOSTILE, "email": "x@example.org"}
    page = visitor.post("/fr/account/sign-up", data=form)
    assert page.status_code == 422
    assert "sans adresse, sans lien" in page.text
    client = browser_of(app, session, candidate)
    profile = {"name": HOSTILE, "language": "fr", "zone": "UTC", "version": "1"}
    page = client.post("/fr/account/profile", data=profile)
    assert page.status_code == 422
    assert HOSTILE in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_written_to_an_institution_says_nothing_that_was_typed_for_it(
    session: Session, candidate: Application, language: str
) -> None:
    """Neither subject nor greeting; an older name that leads somewhere is not said at all."""
    contact = Contact(organisation=PROMISE, name=PROMISE, email="x@example.org", language=language)
    person = session.get_one(Person, candidate.person_id)
    for name in ("Awa Kouassi", HOSTILE):
        person.name = name
        sponsorships.invite_sponsor(session, candidate, contact, now=NOW)
        mail = sent(session, "admissions.sponsor-invited")[-1]
        subject, text = read(mail)
        assert mail.name == ""
        assert PROMISE not in subject + text
        assert "Kouassi" not in subject
        assert ("Awa Kouassi" in text) == (name != HOSTILE)
        assert "evil.example" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_written_to_a_nominee_has_a_fixed_subject_and_no_name(
    visitor: FlaskClient, session: Session, sponsorship: Sponsorship, link: str, language: str
) -> None:
    sponsorship.organisation = f"{PROMISE} evil.example"
    session.commit()
    form = NOMINEE | {"name": "Typed By Somebody", "language": language}
    assert visitor.post(f"{link}/nominees", data=form).status_code == 303
    for kind in ("admissions.nominated", "accounts.invitation"):
        (mail,) = sent(session, kind)
        subject, text = read(mail)
        assert mail.name == ""
        assert "Typed" not in subject + text
        assert "evil.example" not in subject + text


def test_strangers_do_not_greet_people_whom_they_sign_up(
    database: Database, session: Session, world: World
) -> None:
    """Nor the owner of an address that they claim to be their new one."""
    typed_data = {"email": "new@example.org", "name": PROMISE, "language": "en", "zone": "UTC"}
    task = Task(id=1, payload=typed_data, now=NOW, database=database)
    registration.HANDLERS["accounts.sign-up"](task)
    claimed = {
        "person": world.awa.id,
        "email": "other@example.org",
        "version": world.awa.credentials_version,
    }
    registration.HANDLERS["accounts.email-change"](
        Task(id=2, payload=claimed, now=NOW, database=database)
    )
    session.expire_all()
    for kind, address in (("sign-up", "new@"), ("email-change", "other@")):
        (mail,) = sent(session, f"accounts.{kind}")
        assert mail.email.startswith(address)
        assert mail.name == ""
        assert "Hello," in read(mail)[1] or "Bonjour," in read(mail)[1]
        assert PROMISE not in read(mail)[1]


def test_a_person_who_answered_is_greeted_by_name(
    visitor: FlaskClient, session: Session, link: str
) -> None:
    known = a_person(session, "Moussa Traoré")
    known.password_hash = "x"
    session.commit()
    visitor.post(f"{link}/nominees", data=NOMINEE | {"email": known.email})
    assert sent(session, "admissions.nominated")[0].name == "Moussa Traoré"
