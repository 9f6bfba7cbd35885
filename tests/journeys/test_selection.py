"""Paola selects on the board and scores by keys; what she selected stays until it is decided."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import Site, close, follow


@pytest.fixture
def laptop(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, service_workers="block")
    yield context
    close(context)


@pytest.fixture
def registrar(site: Site, laptop: BrowserContext) -> Page:
    return site.sign_in(laptop, "registrar@example.org", "en")


def board(site: Site, query: str = "") -> str:
    return f"{site.address}/en/staff/editions/{site.known['upcoming']}/applications/{query}"


def test_a_selection_outlives_order_and_filters_and_is_previewed_whole(
    site: Site, registrar: Page
) -> None:
    page = registrar
    page.goto(board(site, "?state=under_review"))
    boxes, bar = page.locator("[data-groups]"), page.locator("[data-balance]")
    total = boxes.count()
    assert total >= 2
    boxes.first.check()
    boxes.last.click(modifiers=["Shift"])
    expect(bar).to_contain_text(f"{total} selected")
    women = page.locator('[data-count="gender:woman"]')
    expect(page.locator("details.balance")).to_have_attribute("open", "")
    after = int(women.text_content() or "")
    assert after > int(women.get_attribute("data-seated") or "")

    follow(page.locator("thead a", has_text="Name"))
    expect(page.locator("[data-groups]:checked")).to_have_count(total)
    page.goto(board(site, "?state=under_review&gender=woman"))
    expect(page.locator("[data-groups]:checked")).to_have_count(boxes.count())
    expect(bar).to_contain_text(f"{total} selected")
    expect(bar).to_contain_text("Not on this page")
    expect(women).to_have_text(str(after))
    page.goto(board(site, "?state=submitted"))
    expect(page.locator("[data-groups]:checked")).to_have_count(0)

    page.goto(board(site, "?state=under_review&gender=woman"))
    page.click("button[value=waitlist]")
    expect(page.locator("main .lead")).to_contain_text(f"Possible for {total} of the {total}")
    expect(page.locator("main")).to_contain_text("not in the list that you see")
    page.click("text=Back, change nothing")
    expect(bar).to_contain_text(f"{total} selected")
    page.click("[data-clear]")
    expect(page.locator("[data-groups]:checked")).to_have_count(0)
    expect(page.locator("[data-clear]")).to_be_hidden()
    page.reload()
    expect(page.locator("[data-groups]:checked")).to_have_count(0)


def test_keys_give_points_and_lead_on_but_not_while_typing_nor_when_off(
    site: Site, registrar: Page
) -> None:
    page = registrar
    page.goto(board(site, "?state=under_review&sort=name"))
    follow(page.locator("[data-row]").first)
    first = page.locator("h1").inner_text()
    page.keyboard.press("j")
    expect(page.locator("h1")).not_to_have_text(first)
    page.keyboard.press("k")
    expect(page.locator("h1")).to_have_text(first)

    page.locator("#function input").first.focus()
    for key in "2031":
        page.keyboard.press(key)
    chosen = page.locator(".score-scale :checked")
    assert [each.get_attribute("value") for each in chosen.all()] == ["2", "0", "3", "1"]
    expect(page.locator("form[data-scores] button")).to_be_focused()
    page.locator("#remark").fill("")
    page.locator("#remark").press_sequentially("js42")
    expect(page.locator("#remark")).to_have_value("js42")
    expect(page.locator("h1")).to_have_text(first)
    page.locator("#use input").first.focus()
    page.keyboard.press("Control+3")
    assert chosen.last.get_attribute("value") == "1"

    page.keyboard.press("?")
    page.get_by_label("Single keys act on this device").uncheck()
    page.locator("#use input").first.focus()
    page.keyboard.press("4")
    assert chosen.last.get_attribute("value") == "1"
    page.get_by_label("Single keys act on this device").check()
    page.locator("h1").click()
    page.keyboard.press("s")
    expect(page.locator("main .notice").first).to_contain_text(f"Your scores of {first} are saved")
