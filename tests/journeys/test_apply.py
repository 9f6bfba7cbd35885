"""Aminata applies with a sponsor, Luis by himself; Carlos waits for a seat; Kouassi is declined."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Site, close, follow
from tests.journeys.test_people import letter

PHONE = {"width": 360, "height": 740}
PAPER = {"width": 1280, "height": 800}
BOARD = "/fr/staff/editions/{edition}/applications/"


@contextmanager
def signed_in(
    site: Site, browser: Browser, who: str, language: str, *, scripts: bool = True
) -> Iterator[Page]:
    size = PAPER if who.startswith("registrar") else PHONE
    context = browser.new_context(viewport=size, locale=language, java_script_enabled=scripts)
    yield site.sign_in(context, who, language)
    close(context)


@pytest.fixture
def upcoming(site: Site, browser: Browser) -> str:
    """The code of the edition that takes applications."""
    with signed_in(site, browser, "registrar@example.org", "fr") as page:
        page.goto(f"{site.address}/fr/staff/")
        links = page.locator("a[href*='/applications/']").evaluate_all(
            "all => all.map(a => a.getAttribute('href'))"
        )
        for link in links:
            page.goto(f"{site.address}{link}")
            if page.get_by_text("Kouassi Yao").count():
                return re.search(r"/editions/([^/]+)/", link)[1]
    raise AssertionError("no edition has applications")


def go_on(page: Page) -> None:
    follow(page.locator("main form button.button:not(.secondary)").first)


def choose(page: Page, name: str, value: str) -> None:
    page.check(f"input[name={name}][value={value}]")


def fill_in(page: Page, language: str, motivation: str) -> None:
    """Go through the steps up to who pays; a page is one thing."""
    choose(page, "gender", "woman")
    page.select_option("#country", "ML")
    go_on(page)
    page.fill("#position", "Chargée d’accueil")
    choose(page, "constituency", "government")
    go_on(page)
    page.fill("#motivation", "Trop court")
    go_on(page)
    expect(page.locator("#errors")).to_be_visible()
    assert page.input_value("#motivation") == "Trop court"
    page.fill("#motivation", motivation)
    go_on(page)
    choose(page, "study_language", language)
    go_on(page)


def decide(page: Page, site: Site, edition: str, name: str, button: str, reason: str = "") -> None:
    page.goto(site.address + BOARD.format(edition=edition) + "?q=" + name.split(maxsplit=1)[0])
    page.get_by_role("link", name=name).first.click()
    panel = page.locator(".decision")
    other = panel.locator("a, button").filter(has_text=re.compile(rf"^{button}…$"))
    if not other.count():  # the main decision is taken beside the application
        if reason:
            panel.locator("#reason").fill(reason)
        follow(panel.get_by_role("button", name=button))
        return
    follow(other)
    if reason:
        page.fill("#reason", reason)
        if page.locator("button[name=preview]").count():
            page.click("button[name=preview]")
            expect(page.locator("main")).to_contain_text(reason)
    follow(page.locator("main form button.button:not([name=preview])").first)


def test_a_sponsored_application_in_french(site: Site, browser: Browser, upcoming: str) -> None:
    with signed_in(site, browser, "candidate@example.org", "fr") as page:
        page.goto(f"{site.address}/fr/applications/")
        page.locator("main a[href*='/applications/']").first.click()
        page.goto(re.sub(r"(/applications/\w+).*", r"\1/steps/person", page.url))
        fill_in(page, "fr", "Je reçois chaque semaine des personnes de retour, pour les orienter.")
        choose(page, "funding", "sponsor")
        go_on(page)
        page.fill("#organisation", "Ministère des Maliens")
        page.fill("#contact_name", "Moussa Keïta")
        page.fill("#contact_email", "moussa@example.org")
        follow(page.locator("form", has=page.locator("#contact_email")).locator("button"))

        subject = "Votre institution est invitée à vous proposer"
        text = letter(site.mail, subject, to="moussa@example.org")
        link = re.search(r"https?://\S+/sponsor/\S+", text)[0]
        visitor = browser.new_context(viewport=PHONE, locale="fr").new_page()
        visitor.goto(link)
        expect(visitor.locator("main")).to_contain_text("Aminata Traoré")
        expect(visitor.locator("main")).not_to_contain_text("Je reçois chaque semaine")
        visitor.goto(f"{link}/steps/statement")
        visitor.fill("#signed_by", "Moussa Keïta")
        visitor.check("#may_sign")
        visitor.fill("#share", "100")
        visitor.fill("#billing_name", "Ministère des Maliens")
        visitor.fill("#billing_line1", "Avenue 7")
        visitor.fill("#billing_town", "Bamako")
        visitor.select_option("#billing_country", "ML")
        follow(visitor.locator("form", has=visitor.locator("#share")).locator("button"))
        assert visitor.locator("#errors").count() == 0
        close(visitor.context)

        page.goto(re.sub(r"/steps/.*", "/steps/consent", page.url))
        page.check("input[name=agreed]")
        go_on(page)
        if not page.url.endswith("/review"):
            page.goto(re.sub(r"/steps/.*", "/review", page.url))
        follow(page.locator("form[action$='/submit'] button, main form button.button").first)
        expect(page.locator("h1")).to_contain_text("est arrivée")
        status = page.url

        with signed_in(site, browser, "registrar@example.org", "fr") as staff_area:
            decide(staff_area, site, upcoming, "Aminata Traoré", "Commencer l’examen")
            decide(staff_area, site, upcoming, "Aminata Traoré", "Accepter", "Projet solide")
        page.goto(status)
        expect(page.locator("h1")).to_contain_text("vous est réservée")
        expect(page.locator("main")).to_contain_text("980\u00a0€")


def test_applying_alone_in_spanish_without_scripts(
    site: Site, browser: Browser, upcoming: str
) -> None:
    with signed_in(site, browser, "luis@example.org", "es", scripts=False) as page:
        page.goto(f"{site.address}/es/courses/reintegration")
        follow(page.locator("form[action*='/apply'] button, a[href$='/apply']").first)
        if "/apply" in page.url:
            follow(page.locator("main form button").first)
        fill_in(page, "es", "Cada semana regresan personas y quiero orientarlas en mi ciudad.")
        choose(page, "funding", "self")
        go_on(page)
        choose(page, "billing_kind", "person")
        page.fill("#billing_name", "Luis Quispe Mamani")
        page.fill("#billing_line1", "Calle 5")
        page.fill("#billing_postcode", "04001")
        page.fill("#billing_town", "Arequipa")
        page.select_option("#billing_country", "PE")
        go_on(page)
        page.check("input[name=agreed]")
        go_on(page)
        follow(page.locator("form[action$='/submit'] button, main form button.button").first)
        status = page.url
        with signed_in(site, browser, "registrar@example.org", "fr", scripts=False) as staff_area:
            decide(staff_area, site, upcoming, "Luis Quispe Mamani", "Commencer l’examen")
            decide(staff_area, site, upcoming, "Luis Quispe Mamani", "Accepter", "Buen proyecto")
        page.goto(status)
        expect(page.locator("main")).to_contain_text("980\u00a0€")


def test_from_the_waiting_list_to_a_seat(site: Site, browser: Browser, upcoming: str) -> None:
    with signed_in(site, browser, "registrar@example.org", "fr") as staff_area:
        staff_area.goto(site.address + BOARD.format(edition=upcoming) + "offers")
        follow(staff_area.locator("form[action$='/offers'] button"))
    with signed_in(site, browser, "carlos@example.org", "es") as page:
        page.goto(f"{site.address}/es/applications/")
        page.locator("main a[href*='/applications/']").first.click()
        follow(page.locator("form[action$='/seat'] button"))
        expect(page.locator("h1")).to_contain_text("reserva una plaza")


def test_a_decline_with_its_reason(site: Site, browser: Browser, upcoming: str) -> None:
    why = "Cette édition s’adresse d’abord aux conseillers."
    with signed_in(site, browser, "registrar@example.org", "fr") as staff_area:
        decide(staff_area, site, upcoming, "Kouassi Yao", "Commencer l’examen")
        decide(staff_area, site, upcoming, "Kouassi Yao", "Ne pas retenir", why)
    with signed_in(site, browser, "kouassi@example.org", "fr") as page:
        page.goto(f"{site.address}/fr/applications/")
        page.locator("main a[href*='/applications/']").first.click()
        expect(page.locator("main")).to_contain_text(why)


def test_a_printed_status_has_the_facts_and_no_form(site: Site, browser: Browser) -> None:
    with signed_in(site, browser, "mamadou@example.org", "en") as page:
        page.goto(f"{site.address}/en/applications/")
        page.locator("main a[href*='/applications/']").first.click()
        expect(page.get_by_role("button", name="Send my answer")).to_be_visible()
        page.emulate_media(media="print")
        expect(page.locator("main form")).to_be_hidden()
        expect(page.get_by_text("€980")).to_be_visible()
        expect(page.get_by_role("heading", name="Your documents")).to_be_hidden()
