"""The organiser and the site's own pages: read, and every fault said with its file and line."""

import secrets
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.admin import external_checks
from learning.commands.course import run_course
from learning.content.course import ALL, CourseError
from learning.content.organiser import SitePageKey, check_site, load_site, placeholder_issues
from learning.settings import ROOT, Settings
from tests.content.course_files import copy_site
from tests.world import NOW, RUNNING, World, sign_in


def test_the_site_says_who_runs_it_in_every_language() -> None:
    site = load_site(ROOT / "courses")
    for language in ALL:
        assert site.organiser.name[language]
        assert site.organiser.about[language]
        for key in SitePageKey:
            assert site.pages[key][language].sections
    assert site.organiser.address[-1] == "Italia"


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "organiser.toml",
            'email = "course@',
            'email = "course',
            "organiser.toml:5: email: “course",
        ),
        (
            "organiser.toml",
            '"https://',
            '"http://',
            "6: website: an address that begins with https",
        ),
        ("organiser.toml", "[about]", "[abaut]", "18: abaut is not known"),
        ("organiser.toml", "[about]", "[abaut]", "0: [about]: a table"),
        ("organiser.toml", 'fr = "Centre', 'it = "Centre', "8: name: no text in “fr”"),
        ("organiser.toml", "address = [", "address = 3 # [", "4: address: a list of texts"),
        ("site/help.es.md", "## ¿Puedo", "¿Puedo", "help.es.md:"),
        ("site/privacy.fr.md", "’", "'", "privacy.fr.md:1: "),
    ],
)
def test_each_fault_is_said(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    copy_site(tmp_path)
    text = (tmp_path / file).read_text()
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new))
    assert any(message in str(issue) for issue in check_site(tmp_path)), check_site(tmp_path)
    with pytest.raises(CourseError):
        load_site(tmp_path)


@pytest.mark.parametrize(
    ("email", "website", "statement"),
    [
        ("course@itcilo.org", "https://www.itcilo.org", []),
        ("course@example.org", "https://www.itcilo.org", ["organiser.toml:5: email: “course@ex"]),
        ("course@mail.example.com", "https://www.itcilo.org", ["organiser.toml:5: email: “cou"]),
        ("course@itcilo.org", "https://learn.test/", ["organiser.toml:6: website: “https://learn"]),
        (
            "course@example.net",
            "https://example.org",
            ["organiser.toml:5: email: “course", "organiser.toml:6: website: “https"],
        ),
        ("course@example.int", "https://example-org.int", []),
    ],
)
def test_a_placeholder_is_refused_in_production(
    tmp_path: Path, email: str, website: str, statement: list[str]
) -> None:
    copy_site(tmp_path)
    file = tmp_path / "organiser.toml"
    text = file.read_text().replace("course@example.org", email)
    file.write_text(text.replace("https://www.itcilo.org", website))
    issues = [str(issue) for issue in placeholder_issues(tmp_path)]
    assert [
        issue[: len(start)] for issue, start in zip(issues, statement, strict=True)
    ] == statement
    settings = Settings(
        courses=tmp_path,
        production=True,
        secret_key=secrets.token_hex(32),
        trusted_proxies=1,
        address="https://c.example",
        origins=frozenset({"https://c.example"}),
    )
    assert external_checks.organiser(settings, NOW) == "; ".join(issues)
    check = Namespace(what="check")
    assert run_course(settings, check) == bool(statement)
    assert run_course(replace(settings, production=False), check) == 0


@pytest.mark.parametrize("key", SitePageKey)
def test_a_visitor_reads_each_page(visitor: FlaskClient, key: SitePageKey) -> None:
    for language in ALL:
        page = visitor.get(f"/{language}/{key}")
        assert page.status_code == 200
        assert str(load_site(ROOT / "courses").pages[key][language].sections[0].title) in page.text
    assert visitor.get("/fr/imprint").status_code == 404


def test_every_page_names_the_organiser(
    app: Flask, session: Session, world: World, visitor: FlaskClient
) -> None:
    start = visitor.get("/fr/").text
    assert "Centre international de formation de l’OIT" in start
    assert "Ce cours prépare" in start
    lesson = sign_in(app, session, world.awa).get(f"/fr/editions/{RUNNING}/lessons/m4-l1").text
    for page in (start, lesson):
        foot = page[page.index("<footer") :]
        assert "CIF-OIT" in foot
        for link in ("/fr/help", "/fr/privacy", "/fr/accessibility"):
            assert f'href="{link}"' in foot
    assert "Ce cours prépare" not in lesson, "a lesson spares the bytes"
