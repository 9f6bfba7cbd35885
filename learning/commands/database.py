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
from learning.audit import anchors
from learning.audit.queries import head, unmatched_anchor, unsealed_since, verify
from learning.audit.rules import Anchor, anchor_in
from learning.commands.faults import UnusableError, line_of
from learning.content import course_cache, search
from learning.content.course_cache import load_once
from learning.kit.db import Database
from learning.kit.time import now
from learning.settings import ROOT, Settings


@contextmanager
def open_database(settings: Settings, *, migrated: bool = True) -> Iterator[Database]:
    """Open the database; raise UnusableError if it does not answer, or is not `migrated`."""
    try:
        engine = wiring.engine(settings)
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


def check_audit(settings: Settings, given: Namespace) -> int:
    """Check every sealed row, and compare the chain with what was anchored elsewhere."""
    own = [_typed_anchor(given.anchor)] if given.anchor else []
    with open_database(settings) as database:
        broken = verify(database)
        with database.reading() as session:
            last, waiting = head(session), unsealed_since(session)
            fault = anchors.fault_of(session, settings.audit_anchors)
            if not fault and unmatched_anchor(session, own):
                fault = f"it does not hold the row {given.anchor}"
    fault = fault if broken is None else f"row {broken} does not fit"
    if fault:
        print(f"The audit trail is not whole: {fault}.")
        return 1
    print(f"The audit trail is whole: {last.number} sealed rows, the last {last.hash}.")
    if waiting:
        print(f"Rows since {waiting:%Y-%m-%d %H:%M:%S} UTC wait to be sealed.")
    return 0


def _typed_anchor(text: str) -> Anchor:
    anchor = anchor_in(f"{now().isoformat()} {text.replace(':', ' ')}")
    if anchor is None:
        raise UnusableError(f"--anchor: a number, a colon and a hash, not {text!r}.")
    return anchor
