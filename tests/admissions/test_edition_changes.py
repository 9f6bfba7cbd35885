"""An edition that changes under people's feet: shown first, told to each once, or refused."""

import json
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning import wiring
from learning.access.permissions import Role
from learning.accounts.models import Person
from learning.admissions.commands import edition_notices, waitlist
from learning.admissions.models import Sponsorship
from learning.admissions.problems import EditionChangeProblem
from learning.admissions.queries import applications as application_queries
from learning.admissions.queries.agreements import (
    agreement_of,
)
from learning.admissions.queries.terms import terms_of
from learning.admissions.rules.states import ApplicationState
from learning.jobs.worker import Task, Worker
from learning.kit.database import Database
from learning.kit.errors import RuleViolation
from learning.kit.i18n import i18n_for
from learning.kit.labels import message_in
from learning.kit.money import Money
from learning.mail.models import OutgoingEmail
from learning.participants.commands import enrol_person
from learning.wiring import LABELS
from tests.admissions.factories import NOW, a_draft, a_person, in_state, save
from tests.world import World, edition_form, make_policy, send_form, sign_in

CHANGED = (
    select(OutgoingEmail)
    .where(OutgoingEmail.kind == "admissions.edition-changed")
    .order_by(OutgoingEmail.id)
)


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


def work(database: Database, session: Session) -> None:
    """Let the worker write what is to be written, and begin each job a second time."""
    session.commit()
    handlers = {edition_notices.NOTICE_JOB: edition_notices.enqueue_notices}
    worker = Worker(database=database, handlers=handlers, name="test")
    while worker.step():
        session.expire_all()


def moved(world: World, days: int) -> dict[str, str]:
    """Return the form of the open edition, all its days moved."""
    names = ("starts_on", "ends_on", "apply_until", "project_due_on")
    later = {name: str(getattr(world.open, name) + timedelta(days=days)) for name in names}
    return edition_form(world.open, zone="UTC", **later)


def agreed(page: str) -> str:
    return page.split('name="agreed" value="')[1].split('"', maxsplit=1)[0]


def test_a_moved_edition_is_shown_before_it_is_saved(registrar, session, world: World) -> None:
    in_state(session, world, ApplicationState.ENROLLED)
    in_state(session, world, ApplicationState.SUBMITTED)
    enrol_person(session, world.open, a_person(session), by=None, now=NOW)
    a_draft(session, world)
    session.commit()
    first_day = world.open.starts_on
    path, form = f"/en/staff/editions/{world.open.code}/edit", moved(world, 7)
    shown = send_form(registrar, path, form)
    assert shown.status_code == 200
    for state in ("enrolled", "application sent", "place assigned manually"):
        assert f"<li>{state}: 1</li>" in shown.text
    assert "not saved yet" in shown.text.lower()
    session.expire_all()
    assert world.open.starts_on == first_day
    assert send_form(registrar, path, form | {"agreed": agreed(shown.text)}).status_code == 303
    session.expire_all()
    assert world.open.starts_on == first_day + timedelta(days=7)


def test_other_people_than_were_shown_are_shown_again(registrar, session, world: World) -> None:
    in_state(session, world, ApplicationState.ENROLLED)
    path, form = f"/en/staff/editions/{world.open.code}/edit", moved(world, 7)
    token = agreed(send_form(registrar, path, form).text)
    in_state(session, world, ApplicationState.SUBMITTED)
    again = send_form(registrar, path, form | {"agreed": token})
    assert (again.status_code, "application sent: 1" in again.text) == (200, True)


def test_what_nobody_holds_a_letter_about_is_saved_at_once(registrar, session, world) -> None:
    in_state(session, world, ApplicationState.ENROLLED)
    in_state(session, world, ApplicationState.SUBMITTED)
    data = edition_form(world.open, zone="UTC", capacity="40", text_en="Welcome, all.")
    path = f"/en/staff/editions/{world.open.code}/edit"
    assert send_form(registrar, path, data).status_code == 303


def test_each_is_told_once_in_their_language(database, session, world, monkeypatch) -> None:
    monkeypatch.setattr(edition_notices, "BATCH_SIZE", 2)
    enrolled = in_state(session, world, ApplicationState.ENROLLED)
    spanish = a_person(session, language="es")
    waiting_for = in_state(session, world, ApplicationState.WAITLISTED, spanish)
    by_hand = enrol_person(session, world.open, a_person(session, language="en"), by=None, now=NOW)
    in_state(session, world, ApplicationState.DECLINED)
    a_draft(session, world)
    first_day, by = world.open.starts_on, world.staff[Role.REGISTRAR].id
    save(session, world.open, by, starts_on=first_day + timedelta(days=1))
    job = session.scalars(
        select(wiring.jobs.Job).where(wiring.jobs.Job.kind == edition_notices.NOTICE_JOB)
    )
    payload = job.one().payload
    work(database, session)
    task = Task(id=1, payload=json.loads(payload), database=database, now=NOW)
    edition_notices.enqueue_notices(task)  # a worker that was killed before it wrote "done"
    letters = session.scalars(CHANGED).all()
    people = (enrolled.person_id, waiting_for.person_id, by_hand.person_id)
    expected = {session.get_one(Person, person).email for person in people}
    assert sorted(letter.email for letter in letters) == sorted(expected)
    letter = next(each for each in letters if each.email == spanish.email)
    text = wiring.EMAIL_TEMPLATES[letter.kind](i18n_for("es"), json.loads(letter.params))
    old, new = (i18n_for("es").date(first_day + timedelta(days=day)) for day in (0, 1))
    assert f"El curso empieza el {new}, y no el {old}." in text.lines


def test_an_agreed_fee_stays_and_is_not_written_about(database, session, world) -> None:
    accepted = in_state(session, world, ApplicationState.ACCEPTED)
    sent = in_state(session, world, ApplicationState.SUBMITTED)
    in_state(session, world, ApplicationState.SUBMITTED, funding="fellowship")
    save(session, world.open, world.staff[Role.REGISTRAR].id, fee=Money(110_000, "EUR"))
    work(database, session)
    agreement = agreement_of(session, accepted)
    assert agreement is not None
    assert agreement.price == Money(98_000, "EUR")
    (letter,) = session.scalars(CHANGED)
    assert letter.email == session.get_one(Person, sent.person_id).email
    text = wiring.EMAIL_TEMPLATES[letter.kind](i18n_for("en"), json.loads(letter.params))
    assert "The fee is €1,100, not €980." in text.lines


def test_agreed_rules_for_cancelling_stay_and_are_not_written_about(
    database, session, world: World
) -> None:
    accepted = in_state(session, world, ApplicationState.ACCEPTED)
    sent = in_state(session, world, ApplicationState.SUBMITTED)
    make_policy(session, "B7", "[[30, 10]]")
    save(session, world.open, world.staff[Role.REGISTRAR].id, policy_version="B7")
    work(database, session)
    assert terms_of(session, accepted, world.open).policy.version == "A9716205"
    assert terms_of(session, sent, world.open).policy.version == "B7"
    (letter,) = session.scalars(CHANGED)
    assert letter.email == session.get_one(Person, sent.person_id).email
    text = wiring.EMAIL_TEMPLATES[letter.kind](i18n_for("en"), json.loads(letter.params))
    assert any(
        "Another cancellation policy applies: B7, not A9716205" in line for line in text.lines
    )


def test_a_sponsor_is_told_too(database, session, world, sponsorship: Sponsorship) -> None:
    save(
        session, world.open, world.staff[Role.REGISTRAR].id,
        starts_on=world.open.starts_on + timedelta(days=1),
    )  # fmt: skip
    work(database, session)
    assert sponsorship.contact_email in {letter.email for letter in session.scalars(CHANGED)}


def refused(session: Session, world: World, **changed: object) -> RuleViolation:
    by = world.staff[Role.REGISTRAR].id
    with pytest.raises(RuleViolation) as violation, session.begin_nested():
        save(session, world.open, by, **changed)
    return violation.value


def test_a_first_day_that_was_stays(session: Session, world: World) -> None:
    running, by = world.running, world.staff[Role.REGISTRAR].id
    with pytest.raises(RuleViolation, match="begun"):
        save(session, running, by, starts_on=running.starts_on + timedelta(days=1))


def test_nobody_s_first_day_is_moved_into_the_past(session: Session, world: World) -> None:
    in_state(session, world, ApplicationState.ENROLLED)
    yesterday = NOW.date() - timedelta(days=1)
    days = {"starts_on": yesterday, "apply_until": yesterday - timedelta(days=9)}
    violation = refused(session, world, **days, ends_on=yesterday + timedelta(days=39),
                      project_due_on=yesterday + timedelta(days=39))  # fmt: skip
    assert (violation.field, violation.code) == ("starts_on", EditionChangeProblem.FIRST_DAY_PAST)


def an_offer(session: Session, world: World) -> datetime:
    world.open.capacity = 1
    in_state(session, world, ApplicationState.WAITLISTED)
    (offer,) = waitlist.offer_free_seats(session, world.open.id, now=NOW)
    return offer.ends_at


def test_no_offer_is_broken(session: Session, world: World) -> None:
    until = an_offer(session, world)
    tomorrow = NOW.date() + timedelta(days=1)
    days = {"starts_on": tomorrow, "apply_until": NOW.date(),
            "ends_on": tomorrow + timedelta(days=39),
            "project_due_on": tomorrow + timedelta(days=39)}  # fmt: skip
    message = message_in(LABELS, refused(session, world, **days), i18n_for("fr"))
    assert i18n_for("fr").moment(until) in message
    assert refused(session, world, fee=Money(98_001, "EUR")).field == "fee"
    make_policy(session, "B7", "[[30, 10]]")
    assert refused(session, world, policy_version="B7").field == "policy_version"
    save(session, world.open, world.staff[Role.REGISTRAR].id, fee=Money(50_000, "EUR"))
    assert len(application_queries.open_offers(session, world.open.id)) == 1


def test_no_language_is_lost_in_which_somebody_applied(session: Session, world: World) -> None:
    in_state(session, world, ApplicationState.SUBMITTED, study_language="es")
    assert refused(session, world, languages="fr en").code is EditionChangeProblem.LANGUAGE


def test_a_public_edition_is_held_to_the_publication_check_that_published_it(
    registrar, session: Session, world: World
) -> None:
    path = f"/en/staff/editions/{world.open.code}/edit"
    other = world.open.starts_on + timedelta(days=7)
    message = f"From {other.day} {other:%B} on, with us."
    answer = send_form(registrar, path, edition_form(world.open, zone="UTC", text_en=message))
    assert answer.status_code == 409
    assert "another first day than the edition" in answer.text
    assert message in answer.text
    assert "From" not in registrar.get("/en/courses/reintegration").text
    weeks = send_form(registrar, path, edition_form(world.open, zone="UTC", weeks="7"))
    assert "6 weeks, not as many as stated" in weeks.text
    draft = edition_form(world.draft, zone="UTC", weeks="7")
    at_rest = send_form(registrar, f"/en/staff/editions/{world.draft.code}/edit", draft)
    assert at_rest.status_code == 303
    session.expire_all()
    assert world.open.weeks == 6
