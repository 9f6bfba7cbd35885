"""Whom a sponsor names, what it sees of them, and links that were replaced."""

import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.enrolment import documents, sponsoring
from learning.enrolment.actions import give_place
from learning.enrolment.models import Application, Nomination, Sponsorship
from learning.enrolment.rules import Event, State
from learning.enrolment.sponsoring import Contact
from learning.kit.errors import Refused
from learning.mail.models import Mail
from tests.enrolment.making import NOW, a_draft, a_person, act, in_state
from tests.enrolment.sponsors import NOMINEE, STATED, send_letter
from tests.files.samples import PDF
from tests.world import World, send_form

ANOTHER = Contact(
    organisation="Autre ministère", name="Ali", email="ali@example.org", language="fr"
)


def nominate(visitor: FlaskClient, link: str, email: str, name: str = "Typed Name") -> str:
    form = NOMINEE | {"email": email, "name": name, "form_key": email.ljust(24, "x")[:24]}
    form["form_key"] = "".join(c if c.isalnum() else "-" for c in form["form_key"])
    done = visitor.post(f"{link}/nominees", data=form, follow_redirects=True)
    assert done.status_code == 200
    return done.text


def mails_to(session: Session, email: str) -> list[str]:
    return sorted(session.scalars(select(Mail.kind).where(Mail.email == email)))


@pytest.mark.parametrize("applies", [None, State.SUBMITTED, State.DECLINED, State.ENROLLED])
def test_naming_somebody_known_tells_nothing_of_them(
    visitor: FlaskClient, session: Session, world: World, link: str, applies: State | None
) -> None:
    """Whatever is behind an address, the sponsor reads the same: what it typed itself."""
    known = a_person(session, "Secret Real Name")
    if applies is not None:
        in_state(session, world, applies, known)
    email = known.email
    session.commit()
    of_known = nominate(visitor, link, email)
    of_nobody = nominate(visitor, link, "nobody-yet@example.org", "Another Typed Name")
    for text in (of_known, of_nobody, visitor.get(link).text):
        assert "Secret Real Name" not in text
    page = visitor.get(link).text
    assert page.count("invitation envoyée") == 2
    assert "Typed Name" in page
    assert "enrolment.nominated" in mails_to(session, email)


def test_an_application_of_one_s_own_stays_one_s_own(
    visitor: FlaskClient, session: Session, world: World, link: str
) -> None:
    own = a_draft(session, world, a_person(session, "Binta Sow"), funding="self")
    session.commit()
    email = session.get_one(Person, own.person_id).email
    nominate(visitor, link, email)
    session.expire_all()
    kept = session.get_one(Application, own.id)
    assert (kept.sponsorship_id, kept.funding) == (None, "self")
    nomination = session.scalars(select(Nomination)).one()
    assert (nomination.email, nomination.application_id) == (email, None)


def test_somebody_with_a_place_only_gets_word(
    visitor: FlaskClient, session: Session, world: World, link: str
) -> None:
    person = a_person(session, "Binta Sow")
    give_place(session, world.open, person, by=None, now=NOW)
    session.commit()
    nominate(visitor, link, person.email)
    begun = select(func.count()).where(Application.person_id == person.id)
    assert session.scalar(begun) == 0
    letter = select(Mail.params).where(
        Mail.email == person.email, Mail.kind == "enrolment.nominated"
    )
    assert json.loads(session.scalars(letter).one())["reference"] == ""


def test_once_sent_the_application_shows_its_state_and_its_person_s_name(
    visitor: FlaskClient, session: Session, world: World, link: str
) -> None:
    known = a_person(session, "Moussa Real")
    email = known.email
    session.commit()
    nominate(visitor, link, email, "Moussa Typed")
    begun = session.scalars(select(Application).where(Application.person_id == known.id)).one()
    assert "Moussa Real" not in visitor.get(link).text
    begun.state = State.SUBMITTED
    act(session, world, begun, Event.OPEN_REVIEW)
    session.commit()
    page = visitor.get(link).text
    assert "Moussa Real" in page
    assert "Moussa Typed" not in page
    assert "invitation envoyée" not in page


def test_naming_somebody_again_changes_nothing(
    visitor: FlaskClient, session: Session, link: str
) -> None:
    nominate(visitor, link, "moussa@example.org")
    before = mails_to(session, "moussa@example.org")
    for number, spelling in enumerate(("Moussa@Example.org", "MOUSSA@EXAMPLE.ORG")):
        form = NOMINEE | {"email": spelling, "form_key": f"{number:024}"}
        visitor.post(f"{link}/nominees", data=form)
    assert mails_to(session, "moussa@example.org") == before
    assert session.scalar(select(func.count()).select_from(Nomination)) == 1


def test_a_link_that_was_replaced_is_dead_at_once(
    visitor: FlaskClient, session: Session, candidate: Application, link: str
) -> None:
    assert visitor.get(link).status_code == 200
    sponsoring.ask_sponsor(session, candidate, ANOTHER, now=NOW)
    session.commit()
    page = visitor.get(link)
    assert page.status_code == 410
    assert "60 jours" in page.text
    assert "Kouassi" not in page.text
    assert send_form(visitor, link, STATED).status_code == 410
    assert visitor.post(f"{link}/nominees", data=NOMINEE).status_code == 410
    assert send_letter(visitor, link, PDF).status_code == 410
    assert visitor.get(f"{link}/letter").status_code == 410
    assert session.scalar(select(func.count()).select_from(Nomination)) == 0
    session.expire_all()
    assert session.scalars(select(Sponsorship.signed_at)).all() == [None, None]


def test_a_draft_that_is_thrown_away_ends_the_link_it_sent(
    visitor: FlaskClient, session: Session, candidate: Application, link: str
) -> None:
    documents.discard(session, candidate, by=candidate.person_id, now=NOW)
    session.commit()
    assert visitor.get(link).status_code == 410


def test_a_link_by_which_somebody_was_named_outlives_the_draft(
    visitor: FlaskClient, session: Session, candidate: Application, link: str
) -> None:
    nominate(visitor, link, "moussa@example.org")
    candidate = session.get_one(Application, candidate.id)
    documents.discard(session, candidate, by=candidate.person_id, now=NOW)
    session.commit()
    assert visitor.get(link).status_code == 200


def test_a_nominee_ends_no_link_that_was_sent_for_somebody_else(
    visitor: FlaskClient, session: Session, link: str
) -> None:
    for leave in ("discard", "ask another"):
        email = f"{leave.split(maxsplit=1)[0]}@example.org"
        nominate(visitor, link, email)
        own = select(Application).join(Person).where(Person.email == email)
        begun = session.scalars(own).one()
        if leave == "discard":
            documents.discard(session, begun, by=begun.person_id, now=NOW)
        else:
            sponsoring.ask_sponsor(session, begun, ANOTHER, now=NOW)
        session.commit()
        assert visitor.get(link).status_code == 200
        assert "Awa Kouassi" in visitor.get(link).text


def test_who_has_answered_is_not_replaced(
    visitor: FlaskClient, session: Session, candidate: Application, link: str
) -> None:
    assert send_form(visitor, link, STATED).status_code == 303
    session.expire_all()
    with pytest.raises(Refused, match="answered already"):
        sponsoring.ask_sponsor(session, candidate, ANOTHER, now=NOW)
    session.rollback()
    assert visitor.get(link).status_code == 200


def test_whoever_acts_while_the_link_is_replaced_is_told(
    session: Session, candidate: Application, sponsorship: Sponsorship
) -> None:
    sponsoring.ask_sponsor(session, candidate, ANOTHER, now=NOW)
    with pytest.raises(Refused, match="does not work any more"):
        sponsoring.lock_living(session, sponsorship, now=NOW)
