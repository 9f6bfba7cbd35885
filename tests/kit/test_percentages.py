"""Percentages: to the hundredth, a half upwards, never up across a pass mark."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.kit.percentages import (
    from_hundredths,
    hundredths_text,
    in_hundredths,
    to_hundredth,
    to_percentage,
)

dec = Decimal


@pytest.mark.parametrize(
    ("exact", "pass_mark", "shown"),
    [
        ("69.996", "70", "69.99"),
        ("69.995", "70", "69.99"),
        ("69.994", "70", "69.99"),
        ("69.996", None, "70.00"),
        ("69.996", "60", "70.00"),
        ("70", "70", "70.00"),
        ("70.004", "70", "70.00"),
        ("69.9949", "70", "69.99"),
        ("59.995", "60", "59.99"),
        ("100", "70", "100.00"),
        ("0", "70", "0.00"),
        ("12.345", "70", "12.35"),
        (Fraction(70) - Fraction(1, 10**30), "70", "69.99"),
    ],
)
def test_a_mark_is_rounded_but_never_up_across_the_pass_mark(exact, pass_mark, shown) -> None:
    mark = to_percentage(Fraction(exact), dec(pass_mark) if pass_mark else None)
    assert str(mark) == shown


@given(st.fractions(0, 100), st.integers(1, 100))
def test_rounding_never_changes_the_verdict(value: Fraction, pass_mark: int) -> None:
    mark = to_percentage(value, pass_mark)
    assert (mark >= pass_mark) == (value >= pass_mark)
    assert abs(Fraction(mark) - value) < Fraction(1, 100)


@pytest.mark.parametrize(
    ("exact", "shown"),
    [("0", "0.00"), ("0.0049", "0.00"), ("0.005", "0.01"), ("1/3", "0.33"), ("2/3", "0.67")],
)
def test_a_half_is_rounded_upwards(exact: str, shown: str) -> None:
    assert str(to_hundredth(Fraction(exact))) == shown


@given(st.integers(0, 10_000))
def test_what_is_stored_comes_back(number: int) -> None:
    assert in_hundredths(from_hundredths(number)) == number
    assert in_hundredths(None) is None


@pytest.mark.parametrize(("number", "text"), [(None, "–"), (0, "0.00"), (6667, "66.67")])
def test_a_stored_mark_is_kept_as_text_in_the_audit_trail(number: int | None, text: str) -> None:
    assert hundredths_text(number) == text
