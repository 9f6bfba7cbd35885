"""Fields and checks of forms: true limits, in the reader's language and notation."""

import pytest
from flask import Flask, g
from werkzeug.datastructures import MultiDict

from learning.kit.forms import Between, Form, Needed, WholeField


class Sample(Form):
    weeks = WholeField("Weeks", [Needed("Write a whole number."), Between(0, 10_000)])


@pytest.mark.parametrize(
    ("sent", "value"),
    [
        ("6", 6),
        (" 6 ", 6),
        ("+6", 6),
        ("0", 0),
        ("1 200", 1200),
        ("1\u202f200", 1200),
        ("1\u00a0200", 1200),
        ("\u0661\u0662", 12),
    ],
)
def test_a_whole_number_is_read_as_people_write_it(app: Flask, sent: str, value: int) -> None:
    with app.test_request_context():
        form = Sample(MultiDict({"weeks": sent}))
        assert form.validate(), form.faults
        assert form.weeks.data == value


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ("", "Écrivez un nombre entier."),
        ("x", "Écrivez un nombre entier."),
        ("1_0", "Écrivez un nombre entier."),
        ("1,5", "Écrivez un nombre entier."),
        ("9" * 30, "Écrivez un nombre entier."),
        ("-1", "Écrivez un nombre de 0 à 10\u202f000."),
        ("10001", "Écrivez un nombre de 0 à 10\u202f000."),
    ],
)
def test_what_is_none_says_what_would_be_one(app: Flask, sent: str, message: str) -> None:
    with app.test_request_context():
        g.language = "fr"
        form = Sample(MultiDict({"weeks": sent}))
        assert not form.validate()
        assert [said for _, said in form.faults] == [message]
        assert form.weeks._value() == sent, "what was typed is there to be mended"  # noqa: SLF001
