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
from learning.enrolment import change_notices, deadlines, queries, waiting
from learning.enrolment.actions import give_place
from learning.enrolment.models import Application, Sponsorship
from learning.enrolment.rules import State
from learning.jobs.worker import Worker
from learning.kit.db import Database
from learning.kit.errors import Refused
from learning.kit.i18n import i18n_for
from learning.kit.money import Money
from learning.mail.models import Mail
from tests.enrolment.making import NOW, a_draft, a_person, in_state, save
from tests.world import World, edition_form, send_form, sign_in

CHANGED = select(Mail).where(Mail.kind == "enrolment.edition-changed").order_by(Mail.id)


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


def work(database: Database, session: Session) -> None:
    """Let the worker write what is to be written, and begin each job a second time."""
    session.commit()
    handlers = {change_notices.JOB: change_notices.write_notices}
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
    in_state(session, world, State.ENROLLED)
    in_state(session, world, State.SUBMITTED)
    give_place(session, world.open, a_person(session), by=None, now=NOW)
    a_draft(session, world)
    session.commit()
    first_day = world.open.starts_on
    path, form = f"/en/desk/editions/{world.open.code}/edit", moved(world, 7)
    shown = send_form(registrar, path, form)
    assert shown.status_code == 200
    for state in ("enrolled", "application sent", "place given by hand"):
        assert f"<li>{state}: 1</li>" in shown.text
    assert "not saved yet" in shown.text.lower()
    session.expire_all()
    assert world.open.starts_on == first_day
    assert send_form(registrar, path, form | {"agreed": agreed(shown.text)}).status_code == 303
    session.expire_all()
    assert world.open.starts_on == first_day + timedelta(days=7)


def test_other_people_than_were_shown_are_shown_again(registrar, session, world: World) -> None:
    in_state(session, world, State.ENROLLED)
    path, form = f"/en/desk/editions/{world.open.code}/edit", moved(world, 7)
    token = agreed(send_form(registrar, path, form).text)
    in_state(session, world, State.SUBMITTED)
    again = send_form(registrar, path, form | {"agreed": token})
    assert (again.status_code, "application sent: 1" in again.text) == (200, True)


def test_what_nobody_holds_a_letter_about_is_saved_at_once(registrar, session, world) -> None:
    in_state(session, world, State.ENROLLED)
    data = edition_form(world.open, zone="UTC", capacity="40", text_en="Welcome, all.")
    path = f"/en/desk/editions/{world.open.code}/edit"
    assert send_form(registrar, path, data).status_code == 303


def test_each_is_told_once_in_their_language(database, session, world, monkeypatch) -> None:
    monkeypatch.setattr(change_notices, "AT_ONCE", 2)
    enrolled = in_state(session, world, State.ENROLLED)
    spanish = a_person(session, language="es")
    waiting_for = in_state(session, world, State.WAITLISTED, spanish)
    by_hand = give_place(session, world.open, a_person(session, language="en"), by=None, now=NOW)
    in_state(session, world, State.DECLINED)
    a_draft(session, world)
    first_day, by = world.open.starts_on, world.staff[Role.REGISTRAR].id
    save(session, world.open, by, starts_on=first_day + timedelta(days=1))
    job = session.scalars(select(wiring.jobs.Job).where(wiring.jobs.Job.kind == change_notices.JOB))
    payload = job.one().payload
    work(database, session)
    task = wiring.Task(id=1, payload=json.loads(payload), database=database, now=NOW)
    change_notices.write_notices(task)  # a worker that was killed before it wrote "done"
    letters = session.scalars(CHANGED).all()
    people = (enrolled.person_id, waiting_for.person_id, by_hand.person_id)
    expected = {session.get_one(Person, person).email for person in people}
    assert sorted(letter.email for letter in letters) == sorted(expected)
    letter = next(each for each in letters if each.email == spanish.email)
    text = wiring.LETTERS[letter.kind](i18n_for("es"), json.loads(letter.params))
    old, new = (i18n_for("es").date(first_day + timedelta(days=day)) for day in (0, 1))
    assert f"El curso empieza el {new}, y no el {old}." in text.lines


def test_an_agreed_fee_stays_and_is_not_written_about(database, session, world) -> None:
    accepted = in_state(session, world, State.ACCEPTED)
    sent = in_state(session, world, State.SUBMITTED)
    in_state(session, world, State.SUBMITTED, funding="fellowship")
    save(session, world.open, world.staff[Role.REGISTRAR].id, fee=Money(110_000, "EUR"))
    work(database, session)
    assert accepted.fee_minor == 98_000
    (letter,) = session.scalars(CHANGED)
    assert letter.email == session.get_one(Person, sent.person_id).email
    text = wiring.LETTERS[letter.kind](i18n_for("en"), json.loads(letter.params))
    assert "The fee is 1,100.00\u00a0EUR, not 980.00\u00a0EUR." in text.lines


def test_a_sponsor_is_told_too(database, session, world, sponsorship: Sponsorship) -> None:
    save(
        session, world.open, world.staff[Role.REGISTRAR].id,
        starts_on=world.open.starts_on + timedelta(days=1),
    )  # fmt: skip
    work(database, session)
    assert sponsorship.contact_email in {letter.email for letter in session.scalars(CHANGED)}


def refused(session: Session, world: World, **changed: object) -> Refused:
    by = world.staff[Role.REGISTRAR].id
    with pytest.raises(Refused) as refusal, session.begin_nested():
        save(session, world.open, by, **changed)
    return refusal.value


def test_a_first_day_that_was_stays(session: Session, world: World) -> None:
    running, by = world.running, world.staff[Role.REGISTRAR].id
    with pytest.raises(Refused, match="has begun"):
        save(session, running, by, starts_on=running.starts_on + timedelta(days=1))


def test_nobody_s_first_day_is_moved_into_the_past(session: Session, world: World) -> None:
    in_state(session, world, State.ENROLLED)
    yesterday = NOW.date() - timedelta(days=1)
    days = {"starts_on": yesterday, "apply_until": yesterday - timedelta(days=9)}
    refusal = refused(session, world, **days, ends_on=yesterday + timedelta(days=39),
                      project_due_on=yesterday + timedelta(days=39))  # fmt: skip
    assert (refusal.field, "lies ahead" in str(refusal)) == ("starts_on", True)


def an_offer(session: Session, world: World) -> datetime:
    world.open.capacity = 1
    in_state(session, world, State.WAITLISTED)
    (offer,) = waiting.fill(session, world.open.id, now=NOW)
    return offer.ends_at


def test_no_offer_is_broken(session: Session, world: World) -> None:
    until = an_offer(session, world)
    tomorrow = NOW.date() + timedelta(days=1)
    days = {"starts_on": tomorrow, "apply_until": NOW.date(),
            "ends_on": tomorrow + timedelta(days=39),
            "project_due_on": tomorrow + timedelta(days=39)}  # fmt: skip
    said = refused(session, world, **days).said(i18n_for("fr"))
    assert i18n_for("fr").moment(until) in said
    assert refused(session, world, fee=Money(98_001, "EUR")).field == "fee"
    save(session, world.open, world.staff[Role.REGISTRAR].id, fee=Money(50_000, "EUR"))
    assert len(queries.open_offers(session, world.open.id)) == 1


def test_no_language_is_lost_in_which_somebody_applied(session: Session, world: World) -> None:
    in_state(session, world, State.SUBMITTED, study_language="es")
    assert "language" in str(refused(session, world, languages="fr en"))


def test_leaving_is_counted_from_the_better_first_day(session: Session, world: World) -> None:
    accepted: Application = in_state(session, world, State.ACCEPTED)
    agreed_day = accepted.starts_on_at_acceptance
    assert agreed_day is not None
    assert deadlines.first_day(agreed_day - timedelta(days=10), agreed_day) == agreed_day
    later = agreed_day + timedelta(days=7)
    assert deadlines.first_day(later, agreed_day) == later
    assert deadlines.first_day(later, None) == later


def test_a_public_edition_is_held_to_the_gate_that_published_it(
    registrar, session: Session, world: World
) -> None:
    path = f"/en/desk/editions/{world.open.code}/edit"
    other = world.open.starts_on + timedelta(days=7)
    said = f"From {other.day} {other:%B} on, with us."
    answer = send_form(registrar, path, edition_form(world.open, zone="UTC", text_en=said))
    assert answer.status_code == 409
    assert "another first day than the edition" in answer.text
    assert said in answer.text
    assert "From" not in registrar.get("/en/courses/reintegration").text
    weeks = send_form(registrar, path, edition_form(world.open, zone="UTC", weeks="7"))
    assert "6 weeks, not as many as stated" in weeks.text
    draft = edition_form(world.draft, zone="UTC", weeks="7")
    at_rest = send_form(registrar, f"/en/desk/editions/{world.draft.code}/edit", draft)
    assert at_rest.status_code == 303
    session.expire_all()
    assert world.open.weeks == 6
