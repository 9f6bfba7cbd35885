"""The database of an installation: opened, migrated, filled."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from alembic import command as alembic
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError
from alembic.util import CommandError as AlembicCommandError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from learning import demo, wiring
from learning.admin.health_checks import schema_problem
from learning.audit import anchors
from learning.audit.queries import chain_head, unmatched_anchor, unsealed_since, verify
from learning.audit.rules import Anchor, parse_anchor
from learning.catalogue.policies import PolicyError, read_policies, store_policies
from learning.commands.errors import CommandError, first_line
from learning.content import course_cache, search
from learning.content.course_cache import load_once
from learning.kit.database import Database
from learning.kit.time import now
from learning.paths import ROOT
from learning.settings import Settings


@contextmanager
def open_database(settings: Settings, *, migrated: bool = True) -> Iterator[Database]:
    """Open the database.

    Raise CommandError if it does not answer, or its schema is not `migrated`.
    """
    try:
        engine = wiring.engine(settings)
    except OSError as error:
        raise CommandError(f"LEARNING_DATABASE_URL: {first_line(error)}") from error
    try:
        problem = _schema_error(engine)
        if migrated and problem:
            raise CommandError(problem)
        yield wiring.database(engine, settings)
    finally:
        engine.dispose()


def _schema_error(engine: Engine) -> str:
    """Return what is wrong with the schema; raise CommandError if there is no database."""
    try:
        with engine.connect() as connection:
            return schema_problem(connection)
    except DBAPIError as error:
        answer = f"the database cannot be opened: {first_line(error)}"
        raise CommandError(f"LEARNING_DATABASE_URL: {answer}") from error


def migrate(settings: Settings, _args: Namespace) -> int:
    with open_database(settings, migrated=False) as database:
        migrate_to_head(database)
        make_entries = partial(course_cache.entries, cache=settings.cache)
        for folder in sorted(path.parent for path in settings.courses.glob("*/course.toml")):
            course = load_once(folder, settings.cache)
            with database.transaction() as session:
                search.index_course(session, course, make_entries)
        _store_policies(settings, database)
    print("The database is up to date.")
    return 0


def _store_policies(settings: Settings, database: Database) -> None:
    try:
        policies = read_policies(settings.courses)
        with database.transaction() as session:
            store_policies(session, policies, now=now())
    except PolicyError as error:
        raise CommandError(f"The rules for cancelling cannot be used: {error}") from error


def migrate_to_head(database: Database) -> None:
    """Run every pending migration."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with database.engine.execution_options(begin="IMMEDIATE").connect() as connection:
        config.attributes["connection"] = connection
        try:
            alembic.upgrade(config, "head")
        except AlembicCommandError as error:
            if not isinstance(error.__cause__, ResolutionError):
                raise CommandError(f"Nothing was migrated: {error}.") from error
            head = ScriptDirectory.from_config(config).get_current_head()
            raise CommandError(
                f"The database is newer than this program, which knows migrations up to {head}."
            ) from error
        connection.commit()


def load_demo(settings: Settings, _args: Namespace) -> int:
    if settings.production:
        raise CommandError(
            "LEARNING_PRODUCTION is on: a demonstration has a password that everybody knows; "
            "make the first administrator with `learning administrator`."
        )
    moment = now()
    with open_database(settings) as database, database.transaction() as session:
        course = load_once(settings.courses / demo.COURSE, settings.cache)
        filled = demo.load_demo(session, course, now=moment)
    print(demo.sign_in_help(is_new=filled))
    return 0


def verify_audit(settings: Settings, args: Namespace) -> int:
    """Verify every sealed row, and compare the chain with the anchors."""
    own = [_typed_anchor(args.anchor)] if args.anchor else []
    with open_database(settings) as database:
        broken = verify(database)
        with database.read_transaction() as session:
            last, waiting = chain_head(session), unsealed_since(session)
            error = anchors.anchor_error(session, settings.audit_anchors)
            if not error and unmatched_anchor(session, own):
                error = f"it does not hold the row {args.anchor}"
    error = error if broken is None else f"row {broken} does not fit"
    if error:
        print(f"The audit trail is not whole: {error}.")
        return 1
    print(f"The audit trail is whole: {last.number} sealed rows, the last {last.hash}.")
    if waiting:
        print(f"Rows since {waiting:%Y-%m-%d %H:%M:%S} UTC wait to be sealed.")
    return 0


def _typed_anchor(text: str) -> Anchor:
    anchor = parse_anchor(f"{now().isoformat()} {text.replace(':', ' ')}")
    if anchor is None:
        raise CommandError(f"--anchor: a number, a colon and a hash, not {text!r}.")
    return anchor
