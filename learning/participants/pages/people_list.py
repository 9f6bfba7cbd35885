"""Staff pages: enrolling many people from a list, with a preview."""

from dataclasses import replace

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission
from learning.catalogue.queries import edition_by_code
from learning.catalogue.requests import edition_of, show_edition
from learning.enrolment import seats
from learning.files.limits import UPLOAD
from learning.kit.db import database, db
from learning.kit.headers import never_store
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.languages import current_i18n
from learning.kit.pages import render_page
from learning.kit.rate_limit import Attempt, attempt
from learning.kit.time import now
from learning.participants import bulk_enrol, commands, limits, list_files, people_lists
from learning.participants.forms import MAX_TEXT_LENGTH, ListForm, column_choice
from learning.participants.labels import LIST_PROBLEMS
from learning.participants.list_cells import Cells, ListError, ListProblem
from learning.participants.pages.blueprint import bp
from learning.participants.pages.list_page import (
    ListPage,
    ReadList,
    notes_of,
    problem_text,
)
from learning.participants.pages.operations import address_of
from learning.participants.people_lists import REFUSED, Outcome

CHANGED = N_(
    "The list or its columns were changed after this page was shown. Nothing has been done: look "
    "at what the list would do now."
)
UNKNOWN_ADDRESSES = N_(
    "Some addresses belong to people of another name. Look at them below, and say that these are "
    "the people you mean."
)


def _file_attempt(**_address: str) -> Attempt | None:
    """Count a file that comes with the form: opening a workbook takes seconds."""
    upload = request.files.get("file")
    return attempt(UPLOAD, current_person_id()) if upload and upload.filename else None


def _enrol_attempt(**_address: str) -> Attempt:
    tried = attempt(limits.ENROL_LIST, current_person_id())
    file = _file_attempt()
    return tried + file if file else tried


@bp.get("/list", needs=Permission.ENROL)
def show_list(edition: str) -> ResponseReturnValue:
    return render_page(_page(edition, ListForm()))


@bp.post("/list", needs=Permission.ENROL)
@form_post(limit=_file_attempt, counts_refused=True)
def check_list(edition: str) -> ResponseReturnValue:
    """Show how a list is read and what each line will do."""
    form = ListForm(request.form)
    if not form.validate():
        return render_page(_page(edition, form)), 422
    try:
        read = _read(form)
        page = _page(edition, form, read)
        if request.form.get("leave_out"):
            page = _page(edition, form, _without_refused(form, read, page))
    except ListError as error:
        return render_page(_unread_page(edition, form, error)), 422
    return render_page(page), 422 if page.has_problem else 200


@bp.post("/list/enrol", needs=Permission.ENROL)
@form_post(limit=_enrol_attempt, idempotent=True)
def enrol_list(edition: str) -> ResponseReturnValue:
    """Carry out a list exactly as it was previewed."""
    form = ListForm(request.form)
    try:
        read = _read(form)
    except ListError as error:
        return render_page(_unread_page(edition, form, error)), 422
    page = _page(edition, form, read)
    if not page.ready:
        return render_page(page), 422
    if form.shown.data != read.people.digest:
        return render_page(replace(page, violation=CHANGED)), 422
    if page.confirmation != (form.confirmed.data or ""):
        return render_page(replace(page, violation=UNKNOWN_ADDRESSES)), 422
    if not form.validate():
        return render_page(page), 422
    operation = bulk_enrol.start(
        db(), edition_of(edition), read.people.lines, by=current_person_id(), now=now()
    )
    return redirect(address_of(edition, operation), 303)


def _read(form: ListForm) -> ReadList:
    """Return the list of the form; its text replaces the form's text from now on.

    A chosen file takes precedence over typed text. Preview and execution read the same text.
    """
    upload = request.files.get("file")
    content = upload.read() if upload else b""
    try:
        typed = form.text.data or ""
        cells = list_files.read_file(content) if content else list_files.read_text(typed)
        return _people_of(form, cells)
    except ListError as error:
        form.text.data = error.text[:MAX_TEXT_LENGTH] or form.text.data
        raise


def _people_of(form: ListForm, cells: Cells) -> ReadList:
    text = list_files.text_of(cells)
    if len(text) > MAX_TEXT_LENGTH:
        raise ListError(ListProblem.TOO_LARGE)
    form.text.data = text
    people = people_lists.read_list(cells, LANGUAGES, column_choice(request.form))
    return ReadList(cells=cells, people=people)


def _without_refused(form: ListForm, read: ReadList, page: ListPage) -> ReadList:
    """Return a list without the lines that cannot be carried out; the form's text has none."""
    cannot = REFUSED | {Outcome.NO_SEAT}
    left_out = [each.line for each in page.planned if each.outcome in cannot]
    numbers = {line.number for line in left_out}
    return replace(
        _people_of(form, people_lists.without_lines(read.cells, numbers)), left_out=left_out
    )


def _unread_page(edition: str, form: ListForm, error: ListError) -> ListPage:
    sentence = current_i18n().gettext(LIST_PROBLEMS[error.problem])
    return replace(_page(edition, form), problem=problem_text(error, current_i18n(), sentence))


def _page(code: str, form: ListForm, read: ReadList | None = None) -> ListPage:
    """Return the page of a list, read without blocking writers."""
    never_store()
    with database().read_transaction() as session:
        edition = edition_by_code(session, current_actor(), code) or abort(404)
        show_edition(edition)
        return ListPage(
            edition=edition,
            form=form,
            free_seats=max(0, seats.free(session, edition)),
            people=read.people if read else None,
            planned=commands.plan(session, edition, read.people.lines) if read else (),
            notes=notes_of(read, current_i18n()) if read else (),
            first_requested=request.form.get("from-lines", type=int),
        )
