"""Until both assessors have saved their scores, nobody else can tell what the first one gave."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import Person
from learning.admissions.commands import assessments
from learning.admissions.commands.assessments import AssessmentScores
from learning.admissions.models import Application, Assessment
from learning.admissions.rules import ranking
from learning.admissions.rules.ranking import Criterion
from learning.admissions.rules.states import ApplicationState
from learning.audit.models import AuditEntry
from learning.audit.rules import detail_text
from learning.kit.i18n import LANGUAGES
from tests.admissions.factories import NOW, a_person, in_state
from tests.admissions.test_board import board_of, names_in, text_of
from tests.admissions.test_candidate import in_edition
from tests.world import World, send_form, sign_in

REMARK = "Written by the first assessor."
POINTS = {"function": "4", "influence": "1", "motivation": "2", "use": "2", "remark": ""}
CHANGING = re.compile(r'name="(idempotency_key|version)" value="[^"]*"|the oldest for [^·]*')
"""What no page has twice: the keys of forms, and for how long something waits."""
ORDERS = ({}, {"sort": "-score"}, {"sort": "score"}, {"state": "under_review"}, {"task": "assess"})


def assess(session: Session, application: Application, by: Person, points: int) -> None:
    scores = AssessmentScores(scores=dict.fromkeys(Criterion, points), remark=REMARK)
    assessments.save_assessment(session, application, scores, by=by.id, now=NOW)
    session.commit()


@pytest.fixture
def assessors(session: Session, world: World) -> list[Person]:
    """Two experts of other institutions than those of candidates."""
    return [
        in_edition(
            session, a_person(session, name, institution=institution), Role.EXPERT, world.open
        )
        for name, institution in (("First Assessor", "Alpha"), ("Second Assessor", "Bravissimo"))
    ]


@pytest.fixture
def reviewed(session: Session, world: World, assessors: list[Person]) -> list[Application]:
    """Applications with two scores, with one, and without any."""
    both, one, none = (
        in_state(session, world, ApplicationState.UNDER_REVIEW, a_person(session, name))
        for name in ("Both Test", "One Test", "None Test")
    )
    for by in assessors:
        assess(session, both, by, 2)
    assess(session, one, assessors[0], 4)
    return [both, one, none]


def change(session: Session, application: Application, points: int) -> None:
    """Give other points where one assessor has given some."""
    scores = dict.fromkeys(Criterion, points)
    columns = {str(criterion): number for criterion, number in scores.items()}
    session.execute(
        update(Assessment).where(Assessment.application_id == application.id).values(**columns)
    )
    application.score = ranking.score([scores])
    session.commit()


def addresses(app: Flask, world: World, application: Application) -> Iterator[str]:
    """Return the address of every page for staff that such an application can have a part in."""
    build = app.url_map.bind("localhost").build
    known: dict[str, Any] = {
        "lang": "en",
        "edition": world.open.code,
        "reference": application.reference,
        "event": "accept",
    }
    for rule in app.url_map.iter_rules():
        if (
            "GET" in (rule.methods or ())
            and "/staff/" in rule.rule
            and rule.arguments <= set(known)
        ):
            values = {name: known[name] for name in rule.arguments}
            for order in ORDERS if rule.endpoint.startswith("admissions.") else ORDERS[:1]:
                yield build(rule.endpoint, values | order)
    yield build("home.show_staff_search", {"lang": "en", "q": "One Test"})


def seen_by(
    app: Flask, world: World, reader: FlaskClient, application: Application
) -> dict[str, str]:
    """Return all that a reader can see: the pages, and the preview of a bulk decision."""
    seen = {}
    for address in addresses(app, world, application):
        answer = reader.get(address)
        if answer.status_code == 200:
            seen[address] = CHANGING.sub("", answer.text)
    here = board_of(world.open, "en")
    for sent in ({"all": "1"}, {"first": "2"}):
        answer = reader.post(f"{here}bulk?sort=-score", data=sent | {"event": "accept"})
        seen[f"bulk {sent}"] = CHANGING.sub("", answer.text)
    return seen


def exported(reader: FlaskClient, world: World) -> str:
    address = f"{board_of(world.open)}export?sort=-score"
    return str(reader.post(address, data={"format": "csv"}).text)


@pytest.fixture
def persons(world: World, assessors: list[Person]) -> dict[str, Person]:
    first, second = assessors
    roles = (Role.REGISTRAR, Role.APPROVER, Role.AUDITOR, Role.FINANCE)
    return {"author": first, "second": second} | {str(role): world.staff[role] for role in roles}


@pytest.mark.parametrize("who", ["second", "registrar", "approver", "auditor", "finance"])
def test_nothing_that_others_see_depends_on_the_first_scores(
    app: Flask,
    session: Session,
    world: World,
    reviewed: list[Application],
    persons: dict[str, Person],
    who: str,
) -> None:
    _, one, _ = reviewed
    reader = sign_in(app, session, persons[who])
    high = seen_by(app, world, reader, one)
    change(session, one, 0)
    assert seen_by(app, world, reader, one) == high
    assert len(high) > 12
    low = exported(reader, world)
    change(session, one, 4)
    assert exported(reader, world) == low
    assert REMARK not in high[board_of(world.open, "en") + one.reference]


def test_their_author_sees_them(
    app: Flask,
    session: Session,
    world: World,
    reviewed: list[Application],
    persons: dict[str, Person],
) -> None:
    _, one, _ = reviewed
    reader = sign_in(app, session, persons["author"])
    high = seen_by(app, world, reader, one)
    change(session, one, 0)
    low = seen_by(app, world, reader, one)
    changed = {address for address in high if low[address] != high[address]}
    here = board_of(world.open, "en")
    assert {f"{here}{one.reference}", f"{here}?sort=-score"} <= changed
    zero = exported(reader, world)
    change(session, one, 4)
    assert exported(reader, world) != zero


@pytest.mark.usefixtures("reviewed")
def test_the_order_by_score_leaves_out_what_is_hidden(
    app: Flask, session: Session, world: World, assessors: list[Person]
) -> None:
    orders = [
        names_in(sign_in(app, session, by).get(f"{board_of(world.open)}?sort=-score").text)
        for by in assessors
    ]
    assert orders[0] == ["One Test", "Both Test", "None Test"]
    assert orders[1] == ["Both Test", "One Test", "None Test"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_once_both_have_saved_they_are_shown_side_by_side(
    app: Flask,
    session: Session,
    world: World,
    reviewed: list[Application],
    assessors: list[Person],
    language: str,
) -> None:
    _, one, _ = reviewed
    second, address = sign_in(app, session, assessors[1]), board_of(world.open) + one.reference
    before = second.get(address).text
    assert "First Assessor" not in before
    assert send_form(second, f"{address}/assessment", POINTS).status_code == 303
    here = address.replace("/fr/", f"/{language}/")
    page = second.get(here).text
    assert REMARK in page
    assert page.count('title="First Assessor"') == len(Criterion), "one sign for each criterion"
    mean, apart = {
        "fr": ("moyenne 2,5", "3 points d’écart"),
        "en": ("mean 2.5", "3 points apart"),
        "es": ("media 2,5", "3 puntos de diferencia"),
    }[language]
    assert mean in text_of(page)
    assert text_of(page).count(apart) == 1
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR]).get(here).text
    assert registrar.count('title="First Assessor"') == len(Criterion)
    assert registrar.count('title="Second Assessor"') == len(Criterion)


def test_after_a_decision_everybody_who_reads_applications_sees_them(
    app: Flask, session: Session, world: World, assessors: list[Person]
) -> None:
    waiting = in_state(session, world, ApplicationState.UNDER_REVIEW)
    assess(session, waiting, assessors[0], 4)
    waiting.state = ApplicationState.WAITLISTED
    session.commit()
    second, address = sign_in(app, session, assessors[1]), board_of(world.open) + waiting.reference
    assert REMARK in second.get(address).text
    refused = send_form(second, f"{address}/assessment", POINTS)
    assert refused.status_code == 409, "the waiting list is in the order of scores"


def test_the_audit_trail_tells_points_only_once_both_are_saved(
    session: Session, world: World, assessors: list[Person]
) -> None:
    sent = in_state(session, world, ApplicationState.UNDER_REVIEW)
    first, second = assessors
    for by, points in ((first, 4), (first, 3), (second, 1), (second, 3)):
        assess(session, sent, by, points)
    entries = select(AuditEntry.detail).where(AuditEntry.action == "application assessed")
    assert session.scalars(entries.order_by(AuditEntry.id)).all() == [
        "{}",
        "{}",
        detail_text({"before": "–", "after": "1 1 1 1"}),
        detail_text({"before": "1 1 1 1", "after": "3 3 3 3"}),
    ]
