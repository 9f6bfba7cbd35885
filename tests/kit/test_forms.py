"""Fields and checks of forms: true limits, in the reader's language and notation."""

import pytest
from flask import Flask, g
from werkzeug.datastructures import MultiDict

from learning.kit.forms import Form
from learning.kit.number_fields import WholeNumberField


class Sample(Form):
    weeks = WholeNumberField("Weeks", minimum=0, maximum=10_000)


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
        assert form.validate(), form.error_list
        assert form.weeks.data == value


@pytest.mark.parametrize("sent", ["", "x", "1_0", "1,5", "9" * 30, "-1", "10001"])
def test_what_is_none_says_what_would_be_one(app: Flask, sent: str) -> None:
    with app.test_request_context():
        g.language = "fr"
        form = Sample(MultiDict({"weeks": sent}))
        assert not form.validate()
        text = "Écrivez un nombre entier de 0 à 10\u202f000."
        assert [message for _, message in form.error_list] == [text]
        assert f'value="{sent}"' in form.weeks(), "what was typed is there to be mended"
