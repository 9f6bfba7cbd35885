"""What of a person's fees is not settled: who owes is not forgotten; the export has the balances.

Only the participant's own part counts: what a sponsor owes is the sponsor's.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.models import Application
from learning.catalogue.models import Edition
from learning.extension_points.personal_data import ExportedRows, ForgetBlocker, Json, PersonRef
from learning.fees.invoice_models import Invoice
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import Payment
from learning.fees.queries.balances import balances_of
from learning.fees.queries.overview import uninvoiced_accounts
from learning.fees.refund_models import Refund, RefundState
from learning.kit.money import Money

OVER = (RefundState.SETTLED, RefundState.CANCELLED)


def forget_blockers(session: Session, person: PersonRef) -> list[ForgetBlocker]:
    """Return what is open, to be refunded or to be invoiced of the person's places.

    Nobody settles it with somebody whose name and address are gone.
    """
    codes = _accounts(session, person)
    balances = balances_of(session, list(codes))
    reasons: list[str] = []
    for account_id, code in codes.items():
        part = balances[account_id].of(Payer.PARTICIPANT)
        if part.open.minor:
            reasons.append(f"owes {_plain(part.open)} for {code}: it is to be paid or credited")
        if part.credit.minor:
            reasons.append(f"has {_plain(part.credit)} to their credit for {code}: refund it first")
    reasons += [
        f"gets a refund for {code} that is under way ({number}): settle or cancel it first"
        for number, code in _refunds(session, list(codes))
    ]
    waiting = uninvoiced_accounts().where(FeeAccount.id.in_(codes)).order_by(FeeAccount.id)
    reasons += [
        f"has a fee for {row.code} that is not invoiced yet" for row in session.execute(waiting)
    ]
    return [ForgetBlocker(reason=each) for each in reasons]


def exported_balances(session: Session, person: PersonRef) -> ExportedRows:
    """Return the balance of the person's part of each of their places, in the major unit."""
    codes = _accounts(session, person)
    balances = balances_of(session, list(codes))
    rows: ExportedRows = []
    for account_id, code in codes.items():
        part = balances[account_id].of(Payer.PARTICIPANT)
        amounts = {
            "invoiced": part.invoiced,
            "credited": part.credited,
            "charged": part.charged,
            "received": part.received,
            "refunded": part.refunded,
            "open": part.open,
            "credit": part.credit,
        }
        row: dict[str, Json] = {"edition": code, "currency": part.open.currency}
        rows.append(row | {name: f"{amount.major:f}" for name, amount in amounts.items()})
    return rows


def latest_document_day(session: Session, person: PersonRef) -> date | None:
    """Return the day of the person's latest invoice, credit note or payment, None without any."""
    accounts = list(_accounts(session, person))
    issued = select(func.max(Invoice.issued_on)).where(Invoice.fee_account_id.in_(accounts))
    received = select(func.max(Payment.received_on)).where(Payment.fee_account_id.in_(accounts))
    days = [session.scalar(issued), session.scalar(received)]
    return max((each for each in days if each is not None), default=None)


def _accounts(session: Session, person: PersonRef) -> dict[int, str]:
    """Return the accounts of the person's places by id, with the codes of their editions."""
    rows = session.execute(
        select(FeeAccount.id, Edition.code)
        .join(FeeAgreement, FeeAgreement.id == FeeAccount.fee_agreement_id)
        .join(Application, Application.id == FeeAgreement.application_id)
        .join(Edition, Edition.id == FeeAccount.edition_id)
        .where(Application.person_id == person.id)
        .order_by(FeeAccount.id)
    )
    return {row.id: row.code for row in rows}


def _refunds(session: Session, accounts: Sequence[int]) -> list[tuple[str, str]]:
    """Return number and edition of the refunds to the participant that are not over."""
    rows = session.execute(
        select(Refund.number, Edition.code)
        .join(Payment, Payment.id == Refund.payment_id)
        .join(Edition, Edition.id == Refund.edition_id)
        .where(
            Refund.fee_account_id.in_(accounts),
            Payment.payer == Payer.PARTICIPANT,
            Refund.state.not_in(OVER),
        )
        .order_by(Refund.id)
    )
    return [(number, code) for number, code in rows]


def _plain(amount: Money) -> str:
    return f"{amount.major} {amount.currency}"
