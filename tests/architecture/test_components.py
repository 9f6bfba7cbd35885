"""Each component of the interface has one style sheet, and the style guide shows all of it."""

import re
from dataclasses import replace
from secrets import token_hex

import pytest
from flask import Flask
from flask.testing import FlaskClient

from learning.kit.assets import load_assets
from learning.settings import ROOT
from tests.architecture.test_classes import drawn

STYLES = ROOT / "static/css"
CLASSES = re.compile(r'\bclass="([^"]*)"')


def test_the_style_guide_shows_every_class_of_every_component(visitor: FlaskClient) -> None:
    page = visitor.get("/en/styleguide")
    assert page.status_code == 200
    shown = {name for text in CLASSES.findall(page.text) for name in text.split()}
    missing = {
        (path.name, name)
        for path in sorted(STYLES.glob("*/*.css"))
        for name in drawn(path.read_text()) - shown
    }
    assert missing == set()


def test_a_production_installation_has_no_style_guide(
    app: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(
        app.extensions["settings"],
        production=True,
        secret_key=token_hex(32),
        origins=frozenset({"https://course.example.org"}),
        address="https://course.example.org",
        trusted_proxies=1,
    )
    monkeypatch.setitem(app.extensions, "settings", settings)
    assert visitor.get("/en/styleguide").status_code == 404


def test_the_style_sheets_fit_their_budgets() -> None:
    assets = load_assets(ROOT / "static")
    assert len(assets["app.css"].encodings["br"]) <= 9_700
    assert len(assets["staff.css"].encodings["br"]) <= 2_600
    assert len(assets["quiz.css"].encodings["br"]) <= 1_700
    assert len(assets["fees.css"].encodings["br"]) <= 1_500
    assert len(assets["money.css"].encodings["br"]) <= 1_000
