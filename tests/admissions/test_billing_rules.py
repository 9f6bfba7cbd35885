"""Who is billed: parts of an address, VAT numbers, who pays which part."""

from dataclasses import replace

import pytest

from learning.admissions.rules import billing
from learning.admissions.rules.billing import BillingDetails, PartyKind, VatIdProblem
from learning.admissions.rules.regions import COUNTRIES
from tests.admissions.factories import BILLING

FORMAT, CHECK_DIGITS = VatIdProblem.FORMAT, VatIdProblem.CHECK_DIGITS


@pytest.mark.parametrize(
    ("typed", "country", "found"),
    [
        ("", "FR", ""),
        ("FR40303265045", "FR", "FR40303265045"),
        ("fr 40.303-265 045", "FR", "FR40303265045"),
        ("40 303 265 045", "FR", "FR40303265045"),
        ("FR40303265046", "FR", CHECK_DIGITS),
        ("FR4030326504", "FR", FORMAT),
        ("00743110157", "IT", "IT00743110157"),
        ("IT00743110158", "IT", CHECK_DIGITS),
        ("EL 094259216", "GR", "EL094259216"),
        ("094259216", "GR", "EL094259216"),
        ("DE 136,695 976", "DE", "DE136695976"),
        ("DE136695976", "FR", "DE136695976"),  # a branch that is taxed elsewhere
        ("DE136695977", "FR", CHECK_DIGITS),
        ("none", "FR", FORMAT),
        ("—", "FR", FORMAT),
        ("CHE-116.281.710 TVA", "CH", "CHE-116.281.710 TVA"),
        ("GB 980 7806 84", "GB", "GB 980 7806 84"),
        ("NINEA 0012345 2G3", "SN", "NINEA 0012345 2G3"),
        ("SI 12", "SN", "SI 12"),
    ],
)
def test_vat_numbers_are_checked_where_their_rule_is_known(
    typed: str, country: str, found: str | VatIdProblem
) -> None:
    assert billing.vat_id_of(typed, country) == found
    if not isinstance(found, VatIdProblem):
        assert billing.vat_id_of(found, country) == found, "one form stays as it is"


def test_every_country_is_one_that_can_be_chosen() -> None:
    assert set(billing.VAT_PREFIXES) <= set(COUNTRIES)
    assert set(COUNTRIES) >= billing.WITH_POSTCODE
    assert len(billing.VAT_PREFIXES) == 27


def test_postcodes_are_needed_in_the_european_union_and_21_other_countries() -> None:
    others = "AU BR CA CH CN GB IN JP KR LI MC NO NZ RU SG SM TR UA US VA ZA"
    assert all(billing.needs_postcode(country) for country in others.split())
    union = set(billing.VAT_PREFIXES) - {"IE"}
    assert set(billing.WITH_POSTCODE) == {*union, *others.split()}


def test_lengths_are_those_of_bank_transfers() -> None:
    """ISO 20022, pain.001: Nm, StrtNm, PstCd, TwnNm, TaxId."""
    assert (billing.NAME_LENGTH, billing.LINE_LENGTH) == (140, 70)
    assert (billing.POSTCODE_LENGTH, billing.TOWN_LENGTH) == (16, 35)
    assert (billing.VAT_ID_LENGTH, billing.PO_NUMBER_LENGTH) == (35, 35)


def test_nobody_needs_a_vat_number_or_a_purchase_order() -> None:
    bare = BillingDetails(PartyKind.PERSON, "Awa Koné", "Rue 12", "", "", "Bouaké", "CI")
    assert (bare.vat_id, bare.po_number) == ("", "")
    assert billing.is_complete(bare)


@pytest.mark.parametrize(
    ("country", "postcode", "whole"),
    [("FR", "75001", True), ("FR", "", False), ("CI", "", True), ("IE", "", True),
     ("CI", "08 BP 4", True), ("US", "", False)],
)  # fmt: skip
def test_a_postcode_is_needed_where_every_address_has_one(
    country: str, postcode: str, *, whole: bool
) -> None:
    assert billing.is_complete(replace(BILLING, country=country, postcode=postcode)) is whole


@pytest.mark.parametrize("part", ["name", "line1", "town", "country"])
def test_an_address_lacks_nothing_that_an_invoice_needs(part: str) -> None:
    assert billing.is_complete(BILLING)
    assert not billing.is_complete(replace(BILLING, **{part: ""}))


def test_an_address_is_written_as_on_an_envelope() -> None:
    assert billing.address_lines(BILLING, "Côte d’Ivoire") == [
        "Awa Koné", "Rue 12", "Bouaké", "Côte d’Ivoire",
    ]  # fmt: skip
    whole = replace(BILLING, line2="Bâtiment B", postcode="13002", town="Marseille")
    assert billing.address_lines(whole, "France")[2:] == ["Bâtiment B", "13002 Marseille", "France"]


@pytest.mark.parametrize(
    ("own", "sponsor", "percent", "found"),
    [
        (1, None, 0, (1, None)),
        (1, 2, 0, (1, None)),
        (1, 2, 100, (None, 2)),
        (1, None, 100, (None, 1)),
        (None, 2, 100, (None, 2)),
        (1, 2, 60, (1, 2)),
        (1, None, 60, (1, 1)),
        (1, 2, 1, (1, 2)),
        (1, 2, 99, (1, 2)),
        (None, 2, 60, (None, 2)),
        (None, None, 0, (None, None)),
    ],
)
def test_nobody_is_billed_for_a_part_that_they_did_not_take_on(
    own: int | None, sponsor: int | None, percent: int, found: tuple[int | None, int | None]
) -> None:
    assert billing.payers(own, sponsor, percent) == found
