"""Staff pages: who has other dates, and the decisions about one person's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import GuardedBlueprint, current_actor, current_person_id
from learning.access.permissions import Permission
from learning.catalogue import dates, schedule
from learning.catalogue.models import Edition
from learning.catalogue.requests import edition_of
from learning.content import registry
from learning.content.activity_types import Deadline, DeadlineKind
from learning.deadlines import actions, queries, words
from learning.deadlines.actions import NewExtension
from learning.deadlines.forms import CHOOSE_DEADLINE, AccommodationForm, ExtensionForm
from learning.deadlines.models import AccommodationProfile, Extension
from learning.deadlines.rules import DueDate
from learning.enrolment.models import Enrolment
from learning.enrolment.queries import PAGE_SIZE, PeopleFilter, enrolment_by_uid
from learning.kit.database import lock_row
from learning.kit.db import db
from learning.kit.forms import with_empty_choice
from learning.kit.headers import never_store
from learning.kit.i18n import N_, I18n, i18n_for
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now

bp = GuardedBlueprint(
    "person_deadlines", __name__, url_prefix="/staff/editions/<edition>/deadlines"
)


@dataclass(frozen=True, kw_only=True)
class AdjustedPage(Page):
    """A page of the people of an edition with adjustments."""

    template: ClassVar[str] = "deadlines/adjusted.html"

    edition: Edition
    people: Sequence[
        tuple[Enrolment, int, bool]
    ]  # number of extensions, whether there is a profile
    next_after: str


@dataclass(frozen=True, kw_only=True)
class PersonDatesPage(Page):
    """One person's dates in the edition's zone, and the accommodation.

    `agreed` and `profile` are None for staff who may not see them.
    """

    template: ClassVar[str] = "deadlines/person.html"

    edition: Edition
    enrolment: Enrolment
    due: Sequence[tuple[str, DueDate]]
    extensions: Sequence[Extension]
    titles: Mapping[str, str]
    clock: I18n
    form: ExtensionForm
    agreed: Sequence[str] | None
    note: str
    profile: AccommodationForm | None


@bp.get("/", needs=Permission.EXTEND_DEADLINES)
def show_adjusted(edition: str) -> ResponseReturnValue:
    where = edition_of(edition)
    filters = PeopleFilter(after=request.args.get("after", ""))
    found = queries.people_with_adjustments(db(), current_actor(), where, filters)
    adjusted = queries.adjustments_of(db(), [each.id for each in found])
    may_read = current_actor().may(Permission.READ_ACCOMMODATIONS, edition)
    people = [
        (
            each,
            len(adjusted[each.id].extensions),
            may_read and not adjusted[each.id].accommodation.is_none,
        )
        for each in found
    ]
    next_after = found[-1].uid if len(found) == PAGE_SIZE else ""
    return render_page(AdjustedPage(edition=where, people=people, next_after=next_after))


@bp.get("/<enrolment_uid>", needs=Permission.EXTEND_DEADLINES)
def show_person(edition: str, enrolment_uid: str) -> ResponseReturnValue:
    where = edition_of(edition)
    enrolment = _enrolment(where, enrolment_uid)
    form = _extension_form(where)
    form.with_version(*_seals(enrolment))
    profile = _stored_profile(enrolment)
    profile.with_version()
    return render_page(_page(where, enrolment, form, profile))


@bp.post("/<enrolment_uid>/extend", needs=Permission.EXTEND_DEADLINES)
@form_post(idempotent=True)
def extend(edition: str, enrolment_uid: str) -> ResponseReturnValue:
    """Give one person more time for one deadline."""
    where = edition_of(edition)
    enrolment, form = _enrolment(where, enrolment_uid), _extension_form(where)
    form.process(request.form)
    if not form.validate():
        return render_page(_page(where, enrolment, form)), 422
    lock_row(db(), enrolment)
    stored = _stored_extension(where, enrolment, form.key.data)
    if not form.is_current(stored, *_seals(enrolment)):
        return render_page(_page(where, enrolment, form)), 409
    actions.extend(db(), enrolment, _new_extension(where, form), by=current_person_id(), now=now())
    flash(current_i18n().gettext(N_("This person has more time, and an e-mail says so.")))
    return redirect(url_for(".show_person", edition=edition, enrolment_uid=enrolment_uid), 303)


@bp.post("/<enrolment_uid>/end", needs=Permission.EXTEND_DEADLINES)
@form_post(has_form=False)
def end_extension(edition: str, enrolment_uid: str) -> ResponseReturnValue:
    """Take an extension back; `key` names the deadline."""
    where = edition_of(edition)
    enrolment = _enrolment(where, enrolment_uid)
    lock_row(db(), enrolment)
    deadline = _deadline(where, request.form.get("key", ""))
    actions.end_extension(db(), enrolment, deadline, by=current_person_id(), now=now())
    flash(current_i18n().gettext(N_("The date is the usual one again for this person.")))
    return redirect(url_for(".show_person", edition=edition, enrolment_uid=enrolment_uid), 303)


@bp.post("/<enrolment_uid>/accommodation", needs=Permission.DECIDE_ACCOMMODATIONS)
@form_post()
def accommodate(edition: str, enrolment_uid: str) -> ResponseReturnValue:
    """Keep what is agreed for one person in this edition."""
    where = edition_of(edition)
    enrolment, profile = _enrolment(where, enrolment_uid), AccommodationForm(request.form)
    form = _extension_form(where)
    form.with_version(*_seals(enrolment))
    if not profile.validate():
        return render_page(_page(where, enrolment, form, profile)), 422
    lock_row(db(), enrolment)
    if not profile.is_current(_stored_profile(enrolment)):
        return render_page(_page(where, enrolment, form, profile)), 409
    actions.accommodate(db(), enrolment, profile.values(), by=current_person_id(), now=now())
    flash(
        current_i18n().gettext(N_("What is agreed is saved, and an e-mail says that it changed."))
    )
    return redirect(url_for(".show_person", edition=edition, enrolment_uid=enrolment_uid), 303)


def _new_extension(edition: Edition, form: ExtensionForm) -> NewExtension:
    deadline = _deadline(edition, form.key.data)
    return NewExtension(
        deadline=deadline,
        general=dates.instants_of(db(), edition, [deadline])[deadline.key],
        until=schedule.instant(form.wall_time(), edition.zone),
        reason=form.reason.data or "",
    )


def _deadline(edition: Edition, key: str) -> Deadline:
    deadlines = registry.course(edition.course).deadlines
    return next((each for each in deadlines if each.key == key), None) or abort(404)


def _extension_form(edition: Edition) -> ExtensionForm:
    """Return an empty form with the deadlines of the course that can be extended."""
    form, clock = ExtensionForm(), _clock(edition)
    deadlines = registry.course(edition.course).deadlines
    instants = dates.instants_of(db(), edition, deadlines)
    form.key.choices = with_empty_choice(
        (
            (each.key, f"{each.title[clock.language]} · {clock.weekday_time(instants[each.key])}")
            for each in sorted(deadlines, key=lambda each: instants[each.key])
            if each.kind is not DeadlineKind.EVENT
        ),
        CHOOSE_DEADLINE,
    )
    return form


def _stored_extension(edition: Edition, enrolment: Enrolment, key: str) -> ExtensionForm:
    """Return the form with the person's stored extension of a deadline."""
    form = _extension_form(edition)
    for row in queries.extension_rows(db(), enrolment.id):
        if row.key == key:
            wall = schedule.wall_time(row.until, edition.zone)
            data = {"key": key, "day": wall.date(), "time": wall.time(), "reason": row.reason}
            form.process(data=data)
    return form


def _stored_profile(enrolment: Enrolment) -> AccommodationForm:
    row = queries.profile(db(), enrolment.id)
    agreed = queries.accommodation_of(row)
    return AccommodationForm(
        data={
            "extra_time": agreed.extra_time,
            "extra_attempts": agreed.extra_attempts,
            "shift_days": agreed.shift_days,
            "no_timer": agreed.no_timer,
            "note": row.note if row else "",
        }
    )


def _seals(enrolment: Enrolment) -> list[tuple[str, str, str]]:
    """Return everything that the page shows of a person's extensions, for the version."""
    rows = queries.extension_rows(db(), enrolment.id)
    return [(row.key, row.until.isoformat(), row.reason) for row in rows]


def _page(
    edition: Edition,
    enrolment: Enrolment,
    form: ExtensionForm,
    profile: AccommodationForm | None = None,
) -> PersonDatesPage:
    never_store()
    clock, deadlines = _clock(edition), registry.course(edition.course).deadlines
    due = queries.due_dates(db(), edition, enrolment.id, deadlines)
    may_read = current_actor().may(Permission.READ_ACCOMMODATIONS, edition.code)
    decides = current_actor().may(Permission.DECIDE_ACCOMMODATIONS, edition.code)
    row = queries.profile(db(), enrolment.id) if may_read else None
    titles = {each.key: each.title[clock.language] for each in deadlines}
    return PersonDatesPage(
        edition=edition,
        enrolment=enrolment,
        due=sorted(((titles[k], each) for k, each in due.items()), key=lambda pair: pair[1].at),
        extensions=queries.extension_rows(db(), enrolment.id),
        titles=titles,
        clock=clock,
        form=form,
        agreed=_agreed(row) if may_read else None,
        note=row.note if row else "",
        profile=(profile or _shown_profile(enrolment)) if decides else None,
    )


def _agreed(row: AccommodationProfile | None) -> list[str]:
    return list(words.agreed_sentences(current_i18n(), queries.accommodation_of(row)))


def _shown_profile(enrolment: Enrolment) -> AccommodationForm:
    profile = _stored_profile(enrolment)
    profile.with_version()
    return profile


def _clock(edition: Edition) -> I18n:
    """Return the reader's language with the edition's time zone, which staff plan in."""
    return i18n_for(current_i18n().language, edition.zone)


def _enrolment(edition: Edition, enrolment_uid: str) -> Enrolment:
    return enrolment_by_uid(db(), current_actor(), edition, enrolment_uid) or abort(404)
