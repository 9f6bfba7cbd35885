"""What is typed and not sent waits on the device, for its writer alone, and overwrites nothing."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import Site, close, follow

OFFER = "[data-offer]"


def note_of(site: Site, block: str, language: str = "fr") -> str:
    return f"{site.address}/{language}/editions/{site.edition}/lessons/m4-l2/notes/{block}"


def drafts(page: Page) -> list[str]:
    """Return the text of every draft that this device keeps, of all its users."""
    kept = page.evaluate(
        "() => [localStorage, sessionStorage].flatMap((store) => Object.entries(store))"
    )
    return [json.loads(value)["text"] for name, value in kept if name.startswith("draft:")]


@pytest.fixture
def laptop(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="fr-FR")
    yield context
    close(context)


def sign_out(page: Page) -> None:
    follow(page.locator(".site-footer button"))


def test_an_older_text_is_offered_and_never_put_in(site: Site, phone: BrowserContext) -> None:
    page = site.sign_in(phone, "eloise@example.org")
    page.goto(note_of(site, "map-1"))
    expect(page.locator(OFFER)).to_be_hidden()
    page.fill("textarea", "Une idée à garder")
    page.goto(note_of(site, "map-1", "en"))
    assert page.input_value("textarea") == ""
    expect(page.locator(OFFER)).to_contain_text("Une idée à garder")
    expect(page.locator(OFFER)).to_contain_text("unsaved text from")
    page.get_by_role("button", name="Use this text").click()
    assert page.input_value("textarea") == "Une idée à garder"
    expect(page.locator(OFFER)).to_be_hidden()
    follow(page.get_by_role("button", name="Save my note"))
    expect(page.locator("#b-map-1 .own-note .words")).to_have_text("Une idée à garder")
    assert drafts(page) == [], "what was sent is kept no longer"


def test_a_discarded_text_is_gone(site: Site, phone: BrowserContext) -> None:
    page = site.sign_in(phone, "eloise@example.org")
    page.goto(note_of(site, "map-2"))
    page.fill("textarea", "À oublier")
    page.reload()
    page.get_by_role("button", name="Supprimer ce texte").click()
    assert drafts(page) == []
    assert page.input_value("textarea") == ""


def test_the_next_person_on_a_device_neither_sees_nor_finds_a_draft(
    site: Site, phone: BrowserContext
) -> None:
    page = site.sign_in(phone, "eloise@example.org")
    page.goto(note_of(site, "map-2"))
    page.fill("textarea", "Rien que pour moi")
    assert drafts(page) == ["Rien que pour moi"]
    phone.clear_cookies()  # her sitting ended without her signing out
    other = site.sign_in(phone, "ibrahima@example.org")
    assert drafts(other) == []
    other.goto(note_of(site, "map-2"))
    expect(other.locator(OFFER)).to_be_hidden()
    assert other.input_value("textarea") == ""


@pytest.mark.parametrize("leave", ["sign out", "expire"])
def test_drafts_go_when_the_person_leaves(site: Site, phone: BrowserContext, leave: str) -> None:
    page = site.sign_in(phone, "eloise@example.org")
    page.goto(note_of(site, "map-2"))
    page.fill("textarea", "Rien que pour moi")
    if leave == "sign out":
        sign_out(page)
    else:
        phone.clear_cookies()
        page.goto(note_of(site, "map-2"))
    assert "/account/sign-in" in page.url
    assert drafts(page) == []


def test_a_note_bettered_elsewhere_is_not_overwritten_by_an_old_text(
    site: Site, phone: BrowserContext, laptop: BrowserContext
) -> None:
    old = site.sign_in(phone, "lan@example.org")
    old.goto(note_of(site, "map-1"))
    old.fill("textarea", "Sur le téléphone")
    better = site.sign_in(laptop, "lan@example.org")
    better.goto(note_of(site, "map-1"))
    better.fill("textarea", "Mieux, sur le portable")
    follow(better.get_by_role("button", name="Enregistrer ma note"))
    old.reload()
    assert old.input_value("textarea") == "Mieux, sur le portable"
    expect(old.locator(OFFER)).to_contain_text("modifié")
    old.get_by_role("button", name="Reprendre ce texte").click()
    with old.expect_response(lambda answer: answer.request.method == "POST") as saved:
        follow(old.get_by_role("button", name="Enregistrer ma note"))
    assert saved.value.status == 409
    expect(old.locator(".summary")).to_contain_text("Mieux, sur le portable")
    assert old.input_value("textarea") == "Sur le téléphone"


def test_what_was_typed_into_a_refused_form_stays_until_it_is_sent(
    site: Site, phone: BrowserContext
) -> None:
    page = site.sign_in(phone, "eloise@example.org")
    page.goto(note_of(site, "map-2"))
    page.fill("textarea", "x" * 5001)
    follow(page.get_by_role("button", name="Enregistrer ma note"))
    expect(page.locator(".summary")).to_be_visible()
    assert drafts(page) == ["x" * 5001]
    page.fill("textarea", "Plus court")
    assert drafts(page) == ["Plus court"]
    follow(page.get_by_role("button", name="Enregistrer ma note"))
    assert drafts(page) == []


def test_a_shared_device_keeps_drafts_no_longer_than_the_tab(
    site: Site, phone: BrowserContext
) -> None:
    page = phone.new_page()
    page.goto(f"{site.address}/fr/account/sign-in")
    page.fill("#email", "eloise@example.org")
    page.fill("#password", "six weeks in Turin")
    page.locator("[name=shared]").check()
    follow(page.locator("main button").first)
    page.goto(note_of(site, "map-2"))
    page.fill("textarea", "Dans un cybercafé")
    assert page.evaluate("Object.keys(localStorage)") == ["reader"]
    page.reload()
    expect(page.locator(OFFER)).to_contain_text("Dans un cybercafé")
    another = phone.new_page()
    another.goto(note_of(site, "map-2"))
    expect(another.locator(OFFER)).to_be_hidden()


@pytest.mark.parametrize("broken", ["full", "shut"])
def test_storage_that_fails_breaks_nothing(site: Site, phone: BrowserContext, broken: str) -> None:
    page = site.sign_in(phone, "eloise@example.org")
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    full = "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); }"
    shut = (
        "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name,"
        " { get: () => { throw new DOMException('', 'SecurityError'); } })"
    )
    page.add_init_script(full if broken == "full" else shut)
    page.goto(note_of(site, "map-3"))
    page.fill("textarea", f"Sans stockage: {broken}")
    follow(page.get_by_role("button", name="Enregistrer ma note"))
    expect(page.locator(".own-note").filter(has_text=broken)).to_be_visible()
    assert wrong == []
