"""The import of bank statements: what is stored, what is refused, what was seen before."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.audit.models import AuditEntry
from learning.fees.commands.statements import put_aside
from learning.fees.statement_models import BankEntry, EntryState
from learning.fees.statement_problems import ImportProblem
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from learning.ledger.models import LedgerTransaction
from tests.bank_formats.camt_builder import OWN_IBAN, Ntry, Stmt, Tx
from tests.fees.scenes import the_centre
from tests.fees.statement_scenes import entries, import_file, receipts
from tests.world import NOW, World


def problem_of(session: Session, world: World, *statements: Stmt) -> RuleViolation:
    before = session.scalar(select(func.count()).select_from(BankEntry))
    session.commit()
    with pytest.raises(RuleViolation) as refused:
        import_file(session, world, *statements)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(BankEntry)) == before
    return refused.value


def test_a_statement_is_stored_and_nothing_is_booked(session, world) -> None:
    back = Ntry(amount=4_900, details=[Tx(reason="AC04", end_to_end_id="R-1")])
    (row,) = import_file(session, world, Stmt(entries=[*receipts(98_000), back]))
    session.commit()
    assert (row.iban, row.statement_id, row.sequence_number) == (OWN_IBAN, "2026-231", 231)
    assert (row.opening, row.closing) == (Money(100_000, "EUR"), Money(202_900, "EUR"))
    assert (row.state, row.message_version, row.skipped_count) == ("read", "053.001.08", 0)
    first, second = entries(session, row)
    assert (first.amount, first.text, first.state) == (Money(98_000, "EUR"), "fee", EntryState.NEW)
    assert (second.return_reason, second.end_to_end_id) == ("AC04", "R-1")
    assert session.scalar(select(func.count()).select_from(LedgerTransaction)) == 0
    actions = session.scalars(select(AuditEntry.action)).all()
    assert actions[-1] == "statement imported"


def test_the_same_file_twice_is_refused(session, world) -> None:
    import_file(session, world, Stmt(entries=receipts(100)))
    assert problem_of(session, world, Stmt(entries=receipts(100))).code is ImportProblem.SAME_FILE


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (Stmt(entries=receipts(100, 200)), ImportProblem.SAME_STATEMENT),
        (Stmt(statement_id="2", opening=100_050), ImportProblem.DOES_NOT_FOLLOW),
        (Stmt(statement_id="2", opening=100_100, currency="USD"), ImportProblem.OTHER_CURRENCY),
        (Stmt(statement_id="2", iban="DE89370400440532013000"), ImportProblem.OTHER_ACCOUNT),
    ],
)
def test_what_is_refused_after_a_first_statement(session, world, second, code) -> None:
    import_file(session, world, Stmt(entries=receipts(100)))
    assert problem_of(session, world, second).code is code


def test_a_currency_that_no_course_has_is_refused(session, world) -> None:
    made = Stmt(entries=receipts(100), currency="USD")
    assert problem_of(session, world, made).code is ImportProblem.OTHER_CURRENCY


def test_without_an_iban_of_the_centre_nothing_is_imported(session, world) -> None:
    the_centre(session).iban = ""
    assert problem_of(session, world, Stmt()).code is ImportProblem.NO_ACCOUNT


def test_a_file_is_imported_whole_or_not_at_all(session, world) -> None:
    first, gap = Stmt(entries=receipts(100)), Stmt(statement_id="2", opening=1)
    assert problem_of(session, world, first, gap).code is ImportProblem.DOES_NOT_FOLLOW
    second = Stmt(statement_id="2", opening=100_100, entries=receipts(200))
    assert len(import_file(session, world, first, second)) == 2


def test_an_overlapping_statement_marks_what_was_seen(session, world) -> None:
    import_file(session, world, Stmt(entries=receipts(100, 100)))
    new = Ntry(amount=300, booked_on=date(2026, 11, 25))
    (row,) = import_file(session, world, Stmt(statement_id="2", entries=[*receipts(100, 100), new]))
    states = [each.state for each in entries(session, row)]
    assert states == [EntryState.DUPLICATE, EntryState.DUPLICATE, EntryState.NEW]


def test_alike_transfers_of_two_statements_that_follow_are_both_new(session, world) -> None:
    import_file(session, world, Stmt(entries=receipts(100)))
    second = Stmt(statement_id="2", opening=100_100, entries=receipts(100))
    (row,) = import_file(session, world, second)
    assert [each.state for each in entries(session, row)] == [EntryState.NEW]


def test_what_is_put_aside_can_be_imported_again(session, world) -> None:
    finance = world.staff[Role.FINANCE].id
    (first,) = import_file(session, world, Stmt(entries=receipts(100)))
    (second,) = import_file(session, world, Stmt(statement_id="2", opening=100_100))
    with pytest.raises(RuleViolation) as refused:
        put_aside(session, first, by=finance, now=NOW)
    assert refused.value.code is ImportProblem.LATER_EXISTS
    put_aside(session, second, by=finance, now=NOW)
    put_aside(session, first, by=finance, now=NOW)
    session.commit()
    with pytest.raises(RuleViolation):
        put_aside(session, first, by=finance, now=NOW)
    (again,) = import_file(session, world, Stmt(entries=receipts(100)))
    assert [each.state for each in entries(session, again)] == [EntryState.NEW]
