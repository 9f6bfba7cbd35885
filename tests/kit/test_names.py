"""Names that may stand in e-mails, and messages that only pretend to be names."""

import pytest

from learning.kit.names import is_plain_name, plain_name


@pytest.mark.parametrize(
    "name",
    [
        "Awa Koné",
        "Jean-Pierre N’Guessan",
        "J. R. R. Tolkien",
        "J.R.R. Tolkien",
        "S.A.R.L. Dupont & Fils",
        "Dr. María de los Ángeles Ñúñez-Ó Briain",
        "Ministère de l’Emploi et de la Protection sociale (MEPS)",
        "Mission locale no 44, 01 BP 1234",
        "E.ON",
        "阿瓦",
        "محمد بن عبد الله",
        "Σωκράτης",
        "O",
    ],
)
def test_a_name_is_a_name(name: str) -> None:
    assert is_plain_name(name)
    assert plain_name(name) == name


@pytest.mark.parametrize(
    "message",
    [
        "Win now at evil.example",
        "evil.com",
        "Prize http://evil.example/x",
        "http:evil.co.uk",
        "www.evil",
        "write to bob@evil.example",
        "bob @ evil",
        "call +33 6 12 34 56 78 now",
        "0612345678",
        "٠٦١٢٣٤٥٦٧٨",
        "evil\uff0eexample",
        "evil\u3002com",
        "ev\u200bil.c\u200dom",
        "two\nlines",
        "two\u2028lines",
        "Subject: x\r\nBcc: y",
        "пример.рф",
        "x" * 201,
    ],
)
def test_what_leads_somewhere_is_no_name(message: str) -> None:
    assert not is_plain_name(message)
    assert plain_name(message) == ""
