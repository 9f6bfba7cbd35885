"""Who sees which edition, and when one may apply."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.access.actor import Actor
from learning.access.permissions import Role
from learning.catalogue import queries, rules
from tests.world import RUNNING, World

START = date(2026, 9, 28)


@pytest.mark.parametrize(
    ("day", "week"), [(-8, -1), (-1, 0), (0, 1), (6, 1), (7, 2), (41, 6), (42, 7)]
)
def test_weeks_are_counted_from_the_first_day(day: int, week: int) -> None:
    assert rules.week_of(START, START + timedelta(days=day)) == week


def codes(session: Session, actor: Actor) -> set[str]:
    return {e.code for e in queries.editions_of(session, actor, "reintegration")}


def test_drafts_are_seen_by_staff_and_by_their_own_people(session: Session, world: World) -> None:
    public = {RUNNING, world.open.code}
    assert codes(session, Actor()) == public
    assert codes(session, Actor(person_id=1, roles=frozenset({Role.REGISTRAR}))) == public | {
        world.draft.code
    }
    inside = {world.draft.code: frozenset({Role.EXPERT})}
    assert codes(session, Actor(person_id=1, in_edition=inside)) == public | {world.draft.code}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ("980\u00a0€", "Candidatures jusqu’au", "14 ou plus")),
        ("es", ("980\u00a0€", "14 o más")),
        ("en", ("€980", "14 or more")),
    ],
)
def test_the_information_note_has_the_edition_s_data(
    visitor: FlaskClient, world: World, language, words
) -> None:
    page = visitor.get(f"/{language}/courses/reintegration").text
    assert all(word in page for word in words)
    assert str(world.open.starts_on.year) in page
    assert page.count('rel="alternate"') == 4


def test_an_unknown_course_is_nowhere(visitor: FlaskClient) -> None:
    assert visitor.get("/fr/courses/nothing").status_code == 404


def test_without_an_edition_the_note_says_so(visitor: FlaskClient) -> None:
    for path in ("/fr/courses/reintegration", "/fr/"):
        page = visitor.get(path).text
        assert "Aucune édition n’est encore prévue" in page
        assert "Poser ma candidature" not in page
