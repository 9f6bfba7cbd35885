"""Fanta is accepted and pays by card; the event of the provider never arrives."""

from playwright.sync_api import Browser, Page, expect

from learning.ledger.models import LedgerAccount
from tests.journeys.conftest import FeeSite, follow
from tests.journeys.fee_pages import (
    ledger_balances,
    money,
    money_of,
    moved,
    open_fee_page,
    person_at,
    press,
)
from tests.journeys.fee_scene import APPLICANTS, FANTA
from tests.journeys.test_apply import decide

FEE = 98000
REGISTRAR = "registrar@example.org"


def test_a_payment_is_found_without_its_event(fee_site: FeeSite, browser: Browser) -> None:
    site, before = fee_site, ledger_balances(fee_site)
    name, edition = APPLICANTS[FANTA]
    with person_at(site, browser, REGISTRAR) as page:
        decide(page, site, site.known[edition], name, "Accepter", "Projet solide")
    with person_at(site, browser, FANTA, scripts=False) as page:
        open_fee_page(page, site, FANTA)
        expect(page.locator("h1")).to_contain_text(f"{money(FEE)} à payer au plus tard le")
        checkout_is_paid(page)
        find_payment(page)
        expect(page.locator(".facts")).to_contain_text(money(FEE))
        open_fee_page(page, site, FANTA)
        expect(page.locator("h1")).to_have_text("Il ne reste rien à payer")
        press(page, "Ma candidature")
        expect(page.locator("h1")).to_have_text("Votre place est confirmée")
    assert money_of(site, FANTA).open.minor == 0
    assert moved(before, ledger_balances(site)) == {
        LedgerAccount.CARD_CLEARING: FEE,
        LedgerAccount.COURSE_FEES: -FEE,
    }


def find_payment(page: Page) -> None:
    """Load the page again until it may ask the provider again: it rests between two questions."""
    for _ in range(40):
        if page.locator("h1").inner_text() == "Votre paiement est arrivé":
            return
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError("the payment is not found")


def checkout_is_paid(page: Page) -> None:
    """Press the button, pay at the provider, and come back; its event is lost."""
    follow(page.locator("main form[action*='/fee/card/'] button"))
    follow(page.locator("main a[href*='/fake-card-provider/checkout/']"))
    page.check("[name=events][value=never]")
    follow(page.locator("main button").first)
