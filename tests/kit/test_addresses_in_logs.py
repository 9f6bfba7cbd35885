"""Whatever fails, neither a log line nor the staff area shows an address or a row."""

import io
import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from learning.access.permissions import Role
from learning.accounts.models import Person
from learning.jobs import actions
from learning.jobs.models import Job, JobState
from learning.jobs.worker import PermanentFailure, Task, Worker
from learning.kit.email_addresses import without_addresses
from learning.kit.logs import JsonFormatter
from tests.world import make_person, sign_in

EMAIL = "zoé.nkomo+turin@exemple-privé.org"
NAME = "Zoé Nkomo"
NOW = datetime.now(UTC)


def provoke_constraint(session) -> None:
    """Insert an address twice."""
    make_person(session, NAME, email=EMAIL)
    person = session.scalars(select(Person).where(Person.email == EMAIL)).one()
    columns = {c.name: getattr(person, c.key) for c in Person.__table__.columns if c.name != "id"}
    session.execute(insert(Person).values(**columns))


def provoke_type(session) -> None:
    """Hand a value over that the column cannot keep."""
    session.execute(insert(Person).values(email=EMAIL, name=NAME, joined_at=EMAIL))


def provoke_statement(session) -> None:
    session.execute(text("SELECT nothing FROM people WHERE email = :email"), {"email": EMAIL})


def provoke_violation(_session) -> None:
    raise PermanentFailure(f"550 5.1.1 <{EMAIL}>: no such user; see https://x.example/?u={EMAIL}")


PROVOKED = (provoke_constraint, provoke_type, provoke_statement, provoke_violation)


@pytest.fixture
def log() -> io.StringIO:
    """Everything that is logged, as it would stand on standard error."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


def hold_nothing_of_zoe(shown: str) -> bool:
    return not any(part in shown for part in ("nkomo", "Nkomo", "exemple-priv"))


@pytest.mark.parametrize("provoke", PROVOKED)
def test_no_log_line_shows_an_address(session, provoke, log) -> None:
    with pytest.raises((IntegrityError, StatementError, PermanentFailure)):
        provoke(session)
    try:
        session.rollback()
        provoke(session)
    except (IntegrityError, StatementError, PermanentFailure):
        logging.getLogger("learning.any").exception("failed for %s", EMAIL)
    line = log.getvalue()
    assert json.loads(line)["trace"].startswith("Traceback")
    assert hold_nothing_of_zoe(line)


@pytest.mark.parametrize("attempts", [1, 9])
@pytest.mark.parametrize("provoke", PROVOKED)
def test_no_error_of_a_job_shows_an_address(
    app, session, world, database, provoke, attempts, log
) -> None:
    def work(task: Task) -> None:
        with task.database.transaction() as own:
            provoke(own)

    actions.add_job(
        session, actions.NewJob(kind="fails", payload={}, now=NOW - timedelta(minutes=1))
    )
    session.commit()
    timeout = () if attempts > 1 else (timedelta(minutes=1),)
    worker = Worker(database=database, handlers={"fails": work}, retry_delays=timeout, name="one")
    worker.step()
    job = session.scalars(select(Job)).one()
    session.refresh(job)
    assert job.error
    assert hold_nothing_of_zoe(job.error)
    assert hold_nothing_of_zoe(log.getvalue())
    if job.state is JobState.DEAD:
        staff_area = sign_in(app, session, world.staff[Role.ADMINISTRATOR]).get("/fr/staff/jobs/")
        assert job.error.split(":")[0].split(" ")[0] in staff_area.text
        assert hold_nothing_of_zoe(staff_area.text)


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("nothing to see", "nothing to see"),
        ("550 <a.b@c.org> unknown", "550 <…@…> unknown"),
        ("to=a@b.org, from='c@d.org'", "to=…@…, from='…@…'"),
        ("/unsubscribe?email=a%40b.org&x=1", "/unsubscribe?email=…@…&x=1"),
        ("mailto:é@münchen.de", "mailto:…@…"),
        ("at 12:00 @ noon", "at 12:00 @ noon"),
        (
            "duplicate key\nDETAIL:  Key (name)=(Awa Koné)\nexists.\n[SQL: INSERT]",
            "duplicate key\nDETAIL: …\n[SQL: INSERT]",
        ),
        ("null value\nDETAIL:  Failing row contains (1, Awa Koné).", "null value\nDETAIL: …"),
    ],
)
def test_addresses_and_rows_are_left_out(message, kept) -> None:
    assert without_addresses(message) == kept
