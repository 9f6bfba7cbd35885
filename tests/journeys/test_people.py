"""Inés joins, protects her account and comes back; Paola makes next year's edition."""

import email
import re
import time
from email import policy
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import Site, close, follow

FIRST, SECOND = "nogal puerto doce", "faro limon siete"


def letter(folder: Path, subject: str, seconds: float = 20, *, to: str = "") -> str:
    """Return the plain text of the latest e-mail with a subject, once the worker has sent it.

    `to` is the address that it goes to, where others get one with the same subject.
    """
    for _ in range(round(seconds / 0.2)):
        for file in sorted(
            folder.glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True
        ):
            message = email.message_from_bytes(file.read_bytes(), policy=policy.default)
            if message["Subject"] == subject and to in str(message["To"]):
                return message.get_body(("plain",)).get_content()
        time.sleep(0.2)
    raise AssertionError(f"no e-mail “{subject}” came")


def link_in(text: str) -> str:
    return re.search(r"https?://\S+/account/\S+", text)[0]


def give(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.fill(f"#{name}", value)
    page.click("main form button")


def test_signing_up_protecting_and_coming_back_in_spanish(
    site: Site, browser: Browser, phone: BrowserContext
) -> None:
    page = phone.new_page()
    page.goto(f"{site.address}/es/account/sign-up")
    give(page, **{"new-name": "Inés Ruiz", "new-email": "ines@example.org"})
    expect(page.locator("h1")).to_have_text("Consulte su correo")
    expect(page.locator("main")).to_contain_text("ines@example.org")

    page.goto(link_in(letter(site.mail, "Confirme su dirección")))
    give(page, password="password1234")
    expect(page.locator("#errors")).to_contain_text("primeras contraseñas que")
    assert page.input_value("#name") == "Inés Ruiz"
    page.check("#password-shown")
    expect(page.locator("#password")).to_have_attribute("type", "text")
    give(page, password=FIRST)
    page.wait_for_url("**/es/applications/")

    page.goto(f"{site.address}/es/account/security/two-factor")
    secret = page.locator(".key").inner_text()
    expect(page.locator(".qr-box svg")).to_be_visible()
    give(page, code=pyotp.TOTP(secret).now())
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10

    laptop = browser.new_context(viewport={"width": 1280, "height": 800})
    other = laptop.new_page()
    other.goto(f"{site.address}/es/account/password-reset")
    give(other, email="ines@example.org")
    other.goto(link_in(letter(site.mail, "Elegir una contraseña nueva")))
    give(other, password=SECOND)
    give(other, email="ines@example.org", password=SECOND)
    expect(other.locator("h1")).to_have_text("Un paso más")
    give(other, code=codes[0])
    other.wait_for_url("**/es/applications/")
    close(laptop)

    page.goto(f"{site.address}/es/this-week")
    page.wait_for_url("**/account/sign-in**")  # the new password signed the phone out


@pytest.mark.parametrize("scripts", [True, False])
def test_next_year_s_edition_is_made_and_published_in_french(
    site: Site, browser: Browser, scripts: bool
) -> None:
    context = browser.new_context(java_script_enabled=scripts)
    page = site.sign_in(context, "registrar@example.org")
    code = f"reintegration-suite-{scripts:d}"
    page.goto(f"{site.address}/fr/staff/editions/{site.edition}/next")
    page.check("#with_roles")
    give(page, code=code, starts_on="2027-09-27")
    table = page.locator("table")
    expect(table).to_contain_text("lundi 27 septembre 2027")
    expect(page.locator("main")).to_contain_text("L’heure change le dimanche 31 octobre 2027")
    expect(page.locator("main")).to_contain_text("Claire Fontaine")
    page.get_by_role("button", name="Créer la nouvelle édition").click()
    page.wait_for_url(f"**/{code}/edit")
    for field, text in {
        "text_fr": "À partir du 20 septembre 2027.",
        "text_en": "Welcome.",
        "text_es": "Bienvenida.",
    }.items():
        page.fill(f"#{field}", text)
    page.locator("main form button").click()
    expect(page.locator(".findings")).to_contain_text("un autre premier jour")
    assert page.get_by_role("link", name="Publier").count() == 0
    page.get_by_role("link", name="Général").click()
    give(page, text_fr="À partir du 27 septembre 2027.")
    follow(page.get_by_role("link", name="Publier"))
    page.get_by_role("button", name="Publier").click()
    expect(page.locator(".lead")).to_contain_text("Ouverte aux candidatures")
    close(context)
