"""Staff page of the audit trail: who did what, to whom, when, with names and links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from flask import request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import GuardedBlueprint, current_actor
from learning.access.permissions import Permission
from learning.accounts import people_search
from learning.admin.staff.trail_details import TrailDetails, TrailNames, details_in_words, names_in
from learning.admin.trail_subjects import Subject, subjects_of
from learning.audit import queries
from learning.audit.models import AuditEntry
from learning.audit.queries import AuditFilter
from learning.files.sheets import Export, sheet_download
from learning.kit import check_results
from learning.kit.check_results import CheckResult
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, label, labelled_texts, render_page
from learning.kit.requests import query_number
from learning.kit.spreadsheets import Cell, Sheet
from learning.kit.time import now, start_of_day

bp = GuardedBlueprint("audit", __name__, url_prefix="/staff/audit")
EXPORT_SIZE = 10_000  # rows, the newest
KEPT = ("q", "action", "subject", "actor", "since", "until")  # of the address, from page to page
HEADINGS = (
    N_("No."),
    N_("When"),
    N_("Person"),
    N_("Action"),
    N_("On"),
    N_("Details"),
    N_("Recorded action"),
    N_("Recorded detail"),
)


@dataclass(frozen=True, kw_only=True)
class TrailLine:
    """One row of the trail in words."""

    entry: AuditEntry
    actor: Subject | None
    subject: Subject
    details: TrailDetails


@dataclass(frozen=True, kw_only=True)
class AuditPage(Page):
    """The audit trail; `checked` is the last check of the whole chain, None before the first."""

    template: ClassVar[str] = "audit/trail.html"

    lines: Sequence[TrailLine]
    older: int | None
    chosen: Mapping[str, str]
    actions: Sequence[str]
    checked: CheckResult | None
    now: datetime

    @property
    def period(self) -> str:
        """Return the chosen days in short form, "" for all."""
        since, until = (_day(self.chosen.get(name, "")) for name in ("since", "until"))
        words = current_i18n()
        if since and until:
            return words.short_period(since, until)
        if since:
            return words.label_and_text(words.gettext(N_("From")), words.short_date(since))
        return (
            words.label_and_text(words.gettext(N_("Until")), words.short_date(until))
            if until
            else ""
        )


@bp.get("/", needs=Permission.READ_AUDIT)
def show_trail() -> ResponseReturnValue:
    """Show one page of the audit trail, newest first.

    `before` is a row's id; `q` is part of the name or address of a person, `action` and `subject`
    are as recorded, `actor` is the id of a person, `since` and `until` days in the reader's zone.
    """
    never_store()
    rows = queries.latest_entries(db(), _filters(), before=query_number("before"))
    page = AuditPage(
        lines=_lines(rows),
        older=rows[-1].id if len(rows) == queries.PAGE_SIZE else None,
        chosen={key: request.args[key] for key in KEPT if request.args.get(key)},
        actions=labelled_texts("audit"),
        checked=check_results.latest_results(db()).get("audit chain"),
        now=now(),
    )
    return render_page(page)


@bp.post("/export", needs=Permission.READ_AUDIT)
@form_post(has_form=False)
@sheet_download
def export_trail() -> Export:
    """Download the newest rows that pass the filters of the page, as many as fit."""
    words = current_i18n()
    rows = queries.latest_entries(db(), _filters(), limit=EXPORT_SIZE)
    lines = _lines(rows)
    return Export(
        sheet=Sheet(
            title=words.gettext(N_("Audit trail")),
            headings=[words.gettext(heading) for heading in HEADINGS],
            rows=(_cells(line) for line in lines),
        ),
        name=words.gettext(N_("audit-trail")),
        action="audit trail exported",
        subject="audit",
        detail={"rows": len(rows)},
    )


def _cells(line: TrailLine) -> list[Cell]:
    return [
        line.entry.number or "",
        line.entry.at.isoformat(timespec="seconds"),
        line.actor.name if line.actor else "",
        label(line.entry.action, "audit"),
        line.subject.name,
        _in_words(line.details),
        line.entry.action,
        line.entry.detail,
    ]


def _in_words(details: TrailDetails) -> str:
    change = [" → ".join(details.change)] if details.change else []
    words = current_i18n()
    return "\n".join([*change, *(words.label_and_text(*line) for line in details.lines)])


def _filters() -> AuditFilter:
    words = request.args.get("q", "").strip()
    people = people_search.find_people(db(), words) if words else None
    until = _midnight("until")
    return AuditFilter(
        action=request.args.get("action", ""),
        subject=request.args.get("subject", "").strip(),
        actor_id=query_number("actor"),
        people=None if people is None else [person.id for person in people],
        since=_midnight("since"),
        until=until + timedelta(days=1) if until else None,
    )


def _midnight(name: str) -> datetime | None:
    """Return the beginning of a day of the address in the reader's zone; None for no day."""
    day = _day(request.args.get(name, ""))
    try:
        return start_of_day(day, current_i18n().zone) if day else None
    except OverflowError:
        return None


def _day(text: str) -> date | None:
    """Return a day as addresses have it; None for no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _lines(rows: Sequence[AuditEntry]) -> list[TrailLine]:
    i18n = current_i18n()
    subjects = subjects_of(db(), [row.subject for row in rows])
    names = names_in(db(), rows, i18n)
    may_open = current_actor().may(Permission.READ_PEOPLE)
    return [
        TrailLine(
            entry=row,
            actor=_actor(row.actor_id, names.people, may_open=may_open),
            subject=_linked(_edition(subjects[row.subject], names), may_open=may_open),
            details=details_in_words(row, names, i18n),
        )
        for row in rows
    ]


def _edition(subject: Subject, names: TrailNames) -> Subject:
    """Return an edition by its name instead of its code; any other subject as it is."""
    kind, _, code = subject.name.partition(" ")
    known = not subject.person_uid and kind == "edition" and code in names.editions
    return Subject(name=names.editions[code]) if known else subject


def _actor(
    actor_id: int | None, names: Mapping[int, tuple[str, str]], *, may_open: bool
) -> Subject | None:
    if actor_id is None:
        return None
    name, uid = names.get(actor_id, (str(actor_id), ""))
    return _linked(Subject(name=name, person_uid=uid), may_open=may_open)


def _linked(subject: Subject, *, may_open: bool) -> Subject:
    """Return a subject with the page of its person, if the reader may open it."""
    if not (may_open and subject.person_uid):
        return subject
    address = url_for("people.show_person", person_uid=subject.person_uid)
    return Subject(name=subject.name, person_uid=subject.person_uid, address=address)
