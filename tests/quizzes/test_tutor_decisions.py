"""What a tutor decides for one person: one more attempt, answers that arrived too late."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning import wiring
from learning.access.permissions import Role
from learning.audit.models import AuditEntry
from learning.content.course import Course
from learning.demo.quizzes import right_answer
from learning.enrolment.models import Enrolment
from learning.kit.errors import RuleViolation
from learning.kit.i18n import i18n_for
from learning.lessons.actions import record_change
from learning.lessons.extensions import last_active
from learning.mail.models import OutgoingEmail
from learning.quizzes import actions, queries
from learning.quizzes.actions import NewAnswer, Sent
from learning.quizzes.models import AttemptEnd, LateDecision, QuizAttempt, ReleasedAttempt
from tests.quizzes.attempts import MODULE, QUIZ, begin, ended, key_of, quiz_of
from tests.world import NOW, World, sign_in

PEOPLE = f"/fr/staff/editions/reintegration-running/quizzes/{MODULE}/people/"


def person(world: World) -> str:
    return f"{PEOPLE}{world.place.uid}"


@pytest.fixture
def tutor(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.TUTOR])


def key_at(client: FlaskClient, address: str, action: str) -> str:
    page = client.get(address).text
    form = page[page.index(action) :]
    return form.split('name="idempotency_key" value="')[1].split('"')[0]


def release(client: FlaskClient, world: World, reason: str = "Panne du réseau") -> int:
    data = {"idempotency_key": key_at(client, person(world), "/release"), "reason": reason}
    return client.post(f"{person(world)}/release", data=data).status_code


def decide(client: FlaskClient, world: World, decision: str, reason: str = "Coupure") -> int:
    data = {"idempotency_key": key_at(client, person(world), "/late"), "decision": decision}
    answer = client.post(f"{person(world)}/attempts/1/late", data=data | {"late_reason": reason})
    return answer.status_code


def three_attempts(session: Session, world: World, course: Course) -> None:
    for day in range(3):
        ended(session, world, course, right=2, at=NOW - timedelta(days=9 - 2 * day))


def late_attempt(session: Session, world: World, course: Course) -> QuizAttempt:
    """End an attempt without an answer; then all right answers arrive."""
    row = ended(session, world, course, right=0, at=NOW - timedelta(hours=3))
    attempt = queries.load_attempt(session, row)
    sent = [
        NewAnswer(position=q.position, answer=right_answer(q.question)) for q in attempt.questions
    ]
    actions.save(session, attempt, Sent(answers=sent, language="fr"), now=NOW - timedelta(hours=1))
    session.commit()
    return row


def last_email(session: Session) -> OutgoingEmail:
    email = session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.id.desc())).first()
    assert email is not None
    return email


def last_entry(session: Session) -> AuditEntry:
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    return entry


def test_a_released_attempt_can_be_begun_when_all_are_used(
    tutor: FlaskClient, session: Session, world: World, course: Course, app: Flask
) -> None:
    three_attempts(session, world, course)
    with pytest.raises(RuleViolation):
        begin(session, world, course)
    session.rollback()
    awa = sign_in(app, session, world.awa)
    assert "Toutes les tentatives" in awa.get(QUIZ).text
    assert release(tutor, world) == 303
    page = awa.get(QUIZ).text
    assert "4 = 3 + 1" in page
    assert f"{QUIZ}/attempts" in page
    session.expire_all()
    row = actions.start(
        session,
        key_of(world),
        quiz_of_released(session, world, course),
        now=NOW,
        seed=7,
    )
    assert row.number == 4


def quiz_of_released(session: Session, world: World, course: Course) -> actions.Quiz:
    number = queries.released_attempts(session, world.place.id, MODULE)
    return replace(quiz_of(course), released=number)


def test_the_person_is_told_and_the_trail_keeps_the_reason(
    tutor: FlaskClient, session: Session, world: World
) -> None:
    assert release(tutor, world) == 303
    email = last_email(session)
    assert (email.kind, email.email) == ("quizzes.attempt-released", world.awa.email)
    text = wiring.EMAIL_TEMPLATES[email.kind](i18n_for("fr", "UTC"), json.loads(email.params))
    assert any("Panne du réseau" in line for line in text.lines)
    entry = last_entry(session)
    assert (entry.action, entry.subject) == (
        "quiz attempt released",
        f"enrolment {world.place.id}",
    )
    assert json.loads(entry.detail) == {"module": MODULE, "reason": "Panne du réseau"}


def test_what_a_tutor_does_is_no_sign_of_the_person(
    tutor: FlaskClient, session: Session, world: World
) -> None:
    seen = select(last_active(Enrolment.id)).where(Enrolment.id == world.place.id)
    assert release(tutor, world) == 303
    assert session.scalar(seen) is None, "or who never came would not be a no-show"
    record_change(session, key_of(world), now=NOW)
    record_change(session, key_of(world), now=NOW + timedelta(days=1), last_seen=False)
    assert session.scalar(seen) == NOW


def test_a_form_that_is_sent_twice_releases_one_attempt(
    tutor: FlaskClient, session: Session, world: World
) -> None:
    data = {"idempotency_key": key_at(tutor, person(world), "/release"), "reason": "Panne"}
    statuses = [tutor.post(f"{person(world)}/release", data=data).status_code for _ in "12"]
    assert statuses == [303, 303]
    assert len(session.scalars(select(ReleasedAttempt)).all()) == 1


def test_a_release_needs_a_reason(tutor: FlaskClient, session: Session, world: World) -> None:
    assert release(tutor, world, reason="") == 422
    assert session.scalars(select(ReleasedAttempt)).all() == []


def test_a_released_attempt_is_for_one_module_and_one_person(
    tutor: FlaskClient, session: Session, world: World
) -> None:
    release(tutor, world)
    assert queries.released_attempts(session, world.place.id, MODULE) == 1
    assert queries.released_attempts(session, world.place.id, "m1") == 0
    assert queries.released_attempts(session, world.place.id + 1, MODULE) == 0


def test_late_answers_are_shown_with_when_they_were_given_and_arrived(
    tutor: FlaskClient, session: Session, world: World, course: Course
) -> None:
    late_attempt(session, world, course)
    assert "12 réponses tardives attendent une décision." in tutor.get(PEOPLE).text
    page = tutor.get(person(world)).text
    assert page.count("selon l’appareil") == 12
    question = next(m for m in course.modules if m.key == MODULE).bank
    assert sum(q.texts["fr"].prompt in page for q in question) == 12


def test_accepted_late_answers_count_and_the_trail_has_both_marks(
    tutor: FlaskClient, session: Session, world: World, course: Course
) -> None:
    row = late_attempt(session, world, course)
    assert row.percent == 0
    assert decide(tutor, world, "accept") == 303
    session.expire_all()
    assert (row.percent, row.points, row.passed) == (10000, 1200, True)
    detail = json.loads(last_entry(session).detail)
    assert (detail["before"], detail["after"], detail["answers"]) == ("0.00", "100.00", 12)
    assert last_email(session).kind == "quizzes.late-accepted"
    assert queries.load_attempt(session, row).late == 0
    assert "attendent" not in tutor.get(PEOPLE).text


def test_refused_late_answers_do_not_count(
    tutor: FlaskClient, session: Session, world: World, course: Course
) -> None:
    row = late_attempt(session, world, course)
    assert decide(tutor, world, "refuse") == 303
    session.expire_all()
    assert (row.percent, row.passed) == (0, False)
    assert last_email(session).kind == "quizzes.late-refused"
    assert last_entry(session).action == "late answers refused"
    assert queries.load_attempt(session, row).late == 12
    assert "attendent" not in tutor.get(PEOPLE).text


def test_a_second_decision_says_that_nothing_has_changed(
    tutor: FlaskClient, session: Session, world: World, course: Course
) -> None:
    late_attempt(session, world, course)
    keys = [key_at(tutor, person(world), "/late") for _ in "12"]
    pages = []
    for key, decision in zip(keys, ("refuse", "accept"), strict=True):
        data = {"idempotency_key": key, "decision": decision, "late_reason": "Coupure"}
        tutor.post(f"{person(world)}/attempts/1/late", data=data)
        pages.append(tutor.get(person(world)).text)
    assert "Votre décision est enregistrée" in pages[0]
    assert "Votre décision est enregistrée" not in pages[1]
    assert "rien n’a changé" in pages[1]
    assert [each.accepted for each in session.scalars(select(LateDecision))] == [False] * 12
    kinds = session.scalars(select(OutgoingEmail.kind).order_by(OutgoingEmail.id)).all()
    assert [each for each in kinds if each.startswith("quizzes.late")] == ["quizzes.late-refused"]


def test_a_tutor_sees_how_an_attempt_ended(
    tutor: FlaskClient, session: Session, world: World, course: Course
) -> None:
    row = late_attempt(session, world, course)
    assert "rendue " in tutor.get(person(world)).text
    row.end = AttemptEnd.TIME_UP
    session.commit()
    page = tutor.get(person(world)).text
    assert "fin du temps " in page
    assert "rendue " not in page


@pytest.mark.parametrize(("decision", "reason"), [("", "x"), ("both", "x"), ("accept", "")])
def test_a_decision_is_complete(
    tutor: FlaskClient, session: Session, world: World, course: Course, decision, reason
) -> None:
    row = late_attempt(session, world, course)
    assert decide(tutor, world, decision, reason) == 422
    session.expire_all()
    assert row.percent == 0
    assert session.scalars(select(LateDecision)).all() == []


@pytest.mark.parametrize("role", [Role.EXPERT, Role.FINANCE])
def test_only_tutors_and_leads_decide(
    app: Flask, session: Session, world: World, role: Role
) -> None:
    client = sign_in(app, session, world.staff[role])
    assert client.get(PEOPLE).status_code == 404
    assert client.get(person(world)).status_code == 404
    assert client.post(f"{person(world)}/release").status_code == 404
    assert client.post(f"{person(world)}/attempts/1/late").status_code == 404
