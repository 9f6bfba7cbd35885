"""The `learning` command line."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from sqlalchemy.exc import DBAPIError

from learning import demo
from learning.commands.course import run_course
from learning.commands.database import load_demo, migrate, migrate_to_head, verify_audit
from learning.commands.errors import CommandError, first_line
from learning.commands.people import create_administrator, process_bounce, set_password
from learning.commands.personal_data import export_person, forget_person
from learning.commands.questions import run_questions
from learning.commands.server import run_doctor, run_worker, serve
from learning.content.course import CourseError
from learning.kit.i18n import LANGUAGES
from learning.question_exchange.bank_export import ExportFormat
from learning.settings import Settings, SettingsError, read_settings

__all__ = ["main", "migrate_to_head"]
EXIT_ERROR = 2
MAX_PORT = 65535
Command = Callable[[Settings, argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status. Expected errors are printed as one sentence."""
    args = _parser().parse_args(arguments)
    run: Command = args.run
    try:
        return run(read_settings(os.environ), args)
    except SettingsError as error:
        sentence = f"settings: {error}"
    except CommandError as error:
        sentence = str(error)
    except CourseError as error:
        sentence = f"The course cannot be served: {error.issues[0]}"
    except DBAPIError as error:
        sentence = f"The database refused: {first_line(error)}"
    except OSError as error:
        sentence = f"The system refused: {first_line(error)}"
    except KeyboardInterrupt:
        sentence = "Stopped."
    print(sentence, file=sys.stderr)
    return EXIT_ERROR


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="learning", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(name: str, run: Command, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    add("migrate", migrate, "bring the database and the search index up to date")
    add("serve", serve, "serve on this machine").add_argument("--port", type=_port, default=8000)
    add("load-demo", load_demo, "fill an empty database with a demonstration")
    first = add("administrator", create_administrator, "invite somebody who may do everything")
    first.add_argument("email")
    first.add_argument("name")
    first.add_argument("--language", choices=LANGUAGES, default="en")
    password = add("set-password", set_password, "give a person a new password")
    password.add_argument("email")
    add("export-person", export_person, "write what is known of a person, as JSON").add_argument(
        "email"
    )
    forget = add("forget-person", forget_person, "list what is known of a person, or delete it")
    forget.add_argument("email")
    forget.add_argument("--execute", action="store_true", help="delete it; asks for the address")
    forget.add_argument("--yes", action="store_true", help="with --execute: do not ask")
    forget.add_argument("--no-email", action="store_true", help="do not write to the person")
    add("worker", run_worker, "send e-mails and do other work for later; many may run")
    add(
        "process-bounce", process_bounce, "read one returned message from standard input"
    ).add_argument("envelope_to", nargs="?", default="", help="the address it came back to")
    add("doctor", run_doctor, "look at this installation; say what is well and what is not")
    audit = add(
        "verify-audit", verify_audit, "check that the audit trail is whole and holds its anchors"
    )
    audit.add_argument("--anchor", help="compare with this one too, as in an e-mail: NUMBER:HASH")
    course = add(
        "course",
        run_course,
        "check the course files, show what the surface of questions reveals, or stamp translations",
    )
    course.add_argument("what", choices=("check", "signs", "stamp"))
    course.add_argument("lesson", nargs="?", help="for stamp: a lesson, as in m4-l2")
    course.add_argument("--course", default=demo.COURSE, help="for stamp: the course's folder")
    course.add_argument("--language", help="for stamp: the translated language")
    course.add_argument("--reviewed-by", help="for stamp: the initials of who reviewed it")
    questions = add("questions", run_questions, "export question banks, or convert files to one")
    questions.add_argument("what", choices=("export", "convert"))
    questions.add_argument("module", nargs="?", help="for export: a module, as in m1")
    questions.add_argument("--course", default=demo.COURSE, help="for export: the course's folder")
    questions.add_argument("--format", choices=list(ExportFormat), help="for export")
    questions.add_argument("--language", choices=LANGUAGES, help="for export")
    for language, name in LANGUAGES.items():
        questions.add_argument(f"--{language}", metavar="FILE", help=f"for convert: {name}")
    questions.add_argument("--output", metavar="FILE", help="where to write; else to the terminal")
    return parser


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= MAX_PORT:
        raise argparse.ArgumentTypeError(f"a number from 1 to {MAX_PORT}, not {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
