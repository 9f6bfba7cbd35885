"""A real server with the demonstration in it, and a real browser."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright
from sqlalchemy import select

from learning.catalogue.models import Edition, EditionStatus
from learning.cli import main
from learning.demo import PASSWORD
from learning.enrolment.models import Application
from learning.kit.db import Database
from learning.kit.engines import make_engine
from learning.settings import ROOT

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip


class Site:
    """The running site: its address, its editions, where its letters go.

    `known` are the codes of the editions (`edition` runs, `upcoming` takes applications) and the
    references of applications by the state in which they began.
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


def follow(leading: Locator) -> None:
    """Press what leads to another page, and wait for that page.

    Chromium may leave a tab open for ever that is closed on its way, and closing has no time limit.
    """
    with leading.page.expect_navigation():
        leading.click()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    url = f"sqlite:///{tmp_path_factory.mktemp('site')}/site.sqlite"
    mail = tmp_path_factory.mktemp("mail")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEARNING_DATABASE_URL", url)
        assert main(["migrate"]) == main(["demo"]) == 0
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {"LEARNING_DATABASE_URL": url, "LEARNING_ORIGINS": address}
    environment |= {"LEARNING_SECOND_FACTOR_FOR_STAFF": "0", "LEARNING_ADDRESS": address}
    environment |= {"LEARNING_EMBEDDED_WORKER": "1", "LEARNING_MAIL_URL": f"folder:{mail}"}
    environment |= {"LEARNING_FILES": str(tmp_path_factory.mktemp("files"))}
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--log-level", "error"]
    log = tmp_path_factory.mktemp("log") / "server.log"
    with (
        log.open("wb") as lines,
        subprocess.Popen(  # noqa: S603 our own server
            [*command, "wsgi:app"], cwd=ROOT, env=environment, stderr=lines
        ) as server,
    ):
        wait_for(port)
        yield Site(address, known_in(url), mail)
        server.terminate()
    failed = [line for line in log.read_text().splitlines() if '"level": "error"' in line]
    assert failed == [], "the server had faults on the way"


def wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server did not start")


def known_in(url: str) -> dict[str, str]:
    engine = make_engine(url)
    with Database(engine).reading() as session:
        codes = {e.status: e.code for e in session.scalars(select(Edition))}
        states = {
            str(a.state).replace("-", "_"): a.reference
            for a in session.scalars(select(Application))
        }
    engine.dispose()
    return states | {
        "edition": codes[EditionStatus.RUNNING],
        "upcoming": codes[EditionStatus.OPEN],
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
    context.close()
