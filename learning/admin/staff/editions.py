"""Staff pages to create, change and publish an edition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import GuardedBlueprint, current_person_id
from learning.access.permissions import Permission
from learning.admin.edition_dates import Week, changes_of, facts_of, named, weeks_of
from learning.admin.labels import FACT_LABELS, STATUS_CONSEQUENCES
from learning.admissions.commands.edition_notices import NoticePreview, notice_preview
from learning.admissions.queries.applications import count_affected_people
from learning.catalogue import actions, queries, rules
from learning.catalogue.actions import SaveContext
from learning.catalogue.forms import EditionForm, form_of
from learning.catalogue.labels import STATUS_LABELS
from learning.catalogue.models import Edition, EditionStatus
from learning.catalogue.publication import InconsistentEdition, findings_of, plan_of
from learning.catalogue.requests import edition_of
from learning.catalogue.rules import Finding
from learning.catalogue.statements import Fact, Reading
from learning.content import registry
from learning.enrolment.seats import occupied
from learning.kit.database import lock_row
from learning.kit.db import db, rollback_changes
from learning.kit.headers import never_store
from learning.kit.i18n import N_, I18n, i18n_for
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now
from learning.kit.versions import Difference

HIDDEN = {EditionStatus.CANCELLED, EditionStatus.DRAFT}  # to applicants, too

bp = GuardedBlueprint("editions", __name__, url_prefix="/staff/editions")


@dataclass(frozen=True, kw_only=True)
class EditionPage(Page):
    """An edition's form; `edition` is None while it is being created."""

    template: ClassVar[str] = "admin/edition.html"

    form: EditionForm
    edition: Edition | None
    findings: Sequence[Finding] = ()  # why a public edition was not saved
    preview: NoticePreview | None = None  # who will be notified, before it is saved
    changes: Sequence[tuple[str, str, str]] = ()  # (name, before, after) of each change
    taken: int = 0  # seats


@dataclass(frozen=True, kw_only=True)
class PublicationPage(Page):
    """The findings against publishing an edition, and its possible next states."""

    template: ClassVar[str] = "admin/publication.html"

    edition: Edition
    findings: Sequence[Finding]
    next: Sequence[EditionStatus]
    people: int  # applicants and participants: if any, only the approver cancels
    readings: Mapping[str, Reading]  # by language
    facts: Sequence[Fact]
    weeks: Sequence[Week]  # all dates
    clock: I18n  # in the edition's zone
    differences: Sequence[Difference] = ()  # the state was changed after the page was opened


@dataclass(frozen=True, kw_only=True)
class StatusPage(Page):
    """What people will see once an edition has another state; nothing has happened yet."""

    template: ClassVar[str] = "admin/edition_status.html"

    edition: Edition
    status: EditionStatus
    consequences: Sequence[str]


@bp.get("/new/<course>", needs=Permission.EDIT_EDITIONS)
def show_new(course: str) -> ResponseReturnValue:
    _known(course)
    never_store()
    form = _offered(EditionForm(data={"weeks": 6, "zone": "Europe/Rome"}))
    return render_page(EditionPage(form=form, edition=None))


@bp.post("/new/<course>", needs=Permission.EDIT_EDITIONS)
@form_post(idempotent=True)
def create(course: str) -> ResponseReturnValue:
    _known(course)
    never_store()
    form = _offered(EditionForm(request.form))
    if not form.validate():
        return render_page(EditionPage(form=form, edition=None)), 422
    edition = actions.create_edition(db(), course, form.values(), saved_by_me(course))
    return redirect(url_for(".show_publication", edition=edition.code), 303)


@bp.get("/<edition>/edit", needs=Permission.EDIT_EDITIONS)
def show_edit(edition: str) -> ResponseReturnValue:
    where = edition_of(edition)
    form = _stored(where)
    form.with_version()
    return render_page(_edition_page(where, form))


@bp.post("/<edition>/edit", needs=Permission.EDIT_EDITIONS)
@form_post()
def change(edition: str) -> ResponseReturnValue:
    where, form = edition_of(edition), _offered(EditionForm(request.form))
    if not form.validate():
        return render_page(_edition_page(where, form)), 422
    lock_row(db(), where)
    if not form.is_current(_stored(where)):
        return render_page(_edition_page(where, form)), 409
    try:
        before = actions.change_edition(db(), where, form.values(), saved_by_me(where.course))
    except InconsistentEdition as violation:
        rollback_changes()
        return render_page(_error_page(edition, form, violation)), 409
    preview = notice_preview(db(), where, before)
    if preview is not None and request.form.get("agreed") != preview.token:
        rollback_changes()  # it is only shown so far
        return render_page(_preview_page(edition, form, preview))
    flash(current_i18n().gettext(N_("The edition is saved.")))
    return redirect(url_for(".show_publication", edition=edition), 303)


@bp.get("/<edition>/publish", needs=Permission.EDIT_EDITIONS)
def show_publication(edition: str) -> ResponseReturnValue:
    return render_page(_publication_page(edition_of(edition)))


@bp.get("/<edition>/publish/<status>", needs=Permission.EDIT_EDITIONS)
def show_status(edition: str, status: str) -> ResponseReturnValue:
    """Show what people will see once the edition has a state."""
    page = _publication_page(edition_of(edition))
    chosen = next((each for each in page.next if each == status), None) or abort(404)
    if chosen is EditionStatus.OPEN and page.findings:
        return redirect(url_for(".show_publication", edition=edition), 303)
    return render_page(
        StatusPage(edition=page.edition, status=chosen, consequences=STATUS_CONSEQUENCES[chosen])
    )


@bp.post("/<edition>/publish", needs=Permission.EDIT_EDITIONS)
@form_post(has_form=False)
def set_status(edition: str) -> ResponseReturnValue:
    """Publish an edition without inconsistencies, or set another state."""
    where = edition_of(edition)
    lock_row(db(), where)  # locked, so that nobody applies or is enrolled meanwhile
    new_status = request.form.get("status", "")
    page = _publication_page(where)
    if request.form.get("version") != where.status and new_status in set(EditionStatus):
        return render_page(
            replace(page, differences=[_meanwhile(where, EditionStatus(new_status))])
        ), 409
    if new_status not in {str(status) for status in page.next}:
        abort(404)
    if new_status == EditionStatus.OPEN:
        if page.findings:
            return render_page(page), 422
        actions.publish(db(), where, saved_by_me(where.course))
    else:
        actions.set_status(
            db(), where, EditionStatus(new_status), by=current_person_id(), now=now()
        )
    flash(
        current_i18n().gettext(N_("Done: %(status)s."))
        % {"status": current_i18n().gettext(STATUS_LABELS[EditionStatus(new_status)])}
    )
    return redirect(url_for(".show_publication", edition=edition), 303)


def _publication_page(edition: Edition) -> PublicationPage:
    course = registry.course(edition.course)
    findings = findings_of(db(), edition, facts_of(course), now=now())
    hit, clock = (
        count_affected_people(db(), edition),
        i18n_for(current_i18n().language, edition.zone),
    )
    return PublicationPage(
        edition=edition,
        findings=named(findings, course, current_i18n()),
        next=[
            s for s in sorted(actions.ALLOWED_STATUSES[edition.status]) if not (hit and s in HIDDEN)
        ],
        people=hit,
        readings=rules.readings(plan_of(db(), edition)),
        facts=tuple(FACT_LABELS),
        weeks=weeks_of(db(), edition, course, clock),
        clock=clock,
    )


def saved_by_me(course: str) -> SaveContext:
    return SaveContext(by=current_person_id(), now=now(), course=facts_of(registry.course(course)))


def _edition_page(edition: Edition, form: EditionForm) -> EditionPage:
    return EditionPage(form=form, edition=edition, taken=occupied(db(), edition))


def _preview_page(code: str, form: EditionForm, preview: NoticePreview) -> EditionPage:
    """Return the form with who will be notified; it is not saved yet."""
    edition = edition_of(code)
    changes = changes_of(preview, registry.course(edition.course), current_i18n())
    return replace(_edition_page(edition, form), preview=preview, changes=changes)


def _error_page(code: str, form: EditionForm, violation: InconsistentEdition) -> EditionPage:
    form.add_error(violation)
    edition = edition_of(code)
    shown = named(violation.findings, registry.course(edition.course), current_i18n())
    return replace(_edition_page(edition, form), findings=shown)


def _meanwhile(edition: Edition, status: EditionStatus) -> Difference:
    words = current_i18n()
    return Difference(
        label=N_("State"),
        stored=words.gettext(STATUS_LABELS[edition.status]),
        typed=words.gettext(STATUS_LABELS[status]),
    )


def _stored(edition: Edition) -> EditionForm:
    return _offered(form_of(edition, queries.texts(db(), edition)))


def _offered(form: EditionForm) -> EditionForm:
    return form.offer_policies(queries.policies(db()))


def _known(course: str) -> None:
    if course not in registry.courses():
        abort(404)
