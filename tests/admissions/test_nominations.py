"""Whom a sponsor names, what it sees of them, and links that were replaced."""

import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts import queries as accounts
from learning.accounts.models import Person
from learning.admissions.commands import nomination_letters, nominations, sponsorships
from learning.admissions.commands.sponsorships import Contact
from learning.admissions.models import Application, Nomination, Sponsorship
from learning.admissions.queries import applications as queries
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.kit.errors import RuleViolation
from learning.mail.models import OutgoingEmail
from learning.participants.commands import enrol_person
from tests.admissions.factories import NOW, a_draft, a_person, act, in_state
from tests.admissions.sponsors import NOMINEE, STATED, send_letter, send_statement
from tests.files.samples import PDF
from tests.world import World

ANOTHER = Contact(
    organisation="Autre ministère", name="Ali", email="ali@example.org", language="fr"
)


def nominate(visitor: FlaskClient, link: str, email: str, name: str = "Typed Name") -> str:
    form = NOMINEE | {"email": email, "name": name, "idempotency_key": email.ljust(24, "x")[:24]}
    form["idempotency_key"] = "".join(c if c.isalnum() else "-" for c in form["idempotency_key"])
    done = visitor.post(f"{link}/nominees", data=form, follow_redirects=True)
    assert done.status_code == 200
    return done.text


def mails_to(session: Session, email: str) -> list[str]:
    return sorted(session.scalars(select(OutgoingEmail.kind).where(OutgoingEmail.email == email)))


@pytest.mark.parametrize(
    "applies",
    [None, ApplicationState.SUBMITTED, ApplicationState.DECLINED, ApplicationState.ENROLLED],
)
def test_naming_somebody_known_tells_nothing_of_them(
    visitor: FlaskClient,
    session: Session,
    world: World,
    link: str,
    applies: ApplicationState | None,
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
    assert "admissions.nominated" in mails_to(session, email)


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


def test_who_applies_at_the_same_moment_keeps_an_application_of_their_own(
    session: Session, world: World, sponsorship: Sponsorship, monkeypatch
) -> None:
    """The sponsor's request begins before that of the person has ended."""
    own = a_draft(session, world, a_person(session, "Binta Sow"), funding="self")
    person = session.get_one(Person, own.person_id)
    monkeypatch.setattr(queries, "active_application", lambda *_: None)
    nominee = nominations.Nominee(name="Typed", email=person.email, language="fr")
    nominations.nominate(session, sponsorship, nominee, now=own.created_at)
    session.expire_all()
    assert (own.sponsorship_id, own.funding) == (None, "self")
    assert session.scalars(select(Nomination.application_id)).one() is None
    assert "admissions.nominated" in mails_to(session, person.email)


def test_who_signs_up_at_the_same_moment_is_nominated(
    session: Session, sponsorship: Sponsorship, monkeypatch
) -> None:
    person = a_person(session, "Binta Sow")
    monkeypatch.setattr(accounts, "person_by_email", lambda *_: None)
    nominee = nominations.Nominee(name="Typed", email=person.email, language="fr")
    nominations.nominate(session, sponsorship, nominee, now=NOW)
    (application,) = session.scalars(select(Application).where(Application.person_id == person.id))
    assert application.sponsorship_id == sponsorship.id
    assert person.name == "Binta Sow"


def test_somebody_with_a_place_only_gets_word(
    visitor: FlaskClient, session: Session, world: World, link: str
) -> None:
    person = a_person(session, "Binta Sow")
    enrol_person(session, world.open, person, by=None, now=NOW)
    session.commit()
    nominate(visitor, link, person.email)
    begun = select(func.count()).where(Application.person_id == person.id)
    assert session.scalar(begun) == 0
    letter = select(OutgoingEmail.params).where(
        OutgoingEmail.email == person.email, OutgoingEmail.kind == "admissions.nominated"
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
    begun.state = ApplicationState.SUBMITTED
    act(session, world, begun, ApplicationEvent.START_REVIEW)
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
        form = NOMINEE | {"email": spelling, "idempotency_key": f"{number:024}"}
        visitor.post(f"{link}/nominees", data=form)
    assert mails_to(session, "moussa@example.org") == before
    assert session.scalar(select(func.count()).select_from(Nomination)) == 1


def test_a_link_that_was_replaced_is_dead_at_once(
    visitor: FlaskClient, session: Session, candidate: Application, link: str
) -> None:
    assert visitor.get(link).status_code == 200
    sponsorships.invite_sponsor(session, candidate, ANOTHER, now=NOW)
    session.commit()
    page = visitor.get(link)
    assert page.status_code == 410
    assert "60 jours" in page.text
    assert "Kouassi" not in page.text
    assert send_statement(visitor, link, STATED).status_code == 410
    assert visitor.post(f"{link}/nominees", data=NOMINEE).status_code == 410
    assert send_letter(visitor, link, PDF).status_code == 410
    assert visitor.get(f"{link}/letter").status_code == 410
    assert session.scalar(select(func.count()).select_from(Nomination)) == 0
    session.expire_all()
    assert session.scalars(select(Sponsorship.signed_at)).all() == [None, None]


def test_a_draft_that_is_thrown_away_ends_the_link_it_sent(
    visitor: FlaskClient, session: Session, candidate: Application, link: str
) -> None:
    nomination_letters.discard(session, candidate, by=candidate.person_id, now=NOW)
    session.commit()
    assert visitor.get(link).status_code == 410


def test_a_link_by_which_somebody_was_named_outlives_the_draft(
    visitor: FlaskClient, session: Session, candidate: Application, link: str
) -> None:
    nominate(visitor, link, "moussa@example.org")
    candidate = session.get_one(Application, candidate.id)
    nomination_letters.discard(session, candidate, by=candidate.person_id, now=NOW)
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
            nomination_letters.discard(session, begun, by=begun.person_id, now=NOW)
        else:
            sponsorships.invite_sponsor(session, begun, ANOTHER, now=NOW)
        session.commit()
        assert visitor.get(link).status_code == 200
        assert "Awa Kouassi" in visitor.get(link).text


def test_who_has_answered_is_not_replaced(
    visitor: FlaskClient, session: Session, candidate: Application, link: str
) -> None:
    assert send_statement(visitor, link, STATED).status_code == 303
    session.expire_all()
    with pytest.raises(RuleViolation, match="answered"):
        sponsorships.invite_sponsor(session, candidate, ANOTHER, now=NOW)
    session.rollback()
    assert visitor.get(link).status_code == 200


def test_a_sponsor_who_acts_while_the_link_is_replaced_is_told(
    session: Session, candidate: Application, sponsorship: Sponsorship
) -> None:
    sponsorships.invite_sponsor(session, candidate, ANOTHER, now=NOW)
    with pytest.raises(RuleViolation, match="link_expired"):
        sponsorships.lock_active(session, sponsorship, now=NOW)
