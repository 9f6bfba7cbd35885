"""A note is written beside its paragraph, and never shown as saved when it is not."""

import re

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.journeys.conftest import Site


def open_lesson(site: Site, laptop: BrowserContext) -> Page:
    """Return a lesson on a screen that is wide enough for the pencils of its paragraphs."""
    page = site.sign_in(laptop, "tamar@example.org", "en")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{site.address}/en/editions/{site.edition}/lessons/m4-l2")
    return page


def open_note(page: Page, block: str) -> Locator:
    """Press the pencil of a paragraph; return the form that opens there."""
    page.locator(f"#b-{block} .pencil").click()
    return page.locator(f"#b-{block} .note-form")


def test_a_note_is_saved_where_it_stands(site: Site, phone: BrowserContext) -> None:
    page = open_lesson(site, phone)
    form = open_note(page, "map-1")
    form.locator("textarea").fill("Ask the registry")
    form.get_by_role("button", name="Save my note").click()
    expect(page.locator("#b-map-1 .own-note")).to_contain_text("Ask the registry")
    expect(page.locator("#b-map-1 .own-note [role=status]")).to_be_visible()
    page.reload()
    expect(page.locator("#b-map-1 .own-note")).to_contain_text("Ask the registry")


def test_a_session_that_has_ended_asks_to_sign_in_on_its_own_page(
    site: Site, phone: BrowserContext
) -> None:
    page = open_lesson(site, phone)
    phone.clear_cookies()
    page.locator("#b-map-2 .pencil").click()
    expect(page).to_have_url(re.compile(r"/account/sign-in"))


def test_a_note_sent_twice_over_a_newer_one_shows_both(site: Site, phone: BrowserContext) -> None:
    page = open_lesson(site, phone)
    form = open_note(page, "map-3")
    form.locator("textarea").fill("From the phone")
    saved = phone.request.post(
        f"{site.address}/en/editions/{site.edition}/lessons/m4-l2/notes/map-3",
        form={"body": "From the desk", "version": "0"},
        headers={"Origin": site.address},
    )
    assert saved.ok
    with page.expect_navigation():
        form.get_by_role("button", name="Save my note").dblclick()
    expect(page.locator("main [role=alert]")).to_contain_text("From the desk")
    assert page.input_value("textarea") == "From the phone"


def write_from(page: Page, site: Site, block: str, body: str) -> None:
    address = f"{site.address}/en/editions/{site.edition}/lessons/m4-l2/notes/{block}"
    form = {"body": body, "version": "0"}
    assert page.context.request.post(address, form=form, headers={"Origin": site.address}).ok


def test_the_list_of_notes_filters_edits_and_deletes_in_place(
    site: Site, phone: BrowserContext
) -> None:
    page = open_lesson(site, phone)
    write_from(page, site, "three-ways-1", "Meet the mayor")
    write_from(page, site, "three-ways-2", "Ask the diaspora")
    page.goto(f"{site.address}/en/editions/{site.edition}/notes")
    page.get_by_role("searchbox").fill("mayor")
    expect(page.get_by_text("Ask the diaspora")).to_be_hidden()
    row = page.locator("[data-row]", has_text="Meet the mayor")
    row.get_by_role("link", name="Edit").click()
    row.locator("textarea").fill("Meet the new mayor")
    row.get_by_role("button", name="Save my note").click()
    row = page.locator("[data-row]", has_text="Meet the new mayor")
    expect(row.locator("[role=status]")).to_be_visible()
    row.get_by_role("link", name="Edit").click()
    page.get_by_role("button", name="Delete this note").click()
    expect(page.get_by_text("Meet the new mayor")).to_have_count(0)
    page.reload()
    expect(page.get_by_text("Meet the new mayor")).to_have_count(0)
    expect(page.get_by_text("Ask the diaspora")).to_be_visible()
