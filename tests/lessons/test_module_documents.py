"""Guides, plans and briefs, each for those it is meant for; the laboratory's arithmetic."""

import re
from fractions import Fraction

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.content.course import Course
from learning.lessons import module_documents, rules
from learning.lessons.models import DocumentProgress
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
    keys = [
        entry.key for m in course.modules for entry in module_documents.module_entries(course, m)
    ]
    keys += [entry.key for entry in module_documents.course_entries(course, teaching=True)]
    keys += [reading.summary.key for m in course.modules for reading in m.readings]
    assert len(keys) == 6 * 4 + 8 + 18
    for key in keys:
        for language in ("fr", "en", "es"):
            page = expert.get(f"/{language}/editions/{RUNNING}/documents/{key}")
            assert page.status_code == 200, key
            assert ":::" not in page.text, key


def test_what_is_for_experts_is_not_for_participants(awa, expert) -> None:
    for document, secret in {
        "m4-discussion": "Pour les spécialistes",
        "m4-live": "Sondage",
        "work-group": "Pour les spécialistes",
    }.items():
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
    assert "lesson.js" not in closed.text, "the script looks for the text"
    assert awa.get(f"{EDITION}/lab/m6").status_code == 404
    assert awa.get(f"{EDITION}/documents/m3-page").status_code == 200
    assert awa.get(f"{EDITION}/documents/work-project").status_code == 200


def test_the_brief_shows_its_rubric_and_the_exercise_its_people(awa) -> None:
    assert awa.get(f"{EDITION}/documents/work-project").text.count('<ol start="0">') == 6
    group = awa.get(f"{EDITION}/documents/work-group").text
    assert group.count("<tr>") >= 121
    assert "ville de Kéram" in group


def test_a_reading_folds_its_answers(awa) -> None:
    page = awa.get(f"{EDITION}/documents/m1-readings").text
    assert page.count("Une réponse modèle") == 15


def test_the_course_home_counts_what_stands_beside(awa) -> None:
    page = awa.get(f"{EDITION}/").text
    assert page.count("Lectures guidées") == 4, "those of the modules that are open"
    assert f"{EDITION}/documents/m4-readings" in page
    assert f"{EDITION}/documents/m5-readings" not in page
    assert "Questionnaire du module 4" in page


def answers(course: Course, level: int) -> dict[str, str]:
    lab = course.modules[5].lab
    assert lab
    return {statement.key: str(level) for statement in lab.statements}


@pytest.mark.parametrize(("level", "score"), [(0, "0"), (2, "0,5"), (4, "1")])
def test_the_laboratory_shows_scores_advice_and_formula(expert, course, level, score) -> None:
    page = expert.get(f"{EDITION}/lab/m6", query_string=answers(course, level))
    assert page.status_code == 200
    assert page.text.count(f'<span class="num">{score}</span>') == 4
    band = {0: "low", 2: "middle", 4: "high"}[level]
    assert course.modules[5].lab.advice["social"]["fr"][band][:40] in page.text
    assert "÷ 16" in page.text


def test_a_model_answer_is_shown_after_one_s_own(expert, course: Course) -> None:
    lab = course.modules[5].lab
    assert lab
    alone = expert.get(f"{EDITION}/lab/m6").text
    compared = expert.get(f"{EDITION}/lab/m6", query_string=answers(course, 0)).text
    for statement in lab.statements:
        assert statement.why["fr"] not in alone
        assert statement.why["fr"] in compared
    assert lab.model["fr"] not in alone
    assert lab.model["fr"] in compared
    far = [each for each in lab.statements if each.model > 1]
    assert compared.count("À relire") == len(far)
    same = {each.key: str(each.model) for each in lab.statements}
    assert "À relire" not in expert.get(f"{EDITION}/lab/m6", query_string=same).text


def test_an_unfinished_answer_is_kept_and_asked_for(expert, course: Course) -> None:
    some = answers(course, 3)
    left = some.popitem()[0]
    page = expert.get(f"{EDITION}/lab/m6", query_string=some | {left: "9"})
    assert page.status_code == 422
    assert f'href="#{left}-0"' in page.text
    assert page.text.count("checked") == 11
    assert 'id="model"' not in page.text


@given(st.lists(st.integers(0, 4), min_size=12, max_size=12))
def test_scores_lie_between_nought_and_one(levels) -> None:
    answers_of = dict(zip(DIMENSIONS, levels, strict=True))
    scores = rules.lab_scores(answers_of, DIMENSIONS)
    assert scores.total == Fraction(sum(levels), 48)
    assert all(0 <= score <= 1 for score in scores.by_dimension.values())
    for name, score in scores.by_dimension.items():
        expected = "low" if score < 0.4 else "high" if score >= Fraction(7, 10) else "middle"
        assert scores.bands[name] == expected


def test_a_document_says_when_it_is_due_and_leads_to_the_lessons_that_it_names(awa) -> None:
    page = awa.get(f"{EDITION}/documents/m4-page").text
    assert re.search(r'class="date".*?<br>[^<]+\d\d:\d\d', page, re.DOTALL)
    assert f'<a href="{EDITION}/lessons/m4-l2">Leçon 2</a>' in page
    assert '<a href="#b-ask-1">Trois niveaux et deux règles</a>' in page


def test_a_document_is_marked_as_done_and_taken_back(awa, session: Session) -> None:
    address = f"{EDITION}/documents/m4-readings"
    for done, shown in (("1", True), ("1", True), ("0", False)):
        assert awa.post(f"{address}/done", data={"done": done}).location == address
        assert ("Marquer comme non terminé" in awa.get(address).text) is shown
    assert session.scalars(select(DocumentProgress)).all() == []
    assert awa.post(f"{EDITION}/documents/m6-page/done", data={"done": "1"}).status_code == 404
    assert awa.post(f"{EDITION}/documents/nothing/done", data={"done": "1"}).status_code == 404


def test_what_is_done_is_ticked_in_the_outline_of_its_module(awa) -> None:
    awa.post(f"{EDITION}/documents/m4-readings/done", data={"done": "1"})
    page = awa.get(f"{EDITION}/lessons/m4-l1").text
    entry = page.split(f'href="{EDITION}/documents/m4-readings"')[1].split("</a>")[0]
    assert "Lue" in entry


def test_the_outline_of_a_module_is_in_study_order(awa) -> None:
    page = awa.get(f"{EDITION}/lessons/m4-l1").text
    outline = page.split('<nav id="outline"')[1].split("</nav>")[0]
    places = [
        outline.index(f'href="{EDITION}/documents/m4-{name}"')
        for name in ("readings", "live", "discussion", "page")
    ]
    assert places == sorted(places)


def test_staff_mark_nothing(expert) -> None:
    assert "Marquer comme terminé" not in expert.get(f"{EDITION}/documents/m4-readings").text
    answer = expert.post(f"{EDITION}/documents/m4-readings/done", data={"done": "1"})
    assert answer.status_code == 404


def test_an_empty_laboratory_says_what_is_missing(expert) -> None:
    answer = expert.get(f"{EDITION}/lab/m6?calculate=1")
    assert answer.status_code == 422
    assert answer.text.count("Choisissez d’abord une réponse") == 12
    assert answer.text.count("Répondez aussi à ces affirmations") == 1
