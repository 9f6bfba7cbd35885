"""What the health checks report of a check of the books."""

from typing import Any

import pytest

from learning.fees.rules.control import ControlCheck, ControlLine, problem_text
from learning.kit.money import Money


def line(ledger: int, documents: int, **other: Any) -> ControlLine:
    return ControlLine(
        check=ControlCheck.REFUNDS_PAYABLE,
        ledger=Money(ledger, "EUR"),
        documents=Money(documents, "EUR"),
        **other,
    )


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (line(98_000, 98_000), ""),
        (line(0, 0), ""),
        (line(5, 4), "refunds payable: 0.05 against 0.04 EUR"),
        (line(0, 0, differences=2), "refunds payable: 0.00 against 0.00 EUR"),
        (
            line(5, 4, differences=1, named=["account 3"]),
            "refunds payable: 0.05 against 0.04 EUR (account 3)",
        ),
        (
            line(5, 4, differences=7, named=["account 0", "account 1", "account 2"]),
            "refunds payable: 0.05 against 0.04 EUR (account 0, account 1, account 2 and more)",
        ),
    ],
)
def test_problem(shown: ControlLine, text: str) -> None:
    assert problem_text(shown) == text
    assert shown.agrees is not bool(text)
