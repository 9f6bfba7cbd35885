"""Staff pages: all dates of an edition, and a form for each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import GuardedBlueprint, current_actor, current_person_id
from learning.access.permissions import Permission
from learning.admin.edition_dates import DateLine, Week, changes_of, facts_of, named, weeks_of
from learning.admissions.commands.edition_notices import NoticePreview, notice_preview
from learning.catalogue import actions, dates, queries, schedule
from learning.catalogue.actions import DATE_FIELDS, SaveContext
from learning.catalogue.forms import EditionDateForm, EditionDayForm, form_of
from learning.catalogue.models import Edition
from learning.catalogue.publication import InconsistentEdition, findings_of
from learning.catalogue.requests import edition_of
from learning.catalogue.rules import Finding
from learning.content import registry
from learning.content.activity_types import Deadline
from learning.content.course import Course
from learning.kit.database import lock_row
from learning.kit.db import db, rollback_changes
from learning.kit.i18n import N_, I18n, i18n_for
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now

DateForm = EditionDateForm | EditionDayForm

bp = GuardedBlueprint("edition_dates", __name__, url_prefix="/staff/editions/<edition>/dates")


@dataclass(frozen=True, kw_only=True)
class DatesPage(Page):
    """All dates of an edition in its own time zone (`clock`)."""

    template: ClassVar[str] = "admin/dates.html"

    edition: Edition
    weeks: Sequence[Week]
    clock: I18n
    findings: Sequence[Finding]
    now: datetime
    may_extend: bool

    @property
    def next(self) -> DateLine | None:
        """Return the first date that is not over."""
        lines = (line for week in self.weeks for line in week.lines if line.at >= self.now)
        return min(lines, key=lambda line: line.at, default=None)


@dataclass(frozen=True, kw_only=True)
class DatePage(Page):
    """The form to move one date; `preview` is who will be notified, before it is saved."""

    template: ClassVar[str] = "admin/date.html"

    edition: Edition
    line: DateLine
    clock: I18n
    form: DateForm
    findings: Sequence[Finding] = ()
    preview: NoticePreview | None = None
    changes: Sequence[tuple[str, str, str]] = ()


@bp.get("/", needs=Permission.EDIT_EDITIONS)
def show_dates(edition: str) -> ResponseReturnValue:
    where = edition_of(edition)
    course, clock = registry.course(where.course), _clock(where)
    findings = findings_of(db(), where, facts_of(course), now=now())
    page = DatesPage(
        edition=where,
        weeks=weeks_of(db(), where, course, clock),
        clock=clock,
        findings=[each for each in named(findings, course, clock) if each.keys],
        now=now(),
        may_extend=current_actor().may(Permission.EXTEND_DEADLINES, edition),
    )
    return render_page(page)


@bp.get("/<key>", needs=Permission.EDIT_EDITIONS)
def show_date(edition: str, key: str) -> ResponseReturnValue:
    where = edition_of(edition)
    form = _stored(where, key)
    form.with_version()
    return render_page(_date_page(where, key, form))


@bp.post("/<key>", needs=Permission.EDIT_EDITIONS)
@form_post()
def change(edition: str, key: str) -> ResponseReturnValue:
    """Move one date; first show who will be notified."""
    where = edition_of(edition)
    form = _sent(key)
    if not form.validate():
        return render_page(_date_page(where, key, form)), 422
    lock_row(db(), where)
    if not form.is_current(_stored(where, key)):
        return render_page(_date_page(where, key, form)), 409
    try:
        before = _save(where, key, form)
    except InconsistentEdition as violation:
        rollback_changes()
        return render_page(_error_page(edition_of(edition), key, form, violation)), 409
    if before is None:
        return render_page(_date_page(where, key, form)), 422
    preview = notice_preview(db(), where, before)
    if preview is not None and request.form.get("agreed") != preview.token:
        rollback_changes()  # it is only shown so far
        return render_page(_preview_page(edition_of(edition), key, form, preview))
    flash(current_i18n().gettext(N_("The date is saved.")))
    return redirect(url_for(".show_dates", edition=edition), 303)


def _save(edition: Edition, key: str, form: DateForm) -> Mapping[str, Any] | None:
    """Save one date; return what it was before, None where the edition's form says no."""
    course = registry.course(edition.course)
    saved = SaveContext(
        by=current_person_id(), now=now(), course=facts_of(course), reason=form.reason.data or ""
    )
    if isinstance(form, EditionDateForm):
        at = schedule.instant(form.wall_time(), edition.zone)
        return actions.change_date(db(), edition, _deadline(course, key), at, saved)
    whole = form_of(edition, queries.texts(db(), edition))
    whole.offer_policies(queries.policies(db()))
    whole[key].data = form.day.data
    if not whole.validate():
        form.day.errors = [next(message for _, message in whole.error_list)]
        return None
    return actions.change_edition(db(), edition, whole.values(), saved)


def _sent(key: str) -> DateForm:
    return EditionDayForm(request.form) if key in DATE_FIELDS else EditionDateForm(request.form)


def _stored(edition: Edition, key: str) -> DateForm:
    """Return the form with the stored date; 404 if the edition has no such date."""
    if key in DATE_FIELDS:
        return EditionDayForm(data={"day": getattr(edition, key)})
    deadline = _deadline(registry.course(edition.course), key)
    at = dates.instants_of(db(), edition, [deadline])[key]
    wall = schedule.wall_time(at, edition.zone)
    return EditionDateForm(data={"day": wall.date(), "time": wall.time()})


def _deadline(course: Course, key: str) -> Deadline:
    alone = (each for each in course.deadlines if each.key == key and not each.day)
    return next(alone, None) or abort(404)


def _date_page(edition: Edition, key: str, form: DateForm) -> DatePage:
    course, clock = registry.course(edition.course), _clock(edition)
    lines = (line for week in weeks_of(db(), edition, course, clock) for line in week.lines)
    line = next(each for each in lines if each.key == key and each.is_alone)
    return DatePage(edition=edition, line=line, clock=clock, form=form)


def _error_page(
    edition: Edition, key: str, form: DateForm, violation: InconsistentEdition
) -> DatePage:
    form.add_error(violation)
    findings = named(violation.findings, registry.course(edition.course), current_i18n())
    return replace(_date_page(edition, key, form), findings=findings)


def _preview_page(edition: Edition, key: str, form: DateForm, preview: NoticePreview) -> DatePage:
    """Return the form with who will be notified; it is not saved yet."""
    changes = changes_of(preview, registry.course(edition.course), _clock(edition))
    return replace(_date_page(edition, key, form), preview=preview, changes=changes)


def _clock(edition: Edition) -> I18n:
    """Return the reader's language with the edition's time zone, which staff plan in."""
    return i18n_for(current_i18n().language, edition.zone)
