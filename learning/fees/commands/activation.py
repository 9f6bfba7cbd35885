"""The activation of a place (T11): by the system alone, once its fee is settled.

Admissions ask here whether it is (`ActivationPlanned`), and fees ask admissions to activate.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from learning.admissions.commands import decisions
from learning.admissions.commands.transitions import TransitionRequest
from learning.admissions.events import ActivationPlanned
from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.enrolment.rules import ActorRole
from learning.fees.models import FeeAccount
from learning.fees.queries.accounts import account_of, latest_agreement_of
from learning.fees.queries.balances import balance_of
from learning.fees.queries.settlements import is_settled


def name_settled(session: Session, fact: ActivationPlanned) -> None:
    """Say of an accepted application whether its place is settled, and what is open."""
    account = account_of(session, fact.application_id)
    if account is None:
        return
    balance = balance_of(session, account)
    fact.is_settled = is_settled(session, account, balance)
    fact.open = balance.open


def activate_if_settled(session: Session, account: FeeAccount, *, now: datetime) -> bool:
    """Activate the place of a locked account if it waits for its fee and that is settled.

    Return whether it was activated. Its edition is locked, too (`accounts.lock_account`).
    """
    agreement = latest_agreement_of(session, account)
    application = session.get_one(Application, agreement.application_id)
    session.refresh(application)
    if application.state is not ApplicationState.ACCEPTED or not is_settled(session, account):
        return False
    request = TransitionRequest(
        event=ApplicationEvent.ACTIVATE, actor_role=ActorRole.SYSTEM, by=None, now=now
    )
    decisions.decide(session, application, request)
    return True
