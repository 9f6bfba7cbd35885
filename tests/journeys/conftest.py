"""A real server with the demonstration in it, and a real browser."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from learning import wiring
from learning.accounts.models import Person
from learning.admissions.models import Application
from learning.admissions.queries.stages import stages_of
from learning.catalogue.models import Edition, EditionStatus
from learning.cli import main
from learning.demo import PASSWORD
from learning.enrolment.models import Enrolment
from learning.kit.database import Database
from learning.kit.engines import make_engine
from learning.settings import ROOT
from tests.journeys.fee_scene import add_editions, known_money
from tests.ports import TIMEOUT, bind_option, listening_socket, port_of

SERVER = [
    sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "--workers", "1",
    "--log-level", "error", "wsgi:app",
]  # fmt: skip
LATER = """
import time_machine
time_machine.travel({at!r}, tick=True).start()
from wsgi import app
"""
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip


class Site:
    """The running site: its address, its editions, where its e-mails go.

    `known` are the codes of the editions (`edition` runs, `upcoming` takes applications) and the
    references of applications by the state in which they began, a `person` and their `enrolment`.
    """

    def __init__(self, address: str, known: dict[str, str], mail: Path) -> None:
        self.address = address
        self.edition = known["edition"]
        self.known = known
        self.mail = mail

    def sign_in(self, context: BrowserContext, email: str, language: str = "fr") -> Page:
        page = context.new_page()
        page.goto(f"{self.address}/{language}/account/sign-in")
        page.fill("#email", email)
        page.fill("#password", PASSWORD)
        follow(page.locator("main button").first)
        return page


class FeeSite(Site):
    """A site whose clock stands ten days before the first day of the upcoming edition.

    `now` is when its clock began; `database` is what its server writes to. `known` also has the
    codes of the editions of `fee_scene`: `later`, `dearer`, `cheaper` and
    `cancelled`.
    """

    def __init__(self, site: Site, database: Database, now: datetime) -> None:
        super().__init__(site.address, site.known, site.mail)
        self.database, self.now = database, now


def follow(leading: Locator) -> None:
    """Press what leads to another page, and wait for that page."""
    with leading.page.expect_navigation():
        leading.click()


def close(opened: BrowserContext | Page) -> None:
    """Close a tab, or a browser with all its tabs.

    Chromium may leave a tab open for ever that is closed on its way to another page, and closing
    has no time limit. A page may also load itself again. So each tab goes to an empty page first.
    A tab without a line is closed by `close_offline`.
    """
    for page in [opened] if isinstance(opened, Page) else opened.pages:
        go_to_empty_page(page)
    opened.close()


def go_to_empty_page(page: Page) -> None:
    """Leave a page; once more if it began to load itself again at that moment."""
    try:
        page.goto("about:blank")
    except Error as error:
        if "interrupted by another navigation" not in error.message:
            raise
        page.goto("about:blank")


def close_offline(page: Page) -> None:
    """Close a tab that has no line, so that what waits in it is sent by no page of today's.

    Playwright gives the line back while it lets go of the tab, and what the page sends in that
    moment (`keepalive`) outlives it. A page cannot send without `fetch`.
    """
    page.evaluate("() => { window.fetch = () => new Promise(() => {}); }")
    page.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    url = f"sqlite:///{tmp_path_factory.mktemp('site')}/site.sqlite"
    mail = tmp_path_factory.mktemp("mail")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEARNING_DATABASE_URL", url)
        assert main(["migrate"]) == main(["load-demo"]) == 0
    known, engine = known_in(url), make_engine(url)
    with wiring.database(engine).transaction() as session:
        known |= known_money(session)
    engine.dispose()
    with running_server(SERVER, url, mail, tmp_path_factory.mktemp("files")) as address:
        yield Site(address, known, mail)


@pytest.fixture(scope="session")
def fee_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FeeSite]:
    """A site for journeys of money, on a day that does not depend on the day of the test."""
    folder, mail = tmp_path_factory.mktemp("fees"), tmp_path_factory.mktemp("fee-mail")
    url = f"sqlite:///{folder}/site.sqlite"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEARNING_DATABASE_URL", url)
        assert main(["migrate"]) == main(["load-demo"]) == 0
    known, engine = known_in(url), make_engine(url)
    with wiring.database(engine).transaction() as session:
        first_day = session.scalars(
            select(Edition.starts_on).where(Edition.code == known["upcoming"])
        ).one()
        noon = datetime.combine(first_day, datetime.min.time(), UTC) + timedelta(hours=11)
        now = noon - timedelta(days=10)
        known |= add_editions(session, now=now)
    (folder / "later.py").write_text(LATER.format(at=now.isoformat()))
    command = [*SERVER[:-1], "--pythonpath", str(folder), "later:app"]
    with running_server(command, url, mail, folder) as address:
        yield FeeSite(Site(address, known, mail), wiring.database(engine), now)
    engine.dispose()


@contextmanager
def running_server(command: list[str], url: str, mail: Path, files: Path) -> Iterator[str]:
    """Run a server with a database; yield its address. It has no faults on the way."""
    log = files / "server.log"
    with listening_socket() as listening, log.open("wb") as lines:
        address = f"http://127.0.0.1:{port_of(listening)}"
        started = subprocess.Popen(  # noqa: S603 our own server
            [*command, "--bind", bind_option(listening)], cwd=ROOT, stderr=lines,
            env=environment_of(address, url, mail, files), pass_fds=[listening.fileno()],
        )  # fmt: skip
    with started as server:
        wait_until_ready(address)
        yield address
        server.terminate()
    failed = [line for line in log.read_text().splitlines() if '"level": "error"' in line]
    assert failed == [], "the server had faults on the way"


def environment_of(address: str, url: str, mail: Path, files: Path) -> dict[str, str]:
    return os.environ | {
        "LEARNING_DATABASE_URL": url,
        "LEARNING_ORIGINS": address,
        "LEARNING_ADDRESS": address,
        "LEARNING_TWO_FACTOR_FOR_STAFF": "0",
        "LEARNING_EMBEDDED_WORKER": "1",
        "LEARNING_MAIL_URL": f"folder:{mail}",
        "LEARNING_FILES": str(files),
        "LEARNING_FAKE_CARD_PROVIDER": "1",
        "LEARNING_FAKE_CARD_PAYMENTS": str(files / "card-payments.sqlite"),
    }


def wait_until_ready(address: str) -> None:
    """Ask once: the server takes the connection as soon as it has read the course."""
    with urlopen(f"{address}/readyz", timeout=TIMEOUT) as answer:  # noqa: S310 our own server
        assert answer.status == 200


def known_in(url: str) -> dict[str, str]:
    engine = make_engine(url)
    with wiring.database(engine).read_transaction() as session:
        codes = {e.status: e.code for e in session.scalars(select(Edition))}
        running = session.scalars(
            select(Enrolment)
            .join(Enrolment.edition)
            .where(Edition.status == EditionStatus.RUNNING)
            .order_by(Enrolment.id)
            .options(joinedload(Enrolment.person))
        ).first()
        assert running
        teacher = session.scalars(select(Person).where(Person.email == "expert@example.org")).one()
        applications = session.scalars(select(Application)).all()
        stages = stages_of(session, [each.id for each in applications])
        states = {str(stages[each.id]).replace("-", "_"): each.reference for each in applications}
    engine.dispose()
    return states | {
        "edition": codes[EditionStatus.RUNNING],
        "enrolment": running.uid,
        "person": running.person.uid,
        "teacher": teacher.uid,
        "upcoming": codes[EditionStatus.OPEN],
        "finished": codes[EditionStatus.FINISHED],
    }


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    assert Path(CHROMIUM).exists(), "sh tests/browser.sh installs it"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR")
    yield context
    close(context)
