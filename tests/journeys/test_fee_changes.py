"""Places that change: to a dearer and to a cheaper edition, to a colleague, and cancelled."""

import pytest
from playwright.sync_api import Browser, Page, expect

from learning.catalogue.models import Edition
from learning.fees.queries.accounts import account_of
from learning.fees.queries.balances import invoices_of
from learning.ledger.models import LedgerAccount
from tests.journeys.conftest import FeeSite, follow
from tests.journeys.fee_pages import (
    APPROVER,
    FINANCE,
    Receipt,
    ledger_balances,
    money,
    money_of,
    moved,
    open_fee_page,
    pay,
    pdf_text,
    person_at,
    press,
)
from tests.journeys.fee_scene import APPLICANTS, application_of
from tests.journeys.test_apply import decide
from tests.journeys.test_people import letter

ADJOUA, SERGE, MARIAM, PAUL, _ = APPLICANTS
FEE = 98000
REGISTRAR = "registrar@example.org"


@pytest.fixture(scope="module")
def paid_site(fee_site: FeeSite, browser: Browser) -> FeeSite:
    """Three people are accepted and have paid: one statement brings all that they owe.

    Paul has forgotten his reference: finance confirms what his name suggests. Nothing of it needs
    JavaScript.
    """
    with person_at(fee_site, browser, REGISTRAR) as page:
        for email in (ADJOUA, SERGE, PAUL):
            name, edition = APPLICANTS[email]
            decide(page, fee_site, fee_site.known[edition], name, "Accepter", "Projet solide")
    with person_at(fee_site, browser, FINANCE, scripts=False) as page:
        named = [receipt_of(fee_site, each, FEE) for each in (ADJOUA, SERGE)]
        pay(page, fee_site, *named, Receipt(minor=FEE, name=APPLICANTS[PAUL][0]))
        page.goto(f"{fee_site.address}/fr/staff/money/entries/")
        row = page.locator("tr", has_text="Paul Ekra")
        expect(row).to_contain_text("même nom")
        follow(row.get_by_role("button", name="Confirmer"))
        expect(page.locator(".notice")).to_contain_text("L’écriture est rapprochée")
    return fee_site


def receipt_of(site: FeeSite, email: str, minor: int) -> Receipt:
    """Return a transfer with the reference of somebody's latest invoice."""
    with site.database.read_transaction() as session:
        account = account_of(session, application_of(session, email).id)
        assert account is not None
        latest = invoices_of(session, [account.id])[-1].invoice
        return Receipt(minor=minor, name=APPLICANTS[email][0], reference=latest.reference or "")


def move(page: Page, site: FeeSite, email: str, event: str, to: str) -> None:
    """Transfer or substitute: the registrar looks at the e-mails and sends them."""
    with site.database.read_transaction() as session:
        application = application_of(session, email)
        code = session.get_one(Edition, application.edition_id).code
        path = f"{code}/applications/{application.reference}/transfers/{event}"
    page.goto(f"{site.address}/fr/staff/editions/{path}")
    page.locator("#to").select_option(to)
    page.fill("#reason", "Demande écrite reçue aujourd’hui.")
    press(page, "Voir les courriels")
    follow(page.locator("main form button.button"))
    expect(page.locator(".notice")).to_contain_text("inscrite dans l’historique")


def test_a_transfer_asks_for_the_difference_or_keeps_it(
    paid_site: FeeSite, browser: Browser
) -> None:
    site, before = paid_site, ledger_balances(paid_site)
    with person_at(site, browser, REGISTRAR) as registrar, person_at(site, browser, ADJOUA) as own:
        move(registrar, site, ADJOUA, "transfer", site.known["dearer"])
        open_fee_page(own, site, ADJOUA)
        expect(own.locator("h1")).to_contain_text(f"{money(22000)} à payer au plus tard le")
        press(own, "Ma candidature")
        expect(own.locator("h1")).not_to_have_text("Votre place est confirmée")
        with person_at(site, browser, FINANCE) as finance:
            pay(finance, site, receipt_of(site, ADJOUA, 22000))
        own.reload()
        expect(own.locator("h1")).to_have_text("Votre place est confirmée")

        move(registrar, site, ADJOUA, "transfer", site.known["cheaper"])
        open_fee_page(own, site, ADJOUA)
        expect(own.locator("h1")).to_contain_text(money(40000))
        expect(own.locator(".sum-table")).to_contain_text("400,00")
        press(own, "Ma candidature")
        expect(own.locator("h1")).to_have_text("Votre place est confirmée")
    assert moved(before, ledger_balances(site)) == {
        LedgerAccount.BANK: 22000,
        LedgerAccount.RECEIVABLES: -40000,
        LedgerAccount.COURSE_FEES: FEE - 80000,
    }


def test_a_substitute_takes_the_place_with_what_was_paid(
    paid_site: FeeSite, browser: Browser
) -> None:
    site, before = paid_site, ledger_balances(paid_site)
    with site.database.read_transaction() as session:
        successor = application_of(session, MARIAM).reference
    with person_at(site, browser, REGISTRAR) as registrar:
        move(registrar, site, SERGE, "substitute", successor)
    with person_at(site, browser, MARIAM) as page:
        open_fee_page(page, site, MARIAM)
        expect(page.locator("h1")).to_have_text("Il ne reste rien à payer")
    with person_at(site, browser, FINANCE) as page:
        page.goto(f"{site.address}/fr/staff/money/invoices?q=Coulibaly")
        follow(page.locator(".data-table th a").first)
        expect(page.locator("h1")).to_contain_text("payée")
        address = page.get_by_role("link", name="Télécharger le PDF").get_attribute("href")
        text = pdf_text(page, f"{site.address}{address}")
    assert "Mariam Coulibaly" in text
    assert money(FEE) in text
    assert moved(before, ledger_balances(site)) == {}


def test_the_centre_cancels_an_edition_and_pays_everything_back(
    paid_site: FeeSite, browser: Browser
) -> None:
    site, code = paid_site, paid_site.known["cancelled"]
    before = ledger_balances(site)
    with person_at(site, browser, APPROVER, scripts=False) as page:
        page.goto(f"{site.address}/fr/staff/editions/{code}/applications/cancel-edition")
        page.fill("#reason", "Trop peu de personnes inscrites.")
        page.fill("#code", code)
        press(page, "Annuler l’édition et prévenir tout le monde")
        letter(site.mail, "Le cours n’a pas lieu", to=PAUL)
        page.goto(f"{site.address}/fr/staff/money/refunds?state=prepare")
        press(page, "Paul Ekra")
        expect(page.locator("h1")).to_contain_text(money(FEE))
        expect(page.locator(".review")).not_to_contain_text("Frais d’annulation")
    assert money_of(site, PAUL).open.minor == 0
    assert moved(before, ledger_balances(site)) == {
        LedgerAccount.RECEIVABLES: -FEE,
        LedgerAccount.COURSE_FEES: FEE,
    }
