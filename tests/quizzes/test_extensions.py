"""What other pages show of quizzes: the best mark, the next step, the person's own date."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from learning.catalogue.queries import edition_ref
from learning.content.activity_types import RequirementKey
from learning.content.course import Course
from learning.deadlines.actions import NewProfile, accommodate
from learning.deadlines.models import AccommodationProfile
from learning.deadlines.rules import Accommodation
from learning.extension_points.due import DueItem, DueRequest
from learning.extension_points.requests import EnrolmentsRequest
from learning.extension_points.results import Result
from learning.gradebook.models import ItemResult
from learning.gradebook.rules.completion import RequirementState
from learning.kit.i18n import i18n_for
from learning.quizzes import extensions
from learning.quizzes.models import QuizAttempt
from tests.quizzes.attempts import MODULE, begin, ended
from tests.world import NOW, World, sign_in

DAY = timedelta(days=1)


def request(world: World) -> EnrolmentsRequest:
    return EnrolmentsRequest(
        edition=edition_ref(world.running),
        enrolment_ids=[world.place.id],
        i18n=i18n_for("fr", "UTC"),
    )


def result(session: Session, world: World, course: Course, module: str = MODULE) -> Result:
    session.flush()
    found = extensions.results(lambda _key: course, session, request(world))[world.place.id]
    return next(each for each in found if each.key == f"quiz:{module}")


def due(session: Session, world: World, course: Course) -> DueItem:
    asks = request(world)
    values = {"edition": asks.edition, "enrolment_ids": asks.enrolment_ids, "i18n": asks.i18n}
    found = extensions.due_items(lambda _key: course, session, DueRequest(**values))  # type: ignore[arg-type]
    return next(each for each in found[world.place.id] if each.key == f"quiz-{MODULE}")


def test_a_quiz_that_nobody_began_counts_for_the_certificate_and_says_what_to_do(
    session: Session, world: World, course: Course
) -> None:
    own = result(session, world, course)
    assert own.requirement == RequirementKey.QUIZZES
    assert (own.passed, own.final, own.points, own.done_at) == (None, False, None, None)
    assert own.next_step == "Commencer le questionnaire"
    assert own.deadline == f"quiz-{MODULE}"


def test_the_best_attempt_counts_and_a_worse_one_costs_nothing(
    session: Session, world: World, course: Course
) -> None:
    ended(session, world, course, right=6, at=NOW - 6 * DAY)
    failed = result(session, world, course)
    assert (failed.points, failed.passed, failed.final) == (Decimal("50.00"), False, False)
    assert failed.next_step == "il reste 2 tentatives"
    passed = ended(session, world, course, right=10, at=NOW - 4 * DAY)
    ended(session, world, course, right=3, at=NOW - 2 * DAY)
    best = result(session, world, course)
    assert (best.points, best.max_points) == (Decimal("83.33"), Decimal(100))
    assert (best.passed, best.final, best.done_at) == (True, True, passed.ended_at)
    assert best.next_step == ""


def test_an_attempt_keeps_its_pass_when_the_course_raises_the_pass_mark(
    session: Session, world: World, course: Course
) -> None:
    row = ended(session, world, course, right=9, at=NOW - 4 * DAY)
    assert course.assessment.quiz is not None
    stricter = replace(course.assessment.quiz, pass_percent=80)
    today = replace(course, assessment=replace(course.assessment, quiz=stricter))
    own = result(session, world, today)
    assert (own.points, own.passed, own.done_at) == (Decimal("75.00"), True, row.ended_at)
    assert due(session, world, today).done


def test_after_the_last_attempt_nothing_more_can_be_done_but_one_that_was_agreed(
    session: Session, world: World, course: Course
) -> None:
    for days in (6, 4, 2):
        ended(session, world, course, right=3, at=NOW - days * DAY)
    assert result(session, world, course).final
    session.add(
        AccommodationProfile(
            enrolment_id=world.place.id,
            extra_time=50,
            extra_attempts=1,
            shift_days=2,
            no_timer=False,
            note="",
            decided_by_id=world.awa.id,
            decided_at=NOW,
        )
    )
    assert not result(session, world, course).final
    assert result(session, world, course).next_step == "il reste 1 tentative"


def test_an_attempt_that_is_agreed_is_counted_by_the_gradebook_at_once(
    session: Session, world: World, course: Course
) -> None:
    for days in (6, 4, 2):
        ended(session, world, course, right=3, at=NOW - days * DAY)
    row = session.get_one(ItemResult, (world.place.id, f"quiz:{MODULE}"))
    assert row.state is RequirementState.IMPOSSIBLE
    agreed = NewProfile(accommodation=Accommodation(extra_attempts=1), note="")
    accommodate(session, world.place, agreed, by=world.awa.id, now=NOW)
    assert row.state is RequirementState.FAILED


def test_an_attempt_in_progress_can_be_gone_on_with(
    session: Session, world: World, course: Course
) -> None:
    begin(session, world, course)
    own = result(session, world, course)
    assert (own.next_step, own.passed, own.final) == ("Continuer la tentative 1", None, False)


def test_the_date_of_a_quiz_is_the_persons_own_and_done_when_it_is_passed(
    session: Session, world: World, course: Course
) -> None:
    general = due(session, world, course)
    assert (general.done, general.minutes_done, general.path) == (
        False,
        0,
        f"editions/{world.running.code}/quizzes/{MODULE}",
    )
    session.add(
        AccommodationProfile(
            enrolment_id=world.place.id,
            extra_time=0,
            extra_attempts=0,
            shift_days=2,
            no_timer=False,
            note="",
            decided_by_id=world.awa.id,
            decided_at=NOW,
        )
    )
    ended(session, world, course, right=12, at=NOW - DAY)
    own = due(session, world, course)
    assert own.at == general.at + 2 * DAY
    assert (own.done, own.minutes_done) == (True, own.minutes)


def test_the_course_home_and_a_lesson_lead_to_the_quiz_with_its_mark(
    app: Flask, session: Session, world: World, course: Course
) -> None:
    client = sign_in(app, session, world.awa)
    home = f"/fr/editions/{world.running.code}/"
    address = f"{home}quizzes/{MODULE}"
    assert f'href="{address}"' in client.get(home).text
    ended(session, world, course, right=6, at=NOW - DAY)
    assert "pas encore réussi, 50,00\u00a0%" in client.get(home).text
    assert f'href="{address}"' in client.get(f"{home}lessons/{MODULE}-l1").text


def test_an_accommodation_is_stated_as_a_sum_and_kept_by_the_attempt(
    app: Flask, session: Session, world: World
) -> None:
    profile = AccommodationProfile(
        enrolment_id=world.place.id, extra_time=50, extra_attempts=1, shift_days=0,
        no_timer=False, note="", decided_by_id=world.awa.id, decided_at=NOW,
    )  # fmt: skip
    session.add(profile)
    session.commit()
    client = sign_in(app, session, world.awa)
    address = f"/fr/editions/{world.running.code}/quizzes/{MODULE}"
    page = client.get(address).text
    assert "68\u00a0min = 45 + 50\u00a0%" in page
    assert "4 = 3 + 1" in page
    client.post(f"{address}/attempts")
    row = session.query(QuizAttempt).one()
    assert row.ends_at - row.started_at == timedelta(minutes=68)
    profile.no_timer = True
    session.commit()
    assert "68\u00a0min = 45 + 50\u00a0%" in client.get(f"{address}/attempts/1/questions/1").text
    assert "Sans limite de temps" in client.get(address).text


@pytest.mark.parametrize(
    ("usual", "minutes", "shown"),
    [
        (45, 68, "68\u00a0min = 45 + 50\u00a0%"),
        (45, 30, "30\u00a0min"),
        (1000, 1500, "1\u202f500\u00a0min = 1\u202f000 + 50\u00a0%"),
    ],
)
def test_the_time_of_an_attempt_is_a_sum_unless_the_last_day_cuts_it(
    app: Flask, session: Session, world: World, course: Course, usual, minutes, shown
) -> None:
    row = begin(session, world, course)
    row.usual_minutes, row.extra_time = usual, 50
    row.ends_at = NOW + timedelta(minutes=minutes)
    session.commit()
    address = f"/fr/editions/{world.running.code}/quizzes/{MODULE}/attempts/1/questions/1"
    page = sign_in(app, session, world.awa).get(address).text
    assert f"<dd>{shown}</dd>" in page
