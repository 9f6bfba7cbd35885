"""Staff page: one person's enrolment, what can be done about it, and its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.catalogue.requests import edition_of
from learning.enrolment.labels import CHANGES
from learning.enrolment.models import Enrolment, EnrolmentMethod, EnrolmentTransition
from learning.enrolment.queries import enrolment_by_uid
from learning.enrolment.rules import (
    UNENROLLED,
    ActorRole,
    EnrolmentEvent,
    EnrolmentStatus,
    events_for,
)
from learning.extension_points.current import extension_points
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.rate_limit import Attempt, attempt
from learning.kit.time import day_in, now
from learning.participants import commands, limits, queries
from learning.participants.labels import CONSEQUENCES
from learning.participants.pages.blueprint import bp
from learning.tutors.queries import tutor_of

BY_APPLICATION = N_("This place was applied for: say why it is cancelled, then the person is told.")


@dataclass(frozen=True, kw_only=True)
class Change:
    """What staff may do about an enrolment, and what it means."""

    event: EnrolmentEvent
    consequence: str


@dataclass(frozen=True, kw_only=True)
class ParticipantPage(Page):
    template: ClassVar[str] = "participants/participant.html"

    edition: Edition
    enrolment: Enrolment
    tutor: str
    last_active_at: datetime | None
    history: Sequence[tuple[EnrolmentTransition, str | None]]
    changes: Sequence[Change]
    enrolled_on: date  # in the edition's zone
    may_withdraw: bool
    may_cancel: bool
    links: Sequence[tuple[str, str]]  # (title, address) of what else staff keep of this person
    now: datetime


def _withdraw_attempt(enrolment_uid: str, **_address: str) -> Attempt:
    return attempt(limits.WITHDRAW, enrolment_uid)


@bp.get("/<enrolment_uid>", needs=Permission.READ_ENROLMENTS)
def show_participant(edition: str, enrolment_uid: str) -> ResponseReturnValue:
    where, actor = edition_of(edition), current_actor()
    enrolment = enrolment_by_uid(db(), actor, where, enrolment_uid) or abort(404)
    never_store()
    tutor = tutor_of(db(), [enrolment.id]).get(enrolment.id)
    may_enrol = actor.may(Permission.ENROL, edition)
    is_active = enrolment.status is EnrolmentStatus.ACTIVE
    by_application = enrolment.method is EnrolmentMethod.APPLICATION
    last_active = extension_points().last_active
    page = ParticipantPage(
        edition=where,
        enrolment=enrolment,
        tutor=tutor.name if tutor else "",
        last_active_at=queries.last_active_at(db(), enrolment, last_active),
        history=queries.history_of(db(), enrolment),
        changes=_changes(enrolment) if may_enrol else (),
        enrolled_on=day_in(where.zone, enrolment.enrolled_at),
        may_withdraw=may_enrol and is_active and not by_application,
        may_cancel=actor.may(Permission.ADMIT, edition) and is_active and by_application,
        links=_links(where, enrolment),
        now=now(),
    )
    return render_page(page)


@bp.post("/<enrolment_uid>/withdraw", needs=Permission.ENROL)
@form_post(limit=_withdraw_attempt, idempotent=True, has_form=False)
def withdraw(edition: str, enrolment_uid: str) -> ResponseReturnValue:
    """Take back an enrolment that was given by hand; one that was applied for goes that way."""
    where = edition_of(edition)
    enrolment = enrolment_by_uid(db(), current_actor(), where, enrolment_uid) or abort(404)
    if enrolment.method is EnrolmentMethod.APPLICATION:
        flash(current_i18n().gettext(BY_APPLICATION))
        onward = url_for("admissions.cancel_enrolled", edition=edition, enrolment_uid=enrolment.uid)
        return redirect(onward, 303)
    commands.withdraw(db(), enrolment, by=current_person_id(), now=now())
    flash(
        current_i18n().gettext(
            N_("The place is withdrawn. It can be given back by enrolling again.")
        )
    )
    return redirect(url_for(".show_people", edition=edition), 303)


def _changes(enrolment: Enrolment) -> list[Change]:
    allowed = events_for(enrolment.status, ActorRole.REGISTRAR)
    return [
        Change(event=event, consequence=CONSEQUENCES[event])
        for event in CHANGES
        if event in allowed
    ]


def _links(edition: Edition, enrolment: Enrolment) -> list[tuple[str, str]]:
    """Return the pages on which this reader finds more about the person."""
    actor, code, uid = current_actor(), edition.code, enrolment.uid
    is_active = enrolment.status is EnrolmentStatus.ACTIVE
    is_out = enrolment.status in UNENROLLED
    pages = (
        (
            actor.may(Permission.READ_APPLICATIONS, code)
            and enrolment.method is EnrolmentMethod.APPLICATION,
            N_("Application"),
            url_for("admissions.show_board", edition=code, q=enrolment.person.email),
        ),
        (
            actor.may(Permission.OVERRIDE_MODULES, code) and not is_out,
            N_("Access to modules"),
            url_for("cohort.show_overrides", edition=code, enrolment_uid=uid),
        ),
        (
            actor.may(Permission.EXTEND_DEADLINES, code) and not is_out,
            N_("Deadlines"),
            url_for("person_deadlines.show_person", edition=code, enrolment_uid=uid),
        ),
        (
            actor.may(Permission.ASSIGN_TUTORS, code) and is_active,
            N_("Change tutor"),
            url_for("tutors.show_assignment", edition=code, enrolment_uid=uid),
        ),
        (
            actor.may(Permission.READ_PEOPLE),
            N_("Account and roles"),
            url_for("people.show_person", person_uid=enrolment.person.uid),
        ),
    )
    return [(title, address) for shown, title, address in pages if shown]
