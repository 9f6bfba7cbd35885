"""Real processes race where something is counted, or looked for, before it is written."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import AccountToken, Person, RecoveryCode, RoleGrant
from learning.admissions.commands import sponsorships
from learning.admissions.commands.nominations import MAX_NOMINEES
from learning.admissions.commands.sponsorships import Contact
from learning.admissions.models import Application, Assessment, Nomination, Sponsorship
from learning.admissions.rules.states import ApplicationState
from tests.admissions.factories import NOW, a_draft, a_person, in_state
from tests.admissions.test_races import RUNNERS, Runner, Track, race, ready, track
from tests.world import World

__all__ = ["ready", "track"]  # fixtures


@pytest.fixture
def awaiting(ready: tuple[Session, World]) -> Application:
    """A draft whose institution was asked and has not answered."""
    session, world = ready
    draft = a_draft(session, world, funding="sponsor", sponsor_share=100)
    contact = Contact(organisation="House", name="A", email="a@example.org", language="fr")
    sponsorships.invite_sponsor(session, draft, contact, now=NOW)
    session.commit()
    return draft


def run(
    track: Track, session: Session, transition: str, application: Application, *by: int
) -> list[str]:
    runners = [
        Runner(transition=transition, application=application.id, person=each) for each in by
    ]
    found = race(track, session, runners)
    session.expire_all()
    return found


def test_one_link_names_no_more_than_it_may(
    track: Track, ready: tuple[Session, World], awaiting: Application
) -> None:
    session, _ = ready
    found = run(track, session, "name-many", awaiting, *range(RUNNERS))
    assert sum(int(each.removeprefix("named ")) for each in found) == MAX_NOMINEES
    behind = Nomination.sponsorship_id == awaiting.sponsorship_id
    assert session.scalar(select(func.count()).where(behind)) == MAX_NOMINEES


def test_one_application_has_one_living_link(
    track: Track, ready: tuple[Session, World], awaiting: Application
) -> None:
    session, _ = ready
    person = awaiting.person_id
    found = run(track, session, "ask-sponsor", awaiting, *[person] * RUNNERS)
    assert "asked" in found
    living = Sponsorship.requested_by_id == person, Sponsorship.replaced_at.is_(None)
    (left,) = session.scalars(select(Sponsorship).where(*living)).all()
    assert session.get_one(Application, awaiting.id).sponsorship_id == left.id


def test_two_assessors_are_counted(track: Track, ready: tuple[Session, World]) -> None:
    session, world = ready
    application = in_state(session, world, ApplicationState.UNDER_REVIEW)
    assessors = [a_person(session, institution=f"Ville {'xyzw'[n] * 9}") for n in range(RUNNERS)]
    session.flush()
    found = run(track, session, "assess", application, *[each.id for each in assessors])
    assert sorted(each.split(":")[0] for each in found) == ["assessed"] * 2 + ["refused"] * 2
    condition = Assessment.application_id == application.id
    assert session.scalar(select(func.count()).where(condition)) == 2


def test_a_role_is_given_once(track: Track, ready: tuple[Session, World]) -> None:
    session, world = ready
    person = world.stranger.id
    draft = a_draft(session, world)
    assert run(track, session, "grant", draft, *[person] * RUNNERS) == ["granted"] * RUNNERS
    held = RoleGrant.person_id == person, RoleGrant.role == Role.FINANCE
    assert session.scalar(select(func.count()).where(*held)) == 1


def test_a_person_has_ten_recovery_codes(track: Track, ready: tuple[Session, World]) -> None:
    session, world = ready
    draft, person = a_draft(session, world), world.stranger.id
    assert run(track, session, "codes", draft, *[person] * RUNNERS) == ["made"] * RUNNERS
    assert session.scalar(select(func.count()).where(RecoveryCode.person_id == person)) == 10


def test_a_person_has_one_link_for_a_new_password(
    track: Track, ready: tuple[Session, World]
) -> None:
    session, world = ready
    draft, person = a_draft(session, world), world.stranger.id
    assert run(track, session, "link", draft, *[person] * RUNNERS) == ["made"] * RUNNERS
    assert session.scalar(select(func.count()).where(AccountToken.person_id == person)) == 1
    assert session.get_one(Person, person).id == person
