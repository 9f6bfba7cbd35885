"""From a form of ours to another site in Chromium: by our page, never by a redirect."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from playwright.sync_api import Browser, BrowserContext, expect
from werkzeug.serving import make_server

from learning import wiring
from learning.access.guard import GuardedBlueprint
from learning.access.permissions import Permission
from learning.app import create_app
from learning.commands.database import migrate_to_head
from learning.kit.csrf import csrf_field
from learning.kit.leave_site import leave_site
from learning.settings import Settings
from tests.journeys.conftest import close, follow

FORMS = "".join(
    f'<form method="post" action="{way}">{{field}}<button>{way}</button></form>'
    for way in ("redirected", "led", "shown")
)


class Bank(BaseHTTPRequestHandler):
    """Another site. It remembers what was asked of it, and from where."""

    def do_GET(self) -> None:
        if self.path.startswith("/pay"):
            visits.append((self.path, self.headers.get("Referer")))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Bank</title><h1>The bank</h1>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


visits: list[tuple[str, str | None]] = []


@pytest.fixture
def bank() -> Iterator[str]:
    visits.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Bank) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/pay?order=7"
        server.shutdown()
        thread.join()


def three_forms(bank: str) -> GuardedBlueprint:
    """Return a form for each way to the bank: a redirect, our page, our page after a redirect."""
    bp = GuardedBlueprint("pay", __name__, url_prefix="/pay")

    @bp.get("/", needs=Permission.OPEN_TO_ALL)
    def forms() -> ResponseReturnValue:
        return "<!doctype html><title>Pay</title>" + FORMS.format(field=csrf_field())

    @bp.post("/redirected", needs=Permission.OPEN_TO_ALL)
    def redirected() -> ResponseReturnValue:
        return redirect(bank, 303)

    @bp.post("/led", needs=Permission.OPEN_TO_ALL)
    def led() -> ResponseReturnValue:
        return leave_site(bank, "The bank")

    @bp.post("/shown", needs=Permission.OPEN_TO_ALL)
    def shown() -> ResponseReturnValue:
        return redirect(url_for(".show"), 303)

    @bp.get("/show", needs=Permission.OPEN_TO_ALL)
    def show() -> ResponseReturnValue:
        return leave_site(bank, "The bank")

    return bp


@contextmanager
def serving(bp: GuardedBlueprint, folder: Path) -> Iterator[str]:
    """Serve the application with these pages beside its own; yield its address."""
    url = f"sqlite:///{folder}/site.sqlite"
    settings = Settings(database_url=url, files=folder / "files", cache=Settings().cache)
    engine = wiring.engine(settings)
    database = wiring.database(engine)
    migrate_to_head(database)
    app = create_app(settings, database)
    app.extensions["needs"] |= bp.needs
    app.register_blueprint(bp)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/en/pay/"
    server.shutdown()
    thread.join()
    server.server_close()
    engine.dispose()


@pytest.fixture
def site_with_forms(bank: str, tmp_path: Path) -> Iterator[str]:
    with serving(three_forms(bank), tmp_path) as address:
        yield address


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def visitor_of(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(java_script_enabled=request.param, locale="en-GB")
    yield context
    close(context)


@pytest.mark.parametrize("form", ["led", "shown"])
def test_after_a_form_our_page_leads_to_another_site(
    site_with_forms: str, visitor_of: BrowserContext, form: str, bank: str
) -> None:
    page = visitor_of.new_page()
    page.goto(site_with_forms)
    follow(page.get_by_role("button", name=form))
    expect(page.get_by_role("heading", level=1)).to_have_text("Continue to The bank")
    expect(page.locator("main")).to_contain_text(bank.split("/")[2])
    assert visits == []
    follow(page.get_by_role("link", name="Continue to The bank"))
    expect(page.get_by_role("heading", level=1)).to_have_text("The bank")
    assert page.url == bank
    assert visits == [("/pay?order=7", None)], "it is not told where they came from"


def test_a_redirect_of_a_form_to_another_site_is_blocked(
    site_with_forms: str, phone: BrowserContext
) -> None:
    """If this fails, browsers have changed, and `leave_site` may not be needed any more."""
    page = phone.new_page()
    page.goto(site_with_forms)
    with page.expect_console_message(lambda message: "form-action" in message.text):
        page.get_by_role("button", name="redirected").click(no_wait_after=True)
    assert page.url == site_with_forms
    assert visits == []
