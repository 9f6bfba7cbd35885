"""Rosa is accepted, pays, is enrolled, cancels ten days before the course and gets half back."""

from pathlib import Path

import sepaxml
from lxml import etree
from playwright.sync_api import Browser, Page, expect

from learning.ledger.models import LedgerAccount
from tests.bank_formats.camt_builder import Ntry, Tx
from tests.journeys.conftest import FeeSite, follow
from tests.journeys.fee_pages import (
    APPROVER,
    FINANCE,
    IBAN_IN_FRANCE,
    NBSP,
    Receipt,
    book_statement,
    download,
    ledger_balances,
    money,
    moved,
    open_fee_page,
    pay,
    pdf_text,
    person_at,
    press,
    reference_on,
    statement_of,
)
from tests.journeys.fee_scene import ROSA
from tests.journeys.test_apply import decide
from tests.journeys.test_people import letter

FEE, HALF = 98000, 49000
SCHEMA = Path(sepaxml.__file__).parent / "schemas/pain.001.001.09.xsd"
SPACE = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


def test_what_is_read_is_what_is_charged(
    fee_site: FeeSite, browser: Browser, tmp_path: Path
) -> None:
    site, before = fee_site, ledger_balances(fee_site)
    with person_at(site, browser, "registrar@example.org") as page:
        decide(page, site, site.known["upcoming"], "Rosa Huamán", "Accepter", "Projet solide")
    with (
        person_at(site, browser, ROSA, scripts=False) as rosa,
        person_at(site, browser, FINANCE, scripts=False) as finance,
    ):
        reference = invoice_is_read(rosa, site)
        pay(finance, site, Receipt(minor=FEE, name="Rosa Huamán", reference=reference))
        enrolled_and_cancelled(rosa, site)
        enter_account(rosa)
        number = approved_refund(site, browser)
        transfer = transfer_in_file(finance, site, tmp_path)
        assert transfer == (number, "490.00", IBAN_IN_FRANCE, "Rosa Huamán")
        paid = Ntry(amount=-HALF, details=[Tx(name="Rosa Huamán", end_to_end_id=number)])
        book_statement(finance, site, statement_of(site, [paid]))
        open_fee_page(rosa, site, ROSA)
        expect(rosa.locator("main")).to_contain_text("a quitté notre banque")
    assert f"490,00{NBSP}EUR" in letter(site.mail, "Votre place est annulée", to=ROSA)
    assert moved(before, ledger_balances(site)) == {
        LedgerAccount.BANK: HALF,
        LedgerAccount.CANCELLATION_CHARGES: -HALF,
    }


def invoice_is_read(rosa: Page, site: FeeSite) -> str:
    """Rosa reads what is due, on the page and in the PDF; return the reference that both have."""
    open_fee_page(rosa, site, ROSA)
    expect(rosa.locator("h1")).to_contain_text(f"{money(FEE)} à payer au plus tard le")
    expect(rosa.locator(".payment-code svg")).to_be_visible()
    reference = reference_on(rosa)
    press(rosa, "Facture INV-")
    expect(rosa.locator(".total-line").first).to_contain_text(money(FEE))
    address = rosa.get_by_role("link", name="Télécharger le PDF").get_attribute("href")
    text = pdf_text(rosa, f"{site.address}{address}")
    assert money(FEE) in text
    assert reference in "".join(text.split())
    return reference


def enrolled_and_cancelled(rosa: Page, site: FeeSite) -> None:
    open_fee_page(rosa, site, ROSA)
    expect(rosa.locator("h1")).to_have_text("Il ne reste rien à payer")
    press(rosa, "Ma candidature")
    expect(rosa.locator("h1")).to_have_text("Votre place est confirmée")
    rosa.go_back()
    press(rosa, "Combien coûterait une annulation")
    expect(rosa.locator("#today")).to_have_text(f"Aujourd’hui : remboursement de {money(HALF)}")
    press(rosa, "Annuler aujourd’hui…")
    expect(rosa.locator("h1")).to_contain_text(f"remboursement de {money(HALF)}")
    rosa.fill("#reason", "Une maladie dans la famille.")
    rosa.check("#agreed")
    press(rosa, "Annuler ma place")
    expect(rosa.locator(".notice")).to_contain_text("Votre place est annulée")
    expect(rosa.locator(".sum-table")).to_contain_text("Frais d’annulation")
    expect(rosa.locator(".sum-table")).to_contain_text("490,00")


def enter_account(rosa: Page) -> None:
    """The bank has not said from which account Rosa paid: she says where the money goes."""
    press(rosa, "Indiquer mon compte")
    expect(rosa.locator(".lead")).to_contain_text(money(HALF))
    rosa.fill("#iban", IBAN_IN_FRANCE[:-1] + "7")
    press(rosa, "Enregistrer mon compte")
    expect(rosa.locator("#errors")).to_contain_text("IBAN")
    rosa.fill("#holder_name", "Rosa Huamán")
    rosa.fill("#iban", " ".join(IBAN_IN_FRANCE[at : at + 4] for at in range(0, 27, 4)))
    press(rosa, "Enregistrer mon compte")
    expect(rosa.locator("main")).to_contain_text("606")


def approved_refund(site: FeeSite, browser: Browser) -> str:
    """The approver looks at the refund and approves it, without JavaScript; return its number."""
    with person_at(site, browser, APPROVER, scripts=False) as page:
        page.goto(f"{site.address}/fr/staff/money/refunds?state=approve")
        press(page, "Rosa Huamán")
        expect(page.locator("h1")).to_contain_text(money(HALF))
        expect(page.locator(".review")).to_contain_text(f"50{NBSP}%")
        press(page, f"Approuver {money(HALF)}")
        expect(page.locator(".notice")).to_be_visible()
        return page.title().split(" ")[0]


def transfer_in_file(finance: Page, site: FeeSite, folder: Path) -> tuple[str, ...]:
    """Finance makes the file for the bank; return what it says about its only transfer."""
    finance.goto(f"{site.address}/fr/staff/money/batches")
    expect(finance.locator("main")).to_contain_text(money(HALF))
    follow(finance.locator("form[action$='/batches/pain001'] button"))
    path = download(finance, "Télécharger le fichier", folder)
    tree = etree.parse(path)
    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(tree)
    assert tree.findtext(".//p:CtrlSum", namespaces=SPACE) == "490.00"
    (transfer,) = tree.findall(".//p:CdtTrfTxInf", namespaces=SPACE)
    elements = ("PmtId/p:EndToEndId", "Amt/p:InstdAmt", "CdtrAcct/p:Id/p:IBAN", "Cdtr/p:Nm")
    return tuple(transfer.findtext(f"p:{each}", namespaces=SPACE) for each in elements)
