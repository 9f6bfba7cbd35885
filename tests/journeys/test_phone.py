"""What fits and can be read on a phone of 360 by 740 pixels."""

from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from learning.content.course import ALL, ValidationIssue
from learning.content.drawings import read_drawing
from learning.kit.assets import load_assets
from learning.settings import ROOT
from tests.journeys.conftest import Site, close

TWO_SCREENS = 1480
TOUCH_TARGET = 44
SMALLEST = 12  # px, the words of a drawing
PHONE, LAPTOP = 360, 1280
DRAWINGS = sorted((ROOT / "courses").glob("*/m*/*.svg"))
READ = """() => {
  const svg = document.querySelector("svg"), drawn = svg.getBoundingClientRect();
  const scale = drawn.width / svg.viewBox.baseVal.width;
  return [...svg.querySelectorAll("text")].map((text) => {
    const box = text.getBoundingClientRect();
    const inside = box.left >= drawn.left - 1 && box.right <= drawn.right + 1;
    return [text.textContent, parseFloat(getComputedStyle(text).fontSize) * scale, inside];
  });
}"""


@pytest.mark.parametrize(
    ("email", "language"),
    [("awa@example.org", "fr"), ("maria@example.org", "en"), ("luis@example.org", "es")],
)
def test_the_modules_of_a_course_end_on_the_second_screen(
    site: Site, phone: BrowserContext, email: str, language: str
) -> None:
    page = site.sign_in(phone, email, language)
    page.goto(f"{site.address}/{language}/editions/{site.edition}/")
    box = page.locator(".module-list").bounding_box()
    assert box
    assert box["y"] + box["height"] <= TWO_SCREENS
    rows = page.locator(".module-list details[open] .items > li")
    heights = rows.evaluate_all("all => all.map(row => row.getBoundingClientRect().height)")
    assert len(heights) >= 9
    assert min(heights) >= TOUCH_TARGET
    page.goto(f"{site.address}/{language}/this-week")
    now = page.locator(".hero").bounding_box()
    assert now
    assert now["y"] + now["height"] <= 740, "what now, by when, how long: without scrolling"


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_the_words_of_a_drawing_have_the_size_of_text(browser: Browser, path: Path) -> None:
    """They are 12 px or larger on a phone, and no larger than the text of a lesson elsewhere."""
    issues: list[ValidationIssue] = []
    drawing = read_drawing(path.parent, path.stem, issues)
    assert drawing, issues
    style = load_assets(ROOT / "static")["app.css"].encodings["identity"].decode()
    page = browser.new_page()
    for language, width in product(ALL, (PHONE, LAPTOP)):
        page.set_viewport_size({"width": width, "height": 740})
        svg = drawing.fill("k", language)
        page.set_content(
            f"<!doctype html><style>{style}</style><main class=page><article class=prose><p>x</p>"
            f"<figure class=figure>{svg}</figure></article></main>"
        )
        words = page.evaluate(READ)
        assert words
        largest = page.evaluate(
            "parseFloat(getComputedStyle(document.querySelector('p')).fontSize)"
        )
        odd = [(text, size) for text, size, _ in words if not SMALLEST <= size <= largest + 0.1]
        outside = [text for text, _, inside in words if not inside]
        assert (odd, outside) == ([], []), (language, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    close(page)


def test_every_drawing_is_measured() -> None:
    assert len(DRAWINGS) >= 12
