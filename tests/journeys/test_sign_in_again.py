"""A session ends while somebody types: they sign in on the page that follows, and it is sent."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from learning.demo import PASSWORD
from tests.journeys.conftest import Site, close, follow, go_to_empty_page
from tests.journeys.test_waiting import BAR, answer, begin_again, chosen, lesson, waiting

TEXT = "Écrit avant la fin de la session"


def enter(page: Page, email: str, password: str = PASSWORD) -> None:
    page.fill("[name=sign_in-email]", email)
    page.fill("[name=sign_in-password]", password)
    follow(page.get_by_role("button", name="Se connecter et envoyer"))


def test_a_form_is_sent_once_its_writer_signs_in_below_the_sentence(
    site: Site, phone: BrowserContext
) -> None:
    page = site.sign_in(phone, "eloise@example.org")
    page.goto(f"{site.address}/fr/account/profile")
    page.fill("[name=institution]", TEXT)
    phone.clear_cookies()
    follow(page.get_by_role("button", name="Enregistrer mon profil"))
    expect(page.locator("h1")).to_have_text("Se reconnecter")
    enter(page, "eloise@example.org")
    assert page.url.endswith("/account/profile")
    expect(page.locator("[name=institution]")).to_have_value(TEXT)
    assert len(phone.pages) == 1


def test_another_person_who_signs_in_does_not_send_it(site: Site, phone: BrowserContext) -> None:
    page = site.sign_in(phone, "eloise@example.org")
    page.goto(f"{site.address}/fr/account/profile")
    page.fill("[name=institution]", f"{TEXT}, une autre fois")
    phone.clear_cookies()
    follow(page.get_by_role("button", name="Enregistrer mon profil"))
    enter(page, "ibrahima@example.org")
    expect(page.locator(".summary")).to_contain_text("un autre compte")
    enter(page, "eloise@example.org", "wrong password")
    expect(page.locator(".summary")).to_contain_text("ne correspondent pas")
    enter(page, "eloise@example.org")
    expect(page.locator("[name=institution]")).to_have_value(f"{TEXT}, une autre fois")


def test_a_note_beside_its_paragraph_is_saved_after_signing_in(
    site: Site, phone: BrowserContext
) -> None:
    page = site.sign_in(phone, "tamar@example.org")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{site.address}/fr/editions/{site.edition}/lessons/m4-l3")
    block = page.locator(".block:has(.pencil)").nth(2)
    key = block.get_attribute("id")
    block.locator(".pencil").click()
    block.locator("textarea").fill(TEXT)
    phone.clear_cookies()
    follow(block.locator("form button").first)
    enter(page, "tamar@example.org")
    assert page.url.endswith(f"/lessons/m4-l3#{key}")
    expect(page.locator(f"#{key} .own-note .words")).to_have_text(TEXT)
    kept = page.evaluate("Object.keys(localStorage)")
    assert not [name for name in kept if name.startswith(("draft:", "wait:"))], "nothing is left"


@pytest.mark.parametrize("known", [True, False])
def test_without_a_script_it_is_sent_too(site: Site, browser: Browser, known: bool) -> None:
    """Where the browser does not know whose session ended, a button asks first."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, locale="fr-FR", java_script_enabled=False
    )
    page = site.sign_in(context, "ibrahima@example.org")
    page.goto(f"{site.address}/fr/account/profile")
    page.fill("[name=institution]", f"{TEXT} {known}")
    context.clear_cookies()
    if not known:
        page.locator("[name=reader]").evaluate("field => field.remove()")
    follow(page.get_by_role("button", name="Enregistrer mon profil"))
    enter(page, "ibrahima@example.org")
    if not known:
        expect(page.locator("h1")).to_have_text("Connexion réussie")
        follow(page.get_by_role("button", name="Renvoyer"))
    expect(page.locator("[name=institution]")).to_have_value(f"{TEXT} {known}")
    close(context)


def test_when_the_session_has_ended_an_answer_waits_for_its_sender(
    site: Site, phone: BrowserContext
) -> None:
    page = site.sign_in(phone, "maria@example.org", "en")
    page.goto(lesson(site, "m4-l2"))
    phone.clear_cookies()
    answer(page, "check-1", 0)
    expect(page.locator(BAR)).to_contain_text("You have been signed out")
    go_to_empty_page(page)  # else this tab may send the answer before the one that is watched
    other = site.sign_in(phone, "lan@example.org", "en")
    other.goto(lesson(site, "m4-l2"))
    expect(other.locator(BAR)).to_be_hidden()
    assert chosen(other, "check-1") == [], "nobody's answer becomes somebody else's"
    follow(other.get_by_role("button", name="Sign out"))
    back = site.sign_in(phone, "maria@example.org", "en")
    with back.expect_response("**/checks/check-1") as sent:
        back.goto(lesson(site, "m4-l2"))
    assert sent.value.status == 204
    expect(back.locator("#b-check-1 input[name=answer][value='0']")).to_be_checked()
    assert waiting(back) == []


def test_the_bar_leads_back_to_the_lesson_and_the_answer_is_sent(
    site: Site, phone: BrowserContext
) -> None:
    page = site.sign_in(phone, "maria@example.org", "en")
    page.goto(lesson(site, "m4-l3"))
    begin_again(page, "check-1")
    phone.clear_cookies()
    answer(page, "check-1", 0)
    follow(page.locator(BAR).get_by_role("link", name="Sign in"))
    page.fill("#email", "maria@example.org")
    page.fill("#password", PASSWORD)
    with page.expect_response("**/checks/check-1") as sent:
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
    assert sent.value.status == 204
    expect(page).to_have_url(lesson(site, "m4-l3"))
    expect(page.locator("#b-check-1 input[name=answer][value='0']")).to_be_checked()
    assert waiting(page) == []
