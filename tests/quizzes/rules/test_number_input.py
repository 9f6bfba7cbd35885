"""Numbers as the three languages write them, and what is no number."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.kit.numbers import MAX_DIGITS
from learning.quizzes.rules.number_input import read_number

LANGUAGES = ("fr", "en", "es")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1 250,5", "1250.5"),
        ("1\u202f250,5", "1250.5"),
        ("1\u00a0250.5", "1250.5"),
        ("1,250.5", "1250.5"),
        ("1.250,5", "1250.5"),
        ("1250.5", "1250.5"),
        ("1250,5", "1250.5"),
        ("1'250.5", "1250.5"),
        ("1\u2019250,5", "1250.5"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1,234,567.89", "1234567.89"),
        ("1 234 567", "1234567"),
        ("118 000", "118000"),
        ("118000", "118000"),
        ("0,75", "0.75"),
        (",75", "0.75"),
        (".75", "0.75"),
        ("5.", "5"),
        ("-5", "-5"),
        ("- 5", "-5"),
        ("\u22125,5", "-5.5"),
        ("+5", "5"),
        ("  34  ", "34"),
        ("007", "7"),
        ("12,50", "12.5"),
        ("1250,500", "1250.5"),  # four figures before it: no group
        ("1234.567", "1234.567"),
        ("\u0661\u0662", "12"),  # Arabic digits
    ],
)
def test_a_number_is_read_however_it_is_written(language: str, typed: str, number: str) -> None:
    assert read_number(typed, language) == Decimal(number)


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("1,250", {"fr": "1.250", "en": "1250", "es": "1.250"}),
        ("1.250", {"fr": "1.250", "en": "1.250", "es": "1250"}),
        ("0,250", {"fr": "0.25", "en": "0.25", "es": "0.25"}),
        ("0.250", {"fr": "0.25", "en": "0.25", "es": "0.25"}),
    ],
)
def test_a_lone_sign_before_three_figures_is_read_as_the_language_has_it(typed, numbers) -> None:
    assert {language: read_number(typed, language) for language in LANGUAGES} == {
        language: Decimal(number) for language, number in numbers.items()
    }


@pytest.mark.parametrize(
    "typed",
    ["", " ", ",", ".", "-", "five", "1e5", "1/2", "12 or 13", "1 25", "1 2500", "1,25,0",
     "1.250.5", "1,250.500,5", "1,25.5", "12,3456.7", "1.250,", "--5", "5-", "1..5", "1 250 5",
     "\u00b2", "1_000", "0,250,000", "9" * (MAX_DIGITS + 1), "NaN", "Infinity"],
)  # fmt: skip
def test_what_is_no_number(typed: str) -> None:
    assert [read_number(typed, language) for language in LANGUAGES] == [None] * 3


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("5 %", 5), ("5%", 5), ("34 Personnes", 34), ("34personas", 34), ("34 people", None),
        ("5 km", None), ("% 5", None), ("5 % %", None),
    ],
)  # fmt: skip
def test_only_a_unit_of_the_question_may_stand_behind_it(typed: str, number: int | None) -> None:
    assert read_number(typed, "fr", {"%", "personnes", "personas"}) == number


def test_the_most_digits_are_read() -> None:
    assert read_number("9" * MAX_DIGITS, "fr") == Decimal("9" * MAX_DIGITS)


@given(st.decimals(-(10**9), 10**9, places=2), st.sampled_from(LANGUAGES))
def test_every_number_is_read_as_each_country_writes_it(number: Decimal, language: str) -> None:
    plain = f"{number:,.2f}"
    swapped = plain.translate(str.maketrans(",.", ".,"))
    spaced = plain.replace(",", " ").replace(".", ",")
    for typed in (plain, swapped, spaced, str(number)):
        assert read_number(typed, language) == number


@given(st.text("0123456789., '-+%", max_size=12), st.sampled_from(LANGUAGES))
def test_any_text_is_a_number_or_none(typed: str, language: str) -> None:
    number = read_number(typed, language)
    assert number is None or number.is_finite()
