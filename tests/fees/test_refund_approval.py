"""Four eyes: who approves what, and what takes an approval back."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learning.fees.commands import refund_approval
from learning.fees.commands.refund_approval import BankCharge
from learning.fees.refund_models import Refund
from learning.fees.rules.refund_digest import PayeeAccount
from learning.fees.rules.refunds import (
    RefundProblem,
    RefundSource,
    RefundState,
)
from learning.kit.errors import RuleViolation
from learning.ledger.models import LedgerAccount
from learning.ledger.queries import balance
from tests.admissions.factories import NOW
from tests.fees import refund_scenes as scenes
from tests.fees.refund_scenes import CIPHER, OUTSIDE, WITHIN, approver, finance
from tests.world import World


def refused(problem: RefundProblem):
    return pytest.raises(RuleViolation, match=f"RefundProblem.{problem}$")


def payable(session: Session) -> int:
    return -balance(session, LedgerAccount.REFUNDS_PAYABLE).minor


def test_the_preparer_does_not_approve(session: Session, world: World) -> None:
    refund = scenes.refund_in(session, world, RefundState.PENDING_APPROVAL)
    with refused(RefundProblem.SAME_PERSON):
        refund_approval.approve_refund(session, refund, refund.digest, CIPHER, finance(world))


def test_nor_does_the_person_who_entered_the_charge(session: Session, world: World) -> None:
    refund = scenes.refund_in(session, world, RefundState.PENDING_APPROVAL)
    charge = BankCharge(minor=1500, reason="advice of 18 January")
    refund_approval.set_bank_charge(session, refund, charge, CIPHER, approver(world))
    with refused(RefundProblem.SAME_PERSON):
        refund_approval.approve_refund(session, refund, refund.digest, CIPHER, approver(world))


@pytest.mark.parametrize("column", ["prepared_by_id", "charged_by_id"])
def test_the_database_refuses_it_too(session: Session, world: World, column: str) -> None:
    refund = scenes.refund_in(session, world, RefundState.APPROVED)
    with pytest.raises(IntegrityError, match="two_people"):
        session.execute(
            text(f"UPDATE refunds SET {column} = approved_by_id WHERE id = :id"),  # noqa: S608
            {"id": refund.id},
        )


@pytest.mark.parametrize("state", ["exported", "settled", "approved"])
def test_the_database_wants_an_approval(session: Session, world: World, state: str) -> None:
    refund = scenes.refund_in(session, world, RefundState.PENDING_APPROVAL)
    with pytest.raises(Exception, match=r"approved|no such transition"):
        session.execute(
            text("UPDATE refunds SET state = :state WHERE id = :id"),
            {"id": refund.id, "state": state},
        )


def test_nobody_approves_a_refund_for_their_own_place(session: Session, world: World) -> None:
    refund = scenes.refund_in(session, world, RefundState.PENDING_APPROVAL)
    own = session.scalars(text("SELECT person_id FROM applications ORDER BY id DESC")).first()
    action = approver(world)
    with refused(RefundProblem.OWN_REFUND):
        refund_approval.approve_refund(
            session, refund, refund.digest, CIPHER, type(action)(by=own, now=NOW)
        )


def test_a_change_after_the_approval_takes_it_back(session: Session, world: World) -> None:
    refund = scenes.refund_in(session, world, RefundState.APPROVED)
    before = refund.digest
    charge = BankCharge(minor=1500, reason="advice of 18 January")
    refund_approval.set_bank_charge(session, refund, charge, CIPHER, finance(world))
    assert (refund.state, refund.approved_by_id) == (RefundState.PENDING_APPROVAL, None)
    assert payable(session) == 0
    with refused(RefundProblem.NOT_AS_APPROVED):
        refund_approval.approve_refund(session, refund, before, CIPHER, approver(world))
    scenes.approve(session, world, refund)
    assert payable(session) == 47500
    assert balance(session, LedgerAccount.BANK_CHARGES_RECOVERED).minor == -1500
    scenes.prepare(session, world, refund, OUTSIDE)
    assert refund.state is RefundState.PENDING_APPROVAL
    assert payable(session) == 0
    assert balance(session, LedgerAccount.BANK_CHARGES_RECOVERED).minor == 0


@pytest.mark.parametrize(
    "attack",
    [
        "holder_name = 'Mallory'",
        "bank_charge_minor = 100",
        "gross_minor = 98000",
        "bic = 'EVILDEFF'",
    ],
)
def test_a_row_changed_past_the_application_is_not_sent(
    session: Session, world: World, attack: str
) -> None:
    refund = scenes.refund_in(session, world, RefundState.APPROVED)
    session.execute(text(f"UPDATE refunds SET {attack}"))  # noqa: S608
    session.expire_all()
    with refused(RefundProblem.NOT_AS_APPROVED):
        scenes.export(session, world)
    session.rollback()
    assert session.get_one(Refund, refund.id).state is RefundState.APPROVED


def test_an_account_copied_from_another_row_is_unreadable(session: Session, world: World) -> None:
    mine = scenes.refund_in(session, world, RefundState.APPROVED)
    other = scenes.refund_in(session, world, RefundState.PENDING_APPROVAL)
    session.execute(
        text("UPDATE refunds SET iban = :iban WHERE id = :id"), {"iban": other.iban, "id": mine.id}
    )
    session.expire_all()
    with refused(RefundProblem.UNREADABLE):
        scenes.export(session, world)


@pytest.mark.parametrize(
    ("charge", "problem"),
    [
        (BankCharge(minor=49001, reason="x"), RefundProblem.CHARGE_TOO_HIGH),
        (BankCharge(minor=-1, reason="x"), RefundProblem.CHARGE_TOO_HIGH),
        (BankCharge(minor=100, reason=" "), RefundProblem.NO_REASON),
    ],
)
def test_a_charge_is_refused(
    session: Session, world: World, charge: BankCharge, problem: RefundProblem
) -> None:
    refund = scenes.a_draft(session, world)
    with refused(problem):
        refund_approval.set_bank_charge(session, refund, charge, CIPHER, finance(world))


def test_no_charge_when_the_centre_cancelled(session: Session, world: World) -> None:
    refund = scenes.a_draft(session, world, source=RefundSource.EDITION_CANCELLED)
    charge = BankCharge(minor=1, reason="x")
    with refused(RefundProblem.NO_CHARGE):
        refund_approval.set_bank_charge(session, refund, charge, CIPHER, finance(world))


@pytest.mark.parametrize(
    "account",
    [
        PayeeAccount(holder_name="محمد", iban=WITHIN.iban, bank_country="DE"),
        PayeeAccount(holder_name="Awa", iban="DE89370400440532013001", bank_country="DE"),
        PayeeAccount(holder_name="Awa", iban=WITHIN.iban, bank_country="FR"),
        PayeeAccount(holder_name="Awa", iban="PK36SCBL0000001123456702", bank_country="PK"),
        PayeeAccount(holder_name="Awa", account_number="1", bank_country="CI"),
        PayeeAccount(holder_name="Awa", account_number="1", bic="ECOCCIAB"),
        PayeeAccount(holder_name="Awa"),
    ],
)
def test_an_account_that_no_transfer_reaches(
    session: Session, world: World, account: PayeeAccount
) -> None:
    refund = scenes.a_draft(session, world)
    with refused(RefundProblem.NO_ACCOUNT):
        refund_approval.prepare_refund(session, refund, account, CIPHER, finance(world))


def test_the_approver_returns_it_with_a_reason(session: Session, world: World) -> None:
    refund = scenes.refund_in(session, world, RefundState.PENDING_APPROVAL)
    with refused(RefundProblem.NO_REASON):
        refund_approval.return_to_preparer(session, refund, approver(world))
    action = approver(world, reason="The name of the holder is that of a bank.")
    refund_approval.return_to_preparer(session, refund, action)
    assert refund.state is RefundState.DRAFT
    assert refund.return_reason == action.reason


def test_a_page_that_is_old(session: Session, world: World) -> None:
    refund = scenes.refund_in(session, world, RefundState.PENDING_APPROVAL)
    action = approver(world, version=refund.version - 1)
    with refused(RefundProblem.CHANGED_MEANWHILE):
        refund_approval.approve_refund(session, refund, refund.digest, CIPHER, action)
