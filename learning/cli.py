"""The `learning` command: migrate, serve, demo, course check, and what operators need."""

import argparse
import getpass
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from alembic import command as alembic
from alembic.config import Config

from learning import demo, wiring
from learning.accounts import actions as accounts
from learning.accounts import queries as people
from learning.accounts.passwords import fault_of, hash_password
from learning.admin import doctor
from learning.admin.doctor import Visit
from learning.audit.queries import broken_at
from learning.content import course_cache, search
from learning.content.course_cache import load_once
from learning.content.reading import check_course, load_course
from learning.content.translation import stamp
from learning.kit import logs
from learning.kit.db import Database
from learning.kit.engines import make_engine
from learning.kit.time import now
from learning.mail import bounces
from learning.settings import ROOT, Settings, SettingsError, read_settings

MOST_BYTES = 1_000_000
Command = Callable[[Settings, argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the process's exit status."""
    given = _parser().parse_args(arguments)
    try:
        settings = read_settings(os.environ)
    except SettingsError as fault:
        print(f"settings: {fault}", file=sys.stderr)
        return 2
    run: Command = given.run
    return run(settings, given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="learning", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(name: str, run: Command, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    add("migrate", migrate, "bring the database and the search index up to date")
    add("serve", serve, "serve on this machine").add_argument("--port", type=int, default=8000)
    add("demo", fill_demo, "fill an empty database with a demonstration")
    add("password", set_password, "give a person a new password").add_argument("email")
    add("worker", work, "send letters and do other work for later; many may run")
    add("bounce", take_bounce, "read one returned message from standard input").add_argument(
        "envelope_to", nargs="?", default="", help="the address it came back to"
    )
    add("doctor", examine, "look at this installation; say what is well and what is not")
    add("audit", check_audit, "check that the audit trail is whole")
    course = add("course", course_files, "check the course files, or stamp translations")
    course.add_argument("what", choices=("check", "stamp"))
    course.add_argument("lesson", nargs="?", help="for stamp: a lesson, as in m4-l2")
    course.add_argument("--course", default=demo.COURSE, help="for stamp: the course's folder")
    course.add_argument("--language", help="for stamp: the translated language")
    course.add_argument("--reviewed-by", help="for stamp: the initials of who reviewed it")
    return parser


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    engine = make_engine(settings.database_url, allow_old_wal=settings.allow_old_wal)
    try:
        yield wiring.database(engine)
    finally:
        engine.dispose()


def migrate(settings: Settings, _given: argparse.Namespace) -> int:
    with open_database(settings) as database:
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
        alembic.upgrade(config, "head")
        connection.commit()


def serve(_settings: Settings, given: argparse.Namespace) -> int:
    """Become gunicorn: threads, so that a slow phone does not keep others waiting."""
    options = ["--config", "deploy/gunicorn.conf.py", "--workers", "2"]
    options += ["--bind", f"127.0.0.1:{given.port}"]
    os.chdir(ROOT)
    os.environ.setdefault("LEARNING_EMBEDDED_WORKER", "1")
    here, also_here = (f"http://{name}:{given.port}" for name in ("127.0.0.1", "localhost"))
    os.environ.setdefault("LEARNING_ADDRESS", here)
    os.environ.setdefault("LEARNING_ORIGINS", f"{here} {also_here}")
    arguments = [sys.executable, "-m", "gunicorn", *options, "wsgi:app"]
    os.execv(sys.executable, arguments)


def fill_demo(settings: Settings, _given: argparse.Namespace) -> int:
    moment = now()
    with open_database(settings) as database, database.transaction() as session:
        course = load_once(settings.courses / demo.COURSE, settings.cache)
        filled = demo.fill(session, course, now=moment)
    print(demo.how_to_sign_in(fresh=filled))
    return 0


def set_password(settings: Settings, given: argparse.Namespace) -> int:
    password = getpass.getpass("New password: ")
    if fault := fault_of(password, given.email):
        print(fault, file=sys.stderr)
        return 1
    hashed = hash_password(password)
    with open_database(settings) as database, database.transaction() as session:
        person = people.person_by_email(session, given.email)
        if person is None:
            print(f"Nobody has the address {given.email}.", file=sys.stderr)
            return 1
        accounts.set_password(session, person, hashed, now=now())
    print("The password is set; all devices have to sign in again.")
    return 0


def work(settings: Settings, _given: argparse.Namespace) -> int:
    """Work until told to stop; the job in hand is finished first."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    logs.set_up()
    with open_database(settings) as database:
        wiring.worker(settings, database).run(stop)
    return 0


def take_bounce(settings: Settings, given: argparse.Namespace) -> int:
    """Count a returned message against its address; what is not ours is left alone."""
    bounce = bounces.read(sys.stdin.buffer.read(MOST_BYTES), given.envelope_to)
    if bounce is None:
        return 0
    with open_database(settings) as database, database.transaction() as session:
        bounces.take(session, bounce, now=now())
    return 0


def examine(settings: Settings, _given: argparse.Namespace) -> int:
    """Print one line for each thing that was looked at; fail if one is not well."""
    with open_database(settings) as database, database.reading() as session:
        results = doctor.examine(Visit(session=session, settings=settings, now=now()))
    for result in results:
        print(f"{'well' if result.well else 'FAULT':5}  {result.name}: {result.fault or 'nothing'}")
    return 0 if all(result.well for result in results) else 1


def check_audit(settings: Settings, _given: argparse.Namespace) -> int:
    with open_database(settings) as database, database.reading() as session:
        broken = broken_at(session)
    print("The audit trail is whole." if broken is None else f"Row {broken} does not fit.")
    return 0 if broken is None else 1


def course_files(settings: Settings, given: argparse.Namespace) -> int:
    folders = sorted(path.parent for path in settings.courses.glob("*/course.toml"))
    if given.what == "stamp":
        if not (given.lesson and given.language):
            print("Say which lesson and which --language.", file=sys.stderr)
            return 2
        return _stamp(settings, given)
    faults = [fault for folder in folders for fault in check_course(folder)]
    for fault in faults:
        print(fault)
    print(f"{len(folders)} course(s), {len(faults)} fault(s)")
    return 1 if faults else 0


def _stamp(settings: Settings, given: argparse.Namespace) -> int:
    """Say that a lesson's translation is current, and who reviewed it today."""
    folder = settings.courses / given.course
    course = load_course(folder)
    if given.lesson not in course.written or given.language not in course.note:
        print(f"There is no written lesson {given.lesson} in {given.language}.", file=sys.stderr)
        return 2
    reviewed = f"{now():%Y-%m-%d} {given.reviewed_by}" if given.reviewed_by else ""
    stamp(course, folder, given.lesson, given.language, reviewed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
