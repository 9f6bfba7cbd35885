"""More time for one person: who gives it, who is told, what the trail keeps."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from learning import wiring
from learning.access.permissions import Role
from learning.catalogue import dates
from learning.deadlines import words
from learning.deadlines.models import Extension
from learning.kit.i18n import i18n_for
from learning.lessons.models import LearnerState
from learning.mail.models import OutgoingEmail
from learning.participants.commands import enrol_person
from tests.admissions.factories import a_person
from tests.deadlines.sending import OWN, due_of, general, last_row, more_time, person, send
from tests.world import NOW, sign_in


def test_a_tutor_gives_one_person_more_time(app, tutor, session, world, course) -> None:
    usual = general(session, world, course, "group-plan")
    until = usual + timedelta(days=2)
    answer = send(tutor, world, "extend", more_time(until))
    assert (answer.status_code, answer.location) == (303, person(world))
    due = due_of(session, world, course, "group-plan")
    assert (due.general, due.at, due.days_later) == (usual, until, 2)
    row = last_row(session)
    assert (row.action, row.subject) == ("deadline extended", f"enrolment {world.place.id}")
    assert json.loads(row.detail) == {
        "deadline": "group-plan", "until": until.isoformat(), "reason": "Flood",
    }  # fmt: skip
    page = sign_in(app, session, world.awa).get(OWN.format("fr")).text
    clock = i18n_for("fr", world.awa.zone)
    assert (
        f"{clock.weekday_time(until)} · 4\N{NO-BREAK SPACE}h · 2\N{NO-BREAK SPACE}jours plus tard"
        in page
    )
    mail = session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.id.desc())).first()
    assert (mail.kind, mail.email) == ("deadlines.extended", world.awa.email)
    text = wiring.EMAIL_TEMPLATES[mail.kind](clock, json.loads(mail.params))
    assert clock.deadline(until) in text.lines[0]
    assert "Flood" not in mail.params


def test_more_time_is_given_once_however_often_it_is_sent(tutor, session, world, course) -> None:
    until = general(session, world, course, "group-plan") + timedelta(days=2)
    page = tutor.get(person(world)).text
    version = re.search(r'name="version" value="([^"]*)"', page[page.index('/extend"') :])[1]
    data = more_time(until) | {"version": version}
    assert [tutor.post(f"{person(world)}/extend", data=data).status_code for _ in "12"] == [303] * 2
    assert len(session.scalars(select(Extension)).all()) == 1
    assert (
        len(
            session.scalars(
                select(OutgoingEmail).where(OutgoingEmail.kind == "deadlines.extended")
            ).all()
        )
        == 1
    )


def test_what_was_given_meanwhile_is_shown_first(tutor, registrar, session, world, course) -> None:
    usual = general(session, world, course, "group-plan")
    page = tutor.get(person(world)).text
    version = re.search(r'name="version" value="([^"]*)"', page[page.index('/extend"') :])[1]
    assert send(registrar, world, "extend", more_time(usual + timedelta(days=1))).status_code == 303
    late = more_time(usual + timedelta(days=3), idempotency_key="m" * 20) | {"version": version}
    assert tutor.post(f"{person(world)}/extend", data=late).status_code == 409
    assert due_of(session, world, course, "group-plan").days_later == 1


def test_a_second_extension_replaces_the_first_and_is_taken_back(
    tutor, session, world, course
) -> None:
    usual = general(session, world, course, "group-plan")
    send(tutor, world, "extend", more_time(usual + timedelta(days=2)))
    send(tutor, world, "extend", more_time(usual + timedelta(days=1), idempotency_key="m" * 20))
    assert due_of(session, world, course, "group-plan").days_later == 1
    assert tutor.post(f"{person(world)}/end", data={"key": "group-plan"}).status_code == 303
    assert due_of(session, world, course, "group-plan").at == usual
    assert last_row(session).action == "extension removed"
    before = last_row(session).id
    assert tutor.post(f"{person(world)}/end", data={"key": "group-plan"}).status_code == 303
    assert last_row(session).id == before, "nothing was left to take back"


@pytest.mark.parametrize(
    ("key", "days", "status"),
    [
        ("group-plan", 0, 409),
        ("group-plan", -1, 409),
        ("peer-release", 3, 422),
        ("nothing", 3, 422),
    ],
)
def test_more_time_is_more(tutor, session, world, course, key, days, status) -> None:
    usual = general(session, world, course, "group-plan")
    answer = send(tutor, world, "extend", more_time(usual + timedelta(days=days), key))
    assert answer.status_code == status
    assert session.scalars(select(Extension)).all() == []


def test_more_time_that_is_over_already_is_refused(tutor, session, world, course) -> None:
    first = general(session, world, course, "quiz-m1")  # three weeks ago
    answer = send(tutor, world, "extend", more_time(first + timedelta(days=1), "quiz-m1"))
    assert answer.status_code == 409
    assert "not in the past" in answer.text


def test_what_changes_for_one_person_draws_their_pages_anew(tutor, session, world, course) -> None:
    def version() -> int:
        session.expire_all()
        study = session.get(LearnerState, world.place.id)
        return study.version if study else 0

    before = version()
    until = general(session, world, course, "group-plan") + timedelta(days=2)
    send(tutor, world, "extend", more_time(until))
    assert version() == before + 1


def test_the_dates_of_a_whole_cohort_take_three_queries(
    session, world, course, queries: list[str]
) -> None:
    from learning.deadlines import queries as own  # noqa: PLC0415 the fixture has its name

    deadline = next(each for each in course.deadlines if each.key == "group-plan")
    places = [
        enrol_person(session, world.running, a_person(session), by=None, now=NOW).id for _ in "1234"
    ]
    until = general(session, world, course, "group-plan") + timedelta(days=3)
    session.add(
        Extension(
            enrolment_id=places[0], key="group-plan", until=until, reason="Flood",
            decided_by_id=world.staff[Role.TUTOR].id, decided_at=datetime.now(UTC),
        )
    )  # fmt: skip
    session.commit()
    queries.clear()
    found = own.adjustments_of(session, places)
    usual = dates.instants_of(session, world.running, [deadline])["group-plan"]
    due = [
        own.due_with(
            deadline, usual, world.running, found.get(place, own.NO_ADJUSTMENTS)
        ).days_later
        for place in places
    ]
    assert due == [3, 0, 0, 0]
    assert len([each for each in queries if "edition_dates" in each or "ext" in each]) <= 3


@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_the_sentence_of_a_date_is_whole_in_each_language(language: str) -> None:
    from learning.deadlines.rules import DueDate  # noqa: PLC0415

    paris = i18n_for(language, "Europe/Paris")
    at = datetime(2026, 7, 18, 21, 59, tzinfo=UTC)

    def message(days: int, hours: int = 0) -> str:
        before = at - timedelta(days=days, hours=hours)
        return words.due_sentence(paris, DueDate(general=before, at=at, days_later=days))

    assert {"fr": message(0), "en": message(1), "es": message(2)}[language] == {
        "fr": "samedi 18 juillet, 23:59 (Paris)",
        "en": "Saturday 18 July, 23:59 (Paris), 1 day later for you",
        "es": "sábado, 18 de julio, 23:59 (París), 2\N{NO-BREAK SPACE}días más tarde para usted",
    }[language]
    assert {"fr": message(2), "en": message(2), "es": message(0, 5)}[language] == {
        "fr": "samedi 18 juillet, 23:59 (Paris), 2\N{NO-BREAK SPACE}jours plus tard pour vous",
        "en": "Saturday 18 July, 23:59 (Paris), 2 days later for you",
        "es": "sábado, 18 de julio, 23:59 (París), más tarde ese día para usted",
    }[language]
