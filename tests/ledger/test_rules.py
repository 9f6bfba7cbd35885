"""The rules of double entry, as a table."""

import re

import pytest

from learning.kit.money import Money
from learning.ledger.rules import check_entries, credit_part, debit_part, opposite

EUR, CHF = "EUR", "CHF"


@pytest.mark.parametrize(
    "amounts",
    [
        [(1, EUR), (-1, EUR)],
        [(49_000, EUR), (-47_500, EUR), (-1_500, EUR)],
        [(2, CHF), (-1, CHF), (-1, CHF)],
        [(5, EUR), (-5, EUR), (7, EUR), (-7, EUR)],
    ],
)
def test_balanced(amounts: list[tuple[int, str]]) -> None:
    check_entries([Money(*amount) for amount in amounts])


@pytest.mark.parametrize(
    ("amounts", "message"),
    [
        ([], "a transaction has 2 entries or more, not 0"),
        ([(0, EUR)], "a transaction has 2 entries or more, not 1"),
        ([(1, EUR)], "a transaction has 2 entries or more, not 1"),
        ([(1, EUR), (0, EUR)], "an entry of zero says nothing"),
        ([(0, EUR), (0, EUR)], "an entry of zero says nothing"),
        ([(1, EUR), (-2, EUR)], "debits and credits differ by -1 EUR (minor units)"),
        ([(1, EUR), (1, EUR)], "debits and credits differ by 2 EUR (minor units)"),
        ([(1, EUR), (-1, CHF)], "a transaction has one currency, not CHF and EUR"),
        (
            [(1, EUR), (-1, EUR), (1, CHF), (-1, CHF)],
            "a transaction has one currency, not CHF and EUR",
        ),
    ],
)
def test_not_balanced(amounts: list[tuple[int, str]], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        check_entries([Money(*amount) for amount in amounts])


def test_two_sides() -> None:
    debit, credit = Money(5, EUR), Money(-5, EUR)
    assert (opposite(debit), opposite(credit)) == (credit, debit)
    assert (debit_part(debit), credit_part(debit)) == (debit, None)
    assert (debit_part(credit), credit_part(credit)) == (None, debit)
    assert opposite(Money(3, CHF)) == Money(-3, CHF)
