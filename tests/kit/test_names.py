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
        "Ministère du Travail, BP 1234, 75001 Paris",
        "Programme 2021–2027",
        "Plan 2019-2026",
        "Sp. z o.o.",
        "S.p.A. Rossi",
        "J.Smith",
        "हिन्दी नाम",
        "Đặng Thị Hồng",
        "e.V. Düsseldorf",
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
        "pay-4.com",
        "bank_a.com now",
        "t.me/spam",
        "T.Me/spam",
        "X.COM",
        "x.com",
        "e.v.il",
        "½.com",
        "e\ufe0fvi\ufe0fl\ufe0f.com",
        "evil.\ufe0fcom",
        "evi\u034fl.\u034fcom",
        "evil\u0338.c\u0323om",
        "ev\u2800il\u2800.com",
        "evil\u3164.com",
        "1.2.3.4/x",
        "mailto:bob",
        "TEL:112",
        "call 0800–555–0199",
        "0800·555·0199",
        "0800_555_01_99",
        "0800,555,0199",
        "+33\u20116\u201112\u201134\u201156\u201178",
    ],
)
def test_what_leads_somewhere_is_no_name(message: str) -> None:
    assert not is_plain_name(message)
    assert plain_name(message) == ""
