"""Staff pages: download a question bank with its answers, convert files to the text of a bank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.guard import GuardedBlueprint, current_actor, current_person_id
from learning.access.permissions import Permission
from learning.audit.actions import record
from learning.catalogue.queries import staffed_editions
from learning.content import registry
from learning.content.course import Course, Module
from learning.files.rules import content_disposition
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.text_files import NotTextError, decode_text
from learning.kit.time import now
from learning.question_exchange import limits
from learning.question_exchange.bank_export import (
    CONTENT_TYPES,
    ExportFormat,
    export_bank,
    file_name,
    left_out,
)
from learning.question_exchange.converter import Conversion, convert
from learning.question_exchange.forms import ConvertForm, ExportForm
from learning.question_exchange.labels import FILE_PROBLEMS
from learning.question_exchange.notes import FileError, FileProblem, Note, NoteKind, Severity

bp = GuardedBlueprint("questions", __name__, url_prefix="/staff/courses/<course>/questions")
MAX_NOTES = 200  # of one kind that the page shows; the command writes all
BANK, TOML = "bank.toml", "text/plain; charset=utf-8"


@dataclass(frozen=True, kw_only=True)
class BanksPage(Page):
    """The banks of a course."""

    template: ClassVar[str] = "question_exchange/banks.html"

    course: Course
    banks: Sequence[Module]
    form: ExportForm

    def not_in_gift(self, module: Module) -> int:
        """Return how many questions of a bank GIFT cannot hold."""
        return len(left_out(module, ExportFormat.GIFT))


@dataclass(frozen=True, kw_only=True)
class ConvertPage(Page):
    """Files to convert, and what became of them."""

    template: ClassVar[str] = "question_exchange/convert.html"

    course: Course
    form: ConvertForm
    made: Conversion | None = None
    max_notes: int = MAX_NOTES

    @property
    def counts(self) -> Mapping[Severity, int]:
        return {each: len(self.made.of(each)) if self.made else 0 for each in Severity}

    @property
    def report(self) -> Sequence[tuple[Severity, Sequence[tuple[NoteKind, Sequence[Note]]]]]:
        """Return all notes: by what they ask of the author, then by kind."""
        if self.made is None:
            return ()
        order = list(NoteKind)
        notes = sorted(self.made.notes, key=lambda note: order.index(note.kind))
        kinds = [(kind, list(group)) for kind, group in groupby(notes, lambda note: note.kind)]
        by_severity = groupby(kinds, lambda found: found[1][0].severity)
        return [(severity, list(group)) for severity, group in by_severity]


@bp.get("/", needs=Permission.READ_ANSWER_KEYS, any_edition=True)
def show_banks(course: str) -> ResponseReturnValue:
    known = _course(course)
    return render_page(_banks_page(known, ExportForm()))


@bp.post("/export", needs=Permission.READ_ANSWER_KEYS, any_edition=True)
@form_post(limit=per_person(limits.EXPORT))
def export_questions(course: str) -> ResponseReturnValue:
    """Download a bank with its answers; the audit trail says who has it."""
    known = _course(course)
    page = _banks_page(known, ExportForm(request.form))
    form = page.form
    if not form.validate():
        return render_page(page), 422
    module = next(each for each in page.banks if each.key == form.module.data)
    language = str(form.language.data)
    detail = {"module": module.key, "format": str(form.format), "language": language}
    record(
        db(),
        "questions exported",
        f"course {known.key}",
        by=current_person_id(),
        now=now(),
        **detail,
    )
    content = export_bank(module, form.format, language)
    return _download(content, CONTENT_TYPES[form.format], file_name(module, form.format, language))


@bp.get("/convert", needs=Permission.READ_ANSWER_KEYS, any_edition=True)
def show_converter(course: str) -> ResponseReturnValue:
    return render_page(ConvertPage(course=_course(course), form=ConvertForm()))


@bp.post("/convert", needs=Permission.READ_ANSWER_KEYS, any_edition=True)
@form_post(limit=per_person(limits.CONVERT))
def convert_files(course: str) -> ResponseReturnValue:
    """Show files as the text of a bank, or download it; nothing is stored."""
    known, form = _course(course), ConvertForm(request.form)
    problems = _take_files(form)
    made = None
    if form.validate() and not problems:
        try:
            made = convert(form.texts)
        except FileError as error:
            problems[error.language] = _sentence(error)
    for language, sentence in problems.items():
        form.text(language or current_i18n().language).errors = [sentence]
    page = ConvertPage(course=known, form=form, made=made)
    if made is None:
        return render_page(page), 422
    if request.form.get("download"):
        return _download(made.text, TOML, BANK)
    return render_page(page)


def _course(key: str) -> Course:
    """Return a course in one of whose editions the reader may read the answers."""
    never_store()
    known = registry.courses().get(key) or abort(404)
    editions = staffed_editions(db(), current_actor(), Permission.READ_ANSWER_KEYS)
    if not any(edition.course == key for edition in editions):
        abort(404)
    return known


def _banks_page(course: Course, form: ExportForm) -> BanksPage:
    banks = [module for module in course.modules if module.bank]
    return BanksPage(course=course, banks=banks, form=form.offer(banks))


def _take_files(form: ConvertForm) -> dict[str, str]:
    """Put chosen files into the fields of their texts; return why some cannot be read."""
    problems: dict[str, str] = {}
    for language, file, text in form.languages:
        upload = request.files.get(file.name)
        content = upload.read() if upload else b""
        if not content:
            continue
        try:
            text.data, _ = decode_text(content)
        except NotTextError:
            problems[language] = current_i18n().gettext(FILE_PROBLEMS[FileProblem.NOT_TEXT])
    return problems


def _sentence(error: FileError) -> str:
    words = current_i18n()
    sentence = words.gettext(FILE_PROBLEMS[error.problem])
    if not error.line:
        return sentence
    numbered = words.gettext(N_("Line %(number)s: %(reason)s"))
    return numbered % {"number": error.line, "reason": sentence}


def _download(content: str, content_type: str, name: str) -> Response:
    answer = Response(content, content_type=content_type)
    answer.headers["Content-Disposition"] = content_disposition(name)
    return answer
