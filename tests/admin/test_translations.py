"""The page of a course's translations: what is to do by language, place by place."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.content.course_reader import load_course
from learning.content.translation import stamp
from tests.content.course_files import write_course
from tests.world import World, sign_in

PAGE = "/en/staff/courses/reintegration/translations"


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


@pytest.fixture
def small(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course of one lesson, all of whose English is stamped; its Spanish is not."""
    folder = write_course(tmp_path / "reintegration")
    stamp(load_course(folder), folder, "m1-l1", "en")
    monkeypatch.setitem(app.extensions, "course_folder", tmp_path)
    show(app, folder, monkeypatch)
    return folder


def show(app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    courses = app.extensions["courses"] | {"reintegration": load_course(folder)}
    monkeypatch.setitem(app.extensions, "courses", courses)


def tabs(page: str) -> dict[str, int]:
    found = re.findall(r'>([A-Z][a-z ]+) <span class="num">(\d+)</span></a>', page)
    return {title: int(count) for title, count in found}


def test_a_course_without_anything_to_do_says_so(registrar: FlaskClient) -> None:
    page = registrar.get(PAGE).text
    assert "All translations are up to date" in page
    assert tabs(page)["To do"] == 0


def test_each_paragraph_to_do_is_listed_once_with_its_language(registrar, small: Path) -> None:
    course = load_course(small)
    blocks = len(course.lessons["m1-l1"].texts["fr"].blocks)
    page = registrar.get(PAGE).text
    assert tabs(page) == {
        "To do": blocks,
        "Missing": 0,
        "Outdated": blocks,
        "To review": blocks,
        "Reviewed": 0,
    }
    assert page.count('<span class="tag turn">outdated</span>') == blocks
    assert f"{blocks} of {blocks} up to date" in page
    assert f"0 of {blocks} up to date" in page
    assert "All translations are up to date" not in page


def test_the_filters_of_language_and_task_hold_together(registrar, small: Path) -> None:
    del small
    assert tabs(registrar.get(f"{PAGE}?language=en").text)["To do"] == 0
    assert tabs(registrar.get(f"{PAGE}?language=es").text)["To review"] == 0
    reviewed = registrar.get(f"{PAGE}?task=to-review&language=en").text
    assert '<span class="tag done">to review</span>' in reviewed
    assert '<span class="tag turn">outdated</span>' not in reviewed


def test_a_changed_source_lists_that_paragraph_alone(
    app: Flask, registrar, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = small / "m1/l1.fr.md"
    path.write_text(path.read_text().replace("## Titre", "## Autre titre", 1))
    show(app, small, monkeypatch)
    page = registrar.get(f"{PAGE}?language=en").text
    assert tabs(page)["To do"] == 1
    assert "Autre titre</a></th>" in page


def test_a_place_leads_to_its_paragraph_in_its_language(registrar, world: World) -> None:
    page = registrar.get(f"{PAGE}?task=to-review&language=es").text
    links = re.findall(r'<a href="(/es/editions/[^"#]+)#(b-[^"]+)"', page)
    assert len(links) == 50
    lesson = registrar.get(links[0][0])
    assert lesson.status_code == 200
    assert f'id="{links[0][1]}"' in lesson.text
    assert world.running.code in links[0][0] or world.open.code in links[0][0]


def test_pages_keep_task_and_language(registrar: FlaskClient) -> None:
    page = registrar.get(f"{PAGE}?task=to-review&language=es").text
    onward = re.search(r'rel="next" href="([^"]+)"', page)
    assert onward
    address = onward[1].replace("&amp;", "&")
    assert "language=es" in address
    assert "51–100 of" in registrar.get(address).text
