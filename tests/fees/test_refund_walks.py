"""Random walks through the states: what is payable is always what is approved or exported."""

import random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.fees.commands import refund_approval, refunds
from learning.fees.commands.refund_approval import BankCharge
from learning.fees.commands.refunds import Settlement
from learning.fees.payment_models import Payment
from learning.fees.refund_models import BatchKind, Refund
from learning.fees.rules.refunds import LIABILITIES, RefundState
from learning.kit.errors import RuleViolation
from learning.ledger.models import LedgerAccount
from learning.ledger.queries import balance, trial_balance
from tests.fees import refund_scenes as scenes
from tests.fees.refund_scenes import CIPHER, approver, finance
from tests.world import World

STEPS = 40


def step(session: Session, world: World, refund: Refund, luck: random.Random) -> None:
    done, undone = finance(world, reason="why"), approver(world, reason="why")
    account = luck.choice([scenes.WITHIN, scenes.OUTSIDE])
    charge = BankCharge(minor=luck.choice([0, 100, refund.gross.minor]), reason="advice")
    acts = [
        lambda: refund_approval.prepare_refund(session, refund, account, CIPHER, done),
        lambda: refund_approval.set_bank_charge(session, refund, charge, CIPHER, done),
        lambda: refund_approval.approve_refund(session, refund, refund.digest, CIPHER, undone),
        lambda: refund_approval.approve_refund(session, refund, refund.digest, CIPHER, undone),
        lambda: refund_approval.return_to_preparer(session, refund, undone),
        lambda: scenes.export(session, world),
        lambda: scenes.export(session, world, BatchKind.WORKLIST),
        lambda: refunds.settle_refund(session, refund, Settlement(action=done)),
        lambda: refunds.mark_returned(session, refund, Settlement(action=done)),
        lambda: refunds.cancel_refund(session, refund, done) if luck.random() < 0.1 else None,
    ]
    luck.choice(acts)()


@pytest.mark.parametrize("seed", range(4))
def test_the_ledger_follows_every_walk(session: Session, world: World, seed: int) -> None:
    luck = random.Random(seed)  # noqa: S311 the same each time
    rows = [scenes.a_draft(session, world) for _ in range(3)]
    for _ in range(STEPS):
        try:
            with session.begin_nested():
                step(session, world, luck.choice(rows), luck)
        except RuleViolation:
            session.expire_all()
        every = session.scalars(select(Refund)).all()
        due = sum(each.net.minor for each in every if each.state in LIABILITIES)
        assert -balance(session, LedgerAccount.REFUNDS_PAYABLE).minor == due
        assert sum(line.balance.minor for line in trial_balance(session)) == 0
        for each in every:
            reserved = 0 if each.state is RefundState.CANCELLED else each.gross.minor
            assert session.get_one(Payment, each.payment_id).refunded_minor == reserved
