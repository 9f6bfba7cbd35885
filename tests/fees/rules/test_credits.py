"""From which payments a credit goes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.fees.rules.credits import CreditPart, credit_parts

CASES = [
    ([(1, 98000), (2, 98000)], 98000, [(2, 98000)]),  # paid twice: the second
    ([(1, 100000)], 2000, [(1, 2000)]),
    ([(1, 98000), (2, 5000)], 18000, [(2, 5000), (1, 13000)]),  # transferred to a fee of 850
    ([(1, 5000), (2, 0), (3, 100)], 200, [(3, 100), (1, 100)]),  # 2 is refunded already
]


@pytest.mark.parametrize(("payments", "minor", "expected"), CASES)
def test_the_last_payment_comes_first(payments, minor, expected) -> None:
    parts = credit_parts(payments, minor)
    assert parts == [CreditPart(payment_id=one, minor=part) for one, part in expected]


@pytest.mark.parametrize(("payments", "minor"), [([(1, 100)], 101), ([(1, 100)], 0), ([], 1)])
def test_no_more_than_there_is(payments, minor) -> None:
    with pytest.raises(ValueError, match="cannot go back"):
        credit_parts(payments, minor)


@given(st.lists(st.integers(0, 500), min_size=1).filter(any), st.data())
def test_the_sum_is_exact_and_no_payment_gives_more_than_it_has(amounts, data) -> None:
    payments = list(enumerate(amounts))
    minor = data.draw(st.integers(1, sum(amounts)))
    parts = credit_parts(payments, minor)
    assert sum(part.minor for part in parts) == minor
    assert all(0 < part.minor <= amounts[part.payment_id] for part in parts)
    assert len({part.payment_id for part in parts}) == len(parts)
