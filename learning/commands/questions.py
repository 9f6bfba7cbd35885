"""Commands on question banks: export one, convert files to the text of one."""

import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path

from learning.commands.errors import CommandError
from learning.content.course import Module
from learning.content.course_reader import load_course
from learning.kit.i18n import LANGUAGES
from learning.kit.text_files import NotTextError, decode_text
from learning.question_exchange.bank_export import ExportFormat, export_bank, left_out
from learning.question_exchange.converter import MAX_CHARACTERS, convert
from learning.question_exchange.labels import FILE_PROBLEMS, NOTES
from learning.question_exchange.notes import FileError, FileProblem, Note, Severity
from learning.settings import Settings

MAX_BYTES = 4 * MAX_CHARACTERS


def run_questions(settings: Settings, args: Namespace) -> int:
    run: Mapping[str, Callable[[Settings, Namespace], int]] = {
        "export": _export,
        "convert": _convert,
    }
    return run[args.what](settings, args)


def _export(settings: Settings, args: Namespace) -> int:
    """Write a bank in one language; 1 if the format cannot hold a question."""
    if not (args.module and args.format and args.language):
        raise CommandError("Say which module, as in m1, and which --format and --language.")
    module = _module(settings, args)
    kind = ExportFormat(args.format)
    _write(args.output, export_bank(module, kind, args.language))
    missing = left_out(module, kind)
    for question in missing:
        print(f"{question.key}: {question.type} is not part of {kind}", file=sys.stderr)
    return 1 if missing else 0


def _module(settings: Settings, args: Namespace) -> Module:
    folder = settings.courses / args.course
    if not (folder / "course.toml").is_file():
        raise CommandError(f"There is no course in {folder}.")
    banks = [module for module in load_course(folder).modules if module.bank]
    found = next((module for module in banks if module.key == args.module), None)
    if found is None:
        known = ", ".join(module.key for module in banks)
        raise CommandError(f"There is no bank {args.module}; there are {known}.")
    return found


def _convert(_settings: Settings, args: Namespace) -> int:
    """Write files as the text of a bank, and the report; 1 if a question is left out."""
    paths = {language: getattr(args, language) for language in LANGUAGES}
    files = {language: _read(Path(path)) for language, path in paths.items() if path}
    if not files:
        raise CommandError("Name a file for one language or more: --fr FILE --en FILE --es FILE.")
    try:
        made = convert(files)
    except FileError as error:
        place = f"{paths[error.language]}:{error.line}: " if error.line else ""
        raise CommandError(f"{place}{FILE_PROBLEMS[error.problem]}") from None
    _write(args.output, made.text)
    for severity in Severity:
        for note in made.of(severity):
            print(_line(note, paths), file=sys.stderr)
    lost = len(made.of(Severity.LEFT_OUT))
    print(f"{len(made.questions)} question(s), {lost} left out", file=sys.stderr)
    return 1 if lost else 0


def _read(path: Path) -> str:
    if path.stat().st_size > MAX_BYTES:
        raise CommandError(f"{path}: {FILE_PROBLEMS[FileProblem.TOO_LARGE]}")
    try:
        return decode_text(path.read_bytes())[0]
    except NotTextError:
        raise CommandError(f"{path}: {FILE_PROBLEMS[FileProblem.NOT_TEXT]}") from None


def _line(note: Note, paths: Mapping[str, str | None]) -> str:
    where = paths.get(note.language) or note.language
    place = f"{where}:{note.line}" if note.line else where
    detail = f" ({note.detail})" if note.detail else ""
    words = f"{place}: {note.question}: {NOTES[note.kind]}{detail}"
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in words)


def _write(path: str | None, text: str) -> None:
    if path:
        Path(path).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
