"""Marking again after a question was corrected: who gains or loses, then a job for each person."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning import wiring
from learning.access.permissions import Role
from learning.audit.models import AuditEntry
from learning.batches.models import BatchItem, BatchOperation
from learning.content.activity_types import Question
from learning.content.course import Course, Module
from learning.content.question_snapshots import question_content
from learning.content.snapshots import snapshots
from learning.mail.models import OutgoingEmail
from learning.quizzes import regrade
from learning.quizzes.decisions import Decision
from learning.quizzes.models import AttemptAnswer, AttemptQuestion
from learning.quizzes.rules.answers import Answer, to_json
from tests.quizzes.attempts import MODULE, ended
from tests.quizzes.test_item_analysis import play
from tests.world import NOW, World, sign_in

PAGE = f"/fr/staff/editions/reintegration-running/quizzes/{MODULE}/regrade"


def corrected(course: Course, question: Question) -> Module:
    """Return the module with a question in the place of the one with its key."""
    module = next(each for each in course.modules if each.key == MODULE)
    bank = [question if each.key == question.key else each for each in module.bank]
    return replace(module, bank=bank)


def first_single(session: Session, course: Course) -> Question:
    """Return the first question with one right option that everybody was asked and had right."""
    module = next(each for each in course.modules if each.key == MODULE)
    bank = {each.key: each for each in module.bank}
    keys = session.scalars(
        select(AttemptQuestion.question_key)
        .where(AttemptQuestion.credit == "1")
        .order_by(AttemptQuestion.position)
    )
    return next(bank[key] for key in keys if bank[key].type == "single")


def other_key(question: Question) -> Question:
    return replace(question, right=(question.right[0] % 4 + 1,))


def run(session: Session, operation: BatchOperation) -> None:
    """Carry out an operation as its jobs do."""
    items = session.scalars(
        select(BatchItem).where(BatchItem.operation_id == operation.id).order_by(BatchItem.id)
    ).all()
    handler = wiring.BATCH_HANDLERS[operation.kind]
    handler.process_items(session, operation, items, NOW)
    session.commit()


def test_nothing_is_marked_again_while_every_question_is_as_it_was_asked(
    session: Session, world: World, course: Course
) -> None:
    play(session, world, course, 2)
    module = next(each for each in course.modules if each.key == MODULE)
    plan = regrade.plan(session, world.running.id, module)
    assert (plan.questions, plan.changes, plan.attempts) == ([], [], 0)
    decision = Decision(reason="x", by=world.staff[Role.TUTOR].id, at=NOW)
    assert regrade.start(session, world.running, module, decision) is None


def test_the_preview_says_who_gains_or_loses_and_the_jobs_do_just_that(
    session: Session, world: World, course: Course
) -> None:
    row = ended(session, world, course, right=9, at=NOW - timedelta(hours=3))
    wrong = other_key(first_single(session, course))
    module = corrected(course, wrong)
    plan = regrade.plan(session, world.running.id, module)
    assert plan.questions == [wrong]
    (change,) = plan.changes
    assert (change.before, change.after, change.number) == (7500, 6666 + 1, 1)
    assert (change.passed_before, change.passed_after) == (True, False)
    assert row.percent == 7500  # a preview changes nothing
    decision = Decision(reason="Clé", by=world.staff[Role.TUTOR].id, at=NOW)
    operation = regrade.start(session, world.running, module, decision)
    assert operation is not None
    session.commit()
    run(session, operation)
    assert (row.percent, row.passed) == (6667, False)
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.subject) == ("quiz marked again", f"enrolment {world.place.id}")
    detail = json.loads(entry.detail)
    assert (detail["before"], detail["after"], detail["reason"]) == ("75.00", "66.67", "Clé")
    mail = session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.id.desc())).first()
    assert mail is not None
    assert (mail.kind, mail.email) == ("quizzes.marked-again", world.awa.email)
    again = regrade.plan(session, world.running.id, module)
    assert (again.questions, again.changes) == ([], [])  # marked twice, nothing changes


def test_a_question_whose_options_were_moved_keeps_its_marks(
    session: Session, world: World, course: Course
) -> None:
    ended(session, world, course, right=9, at=NOW - timedelta(hours=3))
    question = first_single(session, course)
    texts = {
        key: replace(text, options=tuple(reversed(text.options)))
        for key, text in question.texts.items()
    }
    right = (len(texts["fr"].options) + 1 - question.right[0],)
    moved = corrected(course, replace(question, texts=texts, right=right))
    assert regrade.plan(session, world.running.id, moved).questions == []


def test_a_version_whose_options_stood_elsewhere_keeps_its_marks_beside_a_corrected_one(
    session: Session, world: World, course: Course
) -> None:
    """Two attempts asked one question in two versions; only the one in the preview changes."""
    corrected_one = ended(session, world, course, right=9, at=NOW - timedelta(days=4))
    question = first_single(session, course)
    other = ended(session, world, course, right=9, at=NOW - timedelta(days=2))
    drawn = session.scalars(
        select(AttemptQuestion)
        .where(AttemptQuestion.attempt_id == other.id)
        .order_by(AttemptQuestion.position)
    ).first()
    assert drawn is not None
    assert drawn.credit == "1"
    before, after = corrected_one.percent, 6667
    texts = {
        key: replace(text, options=tuple(reversed(text.options)))
        for key, text in question.texts.items()
    }
    right = (len(texts["fr"].options) + 1 - question.right[0],)
    moved = replace(question, texts=texts, right=right)
    (sha256,) = snapshots(session, [question_content("reintegration", MODULE, moved)])
    drawn.question_key, drawn.question_sha256 = question.key, sha256
    session.add(
        AttemptAnswer(
            attempt_id=other.id,
            enrolment_id=other.enrolment_id,
            edition_id=other.edition_id,
            position=drawn.position,
            sequence=100,
            idempotency_key="moved",
            answer=to_json(Answer(numbers=right)),
            language="fr",
            answered_at=other.ended_at or NOW,
            received_at=other.ended_at or NOW,
            late=False,
        )
    )
    session.commit()
    module = corrected(course, other_key(question))
    plan = regrade.plan(session, world.running.id, module)
    assert [(each.number, each.before, each.after) for each in plan.changes] == [(1, before, after)]
    decision = Decision(reason="x", by=world.staff[Role.TUTOR].id, at=NOW)
    operation = regrade.start(session, world.running, module, decision)
    assert operation is not None
    run(session, operation)
    assert (corrected_one.percent, other.percent) == (after, 7500)
    assert drawn.question_sha256 == sha256


def test_a_key_that_is_put_right_again_gives_the_mark_back(
    session: Session, world: World, course: Course
) -> None:
    row = ended(session, world, course, right=9, at=NOW - timedelta(hours=3))
    question = first_single(session, course)
    decision = Decision(reason="x", by=world.staff[Role.TUTOR].id, at=NOW)
    for each, percent in ((other_key(question), 6667), (question, 7500)):
        operation = regrade.start(session, world.running, corrected(course, each), decision)
        assert operation is not None
        run(session, operation)
        assert row.percent == percent


def test_who_changes_nothing_hears_nothing(session: Session, world: World, course: Course) -> None:
    ended(session, world, course, right=9, at=NOW - timedelta(hours=3))
    question = first_single(session, course)
    texts = {key: replace(text, explain="Autre.") for key, text in question.texts.items()}
    module = corrected(course, replace(question, texts=texts))
    assert regrade.plan(session, world.running.id, module).attempts == 1
    decision = Decision(reason="x", by=world.staff[Role.TUTOR].id, at=NOW)
    operation = regrade.start(session, world.running, module, decision)
    assert operation is not None
    run(session, operation)
    mails = session.scalars(select(OutgoingEmail.kind)).all()
    assert "quizzes.marked-again" not in mails


def test_each_person_is_an_item(session: Session, world: World, course: Course) -> None:
    play(session, world, course, 6)
    module = corrected(course, other_key(first_single(session, course)))
    decision = Decision(reason="x", by=world.staff[Role.TUTOR].id, at=NOW)
    operation = regrade.start(session, world.running, module, decision)
    assert operation is not None
    items = session.scalars(select(BatchItem).where(BatchItem.operation_id == operation.id)).all()
    assert len({json.loads(item.payload)["enrolment"] for item in items}) == len(items) == 6


def test_a_plan_costs_the_same_for_two_people_and_for_twelve(
    session: Session, world: World, course: Course, queries: list[str]
) -> None:
    costs = []
    for number, name in ((2, "q"), (10, "z")):
        play(session, world, course, number, name=name)
        module = corrected(course, other_key(first_single(session, course)))
        edition_id = world.running.id
        queries.clear()
        regrade.plan(session, edition_id, module)
        costs.append(len(queries))
    assert costs == [4, 4]


@pytest.fixture
def bank_of_today(
    session: Session, world: World, course: Course, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Let the course on the pages have a corrected question that Awa had right."""
    ended(session, world, course, right=9, at=NOW - timedelta(hours=3))
    module = corrected(course, other_key(first_single(session, course)))
    modules = [module if each.key == MODULE else each for each in course.modules]
    today = replace(course, modules=modules)
    monkeypatch.setattr("learning.content.registry.course", lambda _key: today)
    return


@pytest.mark.usefixtures("bank_of_today")
def test_the_page_shows_the_preview_and_starts_the_operation_once(
    app: Flask, session: Session, world: World
) -> None:
    tutor = sign_in(app, session, world.staff[Role.TUTOR])
    page = tutor.get(PAGE).text
    assert "ne réussit plus" in page
    key = re.findall(r'name="idempotency_key" value="([^"]+)"', page)[-1]
    assert tutor.post(PAGE, data={"idempotency_key": key, "reason": ""}).status_code == 422
    data = {"idempotency_key": key, "reason": "Clé corrigée"}
    assert [tutor.post(PAGE, data=data).status_code for _ in "12"] == [303, 303]
    assert len(session.scalars(select(BatchOperation)).all()) == 1


def test_only_tutors_and_leads_mark_again(app: Flask, session: Session, world: World) -> None:
    assert sign_in(app, session, world.staff[Role.LEAD]).get(PAGE).status_code == 200
    expert = sign_in(app, session, world.staff[Role.EXPERT])
    assert expert.get(PAGE).status_code == 404
    assert expert.post(PAGE).status_code == 404
