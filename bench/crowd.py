"""An edition of a thousand people, with what they have done, made in a few large statements."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment.models import Enrolment
from learning.kit.money import Money
from learning.lessons.models import LearnerState, LessonProgress
from tests.world import make_policy

CROWD, EMPTY = "bench-1000", "bench-list"
SIZE, LESSONS = 1000, 15
NOW = datetime.now(UTC)


def fill(session: Session) -> None:
    """Make the edition with its people, and one without anybody."""
    edition = add_edition(session, CROWD)
    add_edition(session, EMPTY)
    rows = [
        {
            "email": f"crowd-{n}@example.org", "name": f"Person {n}", "sort_key": f"person {n}",
            "language": "fr", "zone": "UTC", "institution": f"Institution {n % 97}",
            "joined_at": NOW,
        }
        for n in range(SIZE)
    ]  # fmt: skip
    session.execute(insert(Person), rows)
    like = select(Person.id).where(Person.email.like("crowd-%")).order_by(Person.id)
    people = session.scalars(like).all()
    places = [{"person_id": id_, "edition_id": edition.id, "enrolled_at": NOW} for id_ in people]
    session.execute(insert(Enrolment), places)
    mine = select(Enrolment.id).where(Enrolment.edition_id == edition.id)
    enrolments = session.scalars(mine.order_by(Enrolment.id)).all()
    here: dict[str, object] = {"edition_id": edition.id}
    seen = [{"enrolment_id": id_, "last_seen_at": NOW} | here for id_ in enrolments]
    session.execute(insert(LearnerState), seen)
    done = [
        here | {
            "enrolment_id": id_, "lesson": f"m{number // 5 + 1}-l{number % 5 + 1}",
            "opened_at": NOW, "done_at": NOW if (id_ + number) % 3 else None,
        }
        for id_ in enrolments
        for number in range(LESSONS)
    ]  # fmt: skip
    session.execute(insert(LessonProgress), done)


def add_edition(session: Session, code: str) -> Edition:
    starts = NOW.date() - timedelta(weeks=3)
    edition = Edition(
        code=code, course="reintegration", starts_on=starts, ends_on=starts + timedelta(days=39),
        zone="Europe/Rome", apply_until=starts - timedelta(days=5),
        project_due_on=starts + timedelta(days=39), weeks=6, hours_low=5, hours_high=10,
        capacity=2 * SIZE, fee=Money(98000, "EUR"), learning_hours=60, languages="fr en es",
        policy_version=make_policy(session).version,
        status=EditionStatus.RUNNING,
    )  # fmt: skip
    session.add(edition)
    session.flush()
    return edition


def a_list() -> str:
    """Return a list of a thousand new people, as staff paste it."""
    lines = [f"listed-{n}@example.org;Listed Person {n};fr" for n in range(SIZE)]
    return "\n".join(["email;name;language", *lines])
