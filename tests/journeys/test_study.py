"""Awa studies module 4: with scripts, by keyboard alone, and without any script."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import Site, close


def lesson(site: Site, key: str, language: str = "fr") -> str:
    return f"{site.address}/{language}/editions/{site.edition}/lessons/{key}"


def complaints(page: Page) -> list[str]:
    """Collect what the browser complains about: scripts that fail, policies that are broken."""
    heard: list[str] = []
    page.on("console", lambda m: heard.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def test_a_check_answers_at_once_and_is_kept(site: Site, phone: BrowserContext) -> None:
    page = site.sign_in(phone, "chinedu@example.org", "en")
    heard = complaints(page)
    page.goto(lesson(site, "m4-l1", "en"))
    form = page.locator("#b-check-2 form")
    expect(form.locator(".why:visible")).to_have_count(0)
    for number, reasons in ((1, 1), (2, 3)):  # its own reason, one more try, then all
        form.locator(f"input[name=answer][value='{number}']").check()
        with page.expect_response("**/checks/check-2") as kept:
            form.get_by_role("button", name="Check my answer").click()
        assert kept.value.status == 204
        expect(form.locator(".why:visible")).to_have_count(reasons)
        expect(form.get_by_role("button").first).to_be_focused()  # the one that is there now
        page.reload()
        assert form.locator(f"input[name=answer][value='{number}']").is_checked()
        expect(form.locator(".why:visible")).to_have_count(reasons)
    form.get_by_role("button", name="Try again").click()
    expect(form.locator(".why:visible")).to_have_count(0)
    assert heard == []


def test_the_options_of_a_check_stand_alike_on_every_device(
    site: Site, browser: Browser, phone: BrowserContext
) -> None:
    laptop = browser.new_context()
    order = []
    for context, language in ((phone, "en"), (laptop, "fr")):
        page = site.sign_in(context, "chinedu@example.org", language)
        page.goto(lesson(site, "m4-l2", language))
        boxes = page.locator("#b-check-1 input[name=answer]").all()
        order.append([box.input_value() for box in boxes])
    assert order[0] == order[1]
    close(laptop)


def test_the_paragraph_comes_along_to_another_device_and_language(
    site: Site, browser: Browser, phone: BrowserContext
) -> None:
    page = site.sign_in(phone, "lan@example.org", "en")
    page.goto(lesson(site, "m4-l1", "en"))
    with page.expect_response("**/position", timeout=15_000) as kept:
        page.locator("#b-from-the-start-1").evaluate("e => e.scrollIntoView()")
    assert kept.value.status == 204
    page.locator(".lesson-bar").get_by_role("button", name="Language").click()
    page.locator(".lesson-bar .lang a[lang=fr]").click()
    page.wait_for_url(re.compile(r"/fr/.*#b-(from-the-start(-1)?|how-much-5)$"))
    expect(page.locator(f"#{page.url.split('#')[1]}")).to_be_in_viewport()
    laptop = browser.new_context(viewport={"width": 1280, "height": 800})
    other = site.sign_in(laptop, "lan@example.org", "en")
    other.get_by_role("link", name="Continue").click()
    expect(other).to_have_url(re.compile(r"m4-l1#b-(from-the-start(-1)?|how-much-5)$"))
    close(laptop)


def test_a_glossary_term_opens_where_it_stands(site: Site, phone: BrowserContext) -> None:
    page = site.sign_in(phone, "maria@example.org", "en")
    heard = complaints(page)
    page.goto(lesson(site, "m4-l1", "en"))
    term = page.locator("a.term").first
    term.focus()
    page.keyboard.press("Enter")
    entry = page.get_by_role("dialog", name="individual support")
    expect(entry).to_be_visible()
    word, box = term.bounding_box(), entry.bounding_box()
    assert word
    assert box
    assert 0 <= box["y"] - word["y"] - word["height"] < 16, "right under the word"
    page.keyboard.press("Escape")
    expect(entry).to_be_hidden()
    assert term.evaluate("e => e === document.activeElement")
    assert heard == []


def test_by_keyboard_alone_from_signing_in_to_a_note(site: Site, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{site.address}/fr/account/sign-in")
    page.keyboard.press("Tab")
    assert focused(page) == "Aller au contenu"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("fatoumata@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type("six weeks in Turin")
    page.keyboard.press("Enter")
    page.wait_for_url("**/this-week")
    tab_to(page, "Reprendre la leçon")
    page.keyboard.press("Enter")
    page.wait_for_url("**/lessons/**")
    page.goto(lesson(site, "m4-l5"))
    tab_to_check(page)
    page.keyboard.press("Space")
    tab_to(page, "Vérifier ma réponse")
    page.keyboard.press("Enter")
    expect(page.locator("#b-check-1 .why:visible")).not_to_have_count(0)
    tab_to(page, "Note")
    page.keyboard.press("Enter")
    expect(page.locator(".note-form textarea")).to_be_focused()
    page.keyboard.type("Demander à la mairie")
    tab_to(page, "Enregistrer ma note")
    page.keyboard.press("Enter")
    expect(page.locator(".own-note")).to_contain_text("Demander à la mairie")
    expect(page.locator(".own-note [role=status]")).to_contain_text("Enregistré à")
    page.reload()
    expect(page.locator(".own-note")).to_contain_text("Demander à la mairie")
    close(context)


FOCUSED = """() => {
  const e = document.activeElement;
  const seen = getComputedStyle(e).outlineStyle !== "none" || ["BODY", "MAIN"].includes(e.tagName);
  const label = e.labels && e.labels[0] && e.labels[0].textContent;
  return seen ? (label || e.ariaLabel || e.textContent).trim() : "invisible focus";
}"""


def focused(page: Page) -> str:
    """Return the name of what has the focus, and see that the focus can be seen."""
    return str(page.evaluate(FOCUSED))


def tab_to(page: Page, name: str) -> None:
    for _ in range(120):
        page.keyboard.press("Tab")
        if focused(page) == name:
            return
    raise AssertionError(f"“{name}” cannot be reached by keyboard")


def tab_to_check(page: Page) -> None:
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "answer":
            return
    raise AssertionError("no answer can be reached by keyboard")


@pytest.mark.parametrize("language", ["fr", "es"])
def test_the_whole_main_job_without_scripts(site: Site, browser: Browser, language: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    who = {"fr": "ibrahima@example.org", "es": "jose@example.org"}[language]
    page = site.sign_in(context, who, language)
    page.locator(".hero .button").click()
    assert "/lessons/" in page.url
    page.goto(lesson(site, "m4-l3", language))
    form = page.locator("#b-check-1 form")
    form.locator("button:visible").first.click()
    assert page.locator("#b-check-1 .error").is_visible()
    for number, reasons in ((2, 1), (0, 3)):  # its own reason, one more try, then all
        page.locator(f"#b-check-1 input[name=answer][value='{number}']").check()
        page.locator("#b-check-1 button:visible").first.click()
        assert page.url.endswith("#b-check-1")
        expect(page.locator("#b-check-1 .why:visible")).to_have_count(reasons)
    page.locator("[data-note-here]").click()
    page.locator("main .items a[href$='/why-1']").click()
    page.locator("textarea").fill("Sans script, sin guion")
    page.locator("main form button").click()
    assert page.locator("#b-why-1 .own-note .words").inner_text() == "Sans script, sin guion"
    page.locator(".pager button").click()
    assert "/lessons/m4-l4" in page.url
    page.goto(f"{site.address}/{language}/search?q=mecanism")
    assert page.locator("mark").count() > 0
    page.locator(".site-footer button").click()
    assert page.url.endswith("/account/sign-in")
    close(context)


def test_what_was_typed_survives_a_broken_line(site: Site, phone: BrowserContext) -> None:
    page = site.sign_in(phone, "eloise@example.org")
    address = lesson(site, "m4-l2") + "/notes/map-1"
    page.goto(address)
    page.fill("textarea", "Une idée à garder")
    phone.set_offline(True)
    page.get_by_role("button", name="Enregistrer ma note").click(no_wait_after=True)
    page.wait_for_timeout(300)
    phone.set_offline(False)
    page.goto(address)
    expect(page.locator("textarea")).to_have_value("Une idée à garder")


def test_the_glossary_is_filtered_while_one_types(site: Site, phone: BrowserContext) -> None:
    page = site.sign_in(phone, "maria@example.org", "en")
    heard = complaints(page)
    page.goto(f"{site.address}/en/editions/{site.edition}/glossary")
    page.get_by_role("searchbox").fill("devolucion")  # Spanish, without its accent
    expect(page.locator("[data-row]:visible")).to_have_count(1)
    entry = page.locator("[data-row]:visible")
    expect(entry.locator("dt")).to_have_text("non-refoulement")
    letters = page.get_by_role("navigation", name="Terms by first letter")
    expect(letters).to_have_text("N", use_inner_text=True)
    entry.get_by_text("Source and lessons").click()
    entry.get_by_role("link", name="1951 Convention").click()
    expect(page.locator("#source-refugee-1951")).to_be_in_viewport()
    page.get_by_role("searchbox").fill("1951")  # what opens on demand is not searched
    expect(page.locator("#term-refugee")).to_be_hidden()
    assert heard == []
