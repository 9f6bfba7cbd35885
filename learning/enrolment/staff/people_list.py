"""Pages for staff: enrolling many people from a list, which is shown before it is carried out."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import ClassVar

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue

from learning.access.guard import actor, me
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.catalogue.queries import edition_by_code
from learning.enrolment import actions, batch_enrolment, limits, list_files, lists, queries
from learning.enrolment.actions import COMING, Planned
from learning.enrolment.forms import MOST_TEXT, ListForm
from learning.enrolment.list_files import Cells, ListError, ListFault
from learning.enrolment.lists import LineFault, Outcome, PeopleList
from learning.enrolment.staff.operations import address_of
from learning.enrolment.staff.people import OUTCOMES, room
from learning.enrolment.staff.room import edition_of
from learning.kit import once
from learning.kit.db import database, db
from learning.kit.email_addresses import EMAIL_FAULTS
from learning.kit.errors import Refused
from learning.kit.headers import never_store
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.languages import current
from learning.kit.pages import Page, show
from learning.kit.rate_limit import attempt, is_limited
from learning.kit.time import now

LIST_FAULTS = {
    ListFault.NOT_TEXT: N_(
        "This file is neither text nor a spreadsheet that can be read here. "
        "Save it as .xlsx or as “CSV UTF-8”."
    ),
    ListFault.OLD_EXCEL: N_(
        "This is an old Excel file (.xls), or one that is locked by a password. "
        "Save it as .xlsx without a password, or as “CSV UTF-8”."
    ),
    ListFault.NOT_SPREADSHEET: N_(
        "This file is damaged, or it is not an .xlsx spreadsheet. "
        "Save it again as .xlsx or as “CSV UTF-8”."
    ),
    ListFault.TOO_LARGE: N_(
        "This list is too large. Copy the rows and columns that count into a new spreadsheet."
    ),
    ListFault.FORMULA: N_(
        "A cell holds a formula whose result is not in the file. "
        "Open and save it in the spreadsheet program, or paste the values."
    ),
    ListFault.OPEN_QUOTE: N_("A quotation mark opens on this line and is never closed."),
    ListFault.STRAY_QUOTE: N_(
        "Text follows a quotation mark that closes a cell. "
        "Put the whole cell between quotation marks, and write those inside it twice."
    ),
    ListFault.LONG_CELL: N_("A cell of this line has more than 5,000 characters."),
    ListFault.TOO_WIDE: N_("This line has more than 100 cells."),
    ListFault.TOO_LONG: N_("A list may have 2,000 people at most. Cut it in two."),
    ListFault.EMPTY: N_("There is nobody in this list. Choose a file, or paste lines."),
    ListFault.NO_COLUMNS: N_("The first line must name the columns: “email” and “name” at least."),
    ListFault.HALF_NAME: N_(
        "The first line names a column for one part of the name only. "
        "Add the other part, or one column with the whole name."
    ),
}
LINE_FAULTS: dict[StrEnum, str] = {
    LineFault.NO_EMAIL: N_("No e-mail address."),
    LineFault.NO_NAME: N_("No name."),
    LineFault.LONG_NAME: N_("The name is longer than 120 characters."),
    LineFault.LONG_INSTITUTION: N_("The institution is longer than 200 characters."),
    LineFault.BAD_LANGUAGE: N_("The language must be fr, en or es."),
    LineFault.TWICE: N_("The same address stands on a line above."),
    LineFault.TOO_MANY_CELLS: N_("This line has more cells than the first line has columns."),
    **EMAIL_FAULTS,
}

STRANGERS = N_(
    "Some addresses belong to people of another name. Look at them below, and say that these are "
    "the people you mean."
)


@dataclass(frozen=True, kw_only=True)
class ListPage(Page):
    """`refusal`: why a list that could be read was not carried out; `notes`: how it was read."""

    template: ClassVar[str] = "enrolment/list.html"

    edition: Edition
    form: ListForm
    left: int
    planned: Sequence[Planned] = ()
    fault: str = ""
    refusal: str = ""
    notes: Sequence[str] = ()
    line_faults: dict[StrEnum, str] = field(default_factory=lambda: LINE_FAULTS)
    outcomes: dict[Outcome, str] = field(default_factory=lambda: OUTCOMES)

    @property
    def refused(self) -> Sequence[Planned]:
        return [each for each in self.planned if each.outcome in lists.REFUSED]

    @property
    def bad(self) -> int:
        return len(self.refused)

    @property
    def coming(self) -> int:
        return sum(each.outcome in COMING for each in self.planned)

    @property
    def beyond(self) -> int:
        return sum(each.outcome is Outcome.NO_PLACE for each in self.planned)

    @property
    def strangers(self) -> Sequence[Planned]:
        return [each for each in self.planned if each.is_other_name]

    @property
    def confirmation(self) -> str:
        return actions.confirmation(self.planned)

    @property
    def ready(self) -> bool:
        return bool(self.planned) and not self.bad and not self.beyond


@room.get("/list", needs=Permission.ENROL)
def show_list(edition: str) -> ResponseReturnValue:
    return show(_page(edition, ListForm()))


@room.post("/list", needs=Permission.ENROL)
def check_list(edition: str) -> ResponseReturnValue:
    """Show what each line of a list will do."""
    form = ListForm(request.form)
    if not form.validate():
        return show(_page(edition, form)), 422
    try:
        page = _page(edition, form, *_read(form))
    except ListError as error:
        return show(replace(_page(edition, form), fault=_words_of(error))), 422
    return show(page), 200 if page.ready else 422


@room.post("/list/enrol", needs=Permission.ENROL)
def enrol_list(edition: str) -> ResponseReturnValue:
    """Have a list carried out that was shown before, exactly as it was shown."""
    form = ListForm(request.form)
    try:
        read = _read(form)
    except ListError:
        return check_list(edition)
    page = _page(edition, form, *read)
    if not page.ready:
        return show(page), 422
    if page.confirmation != form.values().confirmed:
        return show(replace(page, refusal=STRANGERS)), 422
    if is_limited(attempt(limits.LIST, me()), form):
        return show(page), 422
    return _start(edition, form, read)


def _start(edition: str, form: ListForm, read: tuple[Cells, PeopleList]) -> ResponseReturnValue:
    """Write the list down once, and lead to the page that shows how far it is."""
    where, key = edition_of(edition), form.values().key
    before = once.claim(db(), me(), key, now=now())
    if before is not None:
        return redirect(before, 303)
    try:
        operation = batch_enrolment.start(db(), where, read[1].lines, by=me(), now=now())
    except Refused as refusal:
        db().rollback()
        again = _page(edition, form, *read)
        return show(replace(again, refusal=str(refusal))), 409
    onward = address_of(edition, operation)
    return redirect(once.settle(db(), me(), key, onward), 303)


def _read(form: ListForm) -> tuple[Cells, PeopleList]:
    """Return the list that was given; what was read of it is the text of the form from now on.

    A chosen file goes before typed text. Preview and deed read the same text.
    """
    upload = request.files.get("file")
    content = upload.read() if upload else b""
    try:
        typed = form.values().text
        cells = list_files.read_file(content) if content else list_files.read_text(typed)
        people = lists.read_list(cells, LANGUAGES)
    except ListError as error:
        form.text.data = error.text[:MOST_TEXT] or form.text.data
        raise
    if len(cells.text) > MOST_TEXT:
        raise ListError(ListFault.TOO_LARGE)
    form.text.data = cells.text
    return cells, people


def _words_of(error: ListError) -> str:
    words = current()
    reason = words.gettext(LIST_FAULTS[error.fault])
    if not error.line:
        return reason
    line = words.gettext(N_("Line %(number)s: %(reason)s"))
    return line % {"number": error.line, "reason": reason}


def _notes(cells: Cells, people: PeopleList) -> list[str]:
    """Return what whoever gave a list should know of how it was read."""
    words, notes = current(), []
    if cells.encoding:
        taken = words.gettext(
            N_(
                "The file does not name its encoding, and %(encoding)s was taken. "
                "Are the accents right?"
            )
        )
        notes.append(taken % {"encoding": cells.encoding})
    if cells.sheet:
        sheet = words.gettext(N_("Only the first sheet was read: %(sheet)s."))
        notes.append(sheet % {"sheet": cells.sheet})
    if people.unused:
        unused = words.gettext(N_("Columns that are not used: %(columns)s."))
        notes.append(unused % {"columns": words.listing(people.unused)})
    return notes


def _page(
    code: str, form: ListForm, cells: Cells | None = None, people: PeopleList | None = None
) -> ListPage:
    """Return the page of a list, read without keeping anybody else from writing."""
    never_store()
    with database().reading() as session:
        edition = edition_by_code(session, actor(), code) or abort(404)
        return ListPage(
            edition=edition,
            form=form,
            left=max(0, queries.seats_left(session, edition)),
            planned=actions.plan(session, edition, people.lines) if people else (),
            notes=_notes(cells, people) if cells and people else (),
        )
