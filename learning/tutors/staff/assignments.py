"""Pages for staff: the tutors of an edition and their participants, and changing one's tutor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import GuardedBlueprint, current_actor, current_person_id
from learning.access.permissions import Permission
from learning.accounts.models import Person
from learning.catalogue.actions import lock_edition
from learning.catalogue.models import Edition
from learning.catalogue.requests import edition_of
from learning.enrolment.models import Enrolment
from learning.enrolment.queries import PAGE_SIZE, enrolment_by_uid
from learning.enrolment.rules import EnrolmentStatus
from learning.kit.database import lock_row
from learning.kit.db import db
from learning.kit.forms import CreateForm, with_empty_choice
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now
from learning.tutors import actions, queries
from learning.tutors.forms import CHOOSE_TUTOR, TutorForm
from learning.tutors.queries import ParticipantFilter, Tutor

WITHOUT_TUTOR = "none"  # in an address, in place of a tutor's uid

bp = GuardedBlueprint("tutors", __name__, url_prefix="/staff/editions/<edition>/tutors")


@dataclass(frozen=True, kw_only=True)
class TutorsPage(Page):
    """The tutors, each with the names of their languages, and a page of participants.

    `chosen` is the uid of the tutor whose participants are shown, "none" for those without one,
    "" for all.
    """

    template: ClassVar[str] = "tutors/tutors.html"

    edition: Edition
    tutors: Sequence[tuple[Tutor, str]]
    participants: Sequence[Enrolment]
    tutor_of: Mapping[int, Person]
    number: int
    without_tutor: int
    languages: Mapping[str, str]
    chosen: str
    query: str
    next_after: str
    assign_form: CreateForm

    def speaks_another_language(self, enrolment: Enrolment, tutor: Person) -> bool:
        """Whether a tutor of this edition does not teach in the language of a participant."""
        taught = {each.person.id: each.load.languages for each, _ in self.tutors}
        return enrolment.person.language not in taught.get(tutor.id, (enrolment.person.language,))


@dataclass(frozen=True, kw_only=True)
class AssignmentPage(Page):
    template: ClassVar[str] = "tutors/assignment.html"

    edition: Edition
    enrolment: Enrolment
    language: str
    form: TutorForm
    has_tutors: bool


@bp.get("/", needs=Permission.ASSIGN_TUTORS)
def show_tutors(edition: str) -> ResponseReturnValue:
    """Show tutors and participants; `tutor` is a uid or "none", `q` are words of a name."""
    where, chosen = edition_of(edition), request.args.get("tutor", "")
    tutors = queries.tutors(db(), where)
    filters = _filters(tutors, chosen)
    people = queries.participants(db(), current_actor(), where, filters)
    without_tutor = queries.number_without_tutor(db(), where)
    page = TutorsPage(
        edition=where,
        tutors=[(each, _languages_of(each)) for each in tutors],
        participants=people,
        tutor_of=queries.tutor_of(db(), [each.id for each in people]),
        number=sum(each.load.participants for each in tutors) + without_tutor,
        without_tutor=without_tutor,
        languages=LANGUAGES,
        chosen=chosen,
        query=filters.text,
        next_after=people[-1].uid if len(people) == PAGE_SIZE else "",
        assign_form=CreateForm(),
    )
    return render_page(page)


@bp.post("/assign", needs=Permission.ASSIGN_TUTORS)
@form_post(idempotent=True, has_form=False)
def assign_tutors(edition: str) -> ResponseReturnValue:
    """Let the worker look for a tutor for everybody who has none."""
    where, by = edition_of(edition), current_person_id()
    actions.enqueue_assignments(db(), [where.id], by=by, now=now())
    message = N_("Tutors are being assigned. Look at this page again in a minute.")
    flash(current_i18n().gettext(message))
    return redirect(url_for(".show_tutors", edition=edition, tutor=WITHOUT_TUTOR), 303)


@bp.get("/<enrolment_uid>", needs=Permission.ASSIGN_TUTORS)
def show_assignment(edition: str, enrolment_uid: str) -> ResponseReturnValue:
    where = edition_of(edition)
    enrolment = _enrolment(where, enrolment_uid)
    tutors = _tutors_for(where, enrolment)
    form = _stored(enrolment, tutors)
    form.with_version()
    return render_page(_page(where, enrolment, form, tutors))


@bp.post("/<enrolment_uid>", needs=Permission.ASSIGN_TUTORS)
@form_post()
def change_tutor(edition: str, enrolment_uid: str) -> ResponseReturnValue:
    """Give one participant another tutor (`tutor`, a uid)."""
    where = edition_of(edition)
    enrolment = _enrolment(where, enrolment_uid)
    tutors = _tutors_for(where, enrolment)
    form = _form(tutors)
    form.process(request.form)
    if not form.validate():
        return render_page(_page(where, enrolment, form, tutors)), 422
    lock_edition(db(), where.id)
    lock_row(db(), enrolment)
    if not form.is_current(_stored(enrolment, tutors)):
        return render_page(_page(where, enrolment, form, tutors)), 409
    tutor = next(each.person for each in tutors if each.person.uid == form.tutor.data)
    actions.change_tutor(db(), enrolment, tutor, by=current_person_id(), now=now())
    message = current_i18n().gettext(N_("%(tutor)s is the tutor of %(name)s now."))
    flash(message % {"tutor": tutor.name, "name": enrolment.person.name})
    return redirect(url_for(".show_tutors", edition=edition), 303)


def _filters(tutors: Sequence[Tutor], chosen: str) -> ParticipantFilter:
    """Return the filters of the address; 404 for somebody who is no tutor of the edition."""
    ids = {each.person.uid: each.person.id for each in tutors}
    if chosen and chosen != WITHOUT_TUTOR and chosen not in ids:
        abort(404)
    return ParticipantFilter(
        text=request.args.get("q", "").strip(),
        after=request.args.get("after", ""),
        tutor_id=ids.get(chosen),
        without_tutor=chosen == WITHOUT_TUTOR,
    )


def _enrolment(edition: Edition, enrolment_uid: str) -> Enrolment:
    """Return the enrolment of somebody who takes part, or 404: others need no tutor."""
    found = enrolment_by_uid(db(), current_actor(), edition, enrolment_uid) or abort(404)
    return found if found.status is EnrolmentStatus.ACTIVE else abort(404)


def _tutors_for(edition: Edition, enrolment: Enrolment) -> list[Tutor]:
    """Return the tutors whom a participant may have: all but themselves."""
    found = queries.tutors(db(), edition)
    return [each for each in found if each.person.id != enrolment.person_id]


def _form(tutors: Sequence[Tutor]) -> TutorForm:
    """Return an empty form with the tutors to choose from."""
    form = TutorForm()
    named = ((each.person.uid, _choice(each)) for each in tutors)
    form.tutor.choices = with_empty_choice(named, CHOOSE_TUTOR)
    return form


def _stored(enrolment: Enrolment, tutors: Sequence[Tutor]) -> TutorForm:
    form, tutor = _form(tutors), queries.tutor_of(db(), [enrolment.id]).get(enrolment.id)
    form.process(data={"tutor": tutor.uid if tutor else ""})
    return form


def _choice(tutor: Tutor) -> str:
    i18n, number = current_i18n(), tutor.load.participants
    people = i18n.ngettext("%(num)s participant", "%(num)s participants", number)
    parts = (tutor.person.name, _languages_of(tutor), people % {"num": i18n.number(number)})
    return " · ".join(parts)


def _languages_of(tutor: Tutor) -> str:
    return ", ".join(name for code, name in LANGUAGES.items() if code in tutor.load.languages)


def _page(
    edition: Edition, enrolment: Enrolment, form: TutorForm, tutors: Sequence[Tutor]
) -> AssignmentPage:
    return AssignmentPage(
        edition=edition,
        enrolment=enrolment,
        language=LANGUAGES[enrolment.person.language],
        form=form,
        has_tutors=bool(tutors),
    )
