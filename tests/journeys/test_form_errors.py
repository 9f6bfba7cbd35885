"""Forms with errors: the page says so first, takes the focus, and axe finds nothing."""

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import Site, close, follow
from tests.journeys.pages import MONEY
from tests.journeys.test_accessibility import AXE, OVERFLOW, RUN

FORMS = {
    "nana@example.org": [
        ("/applications/{overpaid_application}/fee/cancel/confirm", ""),
        ("/applications/{overpaid_application}/fee/refunds/{refund}/account", ""),
    ],
    "finance@example.org": [
        (f"{MONEY}/statements/", ""),
        (f"{MONEY}/entries/{{entry_unmatched}}", "/assign"),
        (f"{MONEY}/entries/{{entry_unmatched}}", "/ignore"),
        (f"{MONEY}/accounts/{{part_paid}}", "/payment"),
        (f"{MONEY}/accounts/{{part_paid}}", "/settlements"),
        (f"{MONEY}/refunds/{{refund}}", "/charge"),
        (f"{MONEY}/refunds/{{refund}}", "/cancellation"),
        (f"{MONEY}/centre", ""),
    ],
}
"""Addresses, and how the address of the form ends where a page has several."""


def empty_and_send(page: Page, ending: str) -> None:
    """Empty a form and send it."""
    form = page.locator(f"main form[method=post][action$='{ending}']" if ending else "main form")
    form = form.last
    form.evaluate(
        """form => {
          for (const box of form.querySelectorAll("input.input, textarea")) box.value = "";
          const inside = form.closest("details");
          if (inside) inside.open = true;
        }"""
    )
    follow(form.locator("button:not([formaction])").last)


@pytest.mark.parametrize("who", FORMS)
def test_forms_of_money_say_what_is_wrong(site: Site, browser: Browser, who: str) -> None:
    size = {"width": 360, "height": 740}
    context = browser.new_context(viewport=size, bypass_csp=True, locale="fr-FR")
    page, wrong = site.sign_in(context, who, "fr"), {}
    for path, ending in FORMS[who]:
        page.goto(f"{site.address}/fr{path.format(**site.known)}")
        empty_and_send(page, ending)
        assert page.title().startswith("Erreur\u00a0:"), path
        assert page.evaluate("document.activeElement.id") == "errors", path
        page.evaluate(AXE)
        if found := page.evaluate(RUN) + ["wide"] * bool(page.evaluate(OVERFLOW)):
            wrong[path + ending] = found
    assert wrong == {}
    close(context)
