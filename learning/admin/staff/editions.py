"""Pages for staff: making an edition, changing it, making the next one from it, publishing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import Room, actor, me
from learning.access.permissions import Permission
from learning.accounts import actions as accounts
from learning.accounts import queries as people
from learning.accounts.actions import HeldRole
from learning.admin.words import CHANGED, DAY_NAMES, FACTS, FINDINGS, HOLDERS
from learning.catalogue import actions, queries, rules
from learning.catalogue.actions import DAYS, EditionData, Saved
from learning.catalogue.forms import CloneForm, EditionForm, filled
from learning.catalogue.gate import Contradicted, findings_of, plan_of
from learning.catalogue.models import Edition, EditionStatus
from learning.catalogue.rules import Finding, Inconsistency, Shift
from learning.catalogue.statements import Fact, Reading
from learning.catalogue.words import STATUSES
from learning.content import shelf
from learning.enrolment.change_letters import said
from learning.enrolment.change_notices import Told, plain, told_of
from learning.enrolment.queries import people_hit
from learning.kit import once, versions
from learning.kit.db import db
from learning.kit.errors import Refused
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.pages import Page, show
from learning.kit.time import now
from learning.kit.versions import Difference

HIDDEN = frozenset({EditionStatus.CANCELLED, EditionStatus.DRAFT})
"""Nobody outside sees an edition in these states: not one that people have applied for."""

room = Room("editions", __name__, url_prefix="/desk/editions")


@dataclass(frozen=True, kw_only=True)
class EditionPage(Page):
    """An edition's form; `edition` is None while it is being made."""

    template: ClassVar[str] = "admin/edition.html"

    form: EditionForm
    edition: Edition | None
    findings: Sequence[Finding] = ()  # why a public edition was not saved
    told: Told | None = None  # who will be written to, before it is saved
    words: Mapping[Inconsistency, str] = field(default_factory=lambda: FINDINGS)
    changes: Sequence[tuple[str, str, str]] = ()  # what they are told: name, before, after
    holders: Mapping[str, str] = field(default_factory=lambda: HOLDERS)


@dataclass(frozen=True, kw_only=True)
class GatePage(Page):
    """What speaks against publishing an edition, and what may become of it."""

    template: ClassVar[str] = "admin/gate.html"

    edition: Edition
    findings: Sequence[Finding]
    next: Sequence[EditionStatus]
    people: int  # who have applied or have a place: then only the approver cancels
    statuses: Mapping[EditionStatus, str]
    words: Mapping[rules.Inconsistency, str]
    readings: Mapping[str, Reading]  # by language
    facts: Mapping[Fact, str]
    differences: Sequence[Difference] = ()  # the state was changed after the page was opened


@dataclass(frozen=True, kw_only=True)
class ClonePage(Page):
    """The next edition: first its code and day, then what will be different."""

    template: ClassVar[str] = "admin/clone.html"

    edition: Edition
    form: CloneForm
    shifts: Sequence[Shift] = ()
    clock_changes: Sequence[date] = ()
    roles: Sequence[tuple[str, str]] = ()
    day_names: Mapping[str, str]


@room.get("/new/<course>", needs=Permission.EDIT_EDITIONS)
def show_new(course: str) -> ResponseReturnValue:
    _known(course)
    never_store()
    form = EditionForm(data={"weeks": 6, "zone": "Europe/Rome"})
    return show(EditionPage(form=form, edition=None))


@room.post("/new/<course>", needs=Permission.EDIT_EDITIONS)
def create(course: str) -> ResponseReturnValue:
    _known(course)
    never_store()
    form = EditionForm(request.form)
    if not form.validate():
        return show(EditionPage(form=form, edition=None)), 422
    before = once.claim(db(), me(), form.form_key.data or "", now=now())
    if before is not None:
        return redirect(before, 303)
    edition = actions.create_edition(db(), course, form.values(), by=me(), now=now())
    onward = url_for(".show_gate", edition=edition.code)
    return redirect(once.settle(db(), me(), form.form_key.data or "", onward), 303)


@room.get("/<edition>/edit", needs=Permission.EDIT_EDITIONS)
def show_edit(edition: str) -> ResponseReturnValue:
    where = _edition(edition)
    never_store()
    form = _stored(where)
    form.shown()
    return show(EditionPage(form=form, edition=where))


@room.post("/<edition>/edit", needs=Permission.EDIT_EDITIONS)
def change(edition: str) -> ResponseReturnValue:
    where, form = _edition(edition), EditionForm(request.form)
    never_store()
    if not form.validate():
        return show(EditionPage(form=form, edition=where)), 422
    versions.lock(db(), where)
    if not form.is_over(_stored(where)):
        return show(EditionPage(form=form, edition=where)), 409
    try:
        before = actions.change_edition(db(), where, form.values(), _saved(where))
    except Contradicted as refusal:
        db().rollback()
        return show(_refused(edition, form, refusal, refusal.findings)), 409
    except Refused as refusal:
        db().rollback()
        return show(_refused(edition, form, refusal)), 409
    told = told_of(db(), where, before)
    if told is not None and request.form.get("agreed") != told.token:
        db().rollback()
        return show(_announced(edition, form, told))
    flash(current().gettext(N_("The edition is saved.")))
    return redirect(url_for(".show_gate", edition=edition), 303)


@room.get("/<edition>/publish", needs=Permission.EDIT_EDITIONS)
def show_gate(edition: str) -> ResponseReturnValue:
    never_store()
    return show(_gate(_edition(edition)))


@room.post("/<edition>/publish", needs=Permission.EDIT_EDITIONS)
def set_status(edition: str) -> ResponseReturnValue:
    """Publish an edition that contradicts itself nowhere, or put it into another state."""
    where = _edition(edition)
    versions.lock(db(), where)  # nobody applies or is let in meanwhile
    never_store()
    wanted = request.form.get("status", "")
    versions.lock(db(), where)
    page = _gate(where)
    if request.form.get("version") != where.status and wanted in set(EditionStatus):
        return show(replace(page, differences=[_meanwhile(where, EditionStatus(wanted))])), 409
    if wanted not in {str(status) for status in page.next}:
        abort(404)
    if wanted == EditionStatus.OPEN:
        if page.findings:
            return show(page), 422
        actions.publish(db(), where, _saved(where))
    else:
        actions.set_status(db(), where, EditionStatus(wanted), by=me(), now=now())
    flash(
        current().gettext(N_("Done: %(status)s."))
        % {"status": current().gettext(STATUSES[EditionStatus(wanted)])}
    )
    return redirect(url_for(".show_gate", edition=edition), 303)


@room.get("/<edition>/next", needs=Permission.EDIT_EDITIONS)
def show_clone(edition: str) -> ResponseReturnValue:
    """Ask for the next edition's first day; with a day, show what every date becomes."""
    where = _edition(edition)
    never_store()
    form = CloneForm(request.args) if request.args else CloneForm()
    asked = bool(request.args) and form.validate()
    return show(_clone_page(where, form, asked=asked)), 422 if request.args and not asked else 200


@room.post("/<edition>/next", needs=Permission.EDIT_EDITIONS)
def clone(edition: str) -> ResponseReturnValue:
    """Make the next edition as a draft, with every day moved as far as the first one."""
    where, form = _edition(edition), CloneForm(request.form)
    never_store()
    if not form.validate():
        return show(_clone_page(where, form, asked=False)), 422
    before = once.claim(db(), me(), form.form_key.data or "", now=now())
    if before is not None:
        return redirect(before, 303)
    wish = form.values()
    made = actions.create_edition(
        db(), where.course, _moved(where, wish.code, wish.starts_on), by=me(), now=now()
    )
    if wish.with_roles:
        for person, role in people.staff_of(db(), where):
            held = HeldRole(person_id=person.id, role=role, edition_id=made.id)
            accounts.grant_role(db(), held, by=me(), now=now())
    flash(current().gettext(N_("The new edition is a draft. Look through it, then publish it.")))
    onward = url_for(".show_edit", edition=made.code)
    return redirect(once.settle(db(), me(), form.form_key.data or "", onward), 303)


def _moved(edition: Edition, code: str, starts_on: date) -> EditionData:
    """Return an edition's data for another first day. Its texts name days, so they stay behind."""
    same = EditionData.__dataclass_fields__.keys() - {"code", "texts", *DAYS}
    values: dict[str, Any] = {name: getattr(edition, name) for name in same}
    values |= {shift.name: shift.after for shift in _shifts(edition, starts_on)}
    return EditionData(code=code, texts={}, **values)


def _shifts(edition: Edition, starts_on: date) -> list[Shift]:
    return rules.shifted({name: getattr(edition, name) for name in DAYS}, starts_on)


def _clone_page(edition: Edition, form: CloneForm, *, asked: bool) -> ClonePage:
    if not asked:
        return ClonePage(edition=edition, form=form, day_names=DAY_NAMES)
    shifts = _shifts(edition, form.values().starts_on)
    after = {shift.name: shift.after for shift in shifts}
    return ClonePage(
        edition=edition,
        form=form,
        shifts=shifts,
        clock_changes=rules.clock_changes(edition.zone, after["starts_on"], after["ends_on"]),
        roles=[(person.name, str(role)) for person, role in people.staff_of(db(), edition)],
        day_names=DAY_NAMES,
    )


def _gate(edition: Edition) -> GatePage:
    minutes = shelf.course(edition.course).total_minutes
    hit = people_hit(db(), edition)
    return GatePage(
        edition=edition,
        findings=findings_of(db(), edition, course_minutes=minutes, now=now()),
        next=[s for s in sorted(actions.AFTER[edition.status]) if not (hit and s in HIDDEN)],
        people=hit,
        statuses=STATUSES,
        words=FINDINGS,
        readings=rules.readings(plan_of(db(), edition)),
        facts=FACTS,
    )


def _saved(edition: Edition) -> Saved:
    minutes = shelf.course(edition.course).total_minutes
    return Saved(by=me(), now=now(), course_minutes=minutes)


def _announced(code: str, form: EditionForm, told: Told) -> EditionPage:
    """Return the form with who will be written to; it is not saved yet."""
    words = current()
    changes = [
        (CHANGED[name], said(words, name, plain(before)), said(words, name, plain(after)))
        for name, before, after in told.changes
    ]
    return EditionPage(form=form, edition=_edition(code), told=told, changes=changes)


def _refused(
    code: str, form: EditionForm, refusal: Refused, findings: Sequence[Finding] = ()
) -> EditionPage:
    form.refuse(refusal)
    return EditionPage(form=form, edition=_edition(code), findings=findings)


def _meanwhile(edition: Edition, wanted: EditionStatus) -> Difference:
    words = current()
    return Difference(
        label=N_("State"),
        stored=words.gettext(STATUSES[edition.status]),
        typed=words.gettext(STATUSES[wanted]),
    )


def _stored(edition: Edition) -> EditionForm:
    return filled(edition, queries.texts(db(), edition))


def _edition(code: str) -> Edition:
    return queries.edition_by_code(db(), actor(), code) or abort(404)


def _known(course: str) -> None:
    if course not in shelf.courses():
        abort(404)
