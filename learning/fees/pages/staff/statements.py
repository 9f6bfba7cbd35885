"""Bank statements: the list, and the import of a file."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission
from learning.bank_formats.camt import read_statements
from learning.bank_formats.statements import Statement, StatementError
from learning.fees.commands.statements import StatementFile, import_statements
from learning.fees.file_purposes import BANK_STATEMENT
from learning.fees.pages.staff.blueprint import bp
from learning.fees.pages.staff.statement_forms import ImportForm
from learning.fees.queries.statements import (
    PAGE_SIZE,
    StatementLine,
    count_statements,
    statement_lines,
)
from learning.fees.statement_models import BankStatement
from learning.fees.statement_problems import LABELS, ImportProblem
from learning.files.current_storage import storage
from learning.files.labels import limits_text, rejection_text
from learning.files.limits import UPLOAD
from learning.files.models import StoredFile
from learning.files.purposes import FilePurpose
from learning.files.queries import own_file
from learning.files.rules import MAX_FORM_FILE_BYTES, clean_name, form_size_rejection
from learning.kit.db import database, db
from learning.kit.errors import RuleViolation
from learning.kit.form_violations import current_violation
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.labels import label_of, message_in
from learning.kit.languages import current_i18n
from learning.kit.lists import ListPart
from learning.kit.pages import Page, render_page
from learning.kit.requests import query_number
from learning.kit.time import now


@dataclass(frozen=True, kw_only=True)
class FileRejected:
    """A file that was refused: why, where in it (0: as a whole), and what helps.

    `size` is in bytes, 0 if it is not shown.
    """

    name: str
    size: int
    sentence: str
    line: int = 0
    advice: str = ""


@dataclass(frozen=True, kw_only=True)
class StatementsPage(Page):
    """The statements, the latest first, with the form for the next file."""

    template: ClassVar[str] = "fees/statements.html"

    lines: Sequence[StatementLine]
    part: ListPart
    form: ImportForm
    purpose: FilePurpose
    file_limits: str
    may_import: bool
    rejected: FileRejected | None = None


@dataclass(frozen=True, kw_only=True)
class SentFile:
    """A file as it was sent."""

    name: str
    content: bytes = b""


@bp.get("/statements/", needs=Permission.READ_FINANCES)
def show_statements() -> ResponseReturnValue:
    return render_page(_page(ImportForm()))


@bp.post("/statements/", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(UPLOAD), counts_refused=True)
def import_file() -> ResponseReturnValue:
    """Read a file of statements, before any transaction, and store what it says."""
    never_store()
    form = ImportForm(request.form)
    violation = current_violation()
    if isinstance(violation, RuleViolation):
        sentence = message_in(LABELS, violation, current_i18n())
        return _rejected(SentFile(name=_name(form)), sentence, 0, _advice(violation.code))
    sent = _sent_file(form)
    if not form.validate():
        return render_page(_page(form)), 422
    if isinstance(sent, str):
        form.statement.errors = [sent]
        return render_page(_page(form)), 422
    try:
        statements = read_statements(sent.content)
    except StatementError as error:
        return _rejected(sent, _sentence(error), error.line, _advice(error.code))
    return _store(sent, statements)


def _sent_file(form: ImportForm) -> SentFile | str:
    """Return the file that was sent, or what is wrong with it."""
    chosen = request.files.get("statement")
    if chosen is not None and chosen.filename:
        with chosen.stream:
            content = chosen.stream.read(MAX_FORM_FILE_BYTES + 1)
        if rejection := form_size_rejection(len(content), BANK_STATEMENT.max_bytes):
            return rejection_text(rejection, BANK_STATEMENT, current_i18n())
        return SentFile(name=clean_name(chosen.filename), content=content)
    stored = _stored_file(form)
    if stored is None:
        return current_i18n().gettext(label_of(LABELS, ImportProblem.NO_FILE))
    with storage().open(stored.key) as file:
        return SentFile(name=stored.name, content=file.read())


def _stored_file(form: ImportForm) -> StoredFile | None:
    """Return the file that came in pieces before."""
    with database().read_transaction() as reading:
        slug, owner = form.file.data or "", current_person_id()
        return own_file(reading, slug, owner, purpose=BANK_STATEMENT.key)


def _name(form: ImportForm) -> str:
    chosen = request.files.get("statement")
    if chosen is not None and chosen.filename:
        return clean_name(chosen.filename)
    stored = _stored_file(form)
    return stored.name if stored else ""


def _store(sent: SentFile, statements: Sequence[Statement]) -> ResponseReturnValue:
    digest = hashlib.sha256(sent.content).hexdigest()
    file = StatementFile(name=sent.name, sha256=digest, by=current_person_id(), now=now())
    rows = import_statements(db(), statements, file)
    if len(rows) > 1:
        flash(current_i18n().gettext(N_("The statements are read. Book them in their order.")))
        return redirect(url_for(".show_statements"), 303)
    return redirect(url_of(rows[0]), 303)


def url_of(statement: BankStatement) -> str:
    return url_for("money.show_statement", statement_uid=statement.uid)


def _sentence(error: StatementError) -> str:
    words = current_i18n()
    text = words.gettext(label_of(LABELS, error.code))
    named: dict[str, object] = {"element": error.element}
    if error.balances:
        expected, found = error.balances
        named |= {"expected": words.exact_money(expected), "found": words.exact_money(found)}
    return text % named if "%(" in text else text


def _advice(code: StrEnum) -> str:
    advice = LABELS.get((type(code), "advice"), {}).get(code, "")
    return current_i18n().gettext(advice) if advice else ""


def _rejected(sent: SentFile, sentence: str, line: int, advice: str) -> ResponseReturnValue:
    rejected = FileRejected(
        name=sent.name, size=len(sent.content), sentence=sentence, line=line, advice=advice
    )
    return render_page(_page(ImportForm(), rejected)), 422


def _page(form: ImportForm, rejected: FileRejected | None = None) -> StatementsPage:
    total = count_statements(db())
    part = ListPart(total=total, size=PAGE_SIZE, requested=query_number("from"))
    return StatementsPage(
        lines=statement_lines(db(), part.start),
        part=part,
        form=form,
        purpose=BANK_STATEMENT,
        file_limits=limits_text(BANK_STATEMENT, current_i18n()),
        may_import=current_actor().may(Permission.MANAGE_FINANCES),
        rejected=rejected,
    )
