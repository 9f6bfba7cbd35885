"""Events of the card provider that were put aside: what they say, and what a person did."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission
from learning.accounts.models import Person
from learning.fees import limits
from learning.fees.card_models import CardSession, StoredEvent
from learning.fees.commands.card_events import Resolution, resolve_event
from learning.fees.pages.staff.blueprint import bp
from learning.fees.pages.staff.payment_forms import ResolutionForm
from learning.fees.queries.accounts import account_uids
from learning.fees.queries.card_payments import event_by_uid, quarantined_events
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now


@dataclass(frozen=True, kw_only=True)
class CardEventsPage(Page):
    """The events, those that nobody has resolved first."""

    template: ClassVar[str] = "fees/card_events.html"

    events: Sequence[StoredEvent]


@dataclass(frozen=True, kw_only=True)
class CardEventPage(Page):
    """One event; `account_uid` is "" for one about nothing of ours, `form` None once resolved."""

    template: ClassVar[str] = "fees/card_event.html"

    event: StoredEvent
    facts: Mapping[str, object]
    account_uid: str
    resolver: str
    form: ResolutionForm | None


@bp.get("/card-events/", needs=Permission.READ_FINANCES)
def show_card_events() -> ResponseReturnValue:
    never_store()
    return render_page(CardEventsPage(events=quarantined_events(db())))


@bp.get("/card-events/<event_uid>", needs=Permission.READ_FINANCES)
def show_card_event(event_uid: str) -> ResponseReturnValue:
    return _page(_event(event_uid), ResolutionForm())


@bp.post("/card-events/<event_uid>", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY), idempotent=True)
def resolve_card_event(event_uid: str) -> ResponseReturnValue:
    """Take note of what was done about the event."""
    event, form = _event(event_uid), ResolutionForm(request.form)
    if not form.validate():
        return _page(event, form), 422
    done = Resolution(
        note=form.note.data or "",
        version=form.known_version,
        by=current_person_id(),
        now=now(),
    )
    resolve_event(db(), event, done)
    flash(current_i18n().gettext(N_("The event is resolved.")))
    return redirect(url_for("money.show_card_events"), 303)


def _event(uid: str) -> StoredEvent:
    never_store()
    return event_by_uid(db(), uid) or abort(404)


def _page(event: StoredEvent, form: ResolutionForm) -> str:
    about = db().get(CardSession, event.card_session_id) if event.card_session_id else None
    uids = account_uids(db(), [about.fee_account_id]) if about else {}
    resolver = db().get(Person, event.resolved_by_id) if event.resolved_by_id else None
    waits = bool(event.reason) and event.resolved_at is None
    return render_page(
        CardEventPage(
            event=event,
            facts=json.loads(event.facts),
            account_uid=uids[about.fee_account_id] if about else "",
            resolver=resolver.name if resolver else "",
            form=form if waits and current_actor().may(Permission.MANAGE_FINANCES) else None,
        )
    )
