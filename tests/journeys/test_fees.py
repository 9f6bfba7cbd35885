"""Rosa is accepted, pays, is enrolled, and cancels ten days before the course: one amount."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from learning import wiring
from learning.accounts.models import Person
from learning.admissions.models import Application
from learning.catalogue.models import Edition, EditionStatus
from learning.cli import main
from learning.fees.commands.payments import NewPayment, record_payment
from learning.fees.models import Payer
from learning.fees.payment_models import PaymentMethod
from learning.fees.queries.accounts import account_of
from learning.kit.engines import make_engine
from learning.kit.money import Money
from learning.ledger.models import LedgerAccount
from learning.ledger.queries import balance, trial_balance
from learning.settings import ROOT
from tests.fees.scenes import the_centre
from tests.journeys.conftest import (
    SERVER,
    Site,
    environment_of,
    follow,
    known_in,
    wait_until_ready,
)
from tests.journeys.test_apply import decide, signed_in
from tests.journeys.test_people import letter
from tests.ports import bind_option, listening_socket, port_of

ROSA = "rosa@example.org"
LATER = """
import time_machine
time_machine.travel({at!r}, tick=True).start()
from wsgi import app
"""


class FeeSite(Site):
    """A site whose clock stands ten days before the first day of the upcoming edition."""

    def __init__(self, site: Site, url: str, now: datetime) -> None:
        super().__init__(site.address, site.known, site.mail)
        self.database, self.now = wiring.database(make_engine(url)), now


@pytest.fixture(scope="module")
def fee_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FeeSite]:
    folder = tmp_path_factory.mktemp("fees")
    url, mail = f"sqlite:///{folder}/site.sqlite", tmp_path_factory.mktemp("fee-mail")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEARNING_DATABASE_URL", url)
        assert main(["migrate"]) == 0
        database = wiring.database(make_engine(url))
        with database.transaction() as session:
            the_centre(session)
        assert main(["load-demo"]) == 0
    with database.transaction() as session:
        session.execute(update(Person).where(Person.email == ROSA).values(language="fr"))
        first_day = session.scalars(
            select(Edition.starts_on).where(Edition.status == EditionStatus.OPEN)
        ).one()
    noon = datetime.combine(first_day, datetime.min.time(), UTC) + timedelta(hours=11)
    now = noon - timedelta(days=10)
    (folder / "later.py").write_text(LATER.format(at=now.isoformat()))
    command = [
        sys.executable, *SERVER[1:-1], "--pythonpath", str(folder),
        "later:app",
    ]  # fmt: skip
    with listening_socket() as listening:
        address = f"http://127.0.0.1:{port_of(listening)}"
        started = subprocess.Popen(  # noqa: S603 our own server
            [*command, "--bind", bind_option(listening)], cwd=ROOT,
            env=environment_of(address, url, mail, folder), pass_fds=[listening.fileno()],
        )  # fmt: skip
    with started as server:
        wait_until_ready(address)
        yield FeeSite(Site(address, known_in(url), mail), url, now)
        server.terminate()


def pay(site: FeeSite, minor: int) -> None:
    """Record a payment as finance does by hand."""
    with site.database.transaction() as session:
        application = session.scalars(
            select(Application).join(Application.person).where(Person.email == ROSA)
        ).one()
        account = account_of(session, application.id)
        assert account is not None
        new = NewPayment(
            payer=Payer.PARTICIPANT,
            method=PaymentMethod.MANUAL,
            source_key="journey",
            amount=Money(minor, "EUR"),
            received_on=site.now.date(),
            payer_name="Rosa Huamán",
            by=None,
            now=site.now,
        )
        record_payment(session, account, new)


def balances(site: FeeSite) -> dict[LedgerAccount, int]:
    with site.database.read_transaction() as session:
        lines = trial_balance(session)
        assert sum(line.balance.minor for line in lines) == 0
        return {each: balance(session, each).minor for each in LedgerAccount}


def press(page: Page, words: str) -> None:
    follow(page.locator("main").get_by_role("link", name=words).first)


def test_what_is_read_is_what_is_charged(fee_site: FeeSite, browser: Browser) -> None:
    site, edition = fee_site, fee_site.known["upcoming"]
    with signed_in(site, browser, "registrar@example.org", "fr") as page:
        decide(page, site, edition, "Rosa Huamán", "Accepter", "Projet solide")
    before = balances(site)
    with signed_in(site, browser, ROSA, "fr", scripts=False) as page:
        page.goto(f"{site.address}/fr/applications/")
        follow(page.locator("main a[href*='/applications/']").first)
        press(page, "Voir ce qui est à payer")
        expect(page.locator("h1")).to_contain_text("980,00 EUR à payer au plus tard le")
        expect(page.locator(".payment-facts")).to_contain_text("RF")
        expect(page.locator(".payment-code svg")).to_be_visible()

        pay(site, 98000)
        page.reload()
        expect(page.locator("h1")).to_have_text("Il ne reste rien à payer")
        press(page, "Ma candidature")
        expect(page.locator("h1")).to_have_text("Votre place est confirmée")
        page.go_back()

        press(page, "Combien coûterait une annulation")
        expect(page.locator("#today")).to_have_text(
            "Aujourd’hui : remboursement de 490,00\u00a0EUR"
        )
        press(page, "Annuler aujourd’hui…")
        expect(page.locator("h1")).to_contain_text("remboursement de 490,00\u00a0EUR")
        page.fill("#reason", "Une maladie dans la famille.")
        page.check("#agreed")
        follow(page.get_by_role("button", name="Annuler ma place"))
        expect(page.locator(".notice")).to_contain_text("Votre place est annulée")
        expect(page.locator(".sum-table")).to_contain_text("Frais d’annulation")
        expect(page.locator(".sum-table")).to_contain_text("490,00")

    text = letter(site.mail, "Votre place est annulée", to=ROSA)
    assert "490,00\u00a0EUR" in text
    after = balances(site)
    charged = after[LedgerAccount.CANCELLATION_CHARGES] - before[LedgerAccount.CANCELLATION_CHARGES]
    assert charged == -49000
    owed = after[LedgerAccount.RECEIVABLES] - before[LedgerAccount.RECEIVABLES]
    assert owed == -49000 - 98000  # the invoice is credited; what is refunded is the payer's
