"""The indicator laboratory on a phone: the story stays, the scores follow, the result is found."""

from playwright.sync_api import BrowserContext, expect

from tests.journeys.conftest import Site


def test_scores_follow_the_answers_and_calculate_leads_to_the_result(
    site: Site, phone: BrowserContext
) -> None:
    page = site.sign_in(phone, "expert@example.org", "en")
    page.goto(f"{site.address}/en/editions/{site.edition}/lab/m6")
    statements = page.locator("fieldset.scale")
    number = statements.count()
    left = page.locator("[data-left]")
    for done in range(number):
        statements.nth(done).locator("input").nth(2).check()
        rest = number - done - 1
        expect(left).to_have_text(f"Statements left to answer: {rest}" if rest else "")
    expect(page.locator(".lab-story")).to_be_in_viewport()
    total = page.locator("[data-score=''] + .num")
    expect(total).to_have_text("0.5")
    statements.first.locator("input").nth(4).check()
    expect(total).to_have_text("0.54")
    page.get_by_role("button", name="Calculate").click()
    expect(page.get_by_role("heading", name="What your answers add up to")).to_be_in_viewport()
    expect(total).to_have_text("0.54")
    model = page.locator("details", has_text="Score of the model answer").first
    expect(model.get_by_text("Model answer", exact=True).first).to_be_hidden()
    model.locator("summary").click()
    expect(model.get_by_text("Model answer", exact=True).first).to_be_visible()
