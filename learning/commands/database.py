"""The database of an installation: opened with a sentence if it cannot be, migrated, filled."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from alembic import command as alembic
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from learning import demo, wiring
from learning.admin.doctor import schema_fault
from learning.audit.queries import broken_at
from learning.commands.faults import UnusableError, line_of
from learning.content import course_cache, search
from learning.content.course_cache import load_once
from learning.kit.db import Database
from learning.kit.engines import make_engine
from learning.kit.time import now
from learning.settings import ROOT, Settings


@contextmanager
def open_database(settings: Settings, *, migrated: bool = True) -> Iterator[Database]:
    """Open the database; raise UnusableError if it does not answer, or is not `migrated`."""
    try:
        engine = make_engine(settings.database_url, allow_old_wal=settings.allow_old_wal)
    except OSError as fault:
        raise UnusableError(f"LEARNING_DATABASE_URL: {line_of(fault)}") from fault
    try:
        found = _look_at(engine)
        if migrated and found:
            raise UnusableError(found)
        yield wiring.database(engine)
    finally:
        engine.dispose()


def _look_at(engine: Engine) -> str:
    """Return what is wrong with the schema; raise UnusableError if there is no database."""
    try:
        with engine.connect() as connection:
            return schema_fault(connection)
    except DBAPIError as fault:
        answer = f"the database cannot be opened: {line_of(fault)}"
        raise UnusableError(f"LEARNING_DATABASE_URL: {answer}") from fault


def migrate(settings: Settings, _given: Namespace) -> int:
    with open_database(settings, migrated=False) as database:
        migrate_to_head(database)
        made = partial(course_cache.entries, cache=settings.cache)
        for folder in sorted(path.parent for path in settings.courses.glob("*/course.toml")):
            course = load_once(folder, settings.cache)
            with database.transaction() as session:
                search.index_course(session, course, made)
    print("The database is up to date.")
    return 0


def migrate_to_head(database: Database) -> None:
    """Run every migration that has not run yet."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with database.engine.execution_options(begin="IMMEDIATE").connect() as connection:
        config.attributes["connection"] = connection
        try:
            alembic.upgrade(config, "head")
        except CommandError as fault:
            head = ScriptDirectory.from_config(config).get_current_head()
            raise UnusableError(
                f"The database is newer than this program, which knows migrations up to {head}."
            ) from fault
        connection.commit()


def fill_demo(settings: Settings, _given: Namespace) -> int:
    if settings.production:
        raise UnusableError(
            "LEARNING_PRODUCTION is on: a demonstration has a password that everybody knows; "
            "make the first administrator with `learning administrator`."
        )
    moment = now()
    with open_database(settings) as database, database.transaction() as session:
        course = load_once(settings.courses / demo.COURSE, settings.cache)
        filled = demo.fill(session, course, now=moment)
    print(demo.how_to_sign_in(fresh=filled))
    return 0


def check_audit(settings: Settings, _given: Namespace) -> int:
    with open_database(settings) as database, database.reading() as session:
        broken = broken_at(session)
    print("The audit trail is whole." if broken is None else f"Row {broken} does not fit.")
    return 0 if broken is None else 1
