"""Postings and their reversals; what comes out of the accounts."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.kit.money import Money
from learning.ledger.actions import Entry, post, reverse
from learning.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from learning.ledger.queries import balance, balances_by_reference, trial_balance
from tests.ledger.postings import DAY, FEE, euros, posting, transfer
from tests.world import World

ACCOUNTS = st.sampled_from(LedgerAccount)
AMOUNTS = st.integers(-(10**9), 10**9).filter(bool)


def test_a_posting_is_sealed_with_its_entries(session: Session, world: World) -> None:
    by, edition = world.stranger.id, world.open.id
    made = post(session, posting(by=by, edition_id=edition))
    assert made.sealed
    assert (made.recorded_by_id, made.edition_id, made.occurred_on) == (by, edition, DAY)
    rows = session.scalars(select(LedgerEntry).order_by(LedgerEntry.id)).all()
    assert [(row.account, row.amount, row.reference) for row in rows] == [
        (LedgerAccount.RECEIVABLES, euros(FEE), "account 1"),
        (LedgerAccount.COURSE_FEES, euros(-FEE), ""),
    ]


def test_a_posting_takes_three_statements(session: Session, queries: list[str]) -> None:
    post(session, posting())
    assert len(queries) == 3
    del queries[:]
    refund = [
        Entry(LedgerAccount.RECEIVABLES, euros(49_000), "account 1"),
        Entry(LedgerAccount.REFUNDS_PAYABLE, euros(-47_500), "account 1"),
        Entry(LedgerAccount.BANK_CHARGES_RECOVERED, euros(-1_500)),
    ]
    post(session, posting(refund))
    assert len(queries) == 3


def test_the_same_key_posts_once(session: Session) -> None:
    first = post(session, posting(key="invoice 7"))
    again = post(session, posting(key="invoice 7", occurred_on=DAY + timedelta(days=1)))
    assert again is first
    assert balance(session, LedgerAccount.RECEIVABLES) == euros(FEE)


def test_the_same_key_with_other_entries_is_an_error(session: Session) -> None:
    post(session, posting(key="invoice 7"))
    with pytest.raises(ValueError, match="invoice 7 was posted with other entries"):
        post(session, posting(transfer(FEE - 1), key="invoice 7"))
    assert balance(session, LedgerAccount.RECEIVABLES) == euros(FEE)


def test_nothing_is_written_of_what_does_not_balance(session: Session) -> None:
    with pytest.raises(ValueError, match="differ by 1 EUR"):
        post(session, posting([*transfer(), Entry(LedgerAccount.BANK, euros(1))]))
    assert session.scalar(select(func.count()).select_from(LedgerTransaction)) == 0


def test_a_reversal_is_the_opposite_and_posts_once(session: Session, world: World) -> None:
    first = post(session, posting(key="payment 3", kind="payment", edition_id=world.open.id))
    later = DAY + timedelta(days=3)
    reversal = reverse(
        session, first, occurred_on=later, by=world.stranger.id, now=first.recorded_at
    )
    assert reversal.reverses_id == first.id
    assert (reversal.kind, reversal.subject, reversal.edition_id) == (
        "payment",
        first.subject,
        world.open.id,
    )
    assert (reversal.occurred_on, reversal.recorded_by_id) == (later, world.stranger.id)
    again = reverse(session, first, occurred_on=later, by=None, now=first.recorded_at)
    assert again is reversal
    assert {line.balance for line in trial_balance(session)} == {euros(0)}


def test_a_reversal_can_be_reversed(session: Session) -> None:
    first = post(session, posting())
    reversal = reverse(session, first, occurred_on=DAY, by=None, now=first.recorded_at)
    reverse(session, reversal, occurred_on=DAY, by=None, now=first.recorded_at)
    assert balance(session, LedgerAccount.RECEIVABLES) == euros(FEE)


def test_balances_of_references_and_currencies(session: Session) -> None:
    post(session, posting(transfer(5, reference="account 1")))
    post(session, posting(transfer(7, reference="account 2")))
    post(session, posting(transfer(-5, reference="account 1")))
    francs = [
        Entry(LedgerAccount.RECEIVABLES, Money(3, "CHF"), "account 2"),
        Entry(LedgerAccount.COURSE_FEES, Money(-3, "CHF")),
    ]
    post(session, posting(francs))
    receivables = LedgerAccount.RECEIVABLES
    assert balance(session, receivables) == euros(7)
    assert balance(session, receivables, "account 1") == euros(0)
    assert balance(session, receivables, "account 2") == euros(7)
    assert balance(session, receivables, "account 2", currency="CHF") == Money(3, "CHF")
    assert balance(session, LedgerAccount.BANK) == euros(0)
    assert balances_by_reference(session, receivables) == {"account 2": euros(7)}
    lines = [(each.account, each.debits, each.credits) for each in trial_balance(session)]
    assert lines == [
        (receivables, Money(3, "CHF"), Money(0, "CHF")),
        (LedgerAccount.COURSE_FEES, Money(0, "CHF"), Money(3, "CHF")),
        (receivables, euros(12), euros(5)),
        (LedgerAccount.COURSE_FEES, euros(5), euros(12)),
    ]


def test_what_is_not_sealed_does_not_count(session: Session) -> None:
    """A crash between entries and seal rolls all back; a row put there by hand is not counted."""
    open_one = LedgerTransaction(
        key="by hand",
        kind="invoice",
        subject="invoice 1",
        occurred_on=DAY,
        recorded_at=posting().now,
        recorded_by_id=None,
        edition_id=None,
    )
    session.add(open_one)
    session.flush()
    session.add(
        LedgerEntry(transaction_id=open_one.id, account=LedgerAccount.BANK, amount=euros(5))
    )
    session.flush()
    assert balance(session, LedgerAccount.BANK) == euros(0)
    assert not trial_balance(session)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # undone by each
@given(
    sequence=st.lists(
        st.tuples(
            st.lists(st.tuples(ACCOUNTS, AMOUNTS), min_size=1, max_size=5),
            ACCOUNTS,
            st.booleans(),
        ),
        max_size=8,
    )
)
def test_the_trial_balance_is_zero_after_any_sequence(
    session: Session,
    sequence: list[tuple[list[tuple[LedgerAccount, int]], LedgerAccount, bool]],
) -> None:
    with session.begin_nested() as step:
        for some, rest, reversed_too in sequence:
            entries = [Entry(account, euros(minor)) for account, minor in some]
            total = sum(minor for _, minor in some)
            if not total:
                with pytest.raises(ValueError, match="zero"):
                    post(session, posting([*entries, Entry(rest, euros(0))]))
                continue
            made = post(session, posting([*entries, Entry(rest, euros(-total))]))
            if reversed_too:
                reverse(session, made, occurred_on=DAY, by=None, now=made.recorded_at)
        lines = trial_balance(session)
        assert sum(line.balance.minor for line in lines) == 0
        assert sum(line.debits.minor - line.credits.minor for line in lines) == 0
        step.rollback()
