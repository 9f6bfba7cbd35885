"""How fees follow what happens to applications; `learning/wiring.py` registers each function."""

from sqlalchemy.orm import Session

from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.events import (
    ApplicationAccepted,
    CancellationPlanned,
    LapsePlanned,
    PayerAmounts,
    PayerDifference,
    SeatChangesPlanned,
    SeatReleased,
    TransferPlanned,
)
from learning.admissions.models import Application
from learning.admissions.queries.terms import terms_of
from learning.admissions.rules.states import ApplicationEvent
from learning.catalogue.models import Edition
from learning.fees.commands.accounts import credit_invoices, follow_agreement
from learning.fees.commands.allocation import allocate_payments
from learning.fees.commands.cancellations import PlaceEnd, cancel_place
from learning.fees.models import FeeAccount, Payer
from learning.fees.problems import OrderProblem
from learning.fees.queries import accounts
from learning.fees.queries.accounts import account_of, accounts_of, lock_account
from learning.fees.queries.payers import EARLIER_PARTICIPANT, payments_by_others
from learning.fees.queries.quotes import money_of
from learning.fees.queries.sponsor_quotes import place_held_until
from learning.fees.rules.refund_outcome import price_differences, refund_outcomes
from learning.fees.rules.refunds import RefundSource
from learning.fees.rules.shares import shares_of
from learning.kit.errors import RuleViolation
from learning.kit.time import day_in

GOES_ON = frozenset({ApplicationEvent.TRANSFER, ApplicationEvent.SUBSTITUTE})
"""After these the account goes on with the agreement of the next acceptance."""


def lock_accounts(session: Session, fact: SeatChangesPlanned) -> None:
    """Lock the accounts of applications before anything is recorded."""
    found = accounts_of(session, fact.application_ids).values()
    accounts.lock_accounts(session, {account.id for account in found})


def follow_acceptance(session: Session, fact: ApplicationAccepted) -> None:
    """Open or continue the account of an accepted application, and issue its invoices."""
    agreement = session.get_one(FeeAgreement, fact.fee_agreement_id)
    follow_agreement(session, agreement, now=fact.at)


def add_amounts(session: Session, fact: CancellationPlanned) -> None:
    """Add what each payer has paid, and what a cancellation charges and refunds of it.

    What a participant before a substitution has paid goes back to that person: it stands apart.
    """
    account = account_of(session, fact.application_id)
    if account is None:
        return
    application = session.get_one(Application, fact.application_id)
    others = payments_by_others(session, account, application.person_id)
    for each in refund_outcomes(money_of(session, account), fact.percent):
        own, earlier = each.apart(others)
        for payer, part in ((each.payer, own), (EARLIER_PARTICIPANT, earlier)):
            if part.paid.minor > 0:
                fact.amounts.append(
                    PayerAmounts(
                        payer=payer,
                        paid=part.paid,
                        charge=part.penalty,
                        refund=part.gross,
                        is_own=payer == Payer.PARTICIPANT,
                    )
                )


def add_differences(session: Session, fact: TransferPlanned) -> None:
    """Add what each payer still pays of each price that may follow, or has paid too much."""
    money = money_of(session, account_of(session, fact.application_id))
    for price in fact.prices:
        shares = shares_of(price, fact.sponsor_percent)
        owed = [(Payer.PARTICIPANT, shares.participant), (Payer.SPONSOR, shares.sponsor)]
        fact.differences[price] = tuple(
            PayerDifference(
                payer=each.payer,
                price=each.price,
                paid=each.paid,
                open=each.open,
                credit=each.credit,
            )
            for each in price_differences(money, owed)
        )


def refuse_lapse(session: Session, fact: LapsePlanned) -> None:
    """Refuse that a place lapses while a promised purchase order holds it; raise RuleViolation."""
    application = session.get_one(Application, fact.application_id)
    if place_held_until(session, application, fact.at) is not None:
        raise RuleViolation(OrderProblem.HELD)


def follow_release(session: Session, fact: SeatReleased) -> None:
    """Settle the money of a seat that is released; the account was locked before."""
    account = account_of(session, fact.application_id)
    if account is None or fact.event in GOES_ON:
        return
    account = lock_account(session, account.id)
    if fact.event is ApplicationEvent.LAPSE:
        credit_invoices(session, account, by=fact.by, now=fact.at)
        allocate_payments(session, account)
        return
    cancel_place(session, account, _end_of(session, account, fact))


def _end_of(session: Session, account: FeeAccount, fact: SeatReleased) -> PlaceEnd:
    """Return what the end of a place costs: nothing where the centre cancels (choice C4)."""
    application = session.get_one(Application, fact.application_id)
    edition = session.get_one(Edition, application.edition_id)
    received_on = fact.received_on or day_in(edition.zone, fact.at)
    by_centre = fact.event is ApplicationEvent.CANCEL_EDITION
    window = terms_of(session, application, edition).window(received_on)
    percent = 0 if by_centre else window.percent
    return PlaceEnd(
        source=RefundSource.EDITION_CANCELLED if by_centre else RefundSource.CANCELLATION,
        received_on=received_on,
        first_day=window.first_day,
        days=window.days,
        percent=percent,
        outcomes=refund_outcomes(money_of(session, account), percent),
        by=fact.by,
        now=fact.at,
    )
