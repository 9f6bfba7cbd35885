"""Staff page: enrolling one person in an edition."""

from dataclasses import dataclass
from typing import ClassVar

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import current_person_id
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.catalogue.requests import edition_of
from learning.enrolment import seats
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.rate_limit import Attempt, attempt
from learning.kit.requests import posted_email
from learning.kit.time import now
from learning.participants import commands, limits
from learning.participants.forms import EnrolForm
from learning.participants.labels import OUTCOMES
from learning.participants.pages.blueprint import bp


@dataclass(frozen=True, kw_only=True)
class UnknownAddress:
    """The person who has an address that was typed with another name."""

    name: str
    confirmation: str


@dataclass(frozen=True, kw_only=True)
class EnrolPage(Page):
    template: ClassVar[str] = "participants/enrol.html"

    edition: Edition
    form: EnrolForm
    free_seats: int
    stranger: UnknownAddress | None = None


def _enrol_attempt(**_address: str) -> Attempt:
    return attempt(limits.ENROL, posted_email())


@bp.get("/enrol", needs=Permission.ENROL)
def show_enrol(edition: str) -> ResponseReturnValue:
    return render_page(_page(edition_of(edition), EnrolForm()))


@bp.post("/enrol", needs=Permission.ENROL)
@form_post(limit=_enrol_attempt, idempotent=True)
def enrol(edition: str) -> ResponseReturnValue:
    where, form = edition_of(edition), EnrolForm(request.form)
    if not form.validate():
        return render_page(_page(where, form)), 422
    if stranger := _stranger(where, form):
        return render_page(_page(where, form, stranger)), 422
    done = commands.enrol(db(), where, form.values(), by=current_person_id(), now=now())
    name = done.known_as or done.line.name
    flash(current_i18n().label_and_text(name, current_i18n().gettext(OUTCOMES[done.outcome])))
    return redirect(url_for(".show_people", edition=edition), 303)


def _stranger(edition: Edition, form: EnrolForm) -> UnknownAddress | None:
    """Return the person with an address, if their name differs and was not confirmed."""
    planned = commands.plan(db(), edition, [commands.line_of(form.values())])
    confirmation = commands.confirmation(planned)
    if form.confirmed.data == confirmation or not confirmation:
        return None
    name = planned[0].known_as
    message = current_i18n().gettext(
        N_("This address belongs to %(name)s. Is that the person you mean?")
    )
    form.email.errors = [message % {"name": name}]
    return UnknownAddress(name=name, confirmation=confirmation)


def _page(edition: Edition, form: EnrolForm, stranger: UnknownAddress | None = None) -> EnrolPage:
    never_store()
    return EnrolPage(
        edition=edition,
        form=form,
        free_seats=max(0, seats.free(db(), edition)),
        stranger=stranger,
    )
