"""Accounts at banks: IBAN (ISO 13616), BIC (ISO 9362), the countries of SEPA, names of holders.

Numbers are compact: without spaces, in capitals. Validation is by python-stdnum, which knows the
length and the structure of each country's IBAN beside its check digits.
"""

import re
import unicodedata
from enum import StrEnum

from stdnum import bic as bic_numbers
from stdnum import iban as iban_numbers
from stdnum.exceptions import InvalidChecksum, InvalidComponent, ValidationError

SEPA_CODES = (
    "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD"
    " ME MK MT NL NO PL PT RO RS SE SI SK SM VA"
)
SEPA = frozenset(SEPA_CODES.split())
"""The countries of SEPA by the code in their IBANs: EPC409-09, “EPC List of SEPA Scheme Countries”
(2025). French overseas territories within SEPA have IBANs that begin with FR."""
MIN_IBAN_LENGTH, MAX_IBAN_LENGTH = 15, 34  # ISO 13616: from Norway's to the longest
MAX_NAME_LENGTH = 70  # Max70Text of pain.001 in SEPA
NAME_CHARACTERS = re.compile(r"[A-Za-z0-9/\-?:().,'+ &*$%;<=>@\[\]_`{|}~\"!#^]+")
SHOWN_DIGITS = 4


class IbanError(StrEnum):
    """What is wrong with an IBAN."""

    COUNTRY = "country"
    LENGTH = "length"
    CHECK_DIGITS = "check_digits"
    STRUCTURE = "structure"


class AccountNameError(StrEnum):
    """What is wrong with the name of an account's holder."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_LATIN = "not_latin"


def normalised_iban(text: str) -> str:
    """Return an IBAN as typed, compact: without spaces, hyphens and dots, in capitals."""
    return "".join(sign for sign in text if not sign.isspace() and sign not in "-.").upper()


def iban_error(iban: str) -> IbanError | None:
    """Return what is wrong with a compact IBAN, None if it is right."""
    if not re.fullmatch("[A-Z]{2}[0-9]{2}[A-Z0-9]+", iban):
        return IbanError.STRUCTURE
    if not MIN_IBAN_LENGTH <= len(iban) <= MAX_IBAN_LENGTH:
        return IbanError.LENGTH
    try:
        iban_numbers.validate(iban)
    except InvalidChecksum:
        return IbanError.CHECK_DIGITS
    except InvalidComponent:
        return IbanError.COUNTRY
    except ValidationError:
        return IbanError.STRUCTURE
    return None


def masked_iban(iban: str) -> str:
    """Return an IBAN as pages show it: country and the last four signs, in groups of four."""
    if len(iban) <= SHOWN_DIGITS + 2:
        return "•" * len(iban)
    hidden = "•" * (len(iban) - SHOWN_DIGITS - 2)
    return grouped(iban[:2] + hidden + iban[-SHOWN_DIGITS:])


def masked_number(number: str) -> str:
    """Return an account number with only its last four signs, fewer of a short one."""
    shown = min(SHOWN_DIGITS, len(number) // 2)
    return "•" * (len(number) - shown) + number[len(number) - shown :]


def grouped(number: str) -> str:
    """Return a number in groups of four, with spaces that do not break."""
    return "\u00a0".join(number[i : i + 4] for i in range(0, len(number), 4))


def is_sepa(iban: str) -> bool:
    """Return whether an IBAN is of a country of SEPA, so that a SEPA transfer reaches it."""
    return iban[:2] in SEPA


def normalised_bic(text: str) -> str:
    """Return a BIC as typed, compact."""
    return "".join(text.split()).upper()


def is_bic(bic: str) -> bool:
    """Return whether a compact BIC has the right structure: 8 or 11 signs, with a country."""
    return bool(bic_numbers.is_valid(bic))


def account_name_error(name: str) -> AccountNameError | None:
    """Return why a transfer cannot name a holder, None if it can.

    Banks take Latin letters, with accents; a name that would have to be transliterated has to be
    asked as the bank writes it (verification of payee, Regulation (EU) 2024/886).
    """
    if not name.strip():
        return AccountNameError.EMPTY
    if len(name) > MAX_NAME_LENGTH:
        return AccountNameError.TOO_LONG
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign)
    )
    letters = plain.translate(LATIN_LETTERS)
    return None if NAME_CHARACTERS.fullmatch(letters) else AccountNameError.NOT_LATIN


LATIN_LETTERS = str.maketrans("’ıŁłØøĐđßÆæŒœÞþÐŊŋĦħ", "'iLlOoDdsAaOoTtDNnHh")
"""Latin letters that are no letter with an accent, by one that is plain."""
