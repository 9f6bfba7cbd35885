"""What is answered without a line waits on the device: it is sent once, in order, by its sender."""

import json

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.journeys.conftest import Site, close_offline, follow, go_to_empty_page

BAR = ".waiting"


def lesson(site: Site, key: str = "m4-l1") -> str:
    return f"{site.address}/en/editions/{site.edition}/lessons/{key}"


def waiting(page: Page) -> list[str]:
    """Return where the forms go that wait on this device, in order."""
    kept = page.evaluate("() => Object.entries(localStorage).sort()")
    return [json.loads(value)["to"] for name, value in kept if name.startswith("wait:")]


def wait_until_sent(page: Page) -> None:
    """Wait until nothing waits on this device; the page may load itself again meanwhile."""
    page.wait_for_function(
        "() => !Object.keys(localStorage).some((name) => name.startsWith('wait:'))"
    )


def answer(page: Page, check: str, number: int) -> None:
    form = page.locator(f"#b-{check} form")
    option = form.locator(".option", has=page.locator(f"input[name=answer][value='{number}']"))
    option.locator("input").check()
    form.get_by_role("button", name="Check my answer").click()
    expect(option.locator(".why")).to_be_visible()


def begin_again(page: Page, check: str) -> None:
    """Clear what an earlier story answered."""
    button = page.locator(f"#b-{check}").get_by_role("button", name="Try again")
    if button.is_visible():
        with page.expect_response(f"**/checks/{check}"):
            button.click()


def chosen(page: Page, check: str) -> list[int]:
    boxes = page.locator(f"#b-{check} input[name=answer]").all()
    return sorted(int(box.input_value()) for box in boxes if box.is_checked())


def test_an_answer_without_a_line_outlives_its_page(site: Site, phone: BrowserContext) -> None:
    page = site.sign_in(phone, "chinedu@example.org", "en")
    page.goto(lesson(site, "m4-l2"))
    phone.set_offline(True)
    answer(page, "check-1", 0)
    expect(page.locator(BAR)).to_contain_text("Not sent yet: 1")
    close_offline(page)
    phone.set_offline(False)
    again = phone.new_page()
    with again.expect_response("**/checks/check-1") as sent:
        again.goto(lesson(site, "m4-l3"))
    assert sent.value.status == 204
    expect(again.locator(BAR)).to_be_hidden()
    again.goto(lesson(site, "m4-l2"))
    assert chosen(again, "check-1") == [0]
    assert waiting(again) == []


def test_a_page_that_was_loaded_before_an_answer_came_shows_it(
    site: Site, phone: BrowserContext
) -> None:
    page = site.sign_in(phone, "tamar@example.org", "en")
    page.goto(lesson(site, "m4-l2"))
    begin_again(page, "check-1")
    phone.set_offline(True)
    answer(page, "check-1", 0)
    phone.set_offline(False)
    go_to_empty_page(page)
    page.goto(lesson(site, "m4-l2"))
    wait_until_sent(page)
    expect(page.locator("#b-check-1 input[name=answer][value='0']")).to_be_checked()
    expect(page.locator("#b-check-1 .why:visible")).not_to_have_count(0)


def test_what_waits_is_sent_in_order_when_the_line_is_back(
    site: Site, phone: BrowserContext
) -> None:
    page = site.sign_in(phone, "chinedu@example.org", "en")
    page.goto(lesson(site, "m4-l4"))
    phone.set_offline(True)
    begin_again(page, "check-1")
    answer(page, "check-1", 0)
    answer(page, "check-1", 1)
    page.get_by_role("button", name="Bookmark this lesson").click()
    expect(page.locator(BAR)).to_contain_text("Not sent yet: 3")
    phone.set_offline(False)
    expect(page.locator(BAR)).to_be_hidden(timeout=15_000)
    page.reload()
    assert chosen(page, "check-1") == [1]
    mark = page.get_by_role("button", name="Bookmark this lesson", pressed=True)
    expect(mark).to_be_visible()


def test_an_answer_whose_receipt_was_lost_counts_once(site: Site, phone: BrowserContext) -> None:
    page = site.sign_in(phone, "chinedu@example.org", "en")
    page.goto(lesson(site, "m4-l5"))
    bodies: list[str] = []

    def lose_the_first(route: Route) -> None:
        bodies.append(route.request.post_data or "")
        if len(bodies) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    phone.route("**/checks/check-1", lose_the_first)
    answer(page, "check-1", 0)
    expect(page.locator(BAR)).to_be_visible()
    page.reload()
    expect(page.locator(BAR)).to_be_hidden()
    assert len(bodies) == 2
    assert bodies[0] == bodies[1], "the same form, with the same key"
    assert "idempotency_key=" in bodies[0]


def test_a_note_without_a_line_waits_and_is_saved(site: Site, phone: BrowserContext) -> None:
    page = site.sign_in(phone, "chinedu@example.org", "en")
    page.goto(lesson(site, "m4-l2") + "/notes/map-1")
    page.fill("textarea", "Ask the town hall")
    phone.set_offline(True)
    page.get_by_role("button", name="Save my note").click()
    expect(page.locator(BAR)).to_contain_text("Not sent yet: 1")
    phone.set_offline(False)
    expect(page.locator(BAR)).to_be_hidden(timeout=15_000)
    page.goto(lesson(site, "m4-l2"))
    expect(page.locator("#b-map-1 .own-note .words")).to_have_text("Ask the town hall")


def test_of_a_note_saved_twice_without_a_line_the_last_one_counts(
    site: Site, phone: BrowserContext
) -> None:
    page = site.sign_in(phone, "chinedu@example.org", "en")
    page.goto(lesson(site, "m4-l2") + "/notes/map-3")
    phone.set_offline(True)
    for text in ("Ask the town hall", "Ask the prefecture"):
        page.fill("textarea", text)
        page.get_by_role("button", name="Save my note").click()
        expect(page.locator(BAR)).to_contain_text("Not sent yet: 1")
    phone.set_offline(False)
    expect(page.locator(BAR)).to_be_hidden(timeout=15_000)
    page.goto(lesson(site, "m4-l2"))
    expect(page.locator("#b-map-3 .own-note .words")).to_have_text("Ask the prefecture")


def test_a_note_changed_elsewhere_meanwhile_is_shown_and_overwrites_nothing(
    site: Site, phone: BrowserContext
) -> None:
    page = site.sign_in(phone, "chinedu@example.org", "en")
    address = lesson(site, "m4-l2") + "/notes/map-2"
    page.goto(address)
    page.fill("textarea", "From the bus")
    phone.set_offline(True)
    page.get_by_role("button", name="Save my note").click()
    expect(page.locator(BAR)).to_be_visible()
    close_offline(page)
    phone.set_offline(False)
    saved = phone.request.post(
        address,
        form={"body": "From the desk", "version": "0"},
        headers={"Origin": site.address},
    )
    assert saved.ok
    page = phone.new_page()
    page.goto(lesson(site, "m4-l3"))
    expect(page.locator(BAR)).to_contain_text("Not saved: “My note”")
    expect(page.locator(BAR)).to_contain_text("From the bus")
    follow(page.get_by_role("link", name="Open the page"))
    assert page.input_value("textarea") == "From the desk"
    expect(page.locator("[data-offer]")).to_contain_text("From the bus")
    expect(page.locator("[data-offer]")).to_contain_text("was changed after you began")
    page.locator(BAR).get_by_role("button", name="Do not send it").click()
    expect(page.locator(BAR)).to_be_hidden()


def test_an_answer_given_elsewhere_meanwhile_is_not_overwritten(
    site: Site, phone: BrowserContext
) -> None:
    page = site.sign_in(phone, "chinedu@example.org", "en")
    address = lesson(site, "m4-l3")
    page.goto(address)
    begin_again(page, "check-1")
    phone.set_offline(True)
    answer(page, "check-1", 0)
    close_offline(page)
    phone.set_offline(False)
    answered = {"answer": "1"}
    check = address + "/checks/check-1"
    assert phone.request.post(check, form=answered, headers={"Origin": site.address}).ok
    page = phone.new_page()
    page.goto(lesson(site, "m4-l2"))
    expect(page.locator(BAR)).to_contain_text("Not saved")
    follow(page.get_by_role("link", name="Open the page"))
    mine = page.locator(
        "#b-check-1 label", has=page.locator("input[name=answer][value='0']")
    ).inner_text()
    expect(page.locator(BAR)).to_contain_text(mine)
    assert chosen(page, "check-1") == [1]
    page.locator(BAR).get_by_role("button", name="Do not send it").click()
    begin_again(page, "check-1")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_is_busy_or_broken_is_asked_again(
    site: Site, phone: BrowserContext, status: int
) -> None:
    page = site.sign_in(phone, "maria@example.org", "en")
    page.goto(lesson(site, "m4-l4"))
    begin_again(page, "check-2")
    phone.route("**/checks/check-2", lambda route: route.fulfill(status=status, body=""))
    answer(page, "check-2", 0)
    expect(page.locator(BAR)).to_contain_text("Not sent yet: 1")
    phone.unroute("**/checks/check-2")
    page.reload()
    expect(page.locator(BAR)).to_be_hidden()


@pytest.mark.parametrize("status", [403, 404, 422])
def test_an_answer_that_is_refused_is_said_to_be(
    site: Site, phone: BrowserContext, status: int
) -> None:
    page = site.sign_in(phone, "maria@example.org", "en")
    page.goto(lesson(site, "m4-l4"))
    begin_again(page, "check-2")
    phone.route("**/checks/check-2", lambda route: route.fulfill(status=status, body=""))
    answer(page, "check-2", 0)
    expect(page.locator(BAR)).to_contain_text("Not saved")
    page.get_by_role("button", name="Do not send it").click()
    expect(page.locator(BAR)).to_be_hidden()
    assert waiting(page) == []


def test_signing_out_says_what_would_be_lost(site: Site, phone: BrowserContext) -> None:
    page = site.sign_in(phone, "maria@example.org", "en")
    page.goto(lesson(site, "m4-l5"))
    begin_again(page, "check-1")
    phone.route("**/checks/check-1", lambda route: route.abort())
    answer(page, "check-1", 0)
    expect(page.locator(BAR)).to_be_visible()
    dialogs: list[str] = []
    page.once("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_timeout(500)
    assert "Not sent yet: 1" in dialogs[0]
    assert len(waiting(page)) == 1
    page.once("dialog", lambda dialog: dialog.accept())
    follow(page.get_by_role("button", name="Sign out"))
    assert waiting(page) == []


def test_a_device_that_stores_nothing_says_so(site: Site, phone: BrowserContext) -> None:
    page = site.sign_in(phone, "maria@example.org", "en")
    page.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); }"
    )
    page.goto(lesson(site, "m4-l1"))
    phone.set_offline(True)
    answer(page, "check-1", 0)
    expect(page.locator(BAR)).to_contain_text("not kept: 1")
    phone.set_offline(False)
    expect(page.locator(BAR)).to_be_hidden(timeout=15_000)
    page.reload()
    assert chosen(page, "check-1") == [0]
