"""What an invoice needs of the centre, and what changed of it."""

import pytest

from learning.fees.rules.centre import CentreValues, changed_details, missing_details

WHOLE = {
    "legal_name": "Centro di formazione di prova",
    "line1": "Viale Maestri del Lavoro 10",
    "postcode": "10127",
    "town": "Torino",
    "country": "IT",
    "iban": "IT60X0542811101000000123456",
    "bic": "BPPIITRRXXX",
    "bank_name": "Banca di prova",
}
SENTENCES = {"fr": "TVA : non applicable.", "en": "VAT: not applicable."}
BOTH = ("fr", "en")


def centre(**other: str) -> CentreValues:
    return CentreValues(**(WHOLE | other), tax_sentences=SENTENCES)


@pytest.mark.parametrize(
    ("other", "missing"),
    [
        ({}, []),
        *(({name: ""}, [name]) for name in WHOLE if name not in {"country", "postcode"}),
        ({"postcode": ""}, ["postcode"]),
        ({"postcode": "", "country": "CI"}, []),
        ({"country": ""}, ["country"]),
        ({"country": "", "postcode": ""}, ["country"]),
        ({"line1": "", "bic": ""}, ["line1", "bic"]),
    ],
)
def test_what_is_missing(other: dict[str, str], missing: list[str]) -> None:
    assert missing_details(centre(**other), BOTH) == missing


def test_a_sentence_in_each_language() -> None:
    assert missing_details(centre(), ("fr", "en", "es")) == ["tax_es"]
    nothing = missing_details(CentreValues(), BOTH)
    assert nothing == [
        "legal_name", "line1", "town", "country", "iban", "bic", "bank_name", "tax_fr", "tax_en",
    ]  # fmt: skip


def test_what_changed() -> None:
    assert changed_details(centre(), centre()) == {}
    other = CentreValues(**(WHOLE | {"town": "Roma"}), tax_sentences={"fr": "TVA.", "es": "IVA."})
    assert changed_details(centre(), other) == {
        "town": ("Torino", "Roma"),
        "tax_fr": (SENTENCES["fr"], "TVA."),
        "tax_en": (SENTENCES["en"], ""),
        "tax_es": ("", "IVA."),
    }
