"""Guides, plans and briefs, each for those it is meant for; the laboratory's arithmetic."""

from fractions import Fraction

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.content.course import Course
from learning.lessons import beside, rules
from tests.world import RUNNING, World, sign_in

EDITION = f"/fr/editions/{RUNNING}"
DIMENSIONS = {f"s{n}": ("economic", "social", "psychosocial")[n // 4] for n in range(12)}


@pytest.fixture
def awa(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.awa)


@pytest.fixture
def expert(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.EXPERT])


def test_every_document_opens_in_every_language(expert: FlaskClient, course: Course) -> None:
    keys = [entry.key for m in course.modules for entry in beside.entries_of(course, m)]
    keys += [entry.key for entry in beside.common_entries(course, teaching=True)]
    assert len(keys) == 6 * 4 + 8
    for key in keys:
        for language in ("fr", "en", "es"):
            page = expert.get(f"/{language}/editions/{RUNNING}/documents/{key}")
            assert page.status_code == 200, key
            assert ":::" not in page.text, key


def test_what_is_for_experts_is_not_for_participants(awa, expert) -> None:
    for document, secret in {
        "m4-discussion": "Pour l’expert", "m4-live": "Sondage", "work-group": "Pour l’expert",
    }.items():  # fmt: skip
        path = f"{EDITION}/documents/{document}"
        assert secret in expert.get(path).text, document
        assert secret not in awa.get(path).text, document
    for document in ("work-strong", "work-weak"):
        assert awa.get(f"{EDITION}/documents/{document}").status_code == 404
        assert "Niveau" in expert.get(f"{EDITION}/documents/{document}").text
    assert "solide" not in awa.get(f"{EDITION}/").text


def test_a_document_opens_with_its_module(awa) -> None:
    closed = awa.get(f"{EDITION}/documents/m6-page")
    assert closed.status_code == 403
    assert "Ouvre le" in closed.text
    assert awa.get(f"{EDITION}/lab/m6").status_code == 404
    assert awa.get(f"{EDITION}/documents/m3-page").status_code == 200
    assert awa.get(f"{EDITION}/documents/work-project").status_code == 200


def test_the_brief_shows_its_rubric_and_the_exercise_its_people(awa) -> None:
    assert awa.get(f"{EDITION}/documents/work-project").text.count('class="criterion"') == 6
    group = awa.get(f"{EDITION}/documents/work-group").text
    assert group.count("<tr>") >= 121
    assert "ville de Kéram" in group


def test_a_reading_folds_its_answers(awa) -> None:
    page = awa.get(f"{EDITION}/documents/m1-readings").text
    assert page.count("<details><summary>Une réponse modèle") == 15


def test_the_course_home_counts_what_stands_beside(awa) -> None:
    page = awa.get(f"{EDITION}/").text
    assert page.count("Lectures guidées") == 6
    assert f"{EDITION}/documents/m4-readings" in page
    assert f"{EDITION}/documents/m5-readings" not in page
    assert "Laboratoire des indicateurs" in page


def answers(course: Course, level: int) -> dict[str, str]:
    lab = course.modules[5].lab
    assert lab
    return {statement.key: str(level) for statement in lab.statements}


@pytest.mark.parametrize(("level", "score"), [(0, "0"), (2, "0,5"), (4, "1")])
def test_the_laboratory_shows_scores_advice_and_formula(expert, course, level, score) -> None:
    page = expert.get(f"{EDITION}/lab/m6", query_string=answers(course, level))
    assert page.status_code == 200
    assert page.text.count(f'<td class="num">{score}</td>') == 4
    band = {0: "low", 2: "middle", 4: "high"}[level]
    assert course.modules[5].lab.advice["social"]["fr"][band][:40] in page.text
    assert "÷ 16" in page.text


def test_an_unfinished_answer_is_kept_and_asked_for(expert, course: Course) -> None:
    some = answers(course, 3)
    left = some.popitem()[0]
    page = expert.get(f"{EDITION}/lab/m6", query_string=some | {left: "9"})
    assert page.status_code == 422
    assert f'href="#{left}"' in page.text
    assert page.text.count("checked") == 11


@given(st.lists(st.integers(0, 4), min_size=12, max_size=12))
def test_scores_lie_between_nought_and_one(levels) -> None:
    given_answers = dict(zip(DIMENSIONS, levels, strict=True))
    scores = rules.lab_scores(given_answers, DIMENSIONS)
    assert scores.total == Fraction(sum(levels), 48)
    assert all(0 <= score <= 1 for score in scores.by_dimension.values())
    for name, score in scores.by_dimension.items():
        wanted = "low" if score < 0.4 else "high" if score >= Fraction(7, 10) else "middle"
        assert scores.bands[name] == wanted
