"""A document says when something is due for its reader, and not the day of a week."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.catalogue.models import EditionDate
from learning.content.course import ALL, Course, ValidationIssue
from learning.content.lessons import read_document
from learning.content.structure import KnownNames
from learning.deadlines.actions import NewExtension, extend
from learning.deadlines.queries import due_dates
from learning.kit.i18n import I18n
from tests.world import NOW, RUNNING, World, sign_in

PEER = f"/fr/editions/{RUNNING}/documents/work-peer"


@pytest.fixture
def awa(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.awa)


def shown_dates(page: str) -> list[str]:
    return [part.split("</time>")[0].split(">")[1] for part in page.split("<time ")[1:]]


def test_every_date_of_a_document_is_filled_in(awa, session, world, course: Course) -> None:
    for name in ("peer", "project", "group", "orientation"):
        for language in ALL:
            page = awa.get(f"/{language}/editions/{RUNNING}/documents/work-{name}").text
            assert 'href="#date-' not in page
            assert shown_dates(page), (name, language)
    own = due_dates(session, world.running, world.place.id, course.deadlines)
    words = I18n("fr", world.awa.zone)
    shown = shown_dates(awa.get(PEER).text)
    assert shown[1] == words.weekday_time(own["peer-work"].at).capitalize()
    assert shown[-1] == words.weekday_time(own["peer-reviews"].at)


def test_more_time_for_one_person_is_in_the_text_of_this_person(
    app, awa, session: Session, world: World, course: Course
) -> None:
    before = awa.get(PEER)
    due = due_dates(session, world.running, world.place.id, course.deadlines)["peer-work"]
    deadline = next(each for each in course.deadlines if each.key == "peer-work")
    new = NewExtension(
        deadline=deadline,
        general=due.general,
        until=due.general + timedelta(days=3),
        reason="Flood",
    )
    extend(session, world.place, new, by=world.staff[Role.TUTOR].id, now=NOW - timedelta(days=30))
    session.commit()
    later = awa.get(PEER, headers={"If-None-Match": before.headers["ETag"]})
    assert later.status_code == 200, "the copy in the browser says another date"
    words = I18n("fr", world.awa.zone)
    assert words.weekday_time(new.until).capitalize() in shown_dates(later.text)
    tutor = sign_in(app, session, world.staff[Role.TUTOR])
    theirs = I18n("fr", world.staff[Role.TUTOR].zone).weekday_time(due.general).capitalize()
    assert theirs in shown_dates(tutor.get(PEER).text), "staff read the date of the edition"


def test_a_date_that_is_moved_is_moved_in_the_text(
    awa: FlaskClient, session: Session, world: World
) -> None:
    before = awa.get(PEER)
    row = session.scalars(
        select(EditionDate).where(
            EditionDate.edition_id == world.running.id, EditionDate.key == "peer-work"
        )
    ).one_or_none()
    moved = datetime(2031, 5, 5, 12, 30, tzinfo=UTC)
    if row is None:
        session.add(EditionDate(edition_id=world.running.id, key="peer-work", at=moved))
    else:
        row.at = moved
    world.running.changed_at = NOW
    session.commit()
    after = awa.get(PEER, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert I18n("fr", world.awa.zone).weekday_time(moved).capitalize() in shown_dates(after.text)


def test_staff_are_told_the_zone_of_the_dates(app: Flask, session, world: World) -> None:
    """The lines above the text name the zone, and staff have none."""
    expert = sign_in(app, session, world.staff[Role.EXPERT])
    assert "Dates et heures" in expert.get(PEER).text
    assert "Dates et heures" not in sign_in(app, session, world.awa).get(PEER).text
    assert "Dates et heures" not in expert.get(PEER.replace("work-peer", "m4-page")).text


TEXT = "{{#title}}\n## {title}\n\n{{#when}}\nAvant le {link}.\n"


def issues_of(folder: Path, **links: str) -> list[str]:
    for language in ALL:
        link = links.get(language, "[jour](date:peer-work)")
        text = TEXT.format(title="Titre", link=link)
        (folder / f"brief.{language}.md").write_text(text)
    known = KnownNames(
        terms=(), sources={}, drawings=(), source_language="fr", dates={"peer-work", "other"}
    )
    issues: list[ValidationIssue] = []
    read_document(folder, "brief", known, issues)
    return [str(issue).partition("/")[2] for issue in issues]


@pytest.mark.parametrize(
    ("links", "message"),
    [
        ({}, []),
        (
            dict.fromkeys(ALL, "[jour](date:per-work)"),
            [f"brief.{language}.md:5: there is no deadline “per-work”" for language in ALL],
        ),
        (
            {"es": "[día](date:other)"},
            ["brief.es.md:5: “when”: not the same dates as in the source text"],
        ),
        ({"en": "day"}, ["brief.en.md:5: “when”: not the same dates as in the source text"]),
    ],
)
def test_the_check_names_an_unknown_deadline(
    tmp_path: Path, links: dict, message: list[str]
) -> None:
    assert issues_of(tmp_path, **links) == message
