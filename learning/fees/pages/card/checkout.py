"""The provider is asked between transactions: to open a checkout, and how one stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app, g, url_for
from sqlalchemy.orm import Session

from learning.card_providers.interface import (
    CardProvider,
    NewSession,
    ProviderError,
    ProviderProblem,
)
from learning.fees.card_models import CardSession, CardSessionState
from learning.fees.commands.card_events import take_fetched
from learning.fees.commands.card_sessions import (
    NewCardSession,
    begin_session,
    end_unanswered,
    session_to_end,
)
from learning.fees.invoice_models import Invoice
from learning.fees.problems import CardProblem
from learning.kit.database import end_read
from learning.kit.db import database, db, read_only
from learning.kit.errors import RuleViolation
from learning.kit.forms import CreateForm
from learning.kit.idempotency import content_key
from learning.kit.languages import current_i18n
from learning.kit.time import now


class CardForm(CreateForm):
    """The button “Pay by card”: its key makes one checkout of it, however often it is sent."""


@dataclass(frozen=True, kw_only=True)
class _Begun:
    """A session that was begun, as plain values: its transaction is over."""

    id: int
    uid: str
    query: NewSession | None


def card_provider() -> CardProvider | None:
    """Return the provider of this installation, None if nobody pays by card."""
    return cast("CardProvider | None", current_app.extensions["card_provider"])


def reading() -> Session:
    """Return this request's session for reading, though its method may write."""
    return db() if "db_session" in g else read_only()


def start_checkout(invoice: Invoice, form: CardForm, *, by: int | None) -> str:
    """Begin to pay what is open of an invoice; return the uid of the session.

    The request has read so far, and reads no more. Raise RuleViolation.
    """
    provider, invoice_id, uid, moment = card_provider(), invoice.id, invoice.uid, now()
    end_read(reading())
    if provider is None:
        raise RuleViolation(CardProblem.OFF)
    _end_useless(provider, invoice_id, moment)
    new = NewCardSession(
        provider=provider.name,
        livemode=provider.livemode,
        language=current_i18n().language,
        request_key=content_key(form.idempotency_key.data or "", [uid]),
        by=by,
        now=moment,
    )
    begun = _begin(invoice_id, new)
    if begun.query is not None:
        _open(provider, begun, begun.query)
    return begun.uid


def check_session(card_session: CardSession) -> None:
    """Ask the provider how a session stands, and take over what it says.

    Without an answer nothing changes: the event, or the periodic job, will say it.
    """
    provider, known_id, row_id = card_provider(), card_session.provider_session_id, card_session.id
    end_read(reading())
    if provider is None or known_id is None:
        return
    try:
        checkout = provider.fetch_session(known_id)
    except ProviderError:
        return
    with database().transaction() as session:
        take_fetched(session, session.get_one(CardSession, row_id), checkout, now=now())


def _end_useless(provider: CardProvider, invoice_id: int, moment: datetime) -> None:
    """End the open session of an invoice whose amount has changed, or that is about to end."""
    with database().read_transaction() as session:
        ended = session_to_end(session, session.get_one(Invoice, invoice_id), now=moment)
        known_id = ended.provider_session_id if ended else None
    if ended is None:
        return
    row_id = ended.id
    if known_id is None:
        with database().transaction() as session:
            end_unanswered(session, session.get_one(CardSession, row_id))
        return
    try:
        try:
            checkout = provider.expire_session(known_id)
        except ProviderError as error:
            if error.problem is not ProviderProblem.REFUSED:
                raise
            checkout = provider.fetch_session(known_id)  # it is over: paid, perhaps
    except ProviderError as error:
        raise RuleViolation(CardProblem.UNREACHABLE) from error
    with database().transaction() as session:
        take_fetched(session, session.get_one(CardSession, row_id), checkout, now=moment)


def _begin(invoice_id: int, new: NewCardSession) -> _Begun:
    with database().transaction() as session:
        invoice = session.get_one(Invoice, invoice_id)
        begun = begin_session(session, invoice, new)
        query = None
        if begun.state is CardSessionState.CREATED:
            query = NewSession(
                reference=begun.uid,
                amount=begun.amount,
                title=invoice.number,
                language=begun.language,
                return_url=_return_url(begun),
                expires_at=begun.expires_at,
            )
        return _Begun(id=begun.id, uid=begun.uid, query=query)


def _open(provider: CardProvider, begun: _Begun, query: NewSession) -> None:
    """Open the checkout; the same session again gets the same page."""
    try:
        checkout = provider.create_session(query)
    except ProviderError as error:
        if error.problem is ProviderProblem.UNREACHABLE:
            raise RuleViolation(CardProblem.UNREACHABLE) from error
        with database().transaction() as session:
            end_unanswered(session, session.get_one(CardSession, begun.id))
        raise RuleViolation(CardProblem.REFUSED) from error
    with database().transaction() as session:
        take_fetched(session, session.get_one(CardSession, begun.id), checkout, now=now())


def _return_url(begun: CardSession) -> str:
    """Return where the provider leads back to, at the address of this installation."""
    path = url_for("card_payments.show_card_payment", lang=begun.language, uid=begun.uid)
    return f"{current_app.extensions['settings'].address}{path}"
