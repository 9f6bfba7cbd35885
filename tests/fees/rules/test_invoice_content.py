"""What an invoice says: complete or not, due when, and the same after it was stored."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.admissions.rules.billing import BillingDetails, PartyKind
from learning.catalogue.cancellation import Policy, Tier, window
from learning.fees.rules import invoice_content
from learning.fees.rules.invoice_content import InvoiceLine, LineKind, Seller
from learning.kit.money import Money

SELLER = Seller(
    name="Centro di formazione di prova",
    line1="Viale dell’Esempio 10",
    line2="",
    postcode="10127",
    town="Torino",
    country="IT",
    vat_id="",
    iban="IT60X0542811101000000123456",
    bic="BPPIITRRXXX",
    bank_name="",
    tax_sentence="TVA : sans objet.",
)
LINE = InvoiceLine(
    kind=LineKind.COURSE_FEE,
    course="Réintégration",
    edition="reintegration-2027",
    first_day=date(2027, 1, 18),
    last_day=date(2027, 2, 26),
    hours=60,
    participant="Awa Koné",
    price=Money(98000, "EUR"),
    percent=40,
    amount=Money(39200, "EUR"),
)
BUYER = BillingDetails(
    kind=PartyKind.ORGANISATION,
    name="Ministère du Travail",
    line1="Avenue 3",
    line2="",
    postcode="",
    town="Abidjan",
    country="CI",
    po_number="PO 4500-0871",
)
TIERS = (Tier(min_days=14, percent=0), Tier(min_days=8, percent=50))


def test_the_total_is_the_sum_of_the_lines():
    other = replace(LINE, amount=Money(8, "EUR"))
    assert invoice_content.total_of([LINE]) == Money(39200, "EUR")
    assert invoice_content.total_of([LINE, other, other]) == Money(39216, "EUR")


def test_no_total_of_nothing_or_of_two_currencies():
    with pytest.raises(ValueError, match="no lines"):
        invoice_content.total_of([])
    with pytest.raises(ValueError, match="do not mix"):
        invoice_content.total_of([LINE, replace(LINE, amount=Money(1, "USD"))])


@pytest.mark.parametrize(
    ("tiers", "issued_on", "due_on"),
    [
        (TIERS, date(2026, 12, 1), date(2027, 1, 4)),  # 14 days before 18 January
        (TIERS, date(2027, 1, 4), date(2027, 1, 4)),
        (TIERS, date(2027, 1, 5), date(2027, 1, 5)),
        (TIERS[1:], date(2026, 12, 1), date(2027, 1, 18)),  # no free day: the first day
        (TIERS[1:], date(2027, 1, 20), date(2027, 1, 20)),
    ],
)
def test_the_day_on_which_an_invoice_is_due(tiers, issued_on, due_on):
    policy = Policy(
        version="1", valid_from=date(2023, 1, 1), tiers=tiers, late_percent=100, transfer_days=14
    )
    own = window(policy, [date(2027, 1, 18)], issued_on)
    assert invoice_content.due_day(issued_on, own) == due_on


def test_numbers_have_six_digits_and_more_if_need_be():
    assert invoice_content.number_text("INV", 2026, 42) == "INV-2026-000042"
    assert invoice_content.number_text("CN", 2026, 1_000_000) == "CN-2026-1000000"


def test_stored_content_reads_as_it_was():
    assert invoice_content.seller_of(invoice_content.seller_text(SELLER)) == SELLER
    assert invoice_content.buyer_of(invoice_content.buyer_text(BUYER)) == BUYER
    assert invoice_content.lines_of(invoice_content.lines_text([LINE, LINE])) == (LINE, LINE)


def test_stored_content_is_readable_and_sorted():
    assert '"name": "Ministère du Travail"' in invoice_content.buyer_text(BUYER)
    assert invoice_content.buyer_text(BUYER).startswith('{"country": "CI", "kind": "organisation"')


@given(
    text=st.text(max_size=40),
    minor=st.integers(min_value=1, max_value=10**12),
    days=st.tuples(st.dates(), st.dates()),
    kind=st.sampled_from(LineKind),
)
def test_any_content_reads_as_it_was(text, minor, days, kind):
    line = replace(
        LINE,
        kind=kind,
        course=text,
        participant=text,
        amount=Money(minor, "XOF"),
        first_day=days[0],
        last_day=days[1],
    )
    assert invoice_content.lines_of(invoice_content.lines_text([line])) == (line,)
    buyer = replace(BUYER, name=text, kind=PartyKind.PERSON)
    assert invoice_content.buyer_of(invoice_content.buyer_text(buyer)) == buyer
