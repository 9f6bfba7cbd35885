"""A file goes out in pieces, over a line that breaks; the input is put onto a page of ours."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Route, expect

from learning.kit.assets import load_assets
from learning.settings import ROOT
from tests.files.samples import PDF
from tests.journeys.conftest import Site
from tests.journeys.test_study import complaints

LONG = PDF.ljust(400_000, b" ") + b"%%EOF\n"
PUT_INPUT = """async (script) => {
  const form = document.createElement("form");
  form.id = "sending"; form.method = "get"; form.action = "/fr/this-week";
  const input = document.createElement("input");
  Object.assign(input, { type: "file", name: "letter", required: true });
  Object.assign(input.dataset, { upload: "/fr/files/uploads", into: "slug",
    purpose: "nomination_letter", sending: "Envoi %s", done: "Reçu", failed: "Échec" });
  const slug = document.createElement("input");
  Object.assign(slug, { type: "hidden", name: "slug" });
  form.append(input, document.createElement("output"), slug, document.createElement("button"));
  document.querySelector("main").append(form);
  await import(script);
}"""


@pytest.fixture
def page(site: Site, phone: BrowserContext) -> Page:
    page = site.sign_in(phone, "chinedu@example.org")
    page.goto(f"{site.address}/fr/account/profile")
    name = load_assets(ROOT / "static")["upload.js"].name
    page.evaluate(PUT_INPUT, f"/static/{name}")
    return page


def choose(page: Page, name: str, content: bytes) -> None:
    kind = "application/pdf" if name.endswith("pdf") else "image/png"
    file = {"name": name, "mimeType": kind, "buffer": content}
    page.locator("#sending [type=file]").set_input_files(files=[file])


def slug(page: Page) -> str:
    return page.locator("#sending [name=slug]").input_value()


def status_text(page: Page):
    return page.locator("#sending output")


def test_a_file_is_sent_in_pieces_and_not_again_with_the_form(page: Page, site: Site) -> None:
    heard = complaints(page)
    choose(page, "lettre.pdf", LONG)
    expect(status_text(page)).to_have_text("Reçu lettre.pdf")
    assert page.request.get(f"{site.address}/fr/files/{slug(page)}").body() == LONG
    page.click("#sending button")
    page.wait_for_url("**/this-week?letter=&slug=*")
    assert heard == []


def test_a_line_that_breaks_costs_a_piece_and_not_the_file(page: Page, site: Site) -> None:
    """One piece never arrives; of another only the answer is lost."""
    moods = iter(["lost", "heard", "unheard"])

    def carry(route: Route) -> None:
        mood = next(moods, "heard") if route.request.method == "POST" else "heard"
        if mood == "lost":
            route.abort()
        elif mood == "unheard":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/files/uploads/*", carry)
    choose(page, "lettre.pdf", LONG)
    expect(status_text(page)).to_have_text("Reçu lettre.pdf", timeout=20_000)
    assert page.request.get(f"{site.address}/fr/files/{slug(page)}").body() == LONG


def test_a_large_picture_is_made_smaller_before_it_is_sent(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    Image.effect_noise((2600, 1300), 90).save(path)
    assert path.stat().st_size > 2_000_000
    with page.expect_request("**/files/uploads") as begun:
        choose(page, "photo.png", path.read_bytes())
    expect(status_text(page)).to_have_text("Reçu photo.jpg", timeout=20_000)
    promised = begun.value.post_data or ""
    assert "name=photo.jpg" in promised
    assert int(promised.partition("size=")[2]) < 2_000_000


def test_what_is_not_taken_is_said_and_may_be_chosen_anew(page: Page) -> None:
    choose(page, "setup.pdf", b"MZ" * 50)
    expect(status_text(page)).to_contain_text("PDF, JPEG et PNG")
    assert slug(page) == ""
    choose(page, "lettre.pdf", PDF)
    expect(status_text(page)).to_have_text("Reçu lettre.pdf")


def test_a_form_sent_too_early_goes_when_the_file_is_there(page: Page) -> None:
    held: list[Route] = []
    page.route("**/files/uploads", lambda route: held.append(route))  # noqa: PLW0108 it is marked
    choose(page, "lettre.pdf", PDF)
    page.click("#sending button")
    while not held:
        page.wait_for_timeout(20)
    assert "/account/profile" in page.url
    held[0].continue_()
    page.wait_for_url("**/this-week?letter=&slug=*")
    assert not page.url.endswith("slug=")
