"""What people do on the pages of money, and what stands in their documents and in the ledger."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader
from sqlalchemy import select

from learning.fees.queries.accounts import account_of
from learning.fees.queries.balances import balance_of
from learning.fees.rules.balances import AccountBalance
from learning.fees.statement_models import BankStatement, StatementState
from learning.ledger.models import LedgerAccount
from learning.ledger.queries import balance, trial_balance
from tests.bank_formats.camt_builder import Ntry, Stmt, Tx, camt
from tests.journeys.conftest import FeeSite, close, follow
from tests.journeys.fee_scene import application_of

COMPUTER, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
IBAN_IN_FRANCE = "FR1420041010050500013M02606"
NBSP = "\u00a0"
FINANCE, APPROVER = "finance@example.org", "approver@example.org"


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A transfer to the Centre: an amount in cents, and what the bank passed on."""

    minor: int
    name: str
    reference: str = ""
    text: str = ""
    iban: str = ""


@contextmanager
def person_at(site: FeeSite, browser: Browser, who: str, *, scripts: bool = True) -> Iterator[Page]:
    """Sign somebody in, in French: staff at a computer, others on a phone."""
    is_staff = who in {FINANCE, APPROVER} or who.startswith("registrar")
    context = browser.new_context(
        viewport=COMPUTER if is_staff else PHONE, locale="fr-FR", java_script_enabled=scripts
    )
    yield site.sign_in(context, who, "fr")
    close(context)


def press(page: Page, words: str) -> None:
    """Press a button or a link of the page by its words, and wait for what follows."""
    main = page.locator("main")
    named = main.get_by_role("button", name=words).or_(main.get_by_role("link", name=words))
    follow(named.first)


def money(minor: int) -> str:
    """Return cents as French pages and documents write them."""
    whole = f"{minor // 100:,}".replace(",", "\u202f")
    return f"{whole},{minor % 100:02}{NBSP}EUR"


def open_fee_page(page: Page, site: FeeSite, email: str) -> None:
    """Go to the fee of one's own place, from the list of one's applications."""
    with site.database.read_transaction() as session:
        reference = application_of(session, email).reference
    page.goto(f"{site.address}/fr/applications/")
    follow(page.locator(f"main a[href*='/applications/{reference}']").first)
    follow(page.locator("main a[href$='/fee/']").first)


def reference_on(page: Page) -> str:
    """Return the reference that the page asks the payer to write."""
    facts = page.locator(".payment-facts").first
    written: str = facts.locator("dt", has_text="Référence").locator("+ dd").inner_text()
    return "".join(written.split())


def statement_of(site: FeeSite, entries: Sequence[Ntry]) -> bytes:
    """Return the bank's next statement: it begins where the last one ended."""
    with site.database.read_transaction() as session:
        last = session.scalars(
            select(BankStatement)
            .where(BankStatement.state == StatementState.BOOKED)
            .order_by(BankStatement.id.desc())
        ).first()
        assert last is not None
        opening, number, iban = last.closing.minor, (last.sequence_number or 0) + 1, last.iban
    day = site.now.date()
    for each in entries:
        each.booked_on = each.value_on = day
    return camt(
        Stmt(
            entries=entries, opening=opening, statement_id=f"releve-{number}", sequence=number,
            iban=iban, from_on=day, until_on=day,
        )
    )  # fmt: skip


def receipts(*received: Receipt) -> list[Ntry]:
    return [
        Ntry(
            amount=each.minor,
            details=[
                Tx(
                    name=each.name,
                    iban=each.iban,
                    references=[each.reference] * bool(each.reference),
                    lines=[each.text] * bool(each.text),
                )
            ],
        )
        for each in received
    ]


def book_statement(page: Page, site: FeeSite, data: bytes) -> None:
    """Upload a statement of the bank, look at it, book it and wait until all of it is booked."""
    page.goto(f"{site.address}/fr/staff/money/statements/")
    file = {"name": "releve.xml", "mimeType": "application/xml", "buffer": data}
    page.set_input_files("#statement", files=[file])
    press(page, "Lire le fichier")
    expect(page.locator("main [role=status]").first).to_contain_text("Rien n’est encore")
    follow(page.locator("main form[action$='/book'] button"))
    booked = page.locator("main [role=status]", has_text=re.compile(r"^\s*Comptabilisé"))
    for _ in range(200):  # each time the page comes anew: the worker books meanwhile
        if booked.count():
            return
        page.reload()
    raise AssertionError("the statement is not booked")


def pay(page: Page, site: FeeSite, *received: Receipt) -> None:
    """Let the bank's next statement bring payments to finance, who is signed in on the page."""
    book_statement(page, site, statement_of(site, receipts(*received)))


def ledger_balances(site: FeeSite) -> dict[LedgerAccount, int]:
    """Return what each account of the ledger holds, in cents; together it is nothing."""
    with site.database.read_transaction() as session:
        assert sum(line.balance.minor for line in trial_balance(session)) == 0
        return {each: balance(session, each).minor for each in LedgerAccount}


def moved(before: dict[LedgerAccount, int], after: dict[LedgerAccount, int]) -> dict[str, int]:
    """Return by how much each account of the ledger changed."""
    changes = {each.value: after[each] - before[each] for each in LedgerAccount}
    return {name: minor for name, minor in changes.items() if minor}


def money_of(site: FeeSite, email: str) -> AccountBalance:
    """Return the balance of the account of somebody's latest place."""
    with site.database.read_transaction() as session:
        account = account_of(session, application_of(session, email).id)
        assert account is not None
        return balance_of(session, account)


def pdf_text(page: Page, address: str) -> str:
    """Return the text of a PDF that the reader of the page may download."""
    answer = page.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    return "\n".join(each.extract_text() for each in PdfReader(BytesIO(answer.body())).pages)


def download(page: Page, words: str, folder: Path) -> Path:
    with page.expect_download() as begun:
        page.get_by_role("button", name=words).click()
    path = folder / begun.value.suggested_filename
    begun.value.save_as(path)
    return path
