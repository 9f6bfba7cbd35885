"""Balances by payer, and first in, first out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.fees.rules.balances import BalanceItem, Part, account_balance, allocate, is_paid
from learning.kit.money import Money

P, S = "participant", "sponsor"


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


@pytest.mark.parametrize(
    ("sums", "open_minor", "credit_minor"),
    [
        ([], 0, 0),
        ([(P, BalanceItem.INVOICED, 98000)], 98000, 0),
        ([(P, BalanceItem.INVOICED, 98000), (P, BalanceItem.RECEIVED, 96500)], 1500, 0),
        ([(P, BalanceItem.INVOICED, 98000), (P, BalanceItem.RECEIVED, 100000)], 0, 2000),
        # Too much from one payer does not pay for the other.
        (
            [
                (P, BalanceItem.INVOICED, 38000),
                (S, BalanceItem.INVOICED, 60000),
                (S, BalanceItem.RECEIVED, 98000),
            ],
            38000,
            38000,
        ),
        # Cancelled at ten days: credited, charged, and the rest refunded.
        (
            [
                (P, BalanceItem.INVOICED, 98000),
                (P, BalanceItem.RECEIVED, 98000),
                (P, BalanceItem.CREDITED, 98000),
                (P, BalanceItem.CHARGED, 49000),
                (P, BalanceItem.REFUNDED, 49000),
            ],
            0,
            0,
        ),
    ],
)
def test_a_balance(
    sums: list[tuple[str, BalanceItem, int]], open_minor: int, credit_minor: int
) -> None:
    balance = account_balance("EUR", sums)
    assert (balance.open, balance.credit) == (euros(open_minor), euros(credit_minor))


def test_the_sums_over_payers() -> None:
    balance = account_balance(
        "EUR",
        [
            (P, BalanceItem.RECEIVED, 100),
            (S, BalanceItem.RECEIVED, 20),
            (S, BalanceItem.REFUNDED, 5),
            (S, BalanceItem.RECEIVED, 1),
        ],
    )
    assert (balance.received, balance.refunded) == (euros(121), euros(5))
    assert balance.of(S).received == euros(21)


def test_first_in_first_out() -> None:
    parts = allocate([(1, 500), (2, 480)], [(7, 0), (8, 600), (9, 1000)])
    assert parts == [
        Part(payment_id=8, invoice_id=1, minor=500),
        Part(payment_id=8, invoice_id=2, minor=100),
        Part(payment_id=9, invoice_id=2, minor=380),
    ]
    assert allocate([(1, 500)], []) == []


AMOUNTS = st.lists(st.integers(1, 10**6), max_size=6)


@given(AMOUNTS, st.lists(st.integers(0, 10**6), max_size=6))
def test_nothing_is_allocated_twice(totals: list[int], amounts: list[int]) -> None:
    parts = allocate(list(enumerate(totals)), list(enumerate(amounts)))
    assert sum(part.minor for part in parts) == min(sum(totals), sum(amounts))
    assert all(part.minor > 0 for part in parts)
    for number, total in enumerate(totals):
        assert sum(part.minor for part in parts if part.invoice_id == number) <= total
    for number, amount in enumerate(amounts):
        assert sum(part.minor for part in parts if part.payment_id == number) <= amount
    assert len({(part.payment_id, part.invoice_id) for part in parts}) == len(parts)


@pytest.mark.parametrize(
    ("invoiced", "open_minor", "expected"),
    [(98000, 0, True), (98000, 1, False), (0, 0, False), (97999, 0, False), (99000, 0, True)],
)
def test_a_place_is_paid(invoiced: int, open_minor: int, expected: bool) -> None:
    assert is_paid(98000, invoiced, open_minor) is expected
