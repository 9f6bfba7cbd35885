"""The decisions beside an application: the main one as a form, the others as buttons and links."""

from collections.abc import Collection, Sequence

from flask import url_for

from learning.access.guard import current_actor
from learning.access.permissions import Permission
from learning.admissions.commands.transitions import enrolment_of, possible_events, version_of
from learning.admissions.emails.cancellation import warnings
from learning.admissions.labels import DECISIONS
from learning.admissions.models import Application
from learning.admissions.pages.staff.blueprint import next_reference
from learning.admissions.pages.staff.email_previews import Draft, email_previews, says_reason
from learning.admissions.pages.staff.filters import filter_args
from learning.admissions.pages.staff.forms import DecisionForm
from learning.admissions.pages.staff.page_models import Action, LeadDecision
from learning.admissions.queries.terms import Terms, offered_terms
from learning.admissions.rules.states import ApplicationEvent
from learning.admissions.rules.transitions import BY_EVENT, TransitionGuard, allowed_events
from learning.catalogue.models import Edition
from learning.enrolment import rules
from learning.enrolment.labels import CHANGES
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import ActorRole
from learning.kit.db import db
from learning.kit.languages import current_i18n
from learning.kit.time import day_in, now

MONEY = frozenset({ApplicationEvent.LAPSE})
"""What finance decides too: that a place is not settled in time. Fees activate a settled one."""
TRANSFER_EVENTS = frozenset({ApplicationEvent.TRANSFER, ApplicationEvent.SUBSTITUTE})
"""What takes another edition, or another person, to decide."""


def requires_reason(event: ApplicationEvent) -> bool:
    """Whether a decision needs a reason."""
    return TransitionGuard.REASON in BY_EVENT[event].guards


def lead_decision(
    edition: Edition, application: Application, actions: Sequence[Action], terms: Terms
) -> LeadDecision | None:
    """Return the main decision as a form, None if there is none or its e-mail needs its reason."""
    lead = next((each for each in actions if each.leads_on and each.by_form), None)
    if lead is None:
        return None
    event = ApplicationEvent(lead.event)
    at = now()
    draft = Draft(event=event, reason="", now=at, terms=terms, received_on=day_in(edition.zone, at))
    if says_reason(application, application.person, edition, draft):
        return None
    return LeadDecision(
        action=lead,
        form=DecisionForm(),
        version=version_of(db(), application),
        requires_reason=requires_reason(event),
        previews=email_previews(application, application.person, edition, draft),
        goes_on=next_reference(application, in_its_state=True) is not None,
    )


def actions_for(edition: Edition, application: Application) -> list[Action]:
    """Return the decisions that this reader may take about an application in its state."""
    by_registrar = by_finance = frozenset[ApplicationEvent]()
    enrolment = enrolment_of(db(), application)
    if current_actor().may(Permission.ADMIT, edition.code):
        possible = possible_events(application, enrolment, ActorRole.REGISTRAR)
        by_registrar = frozenset(possible)
    if current_actor().may(Permission.CONFIRM_ENROLMENTS, edition.code):
        by_finance = MONEY & frozenset(allowed_events(application.state, ActorRole.FINANCE))
    decisions = [
        Action(
            event=event,
            label=DECISIONS[event],
            address=url_for(
                _page_of(event, by_registrar),
                edition=edition.code,
                reference=application.reference,
                event=event,
                **filter_args(),
            ),
            by_form=event not in TRANSFER_EVENTS | {ApplicationEvent.CANCEL},
        )
        for event in DECISIONS
        if event in by_registrar | by_finance
    ]
    return decisions + _changes(edition, enrolment)


def _changes(edition: Edition, enrolment: Enrolment | None) -> list[Action]:
    """Return what this reader may do about the enrolment, on its own page."""
    if enrolment is None or not current_actor().may(Permission.ENROL, edition.code):
        return []
    allowed = rules.events_for(enrolment.status, ActorRole.REGISTRAR)
    return [
        Action(
            event=event,
            label=label,
            address=url_for(
                "enrolment.show_change",
                edition=edition.code,
                enrolment_uid=enrolment.uid,
                event=event,
            ),
            by_form=False,
        )
        for event, label in CHANGES.items()
        if event in allowed
    ]


def _page_of(event: ApplicationEvent, by_registrar: Collection[ApplicationEvent]) -> str:
    if event in TRANSFER_EVENTS:
        return ".show_transfer"
    return ".show_decision" if event in by_registrar else ".show_confirmation"


def acceptance_warnings(edition: Edition, terms: Terms) -> list[str]:
    """Return the warnings of an acceptance today, if cancelling costs something already.

    `terms` are those of the application; if they were agreed earlier, those of today count.
    """
    offered = terms if terms.agreed_on is None else offered_terms(db(), edition)
    window = offered.window(day_in(edition.zone, now()))
    return [] if window.is_free else warnings(current_i18n(), window)
