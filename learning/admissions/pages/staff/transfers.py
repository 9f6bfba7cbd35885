"""Transfers and substitutions after a written notice."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import current_person_id
from learning.access.permissions import Permission
from learning.admissions import limits
from learning.admissions.commands import transfers
from learning.admissions.commands.applications import is_fellowship
from learning.admissions.commands.transitions import (
    TransitionRequest,
    enrolment_of,
    possible_events,
    version_of,
)
from learning.admissions.emails.applications import EMAIL_AFTER, params_of
from learning.admissions.emails.cancellation import cost_params
from learning.admissions.emails.transfers import floor_sentence, price_sentence
from learning.admissions.models import Application
from learning.admissions.pages.staff.blueprint import application_of, bp, event_of
from learning.admissions.pages.staff.decision_panel import TRANSFER_EVENTS
from learning.admissions.pages.staff.email_previews import Preview, preview_of
from learning.admissions.pages.staff.filters import filter_args
from learning.admissions.pages.staff.forms import CHOOSE_TARGET, TransferForm
from learning.admissions.pages.staff.page_models import TransferPage
from learning.admissions.queries import applications as application_queries
from learning.admissions.queries.stages import stages_of
from learning.admissions.queries.terms import Terms, offered_terms, received_error, terms_of
from learning.admissions.queries.transfer_costs import (
    TransferCost,
    TransferNotice,
    substitution_cost,
    transfer_cost,
)
from learning.admissions.rules.states import ApplicationEvent
from learning.admissions.rules.transitions import MESSAGES, TransitionGuard, TransitionProblem
from learning.catalogue.labels import NOTICE_ERRORS
from learning.catalogue.models import Edition
from learning.catalogue.requests import edition_of
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import ActorRole
from learning.kit.db import db
from learning.kit.errors import RuleViolation
from learning.kit.forms import with_empty_choice
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import render_page
from learning.kit.rate_limit import Attempt, attempt
from learning.kit.time import day_in, now

LABELS = {
    ApplicationEvent.TRANSFER: N_("To which edition"),
    ApplicationEvent.SUBSTITUTE: N_("Substitute"),
}


@dataclass(frozen=True, kw_only=True)
class TransferContext:
    """An application and its possible targets: editions by code, or substitutes by reference."""

    edition: Edition
    application: Application
    event: ApplicationEvent
    goals: Mapping[str, Edition | Application]

    @cached_property
    def enrolment(self) -> Enrolment | None:
        return enrolment_of(db(), self.application)


def _transfer_attempt(reference: str, **_address: str) -> Attempt | None:
    """Count what is to be carried out; e-mails that are only shown are no try."""
    shown = request.form.get("shown") == request.form.get("to")
    return attempt(limits.DECIDE, reference) if shown else None


@bp.get("/<reference>/transfers/<event>", needs=Permission.ADMIT)
def show_transfer(edition: str, reference: str, event: str) -> ResponseReturnValue:
    context = transfer_context(edition, reference, event)
    if not is_possible(context):
        raise RuleViolation(TransitionProblem.INVALID_TRANSITION)
    form = transfer_form(context)
    form.received_on.data = day_in(context.edition.zone, now())
    return render_page(_page(context, form))


@bp.post("/<reference>/transfers/<event>", needs=Permission.ADMIT)
@form_post(limit=_transfer_attempt, idempotent=True)
def carry_out_transfer(edition: str, reference: str, event: str) -> ResponseReturnValue:
    """Preview the e-mails; once they were shown, carry out the transfer."""
    context = transfer_context(edition, reference, event)
    form = transfer_form(context)
    if not is_possible(context):
        form.add_error(MESSAGES[TransitionProblem.INVALID_TRANSITION])
        return render_page(_page(context, form)), 409
    if _has_errors(context, form):
        return render_page(_page(context, form)), 422
    if form.shown.data != form.to.data:
        return render_page(_page(context, form))
    _carry_out(context, form)
    flash(current_i18n().gettext(N_("It is decided, and kept in the history.")))
    args = {"edition": edition, "reference": reference}
    return redirect(url_for(".show_candidate", **(filter_args() | args)), 303)


def is_possible(context: TransferContext) -> bool:
    return context.event in possible_events(
        context.application, context.enrolment, ActorRole.REGISTRAR
    )


def transfer_context(code: str, reference: str, event: str) -> TransferContext:
    edition = edition_of(code)
    application, transfer_event = (
        application_of(edition, reference),
        event_of(event, TRANSFER_EVENTS),
    )
    if transfer_event is ApplicationEvent.TRANSFER:
        ahead = application_queries.editions_ahead(db(), edition, day_in(edition.zone, now()))
        goals: dict[str, Edition | Application] = {each.code: each for each in ahead}
    else:
        read = application_queries.applications_under_review(db(), edition)
        goals = {each.reference: each for each in read}
    return TransferContext(
        edition=edition, application=application, event=transfer_event, goals=goals
    )


def transfer_form(context: TransferContext) -> TransferForm:
    form = TransferForm(request.form)
    form.to.label.text = LABELS[context.event]
    goals = ((key, _named(goal)) for key, goal in context.goals.items())
    form.to.choices = with_empty_choice(goals, CHOOSE_TARGET)
    return form


def _named(goal: Edition | Application) -> str:
    if isinstance(goal, Application):
        return f"{goal.person.name} ({goal.reference})"
    return f"{current_i18n().date(goal.starts_on, weekday=False)} · {goal.code}"


def _has_errors(context: TransferContext, form: TransferForm) -> bool:
    """Add all errors to the form; return whether there are any."""
    form.validate()
    words, received_on = current_i18n(), form.received_on.data
    today = day_in(context.edition.zone, now())
    terms = terms_of(db(), context.application, context.edition)
    if received_on and (error := received_error(terms, received_on, today=today)):
        form.received_on.errors = [words.gettext(NOTICE_ERRORS[error])]
    elif received_on and not terms.window(received_on).may_transfer:
        form.received_on.errors = [words.gettext(MESSAGES[TransitionGuard.NOTICE])]
    if not form.reason.data:
        form.reason.errors = [words.gettext(MESSAGES[TransitionGuard.REASON])]
    return bool(form.error_list)


def _carry_out(context: TransferContext, form: TransferForm) -> None:
    goal = context.goals.get(form.to.data)
    transition = TransitionRequest(
        event=context.event,
        actor_role=ActorRole.REGISTRAR,
        by=current_person_id(),
        now=now(),
        reason=form.reason.data or "",
        version=form.known_version,
        received_on=form.received_on.data,
        cost_key=form.cost.data or "",
    )
    if isinstance(goal, Edition):
        transfers.transfer(db(), context.application, goal, transition)
    elif isinstance(goal, Application):
        transfers.substitute(db(), context.application, goal, transition)
    else:
        raise RuleViolation(TransitionProblem.INVALID_TRANSITION)


def _page(context: TransferContext, form: TransferForm) -> TransferPage:
    goal = context.goals.get(form.to.data or "")
    terms = terms_of(db(), context.application, context.edition)
    cost = _cost(context, form, goal, terms) if goal else None
    form.cost.data = cost.key if cost else ""
    return TransferPage(
        edition=context.edition,
        application=context.application,
        event=context.event,
        form=form,
        stage=stages_of(db(), [context.application.id])[context.application.id],
        version=version_of(db(), context.application),
        previews=_previews(context, goal) if goal and not form.error_list else (),
        transfer_until=terms.window(terms.first_day).transfer_until,
        cost=cost,
        price=price_sentence(current_i18n(), cost.differences) if cost else "",
        floor=floor_sentence(current_i18n(), cost.penalty_floor) if cost else "",
        filters_query=filter_args(),
    )


def _cost(
    context: TransferContext, form: TransferForm, goal: Edition | Application, terms: Terms
) -> TransferCost:
    """Return the price of the chosen target, on the day of the notice, today without one."""
    received_on = form.received_on.data or day_in(context.edition.zone, now())
    notice = TransferNotice(received_on=received_on)
    if isinstance(goal, Edition):
        return transfer_cost(db(), context.application, goal, notice, terms)
    return substitution_cost(db(), context.application, notice, terms)


def _previews(context: TransferContext, goal: Edition | Application) -> list[Preview]:
    """Return the e-mails: to both people of a substitution, or about the other edition."""
    edition, application = context.edition, context.application
    if isinstance(goal, Edition):
        edition, successor, kinds = goal, application, ["admissions.transferred"]
        floor = terms_of(db(), application, context.edition).penalty_floor
        terms = offered_terms(db(), goal, floor)
    else:
        successor, kinds = goal, [EMAIL_AFTER[ApplicationEvent.ACCEPT]]
        terms = terms_of(db(), application, edition)  # the agreed terms stay
    if transfers.stays_confirmed(db(), application, edition) or is_fellowship(successor):
        kinds.append(EMAIL_AFTER[ApplicationEvent.ACTIVATE])
    params = params_of(successor, edition, reason="")
    params |= cost_params(terms, day_in(edition.zone, now()))
    previews = [preview_of(kind, successor.person, params) for kind in kinds]
    if successor is application:
        return previews
    own_params = params_of(application, edition, reason="")
    return [
        preview_of(EMAIL_AFTER[ApplicationEvent.SUBSTITUTE], application.person, own_params),
        *previews,
    ]
