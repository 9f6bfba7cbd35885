"""Decisions about one application, with a preview of the e-mail."""

from dataclasses import dataclass
from functools import cached_property

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from learning.access.form_post import form_post
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission
from learning.admissions import limits
from learning.admissions.commands import decisions
from learning.admissions.commands.transitions import (
    TransitionRequest,
    enrolment_of,
    possible_events,
    version_of,
)
from learning.admissions.emails.cancellation import amount_sentences, outcome_sentence
from learning.admissions.labels import DECISIONS
from learning.admissions.models import Application
from learning.admissions.pages.staff.blueprint import (
    application_of,
    bp,
    event_of,
    onward,
    seats,
)
from learning.admissions.pages.staff.decision_panel import (
    MONEY,
    TRANSFER_EVENTS,
    acceptance_warnings,
    requires_reason,
)
from learning.admissions.pages.staff.email_previews import Draft, email_previews, says_reason
from learning.admissions.pages.staff.filters import filter_args
from learning.admissions.pages.staff.forms import BulkForm, CancelForm, DecisionForm
from learning.admissions.pages.staff.page_models import DecidePage
from learning.admissions.queries import board
from learning.admissions.queries.cancellation_costs import cancellation_cost
from learning.admissions.queries.scores import shown_totals
from learning.admissions.queries.stages import participation, stages_of
from learning.admissions.queries.terms import received_error, terms_of
from learning.admissions.rules.states import ApplicationEvent
from learning.admissions.rules.transitions import (
    MESSAGES,
    TransitionGuard,
    TransitionProblem,
)
from learning.catalogue.cancellation import Outcome
from learning.catalogue.models import Edition
from learning.catalogue.requests import edition_of
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import ActorRole
from learning.kit.db import db
from learning.kit.errors import RuleViolation
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import render_page
from learning.kit.rate_limit import Attempt, attempt
from learning.kit.time import day_in, now

BY_REGISTRAR = DECISIONS.keys() - TRANSFER_EVENTS
SEATING = frozenset({ApplicationEvent.ACCEPT, ApplicationEvent.PROMOTE})
REPEATED = N_("The reason has changed. Read the e-mail again, then send it.")


@dataclass(frozen=True, kw_only=True)
class DecisionContext:
    """The event, the application and the role of a decision."""

    edition: Edition
    application: Application
    event: ApplicationEvent
    actor_role: ActorRole

    @cached_property
    def enrolment(self) -> Enrolment | None:
        return enrolment_of(db(), self.application)

    @property
    def is_possible(self) -> bool:
        return self.event in possible_events(self.application, self.enrolment, self.actor_role)


def _decision_attempt(reference: str, **_address: str) -> Attempt | None:
    """Count a decision about one application; a preview is no try."""
    return None if "preview" in request.form else attempt(limits.DECIDE, reference)


@bp.get("/<reference>/decide/<event>", needs=Permission.ADMIT)
def show_decision(edition: str, reference: str, event: str) -> ResponseReturnValue:
    return _begin(_by_registrar(edition, reference, event))


@bp.post("/<reference>/decide/<event>", needs=Permission.ADMIT)
@form_post(limit=_decision_attempt, idempotent=True)
def decide(edition: str, reference: str, event: str) -> ResponseReturnValue:
    """Decide, or with `preview` show the e-mail that this would send."""
    return _decide(_by_registrar(edition, reference, event))


@bp.get("/<reference>/confirm/<event>", needs=Permission.CONFIRM_ENROLMENTS)
def show_confirmation(edition: str, reference: str, event: str) -> ResponseReturnValue:
    return _begin(_about_money(edition, reference, event))


@bp.post("/<reference>/confirm/<event>", needs=Permission.CONFIRM_ENROLMENTS)
@form_post(limit=_decision_attempt, idempotent=True)
def confirm(edition: str, reference: str, event: str) -> ResponseReturnValue:
    """Let the seat of an application lapse that is neither paid nor settled in another way."""
    return _decide(_about_money(edition, reference, event))


def has_form_errors(
    form: DecisionForm | BulkForm, event: ApplicationEvent, *, repeats: bool
) -> bool:
    """Add errors about the reason to the form; return whether there are any.

    An e-mail that repeats the reason is sent only as it was previewed.
    """
    if not form.validate():
        return True
    if requires_reason(event) and not form.reason.data:
        form.add_error(MESSAGES[TransitionGuard.REASON])
    elif repeats and "seen" in request.form and form.seen.data != form.preview_key:
        form.add_error(REPEATED)
    return bool(form.error_list)


def _by_registrar(edition: str, reference: str, event: str) -> DecisionContext:
    return _context(edition, reference, event_of(event, BY_REGISTRAR), ActorRole.REGISTRAR)


def _about_money(edition: str, reference: str, event: str) -> DecisionContext:
    payer = (
        ActorRole.REGISTRAR if current_actor().may(Permission.ADMIT, edition) else ActorRole.FINANCE
    )
    return _context(edition, reference, event_of(event, MONEY), payer)


def _context(
    code: str, reference: str, event: ApplicationEvent, actor_role: ActorRole
) -> DecisionContext:
    edition = edition_of(code)
    return DecisionContext(
        edition=edition,
        application=application_of(edition, reference),
        event=event,
        actor_role=actor_role,
    )


def _begin(context: DecisionContext) -> ResponseReturnValue:
    if not context.is_possible:
        raise RuleViolation(TransitionProblem.INVALID_TRANSITION)
    form = _form(context.event)
    if isinstance(form, CancelForm):
        form.received_on.data = day_in(context.edition.zone, now())
    return render_page(_page(context, form, _draft(context, form)))


def _decide(context: DecisionContext) -> ResponseReturnValue:
    edition, application = context.edition, context.application
    form = _form(context.event, request.form)
    draft = _draft(context, form)
    repeats = says_reason(application, application.person, edition, draft)
    if "preview" in request.form and form.validate():
        return render_page(_page(context, form, draft))
    if has_form_errors(form, context.event, repeats=repeats):
        return render_page(_page(context, form, draft)), 422
    transition = TransitionRequest(
        event=context.event,
        actor_role=context.actor_role,
        by=current_person_id(),
        now=now(),
        reason=form.reason.data or "",
        version=form.known_version,
        received_on=form.received_on.data if isinstance(form, CancelForm) else None,
        cost_key=form.cost_key if isinstance(form, CancelForm) else None,
    )
    address = onward(application, in_its_state=True)
    decisions.decide(db(), application, transition)
    message = current_i18n().gettext(N_("%(name)s: it is decided, and kept in the history."))
    flash(message % {"name": application.person.name})
    return redirect(address, 303)


def _form(event: ApplicationEvent, typed: MultiDict[str, str] | None = None) -> DecisionForm:
    """Return the form of a decision; for a cancellation with the day of the notice."""
    return CancelForm(typed) if event is ApplicationEvent.CANCEL else DecisionForm(typed)


def _draft(context: DecisionContext, form: DecisionForm) -> Draft:
    """Return the decision to preview; sets the key of the cost that the form shows."""
    terms = terms_of(db(), context.application, context.edition)
    today = day_in(context.edition.zone, now())
    received_on, cost = today, None
    if isinstance(form, CancelForm):
        received_on = form.received_on.data or today
        form.day_error = received_error(terms, received_on, today=today)
        cost = cancellation_cost(db(), context.application, context.edition, received_on, terms)
        form.cost_key = cost.key
    return Draft(
        event=context.event,
        reason=form.reason.data or "",
        now=now(),
        terms=terms,
        received_on=received_on,
        cost=cost,
    )


def _outcome(draft: Draft) -> list[str]:
    """Return what a cancellation charges and refunds, in sentences for staff."""
    if draft.cost is None:
        return []
    i18n, quote = current_i18n(), draft.cost.quote
    amounts = amount_sentences(i18n, draft.cost.amounts)
    return [
        outcome_sentence(i18n, quote),
        *(amounts if quote.outcome is not Outcome.NOTHING_PAID else ()),
    ]


def _page(context: DecisionContext, form: DecisionForm, draft: Draft) -> DecidePage:
    edition, application = context.edition, context.application
    reason = form.reason.data or ""
    repeats = says_reason(application, application.person, edition, draft)
    possible, version = context.is_possible, version_of(db(), application)
    stale = bool(form.version.data) and form.known_version != version
    changes = participation(db(), application) if stale else ()
    shown = (bool(reason) or not repeats) and not form.error_list
    return DecidePage(
        edition=edition,
        application=application,
        event=context.event,
        form=form,
        requires_reason=requires_reason(context.event),
        repeats=repeats,
        previews=email_previews(application, application.person, edition, draft) if shown else (),
        possible=possible,
        stage=stages_of(db(), [application.id])[application.id],
        score=shown_totals(db(), [application.id], current_person_id())[application.id],
        version=version,
        latest=board.history(db(), application)[-1] if stale and not changes else None,
        latest_change=changes[-1] if changes else None,
        warnings=acceptance_warnings(edition, draft.terms) if context.event in SEATING else (),
        outcome=_outcome(draft),
        seats=seats(edition),
        filters_query=filter_args(),
    )
