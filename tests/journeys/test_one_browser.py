"""Two people, one browser: what one leaves on the screen or in memory, the other never sees."""

from playwright.sync_api import BrowserContext, expect

from tests.journeys.conftest import Site, follow


def test_going_back_after_signing_out_shows_nothing_of_before(
    site: Site, phone: BrowserContext
) -> None:
    page = site.sign_in(phone, "chinedu@example.org", "en")
    page.goto(f"{site.address}/en/editions/{site.edition}/")
    expect(page.locator("#menu a", has_text="Chinedu")).to_have_count(1)
    follow(page.get_by_role("button", name="Sign out"))
    page.go_back()
    page.wait_for_url("**/account/sign-in**")
    expect(page.locator("body")).not_to_contain_text("Chinedu")


def test_another_tab_follows_who_signs_in(site: Site, phone: BrowserContext) -> None:
    page = site.sign_in(phone, "chinedu@example.org", "en")
    other = phone.new_page()
    other.goto(f"{site.address}/en/editions/{site.edition}/")
    follow(page.get_by_role("button", name="Sign out"))
    other.wait_for_url("**/account/sign-in**")
    again = site.sign_in(phone, "lan@example.org", "en")
    again.goto(f"{site.address}/en/editions/{site.edition}/")
    page.goto(f"{site.address}/en/editions/{site.edition}/")
    expect(page.locator("body")).not_to_contain_text("Chinedu")
