"""The second page of a cancellation: the sum once more, what happens then, and the button."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, HiddenField, ValidationError
from wtforms.fields import Field

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_person_id
from learning.access.permissions import Permission
from learning.admissions import limits
from learning.admissions.commands import decisions
from learning.admissions.commands.transitions import TransitionRequest, version_of
from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationEvent
from learning.enrolment.rules import ActorRole
from learning.fees.pages.participant.blueprint import answer, bp, fee_url, own_application
from learning.fees.pages.participant.quote import (
    QuoteContext,
    binds_until,
    has_seat,
    quote_context,
)
from learning.fees.pages.participant.quote_lines import DayQuote, day_quote
from learning.kit.db import db
from learning.kit.forms import CreateForm, MaxLength, MultiLineField, Required
from learning.kit.i18n import N_, I18n
from learning.kit.languages import current_i18n
from learning.kit.pages import Page
from learning.kit.time import now
from learning.kit.versions import version_number


class CancelPlaceForm(CreateForm):
    """The reason, and that the place is given up; `cost` is the key of the sum that was shown."""

    cost = HiddenField()
    version = HiddenField()
    reason = MultiLineField(
        N_("Your reason"), [Required(N_("Say why you cancel.")), MaxLength(1000)]
    )
    agreed = BooleanField(N_("I give up my place."))

    def validate_agreed(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(field.gettext(N_("Tick that you give up your place.")))


@dataclass(frozen=True, kw_only=True)
class CancellationPage(Page):
    """What comes back if the place is cancelled today, and what happens then, in order."""

    template: ClassVar[str] = "fees/cancellation.html"

    application: Application
    quote: DayQuote
    binds_until: str
    steps: Sequence[tuple[str, str]]
    form: CancelPlaceForm
    transfer_until: date
    may_transfer: bool


@bp.get("/cancel/confirm", needs=Permission.OWN_PAGES)
def show_cancellation(reference: str) -> ResponseReturnValue:
    application = own_application(reference)
    if not has_seat(application):
        return redirect(fee_url(application), 303)
    return answer(_page(application, CancelPlaceForm()))


@bp.post("/cancel/confirm", needs=Permission.OWN_PAGES)
@form_post(limit=per_person(limits.LEAVE), idempotent=True)
def cancel_place(reference: str) -> ResponseReturnValue:
    """Cancel a place, once, at the cost that the page showed; otherwise show the new one."""
    application, form = own_application(reference), CancelPlaceForm(request.form)
    if not has_seat(application):
        return redirect(fee_url(application), 303)
    if not form.validate():
        return answer(_page(application, form), 422)
    transition = TransitionRequest(
        event=ApplicationEvent.CANCEL,
        actor_role=ActorRole.APPLICANT,
        by=current_person_id(),
        now=now(),
        reason=form.reason.data or "",
        version=version_number(form.version.data or ""),
        cost_key=form.cost.data or "",
    )
    decisions.decide(db(), application, transition)
    flash(current_i18n().gettext(N_("Your place is cancelled.")))
    return redirect(fee_url(application), 303)


def _page(application: Application, form: CancelPlaceForm) -> CancellationPage:
    """Return the page with the cost of today; `form` carries its key and the version."""
    i18n, context = current_i18n(), quote_context(application)
    cost = context.cost(context.today)
    form.cost.data, form.version.data = cost.key, str(version_of(db(), application))
    quote = day_quote(i18n, cost, sponsored=context.is_sponsored)
    return CancellationPage(
        application=application,
        quote=quote,
        binds_until=binds_until(i18n, context),
        steps=_steps(i18n, context, quote),
        form=form,
        transfer_until=cost.window.transfer_until,
        may_transfer=cost.window.may_transfer,
    )


def _steps(i18n: I18n, context: QuoteContext, quote: DayQuote) -> list[tuple[str, str]]:
    """Return what happens after the button, in order: (what, when)."""
    at_once, today = i18n.gettext(N_("at once")), i18n.gettext(N_("today"))
    steps = [
        (i18n.gettext(N_("Your place ends; the seat goes to the waiting list")), at_once),
        (i18n.gettext(N_("The course is closed to you")), at_once),
        (
            i18n.gettext(N_("An e-mail to %(email)s says what this page says"))
            % {"email": context.application.person.email},
            today,
        ),
    ]
    if quote.refund is None:
        return steps
    steps.append((i18n.gettext(N_("The invoice is credited in full")), at_once))
    if quote.percent:
        steps.append(
            (
                i18n.gettext(
                    N_("You receive an invoice for the cancellation charge; it is already paid")
                ),
                at_once,
            )
        )
    if quote.refund.minor > 0:
        steps += [
            (i18n.gettext(N_("A second person checks the refund")), ""),
            (i18n.gettext(N_("The refund goes to whoever paid")), ""),
        ]
    return steps
