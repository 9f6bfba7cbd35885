"""The `learning` command: migrate, serve, demo, course check, and what operators need."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from sqlalchemy.exc import DBAPIError

from learning import demo
from learning.commands.course import course_files
from learning.commands.database import check_audit, fill_demo, migrate, migrate_to_head
from learning.commands.faults import UnusableError, line_of
from learning.commands.people import make_administrator, set_password, take_bounce
from learning.commands.server import examine, serve, work
from learning.content.course import CourseError
from learning.kit.i18n import LANGUAGES
from learning.settings import Settings, SettingsError, read_settings

__all__ = ["main", "migrate_to_head"]
UNUSABLE = 2
HIGHEST_PORT = 65535
Command = Callable[[Settings, argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the process's exit status. What stops it is one sentence."""
    given = _parser().parse_args(arguments)
    run: Command = given.run
    try:
        return run(read_settings(os.environ), given)
    except SettingsError as fault:
        sentence = f"settings: {fault}"
    except UnusableError as fault:
        sentence = str(fault)
    except CourseError as fault:
        sentence = f"The course cannot be served: {fault.faults[0]}"
    except DBAPIError as fault:
        sentence = f"The database refused: {line_of(fault)}"
    except OSError as fault:
        sentence = f"The system refused: {line_of(fault)}"
    except KeyboardInterrupt:
        sentence = "Stopped."
    print(sentence, file=sys.stderr)
    return UNUSABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="learning", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(name: str, run: Command, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    add("migrate", migrate, "bring the database and the search index up to date")
    add("serve", serve, "serve on this machine").add_argument("--port", type=_port, default=8000)
    add("demo", fill_demo, "fill an empty database with a demonstration")
    first = add("administrator", make_administrator, "invite somebody who may do everything")
    first.add_argument("email")
    first.add_argument("name")
    first.add_argument("--language", choices=LANGUAGES, default="en")
    password = add("password", set_password, "give a person a new password")
    password.add_argument("email")
    add("worker", work, "send letters and do other work for later; many may run")
    add("bounce", take_bounce, "read one returned message from standard input").add_argument(
        "envelope_to", nargs="?", default="", help="the address it came back to"
    )
    add("doctor", examine, "look at this installation; say what is well and what is not")
    audit = add("audit", check_audit, "check that the audit trail is whole and holds its anchors")
    audit.add_argument("--anchor", help="compare with this one too, as in an e-mail: NUMBER:HASH")
    course = add("course", course_files, "check the course files, or stamp translations")
    course.add_argument("what", choices=("check", "stamp"))
    course.add_argument("lesson", nargs="?", help="for stamp: a lesson, as in m4-l2")
    course.add_argument("--course", default=demo.COURSE, help="for stamp: the course's folder")
    course.add_argument("--language", help="for stamp: the translated language")
    course.add_argument("--reviewed-by", help="for stamp: the initials of who reviewed it")
    return parser


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"a number from 1 to {HIGHEST_PORT}, not {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
