"""axe-core finds nothing on any page, in any language, scheme or width; nothing overflows.

The usual run shows each page to axe in two cells, which differ in language, scheme and width; on
a phone, where long words overflow, it opens each page in French and in Spanish.
`make test-a11y-matrix` shows each page to axe in every cell.
"""

from collections.abc import Iterator
from itertools import groupby, product
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.conftest import Site, close
from tests.journeys.pages import PAGES, ZOOMED

OVERFLOW = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
AXE = (Path(__file__).parents[1] / "vendor/axe-4.14.1.min.js").read_text()
RUN = """() => axe.run(document, {resultTypes: ["violations"]}).then(result =>
  result.violations.map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.target.join(" "))))"""
NUMBERED = [(who, path) for who, paths in PAGES.items() for path in paths]
LANGUAGES, SCHEMES, WIDTHS = ("fr", "en", "es"), ("light", "dark"), (360, 1280)


class Cell(NamedTuple):
    """How pages are shown; `share` are the numbers, modulo 2, of those that axe looks at."""

    language: str
    scheme: str
    width: int
    share: tuple[int, ...] = (0, 1)


FULL = [Cell(*each) for each in product(LANGUAGES, SCHEMES, WIDTHS)]
SAMPLE = [
    Cell("fr", "light", 360, (0,)),
    Cell("fr", "light", 1280, (1,)),
    Cell("en", "dark", 1280, (0,)),
    Cell("es", "dark", 360, (1,)),
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "cell" in metafunc.fixturenames:
        full = metafunc.config.getoption("--matrix") == "full"
        cells = FULL if full else SAMPLE
        metafunc.parametrize("cell", cells, ids=["-".join(map(str, each[:3])) for each in cells])


def shown_in(cell: Cell) -> Iterator[tuple[str | None, str, bool]]:
    """Yield who opens which pages in a cell, and whether axe looks at them; a phone gets all."""
    for number, (who, path) in enumerate(NUMBERED):
        due = number % 2 in cell.share
        if due or cell.width == min(WIDTHS):
            yield who, path, due


def issues_of(page: Page, address: str, *, due: bool) -> list[str]:
    page.goto(address)
    if due:
        page.evaluate(AXE)
    wrong = list(page.evaluate(RUN)) if due else []
    return wrong + ["wider than the screen"] * bool(page.evaluate(OVERFLOW))


def visit(site: Site, context: BrowserContext, cell: Cell) -> dict[str, list[str]]:
    wrong = {}
    for who, pages in groupby(shown_in(cell), key=itemgetter(0)):
        page = site.sign_in(context, who, cell.language) if who else context.new_page()
        for _, path, due in pages:
            address = f"{site.address}/{cell.language}{path.format(**site.known)}"
            if found := issues_of(page, address, due=due):
                wrong[f"{who} {path}"] = found
        close(page)
        context.clear_cookies()
    return wrong


def test_axe_sees_every_page_in_both_schemes_and_widths_and_every_language() -> None:
    for share in (0, 1):
        cells = [cell for cell in SAMPLE if share in cell.share]
        assert {cell.scheme for cell in cells} == set(SCHEMES)
        assert {cell.width for cell in cells} == set(WIDTHS)
        assert len({cell.language for cell in cells}) == 2
    assert {cell.language for cell in SAMPLE} == set(LANGUAGES)


def test_every_page_is_accessible(site: Site, browser: Browser, cell: Cell) -> None:
    context = browser.new_context(
        viewport={"width": cell.width, "height": 800}, color_scheme=cell.scheme, bypass_csp=True
    )
    assert visit(site, context, cell) == {}
    close(context)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_course_fits(site: Site, browser: Browser, language: str) -> None:
    """All lessons and what stands beside them, as an expert sees them: nothing overflows."""
    context = browser.new_context()
    page = site.sign_in(context, "expert@example.org", language)
    heard: list[str] = []
    page.on("console", lambda m: heard.append(m.text) if m.type == "error" else None)
    page.goto(f"{site.address}/{language}/editions/{site.edition}/")
    links = page.locator("main a[href*='/lessons/'], main a[href*='/documents/']")
    addresses = sorted(
        {link.split("#")[0] for link in links.evaluate_all("all => all.map(a => a.href)")}
    )
    assert len(addresses) == 30 + 24 + 8
    wide = []
    for each in addresses:
        page.goto(each)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            wide += [(each, width)] * bool(page.evaluate(OVERFLOW))
    assert (wide, heard) == ([], [])
    close(context)


def test_forms_with_errors_are_accessible_and_take_the_focus(site: Site, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{site.address}/fr/account/sign-in")
    page.click("main button")
    assert page.title().startswith("Erreur\u00a0:")
    assert page.evaluate("document.activeElement.id") == "errors"
    page.evaluate(AXE)
    assert page.evaluate(RUN) == []
    page.locator(".summary a").first.click()
    assert page.evaluate("document.activeElement.id") == "email"
    close(context)


def test_text_twice_as_large_fits_at_320_pixels(site: Site, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640}, bypass_csp=True)
    wide = []
    for who, paths in ZOOMED.items():
        page = site.sign_in(context, who) if who else context.new_page()
        for path in paths:
            page.goto(f"{site.address}/fr{path.format(**site.known)}")
            page.add_style_tag(content="html { font-size: 200%; }")
            wide += [path] * bool(page.evaluate("document.documentElement.scrollWidth > 320"))
        close(page)
        context.clear_cookies()
    assert wide == []
    close(context)


def test_what_axe_is_for_it_finds(browser: Browser) -> None:
    page = browser.new_page(bypass_csp=True)
    page.set_content("<html><body><img src='x'><input></body></html>")
    page.evaluate(AXE)
    found = " ".join(page.evaluate(RUN))
    assert all(rule in found for rule in ("image-alt", "label", "document-title", "html-has-lang"))
    close(page)
