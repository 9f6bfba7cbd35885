"""The details of the centre: what an invoice needs of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from learning.admissions.rules.billing import needs_postcode

ALWAYS = ("legal_name", "line1", "town", "country", "iban", "bic", "bank_name")


@dataclass(frozen=True, kw_only=True)
class CentreValues:
    """The details as they are stored; `tax_sentences` by language, `country` ISO 3166-1.

    `legal_name` is as the bank has it, `iban` and `bic` are without spaces.
    """

    legal_name: str = ""
    line1: str = ""
    line2: str = ""
    postcode: str = ""
    town: str = ""
    country: str = ""
    vat_id: str = ""
    iban: str = ""
    bic: str = ""
    bank_name: str = ""
    signatory_name: str = ""
    signatory_title: str = ""
    tax_sentences: Mapping[str, str] = field(default_factory=dict[str, str])


def missing_details(values: CentreValues, languages: tuple[str, ...]) -> list[str]:
    """Return the names of what is missing for an invoice in each of the languages; none if ready.

    They are the names of `CentreValues`, and `tax_fr` for a sentence. The postcode counts where
    the country's addresses need one; VAT number and signatory never do.
    """
    missing = [name for name in ALWAYS if not getattr(values, name)]
    if not values.postcode and needs_postcode(values.country):
        missing.append("postcode")
    return missing + [f"tax_{each}" for each in languages if not values.tax_sentences.get(each)]


def changed_details(before: CentreValues, after: CentreValues) -> dict[str, tuple[str, str]]:
    """Return what differs, as (before, after) by name as in `missing_details`."""
    old, new = _flat(before), _flat(after)
    return {
        name: (old.get(name, ""), new.get(name, ""))
        for name in dict.fromkeys([*old, *new])
        if old.get(name, "") != new.get(name, "")
    }


def _flat(values: CentreValues) -> dict[str, str]:
    flat = vars(values).copy()
    sentences = flat.pop("tax_sentences")
    return flat | {f"tax_{language}": sentence for language, sentence in sentences.items()}
