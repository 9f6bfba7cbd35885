"""Numbers, amounts and days are read in the reader's notation, exactly, or refused in words."""

import random
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from learning.kit.forms import Form
from learning.kit.i18n import I18n
from learning.kit.money import Money
from learning.kit.number_fields import CalendarDateField, MoneyField, WholeNumberField
from learning.kit.numbers import TooManyDecimalsError, parse_amount, parse_number

FIGURES = "0123456789"
NASTY = (
    "", " ", "abc", "-1", "\u22121", "+1", "NaN", "sNaN", "Infinity", "-inf", "1e3", "1E+2", "0x10",
    "1_000", "²", "½", "九", "Ⅷ", "1,2,3", "1.2.3", "1..2", ",5", ".5", "5,", "5.", "1 2", "12 34",
    "1,23,456", "1’234", "9" * 20, "9" * 5000, "1" + "0" * 30, "\u0661\u066c\u0662",
    "<script>", "1\n2",
)  # fmt: skip


class Figures(Form):
    whole = WholeNumberField("Whole", minimum=1, maximum=10_000)
    amount = MoneyField("Amount", currency="EUR", maximum=100_000)
    day = CalendarDateField("Day")


@pytest.mark.parametrize(
    ("language", "typed", "number"),
    [
        ("fr", "980,50", "980.50"),
        ("fr", "1 234,50", "1234.50"),
        ("fr", "1\u202f234,50", "1234.50"),
        ("fr", "1\u00a0234\u00a0567", "1234567"),
        ("fr", "980.50", None),
        ("fr", "1.234,50", None),
        ("fr", "1,234.50", None),
        ("en", "980.50", "980.50"),
        ("en", "1,234.50", "1234.50"),
        ("en", "1 234.50", "1234.50"),
        ("en", "980,50", None),
        ("en", "1.234,50", None),
        ("en", "1,234 567", None),
        ("es", "980,50", "980.50"),
        ("es", "1.234,50", "1234.50"),
        ("es", "1234,50", "1234.50"),
        ("es", "980.999", "980999"),
        ("es", "980.50", None),
        ("es", "1,234.50", None),
        ("en", "-5", "-5"),
        ("fr", "\uff11\uff12\uff13\uff0c\uff15", "123.5"),
        ("en", "\u0661\u0662\u0663", "123"),
        ("en", "007", "7"),
    ],
)
def test_numbers_are_read_in_the_reader_s_notation(language, typed, number) -> None:
    expected = None if number is None else Decimal(number)
    assert parse_number(typed, I18n(language)) == expected


def test_amounts_are_exact_to_the_last_minor_unit() -> None:
    assert parse_amount("980,50", "EUR", I18n("fr")) == Money(98_050, "EUR")
    assert parse_amount("0.1", "EUR", I18n("en")) == Money(10, "EUR")
    assert parse_amount("1,234", "JPY", I18n("en")) == Money(1234, "JPY")
    for typed, currency in (
        ("980.999", "EUR"),
        ("0.001", "EUR"),
        ("980.500", "EUR"),
        ("1.5", "JPY"),
    ):
        with pytest.raises(TooManyDecimalsError):
            parse_amount(typed, currency, I18n("en"))


@pytest.mark.parametrize(
    ("amount", "major"), [(Money(98050, "EUR"), "980.50"), (Money(98050, "XOF"), "98050")]
)
def test_a_currency_has_its_own_decimals(amount: Money, major: str) -> None:
    assert amount.major == Decimal(major)
    assert I18n("en").exact_money(amount).startswith(f"{Decimal(major):,}")


@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_what_is_shown_can_be_typed_again(language: str) -> None:
    words = I18n(language)
    for minor in (0, 1, 10, 98_050, 110_000, 123_456_789):
        amount = Money(minor, "EUR")
        assert parse_amount(words.amount(amount.major), "EUR", words) == amount


def filled(app: Flask, language: str, **typed: str) -> Figures:
    with app.test_request_context(headers={"Accept-Language": language}):
        form = Figures(MultiDict({"whole": "1", "amount": "1", "day": "2027-02-01"} | typed))
        form.validate()
        return form


@pytest.mark.parametrize(
    ("language", "name", "typed", "text"),
    [
        ("en", "whole", "10,001", "Write a whole number from 1 to 10,000."),
        ("fr", "whole", "0", "Écrivez un nombre entier de 1 à 10\u202f000."),
        ("en", "whole", "1.5", "Write a whole number from 1 to 10,000."),
        ("fr", "amount", "980.50", "comme 1\u202f234,50."),
        ("en", "amount", "980.999", "An amount in EUR has 2 decimals at most, as in 1,234.50."),
        ("fr", "amount", "0,001", "Un montant en EUR a 2 décimales au plus"),
        ("es", "amount", "980.999", "de 0 a 100.000"),
        ("en", "amount", "-1", "from 0 to 100,000"),
        ("en", "day", "27-02-01", "four digits, from 2000 to 2100"),
        ("en", "day", "01/02/27", "four digits, from 2000 to 2100"),
        ("en", "day", "0027-02-01", "four digits, from 2000 to 2100"),
        ("fr", "day", "0001-01-01", "quatre chiffres, de 2000 à 2100"),
        ("en", "day", "9999-12-31", "four digits, from 2000 to 2100"),
        ("en", "day", "2027-02-30", "No calendar has this day."),
        ("es", "day", "mañana", "Escriba un día"),
    ],
)
def test_a_field_says_what_it_wants(app, language, name, typed, text) -> None:
    form = filled(app, language, **{name: typed})
    assert text in form[name].errors[0]
    assert f'value="{typed}"' in form[name]()


def test_figures_of_every_script_are_figures(app: Flask) -> None:
    form = filled(
        app,
        "en",
        whole="\uff11\uff12",
        amount="\u0669\u0668\u0660",
        day="\u0662\u0660\u0662\u0667-\u0660\u0662-\u0660\u0661",
    )
    assert form.whole.data == 12
    assert form.amount.data == Money(98_000, "EUR")
    assert form.day.data == date(2027, 2, 1)


@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_whatever_is_typed_there_is_a_value_within_limits_or_a_sentence(app, language) -> None:
    chance = random.Random(14)  # noqa: S311 the same every time
    signs = FIGURES + " .,-+/eENa\u00a0\u202f\u0663\uff11²%"
    wild = ["".join(chance.choices(signs, k=chance.randint(1, 12))) for _ in range(400)]
    for typed in (*NASTY, *wild):
        form = filled(app, language, whole=typed, amount=typed, day=typed)
        assert form.whole.errors or 1 <= form.whole.data <= 10_000
        assert form.amount.errors or 0 <= form.amount.data.minor <= 10_000_000
        assert form.day.errors or 2000 <= form.day.data.year <= 2100


def test_a_form_that_was_not_sent_keeps_the_value_that_a_view_gives_it(app: Flask) -> None:
    with app.test_request_context():
        form = Figures(MultiDict())
        form.day.data = date(2027, 2, 1)
        assert 'value="2027-02-01"' in form.day()
        assert not form.validate(), "what was not sent is missing"
        sent = Figures(MultiDict({"day": ""}))
        assert not sent.validate()
        assert 'value=""' in sent.day()
