"""Real processes race for a seat, an offer, a decision: exactly one wins, the others read why."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from learning import wiring
from learning.access.permissions import Role
from learning.admissions.models import Application, ApplicationTransition, Offer
from learning.admissions.queries import applications as application_queries
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.catalogue.models import EditionStatus
from learning.cli import migrate_to_head
from learning.content.course import Course
from learning.enrolment import seats
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import EnrolmentStatus
from learning.kit.database import Database
from learning.kit.engines import make_engine
from tests.admissions.factories import act, in_state
from tests.databases import own_database
from tests.races import run_together
from tests.world import World, make_edition, make_world, trail_is_whole

RUNNERS = 4


@dataclass(frozen=True, kw_only=True)
class Track:
    """A database of one's own, in which everything is committed."""

    url: str
    database: Database


@dataclass(frozen=True, kw_only=True)
class Runner:
    transition: ApplicationEvent | str
    application: int
    person: int
    version: int = -1


@pytest.fixture(scope="module")
def track(
    database_kind: str, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Track]:
    folder = tmp_path_factory.mktemp("race")
    with own_database(database_kind, database_url, folder) as url:
        engine = make_engine(url)
        database = wiring.database(engine)
        migrate_to_head(database)
        yield Track(url=url, database=database)
        engine.dispose()


@pytest.fixture
def ready(track: Track, course: Course) -> Iterator[tuple[Session, World]]:
    """A world of its own; the one before is out of the way."""
    with track.database.transaction() as session:
        for table in ("people", "editions"):
            column = "email" if table == "people" else "code"
            session.execute(text(f"UPDATE {table} SET {column} = 'x' || id || {column}"))  # noqa: S608
    with track.database.session(write=True) as session:
        world = make_world(session, course)
        session.commit()
        yield session, world
        session.rollback()
        assert trail_is_whole(session)


def race(track: Track, session: Session, runners: list[Runner]) -> list[str]:
    """Start all together; return what became of each."""
    session.commit()
    arguments = [
        (track.url, each.transition, each.application, each.person, each.version)
        for each in runners
    ]
    ended = run_together("tests.admissions.race_worker", arguments)
    return [each.error or each.output for each in ended]


def registrars(world: World) -> list[int]:
    return [world.staff[role].id for role in sorted(world.staff)][:RUNNERS]


def test_the_last_seat(track: Track, ready: tuple[Session, World]) -> None:
    session, world = ready
    world.open.capacity = 1
    chosen = [in_state(session, world, ApplicationState.UNDER_REVIEW) for _ in range(RUNNERS)]
    by = world.staff[Role.REGISTRAR].id
    found = race(
        track,
        session,
        [Runner(transition=ApplicationEvent.ACCEPT, application=a.id, person=by) for a in chosen],
    )
    assert sorted(found) == ["done", *["refused: TransitionGuard.seat_left"] * 3]
    session.expire_all()
    assert seats.occupied(session, world.open) == 1


def test_two_registrars_decide_at_once(track: Track, ready: tuple[Session, World]) -> None:
    session, world = ready
    application = in_state(session, world, ApplicationState.UNDER_REVIEW)
    version = application.version
    transitions = [
        ApplicationEvent.ACCEPT,
        ApplicationEvent.DECLINE,
        ApplicationEvent.WAITLIST,
        ApplicationEvent.REQUEST_INFO,
    ]
    runners = [
        Runner(transition=transition, application=application.id, person=by, version=version)
        for transition, by in zip(transitions, registrars(world), strict=True)
    ]
    found = race(track, session, runners)
    assert found.count("done") == 1
    assert found.count("refused: TransitionProblem.invalid_transition") == RUNNERS - 1
    session.expire_all()
    assert session.get_one(Application, application.id).version == version + 1


def test_two_places_move_to_the_last_seat_elsewhere(
    track: Track, ready: tuple[Session, World]
) -> None:
    session, world = ready
    later = make_edition(session, "reintegration-later", -30, EditionStatus.OPEN)
    later.capacity = 1
    chosen = [in_state(session, world, ApplicationState.ENROLLED) for _ in range(RUNNERS)]
    by = world.staff[Role.REGISTRAR].id
    found = race(
        track,
        session,
        [Runner(transition=ApplicationEvent.TRANSFER, application=a.id, person=by) for a in chosen],
    )
    assert sorted(found) == ["done", *["refused: TransitionGuard.seat_left"] * 3]
    session.expire_all()
    assert seats.occupied(session, later) == 1
    assert seats.occupied(session, world.open) == RUNNERS - 1


def test_one_enrolment_is_cancelled_once(track: Track, ready: tuple[Session, World]) -> None:
    """Four people cancel what they all saw active; one seat is freed and offered, once."""
    session, world = ready
    world.open.capacity = 1
    application = in_state(session, world, ApplicationState.ENROLLED)
    queue = [in_state(session, world, ApplicationState.WAITLISTED) for _ in range(2)]
    runners = [
        Runner(transition=ApplicationEvent.CANCEL, application=application.id, person=by, version=0)
        for by in registrars(world)
    ]
    found = race(track, session, runners)
    assert found.count("done") == 1
    assert found.count("refused: EnrolmentProblem.invalid_transition") == RUNNERS - 1
    session.expire_all()
    enrolment = session.get_one(Enrolment, application.enrolment_id)
    assert (enrolment.status, enrolment.version) == (EnrolmentStatus.CANCELLED, 1)
    (offer,) = application_queries.open_offers(session, world.open.id)
    assert offer.application_id == queue[0].id
    assert seats.occupied(session, world.open) == 1


def test_one_person_decides_four_times_at_once(track: Track, ready: tuple[Session, World]) -> None:
    session, world = ready
    application = in_state(session, world, ApplicationState.UNDER_REVIEW)
    by = world.staff[Role.REGISTRAR].id
    clicks = [
        Runner(transition=ApplicationEvent.DECLINE, application=application.id, person=by)
    ] * RUNNERS
    refused = "refused: TransitionProblem.invalid_transition"
    assert sorted(race(track, session, clicks)) == ["done", *[refused] * 3]
    declined = select(func.count()).where(
        ApplicationTransition.application_id == application.id,
        ApplicationTransition.event == ApplicationEvent.DECLINE,
    )
    assert session.scalar(declined) == 1


def test_a_freed_seat_is_offered_once(track: Track, ready: tuple[Session, World]) -> None:
    session, world = ready
    world.open.capacity = 1
    queue = [in_state(session, world, ApplicationState.WAITLISTED) for _ in range(RUNNERS)]
    found = race(
        track,
        session,
        [Runner(transition="fill", application=a.id, person=a.person_id) for a in queue],
    )
    assert sorted(found) == ["offered 0"] * 3 + ["offered 1"]
    session.expire_all()
    (offer,) = application_queries.open_offers(session, world.open.id)
    assert offer.application_id == queue[0].id


def test_the_last_offer_is_taken_or_left(track: Track, ready: tuple[Session, World]) -> None:
    """One person clicks both buttons in two windows, twice each; the seat is counted once."""
    session, world = ready
    world.open.capacity = 1
    seated = in_state(session, world, ApplicationState.ACCEPTED)
    first = in_state(session, world, ApplicationState.WAITLISTED)
    second = in_state(session, world, ApplicationState.WAITLISTED)
    act(session, world, seated, ApplicationEvent.CANCEL)
    clicks = [
        Runner(transition=transition, application=first.id, person=first.person_id)
        for transition in (ApplicationEvent.PROMOTE, ApplicationEvent.WITHDRAW) * 2
    ]
    found = race(track, session, clicks)
    assert found.count("done") == 1
    session.expire_all()
    state = session.get_one(Application, first.id).state
    offers = session.scalars(select(Offer).where(Offer.ended_at.is_(None))).all()
    if state is ApplicationState.ACCEPTED:
        assert [o for o in offers if o.application_id == second.id] == []
    else:
        assert state is ApplicationState.WITHDRAWN
        assert [o.application_id for o in offers if o.application_id == second.id] == [second.id]
    assert seats.occupied(session, world.open) == 1
