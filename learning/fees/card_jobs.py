"""The periodic job of card payments: no payment is lost with its event.

It asks the provider about sessions and refunds whose end is not known, and submits approved
refunds. The provider is asked between transactions, and each row has a transaction of its own.
"""

from datetime import timedelta
from functools import partial

from learning.card_providers.interface import (
    CardProvider,
    NewProviderRefund,
    ProviderError,
    ProviderProblem,
)
from learning.card_providers.messages import CheckoutSession, ProviderRefund
from learning.fees.card_models import CardRefund, CardSession, CardSessionState
from learning.fees.commands.card_events import take_fetched
from learning.fees.commands.card_refunds import (
    apply_refund,
    fail_refund,
    request_of,
    submit_refund,
)
from learning.fees.commands.card_sessions import end_unanswered
from learning.fees.queries.card_payments import (
    card_refunds_to_check,
    refunds_to_submit,
    sessions_to_check,
)
from learning.fees.refund_models import Refund
from learning.jobs.worker import Handler, Task
from learning.kit.encryption import Cipher

CHECK_JOB = "fees.check-card-payments"
BATCH = 50  # sessions, and as many refunds, of one run
GRACE = timedelta(hours=1)
"""How long after its end a session is kept whose answer was lost."""


def check_card_payments(task: Task, provider: CardProvider | None, cipher: Cipher) -> None:
    """Ask about what is open, then submit what is approved; without a provider do nothing."""
    if provider is None:
        return
    with task.database.read_transaction() as session:
        sessions = sessions_to_check(session, now=task.now, limit=BATCH)
        refunds = card_refunds_to_check(session, now=task.now, limit=BATCH)
        approved = refunds_to_submit(session, limit=BATCH)
    for session_id in sessions:
        _check_session(task, provider, session_id)
        task.extend()
    for refund_id in refunds:
        _check_refund(task, provider, refund_id)
        task.extend()
    for refund_id in approved:
        _submit(task, provider, cipher, refund_id)
        task.extend()


def _check_session(task: Task, provider: CardProvider, session_id: int) -> None:
    with task.database.read_transaction() as session:
        row = session.get_one(CardSession, session_id)
        known_id, ours = row.provider_session_id, row.provider == provider.name
        is_lost = row.state is CardSessionState.CREATED and row.expires_at + GRACE <= task.now
    answer = _fetched(provider, known_id) if known_id is not None and ours else None
    with task.database.transaction() as session:
        row = session.get_one(CardSession, session_id)
        if answer is not None:
            take_fetched(session, row, answer, now=task.now)
        elif is_lost:
            end_unanswered(session, row)
        row.checked_at = task.now  # not before: its row is locked after its account


def _fetched(provider: CardProvider, session_id: str) -> CheckoutSession | None:
    try:
        return provider.fetch_session(session_id)
    except ProviderError:
        return None


def _check_refund(task: Task, provider: CardProvider, card_refund_id: int) -> None:
    """Ask how a refund stands; one whose answer was lost is submitted again with the same key."""
    with task.database.read_transaction() as session:
        row = session.get_one(CardRefund, card_refund_id)
        known_id, query = row.provider_refund_id, request_of(session, row)
    _ask(task, provider, card_refund_id, known_id or query)


def _submit(task: Task, provider: CardProvider, cipher: Cipher, refund_id: int) -> None:
    with task.database.transaction() as session:
        refund = session.get_one(Refund, refund_id)
        submitted = submit_refund(session, refund, cipher, now=task.now)
        if submitted is None:
            return
        card_refund_id, query = submitted.id, request_of(session, submitted)
    _ask(task, provider, card_refund_id, query)


def _ask(
    task: Task, provider: CardProvider, card_refund_id: int, query: str | NewProviderRefund
) -> None:
    """Ask the provider for a refund, by its id or for the first time; take over what it says."""
    answer, refused = _refund_answer(provider, query)
    with task.database.transaction() as session:
        row = session.get_one(CardRefund, card_refund_id)
        if answer is not None:
            apply_refund(session, row, answer, now=task.now)
        elif refused:
            fail_refund(session, row, refused, now=task.now)
        row.checked_at = task.now


def _refund_answer(
    provider: CardProvider, query: str | NewProviderRefund
) -> tuple[ProviderRefund | None, str]:
    """Return what the provider says of a refund, or why it will never make it."""
    try:
        if isinstance(query, str):
            return provider.fetch_refund(query), ""
        return provider.refund(query), ""
    except ProviderError as error:
        is_final = error.problem is ProviderProblem.REFUSED and not isinstance(query, str)
        return None, error.code if is_final else ""


def handlers(provider: CardProvider | None, cipher: Cipher) -> dict[str, Handler]:
    """Return the handler of the job, for the provider of this installation."""
    return {CHECK_JOB: partial(check_card_payments, provider=provider, cipher=cipher)}
