"""Staff pages: transitions of one enrolment, with a reason."""

from dataclasses import dataclass
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.catalogue.requests import edition_of
from learning.enrolment import queries, rules
from learning.enrolment.commands import EnrolmentChange
from learning.enrolment.labels import CHANGES
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import (
    MESSAGES,
    ActorRole,
    EnrolmentEvent,
    EnrolmentGuard,
    EnrolmentProblem,
)
from learning.kit.db import db
from learning.kit.errors import RuleViolation
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now
from learning.participants import commands
from learning.participants.forms import ChangeForm
from learning.participants.labels import CONSEQUENCES
from learning.participants.pages.blueprint import bp


@dataclass(frozen=True, kw_only=True)
class ChangePage(Page):
    template: ClassVar[str] = "participants/change.html"

    edition: Edition
    enrolment: Enrolment
    name: str
    consequence: str
    form: ChangeForm


@bp.get("/<enrolment_uid>/<event>", needs=Permission.ENROL)
def show_change(edition: str, enrolment_uid: str, event: str) -> ResponseReturnValue:
    page = _page(edition, enrolment_uid, event, ChangeForm())
    if _event(event) not in rules.events_for(page.enrolment.status, ActorRole.REGISTRAR):
        raise RuleViolation(EnrolmentProblem.INVALID_TRANSITION)
    return render_page(page)


@bp.post("/<enrolment_uid>/<event>", needs=Permission.ENROL)
@form_post(idempotent=True)
def change(edition: str, enrolment_uid: str, event: str) -> ResponseReturnValue:
    """Change an enrolment as it stood on the page, once, with a reason."""
    form = ChangeForm(request.form)
    page = _page(edition, enrolment_uid, event, form)
    if not form.validate():
        return render_page(page), 422
    if not form.reason.data:
        form.add_error(MESSAGES[EnrolmentGuard.REASON])
        return render_page(page), 422
    requested = EnrolmentChange(
        event=_event(event),
        actor_role=ActorRole.REGISTRAR,
        by=current_person_id(),
        now=now(),
        reason=form.reason.data,
        version=form.known_version,
    )
    commands.change(db(), page.enrolment, requested)
    flash(current_i18n().gettext(N_("It is decided, and kept in the history.")))
    return redirect(url_for(".show_people", edition=edition), 303)


def _event(text: str) -> EnrolmentEvent:
    """Return the event that a URL names; 404 for others."""
    return EnrolmentEvent(text) if text in set(CHANGES) else abort(404)


def _page(edition: str, enrolment_uid: str, event: str, form: ChangeForm) -> ChangePage:
    where, event_kind = edition_of(edition), _event(event)
    enrolment = queries.enrolment_by_uid(db(), current_actor(), where, enrolment_uid) or abort(404)
    return ChangePage(
        edition=where,
        enrolment=enrolment,
        name=CHANGES[event_kind],
        consequence=CONSEQUENCES[event_kind],
        form=form,
    )
