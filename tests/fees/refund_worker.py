"""One process of a race for refunds.

`python -m tests.fees.refund_worker URL STEP ID PERSON`: drafts a refund of a payment or of a
credit, or approves or exports a refund, and says what became of it.
"""

import sys

from sqlalchemy import select

from learning import wiring
from learning.fees.commands import refund_approval, refunds
from learning.fees.commands.credits import CreditRefund, refund_credit
from learning.fees.commands.refund_export import ExportRequest, export_batch
from learning.fees.commands.refund_steps import RefundAction
from learning.fees.commands.refunds import NewRefund
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import Payment
from learning.fees.queries.accounts import lock_account
from learning.fees.refund_models import BatchKind, Refund
from learning.fees.rules.refunds import RefundSource
from learning.kit.engines import make_engine
from learning.kit.errors import RuleViolation
from learning.kit.i18n import I18n
from learning.kit.money import Money
from tests.admissions.factories import NOW
from tests.fees.refund_scenes import CIPHER


def act(session, step: str, row_id: int, action: RefundAction) -> None:
    if step == "draft":
        payment = session.get_one(Payment, row_id)
        account = lock_account(session, payment.fee_account_id)
        gross = Money(49000, "EUR")
        new = NewRefund(payment=payment, gross=gross, source=RefundSource.OTHER)
        refunds.draft_refund(session, account, new, now=NOW)
        return
    if step == "credit":
        account = session.get_one(FeeAccount, row_id)
        by = action.by or 0
        request = CreditRefund(
            payer=Payer.PARTICIPANT, amount=Money(2000, "EUR"), reason="twice", by=by, now=NOW
        )
        refund_credit(session, account, request)
        return
    refund = session.get_one(Refund, row_id)
    if step == "approve":
        refund_approval.approve_refund(session, refund, refund.digest, CIPHER, action)
    elif step == "export":
        request = ExportRequest(kind=BatchKind.PAIN001, seen=[refund.uid], i18n=I18n("en"))
        export_batch(session, request, CIPHER, action)


def main(url: str, step: str, row_id: str, person: str) -> None:
    database = wiring.database(make_engine(url))
    with database.read_transaction() as session:
        session.scalar(select(Payment.id).limit(1))  # connected before the start
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    try:
        with database.transaction() as session:
            act(session, step, int(row_id), RefundAction(by=int(person), now=NOW))
    except RuleViolation as violation:
        sys.stdout.write(f"refused: {violation}\n")
    else:
        sys.stdout.write("done\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
