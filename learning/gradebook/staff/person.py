"""Staff page: one person's requirements and marks, what was decided, and contacts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.catalogue.queries import edition_ref
from learning.catalogue.requests import edition_of
from learning.content import registry
from learning.content.activity_types import RequirementKey
from learning.enrolment.models import Enrolment
from learning.extension_points.current import extension_points
from learning.extension_points.due import DueRequest, collect_due
from learning.gradebook import actions, queries
from learning.gradebook.actions import Decided
from learning.gradebook.forms import (
    CHANNEL_CHOICES,
    CHOOSE_CHANNEL,
    CHOOSE_ITEM,
    ContactForm,
    ExemptionForm,
    OverrideForm,
)
from learning.gradebook.models import ContactEntry, Exemption, MarkOverride
from learning.gradebook.path import Path, PathSource, build_path
from learning.gradebook.queries import PersonResults, items_of
from learning.gradebook.staff.blueprint import bp, enrolment_of, sources
from learning.kit.database import lock_row
from learning.kit.db import db
from learning.kit.forms import with_empty_choice
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, label, render_page
from learning.kit.percentages import from_hundredths
from learning.kit.time import now

UNCHANGED = N_("Nothing has been changed.")


@dataclass(frozen=True, kw_only=True)
class PersonDecisions:
    """What was decided about one person, the latest first, with names."""

    exemptions: Sequence[tuple[Exemption, str, str | None]]  # with who decided, who lifted it
    overrides: Sequence[tuple[MarkOverride, str]]

    @property
    def seals(self) -> list[object]:
        """Return everything that the page shows of it, for the version."""
        return [
            *((row.item, row.reason, row.lifted_at) for row, _, _ in self.exemptions),
            *((row.id, row.mark) for row, _ in self.overrides),
        ]


@dataclass(frozen=True, kw_only=True)
class PersonMarksPage(Page):
    """One person; the forms for decisions are None for staff who may not decide."""

    template: ClassVar[str] = "gradebook/person.html"

    edition: Edition
    enrolment: Enrolment
    path: Path
    titles: Mapping[str, str]
    decisions: PersonDecisions
    is_closed: bool
    overridden: Sequence[str]  # the items whose override counts
    contacts: Sequence[tuple[ContactEntry, str]]
    exemption: ExemptionForm | None
    override: OverrideForm | None
    contact: ContactForm
    may_see_dates: bool
    now: datetime

    def mark(self, hundredths: int | None) -> str:
        """Return a stored mark as it is read."""
        if hundredths is None:
            return current_i18n().gettext(N_("none"))
        return current_i18n().amount(from_hundredths(hundredths))

    def is_latest(self, override: MarkOverride) -> bool:
        """Whether an override is the one that counts of its item; the latest come first."""
        return (
            next(row for row, _ in self.decisions.overrides if row.item == override.item)
            is override
        )


@dataclass(kw_only=True)
class PersonForms:
    """The forms of the page; one of them is the form that was sent."""

    exemption: ExemptionForm | None = None
    override: OverrideForm | None = None
    contact: ContactForm | None = None


@bp.get("/<enrolment_uid>", needs=Permission.SEE_GRADEBOOK)
def show_person(edition: str, enrolment_uid: str) -> ResponseReturnValue:
    where = edition_of(edition)
    return render_page(_page(where, enrolment_of(where, enrolment_uid), PersonForms()))


@bp.post("/<enrolment_uid>/exempt", needs=Permission.DECIDE_MARKS)
@form_post(idempotent=True)
def exempt(edition: str, enrolment_uid: str) -> ResponseReturnValue:
    """Exempt the person from an item."""
    where = edition_of(edition)
    enrolment = enrolment_of(where, enrolment_uid)
    lock_row(db(), enrolment)
    person = _person(where, enrolment)
    form = _exemption_form(person)
    form.process(request.form)
    if not form.validate():
        return render_page(_page(where, enrolment, PersonForms(exemption=form))), 422
    if not form.is_current(_exemption_form(person), *_decisions(enrolment).seals):
        return render_page(_page(where, enrolment, PersonForms(exemption=form))), 409
    actions.exempt(db(), enrolment, items_of(person), form.values(), _decided())
    flash(current_i18n().gettext(N_("The exemption counts from now on.")))
    return _back(edition, enrolment_uid)


@bp.post("/<enrolment_uid>/end-exemption", needs=Permission.DECIDE_MARKS)
@form_post(has_form=False)
def end_exemption(edition: str, enrolment_uid: str) -> ResponseReturnValue:
    """Lift an exemption; `item` names it."""
    enrolment = enrolment_of(edition_of(edition), enrolment_uid)
    ended = actions.end_exemption(db(), enrolment, request.form.get("item", ""), _decided())
    flash(current_i18n().gettext(N_("The exemption is taken back.") if ended else UNCHANGED))
    return _back(edition, enrolment_uid)


@bp.post("/<enrolment_uid>/override", needs=Permission.DECIDE_MARKS)
@form_post(idempotent=True)
def override(edition: str, enrolment_uid: str) -> ResponseReturnValue:
    """Let another mark count for an item."""
    where = edition_of(edition)
    enrolment = enrolment_of(where, enrolment_uid)
    lock_row(db(), enrolment)
    person = _person(where, enrolment)
    form = _override_form(person)
    form.process(request.form)
    if not form.validate():
        return render_page(_page(where, enrolment, PersonForms(override=form))), 422
    decisions = _decisions(enrolment)
    stored = _stored_override(person, decisions, form.item.data)
    if not form.is_current(stored, *decisions.seals):
        return render_page(_page(where, enrolment, PersonForms(override=form))), 409
    actions.override(db(), enrolment, items_of(person), form.values(), _decided())
    flash(current_i18n().gettext(N_("This mark counts from now on.")))
    return _back(edition, enrolment_uid)


@bp.post("/<enrolment_uid>/lift-override", needs=Permission.DECIDE_MARKS)
@form_post(has_form=False)
def lift_override(edition: str, enrolment_uid: str) -> ResponseReturnValue:
    """Let the raw mark of an item count again; `item` names it."""
    where = edition_of(edition)
    enrolment = enrolment_of(where, enrolment_uid)
    lock_row(db(), enrolment)
    items = items_of(_person(where, enrolment))
    item = request.form.get("item", "")
    lifted = actions.lift_override(db(), enrolment, items, item, _decided())
    flash(current_i18n().gettext(N_("The raw mark counts again.") if lifted else UNCHANGED))
    return _back(edition, enrolment_uid)


@bp.post("/<enrolment_uid>/contact", needs=Permission.SEE_GRADEBOOK)
@form_post(idempotent=True)
def note_contact(edition: str, enrolment_uid: str) -> ResponseReturnValue:
    """Note a contact with the person."""
    where = edition_of(edition)
    enrolment, form = enrolment_of(where, enrolment_uid), _contact_form()
    form.process(request.form)
    if not form.validate():
        return render_page(_page(where, enrolment, PersonForms(contact=form))), 422
    actions.note_contact(db(), enrolment, form.values(), _decided())
    flash(current_i18n().gettext(N_("The contact is noted.")))
    return _back(edition, enrolment_uid)


def _back(edition: str, enrolment_uid: str) -> ResponseReturnValue:
    return redirect(url_for(".show_person", edition=edition, enrolment_uid=enrolment_uid), 303)


def _decided() -> Decided:
    return Decided(by=current_person_id(), now=now())


def _person(edition: Edition, enrolment: Enrolment) -> PersonResults:
    found = queries.person_results(db(), sources(), edition, [enrolment.id], current_i18n())
    return found[enrolment.id]


def _decisions(enrolment: Enrolment) -> PersonDecisions:
    return PersonDecisions(
        exemptions=queries.exemptions(db(), enrolment.id),
        overrides=queries.overrides(db(), enrolment.id),
    )


def _titles(person: PersonResults) -> dict[str, str]:
    """Return what each item is called: a requirement as a whole, or one of its parts."""
    parts = {result.key: result.title for result in person.results if result.requirement}
    return {str(key): label(key) for key in RequirementKey} | parts


def _choices(person: PersonResults, keys: Sequence[str]) -> list[tuple[str, str]]:
    titles = _titles(person)
    return [(key, title) for key, title in titles.items() if key in keys]


def _exemption_form(person: PersonResults) -> ExemptionForm:
    form, items = ExemptionForm(), items_of(person)
    form.item.choices = with_empty_choice(_choices(person, list(items.keys)), CHOOSE_ITEM)
    return form


def _override_form(person: PersonResults) -> OverrideForm:
    form, items = OverrideForm(), items_of(person)
    form.item.choices = with_empty_choice(_choices(person, list(items.marked)), CHOOSE_ITEM)
    return form


def _stored_override(person: PersonResults, decisions: PersonDecisions, item: str) -> OverrideForm:
    """Return the form with the override of an item that counts."""
    form = _override_form(person)
    if item in person.decisions.overrides:
        rows = [row for row, _ in decisions.overrides if row.item == item]
        mark = person.decisions.overrides[item]
        form.process(data={"item": item, "mark": mark, "reason": rows[0].reason})
    return form


def _contact_form() -> ContactForm:
    form, i18n = ContactForm(), current_i18n()
    choices = [(key, i18n.gettext(name)) for key, name in CHANNEL_CHOICES]
    form.channel.choices = with_empty_choice(choices, CHOOSE_CHANNEL)
    return form


def _page(edition: Edition, enrolment: Enrolment, forms: PersonForms) -> PersonMarksPage:
    person, i18n, actor = _person(edition, enrolment), current_i18n(), current_actor()
    is_closed = queries.is_closed(db(), enrolment)
    sent = forms.exemption or forms.override  # what was sent is shown again, with what is wrong
    decides = actor.may(Permission.DECIDE_MARKS, edition.code) and bool(sent or not is_closed)
    decisions = _decisions(enrolment)
    exemption = forms.exemption or _exemption_form(person)
    override_form = forms.override or _override_form(person)
    for form in (exemption, override_form):
        if form is not sent:
            form.with_version(*decisions.seals)
    due = collect_due(
        extension_points().due,
        db(),
        DueRequest(edition=edition_ref(edition), enrolment_ids=[enrolment.id], i18n=i18n),
    )
    source = PathSource(
        course=registry.course(edition.course),
        person=person,
        due=due[enrolment.id],
        i18n=i18n,
        now=now(),
    )
    return PersonMarksPage(
        edition=edition,
        enrolment=enrolment,
        path=build_path(source),
        titles=_titles(person),
        decisions=decisions,
        is_closed=is_closed,
        overridden=sorted(person.decisions.overrides),
        contacts=queries.contacts(db(), enrolment.id),
        exemption=exemption if decides else None,
        override=override_form if decides else None,
        contact=forms.contact or _contact_form(),
        may_see_dates=actor.may(Permission.EXTEND_DEADLINES, edition.code),
        now=now(),
    )
