"""IBANs and BICs as typed; how they are shown; whose names a transfer can carry."""

import pytest

from learning.bank_formats import accounts
from learning.bank_formats.accounts import AccountNameError, IbanError

REAL = {  # examples of the SWIFT IBAN registry
    "GB29NWBK60161331926819",
    "DE89370400440532013000",
    "IT60X0542811101000000123456",
    "ES9121000418450200051332",
    "FR1420041010050500013M02606",
    "PK36SCBL0000001123456702",
    "NO9386011117947",
    "MT84MALT011000012345MTLCAST001S",
}


@pytest.mark.parametrize("iban", sorted(REAL))
def test_a_right_iban_and_every_wrong_digit(iban: str) -> None:
    assert accounts.iban_error(iban) is None
    for position in range(4, len(iban)):
        sign = iban[position]
        other = "1" if sign != "1" else "2"
        wrong = iban[:position] + other + iban[position + 1 :]
        assert accounts.iban_error(wrong) is not None, wrong


@pytest.mark.parametrize(
    ("iban", "error"),
    [
        ("", IbanError.STRUCTURE),
        ("DE", IbanError.STRUCTURE),
        ("D189370400440532013000", IbanError.STRUCTURE),
        ("DE89 3704 0044 0532 0130 00", IbanError.STRUCTURE),
        ("DE893704004405", IbanError.LENGTH),
        ("DE89" + "3" * 31, IbanError.LENGTH),
        ("DE88370400440532013000", IbanError.CHECK_DIGITS),
        ("DE8937040044053201300", IbanError.CHECK_DIGITS),
        ("US64SVBKUS6S3300958879", IbanError.COUNTRY),
        ("DE68X70400440532013000", IbanError.CHECK_DIGITS),
        ("٤٤", IbanError.STRUCTURE),
    ],
)
def test_a_wrong_iban(iban: str, error: IbanError) -> None:
    assert accounts.iban_error(iban) is error


def test_right_check_digits_over_a_wrong_structure() -> None:
    from stdnum import iban  # noqa: PLC0415 it makes the check digits

    for bban in ("3704004405320130", "X7040044053201300A"):
        made = f"DE{iban.calc_check_digits(f'DE00{bban}')}{bban}"
        assert accounts.iban_error(made) in {IbanError.STRUCTURE, IbanError.LENGTH}


def test_as_typed() -> None:
    typed = " it60 x054\u00a02811\t1010-0000.0123 456\n"
    assert accounts.normalised_iban(typed) == "IT60X0542811101000000123456"
    assert accounts.normalised_bic("uncr it mm xxx") == "UNCRITMMXXX"


def test_masked() -> None:
    assert accounts.masked_iban("ES9121000418450200051332") == (
        "ES••\u00a0••••\u00a0••••\u00a0••••\u00a0••••\u00a01332"
    )
    for iban in REAL:
        shown = accounts.masked_iban(iban).replace("\u00a0", "")
        assert len(shown) == len(iban)
        assert shown.count("•") == len(iban) - 6
    assert accounts.masked_iban("ES1332") == "••••••"
    assert accounts.masked_number("0012345678") == "••••••5678"
    assert accounts.masked_number("12345") == "•••45"
    assert accounts.masked_number("1") == "•"
    assert accounts.masked_number("") == ""


@pytest.mark.parametrize(
    ("iban", "within"),
    [
        ("DE89370400440532013000", True),
        ("GB29NWBK60161331926819", True),
        ("NO9386011117947", True),
        ("RS35260005601001611379", True),
        ("PK36SCBL0000001123456702", False),
        ("TR330006100519786457841326", False),
        ("", False),
    ],
)
def test_within_sepa(iban: str, within: bool) -> None:
    assert accounts.is_sepa(iban) is within


@pytest.mark.parametrize(
    ("bic", "right"),
    [
        ("UNCRITMM", True),
        ("UNCRITMMXXX", True),
        ("UNCRITM", False),
        ("UNCR1TMM", False),
        ("", False),
        ("UNCRITMMX", False),
    ],
)
def test_bic(bic: str, right: bool) -> None:
    assert accounts.is_bic(bic) is right


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("José Ñandú Müller", None),
        ("Nguyễn Thị Hoa", None),
        ("Łukasz Ørsted-Æther", None),
        ("O’Connor & Sons, Ltd. (Dublin)", None),
        ("İbrahim Ağaoğlu I\u011fd\u0131r", None),
        ("محمد", AccountNameError.NOT_LATIN),
        ("Андрей", AccountNameError.NOT_LATIN),
        ("李雷", AccountNameError.NOT_LATIN),
        ("Maria\nRossi", AccountNameError.NOT_LATIN),
        ("", AccountNameError.EMPTY),
        ("  ", AccountNameError.EMPTY),
        ("a" * 70, None),
        ("a" * 71, AccountNameError.TOO_LONG),
    ],
)
def test_the_name_of_a_holder(name: str, error: AccountNameError | None) -> None:
    assert accounts.account_name_error(name) is error
