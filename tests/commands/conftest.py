"""An installation of one's own for commands about personal data, with somebody known everywhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from learning import wiring
from learning.content.course import Course
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import EnrolmentStatus
from learning.extension_points.personal_data import PersonRef
from learning.kit.engines import make_engine
from tests.conftest import CACHE, prepare
from tests.databases import own_database
from tests.extension_points.people import make_known_person
from tests.world import World, make_world


@pytest.fixture
def place(
    database_kind: str, database_url: str, course: Course, tmp_path: Path, monkeypatch
) -> Iterator[Session]:
    """Return a session on an installation of one's own, in which everything is committed."""
    with own_database(database_kind, database_url, tmp_path) as url:
        data = {
            "LEARNING_DATABASE_URL": url,
            "LEARNING_FILES": str(tmp_path / "files"),
            "LEARNING_MAIL_URL": f"folder:{tmp_path}/mail",
            "LEARNING_CACHE": str(CACHE),
        }
        for name, value in data.items():
            monkeypatch.setenv(name, value)
        engine = make_engine(url)
        database = wiring.database(engine)
        prepare(database, course)
        with database.session(write=True) as session:
            yield session
        engine.dispose()


@pytest.fixture
def world(place: Session, course: Course) -> World:
    made = make_world(place, course)
    place.commit()
    return made


@pytest.fixture
def zara(place: Session, world: World) -> PersonRef:
    """Return somebody who completed a course, of whom every table keeps something."""
    made = make_known_person(place, world, "zaramark")
    own = Enrolment.person_id == made.id
    place.execute(update(Enrolment).where(own).values(status=EnrolmentStatus.COMPLETED))
    place.commit()
    return made
