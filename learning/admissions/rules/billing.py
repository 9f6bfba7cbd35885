"""The details of a billing party: the parts of an address, the VAT number, the payer.

Banks refuse addresses in one piece; parts and lengths are those of ISO 20022 pain.001
(PostalAddress: StrtNm 70, PstCd 16, TwnNm 35; Nm 140; TaxId 35).
"""

from dataclasses import dataclass
from enum import StrEnum

from stdnum.eu import vat
from stdnum.exceptions import InvalidChecksum, ValidationError

NAME_LENGTH, LINE_LENGTH, POSTCODE_LENGTH, TOWN_LENGTH = 140, 70, 16, 35
VAT_ID_LENGTH, PO_NUMBER_LENGTH = 35, 35
VAT_PREFIXES = {
    country: ("EL" if country == "GR" else country)
    for country in (
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
        "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    )
}  # fmt: skip
"""What VAT numbers begin with, by member State of the European Union (directive 2006/112, 215)."""
WITH_POSTCODE = frozenset(VAT_PREFIXES) - {"IE"} | {
    "AU", "BR", "CA", "CH", "CN", "GB", "IN", "JP", "KR", "LI", "MC",
    "NO", "NZ", "RU", "SG", "SM", "TR", "UA", "US", "VA", "ZA",
}  # fmt: skip
"""Countries in which every address has a postcode. Elsewhere one may be given."""
EVERYTHING = 100


class PartyKind(StrEnum):
    """Whether a billing party is a person or an organisation."""

    PERSON = "person"
    ORGANISATION = "organisation"


class VatIdProblem(StrEnum):
    """What is wrong with a VAT number."""

    FORMAT = "format"
    CHECK_DIGITS = "check_digits"


@dataclass(frozen=True)  # not kw_only: a row is read into it in this order
class BillingDetails:
    """The details of a billing party.

    `line1` is street and number or a box, `country` ISO 3166-1.
    """

    kind: PartyKind
    name: str
    line1: str
    line2: str
    postcode: str
    town: str
    country: str
    vat_id: str = ""
    po_number: str = ""


def needs_postcode(country: str) -> bool:
    """Whether addresses of a country need a postcode."""
    return country in WITH_POSTCODE


def is_complete(details: BillingDetails) -> bool:
    """Whether an invoice can be sent to this party."""
    parts = (details.name, details.line1, details.town, details.country)
    return all(parts) and (bool(details.postcode) or not needs_postcode(details.country))


def address_lines(details: BillingDetails, country: str) -> list[str]:
    """Return the lines of an address as on an envelope; `country` is its name."""
    town = f"{details.postcode} {details.town}".strip()
    lines = (details.name, details.line1, details.line2, town, country)
    return [line for line in lines if line]


def vat_id_of(typed: str, country: str) -> str | VatIdProblem:
    """Return a VAT number in its normal form, or what is wrong with it.

    For a member State of the European Union, format and check digits are verified, by the State
    that the number begins with, or else that of the address. Other numbers stay as they were
    typed: their formats are not known.
    """
    own = VAT_PREFIXES.get(country)
    if not typed or own is None:
        return typed
    bare = "".join(each for each in typed.upper() if each.isalnum())
    if not bare.startswith(tuple(VAT_PREFIXES.values())):
        bare = own + bare
    try:
        return vat.validate(bare)
    except InvalidChecksum:
        return VatIdProblem.CHECK_DIGITS
    except ValidationError:
        return VatIdProblem.FORMAT


def payers(own: int | None, sponsor: int | None, percent: int) -> tuple[int | None, int | None]:
    """Return the billing parties of the person's and of the sponsor's part of a fee.

    `own` is the party that the candidate named, `sponsor` the one that the sponsor stated. The
    sponsor's part goes to the candidate's party if the sponsor stated none; never the other way
    round: nobody is billed for a part that they did not take on.
    """
    return (
        own if percent < EVERYTHING else None,
        (sponsor or own) if percent > 0 else None,
    )
