"""An edition is closed from a sheet that two people sign."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.batches.actions import RUN_JOB
from learning.batches.jobs import make_handler
from learning.batches.models import BatchItem, ItemState
from learning.deadlines.actions import NewProfile, accommodate
from learning.deadlines.models import Extension
from learning.deadlines.rules import Accommodation
from learning.enrolment.models import Enrolment, EnrolmentTransition
from learning.enrolment.rules import EnrolmentStatus
from learning.gradebook import closing, jobs
from learning.gradebook.models import ClosingSheet, CompletionStatus
from learning.gradebook.sources import GradebookSources
from learning.jobs.models import Job
from learning.jobs.rules import Queue
from learning.jobs.worker import Task, Worker
from learning.kit.database import Database
from learning.lessons.models import LearnerState
from learning.participants.commands import enrol_person
from tests.admissions.factories import a_person
from tests.gradebook.conftest import Activities
from tests.world import NOW, World, sign_in, trail_is_whole

GRID = "/en/staff/editions/reintegration-running/gradebook/"
SHEET = f"{GRID}closing"


@pytest.fixture
def ended(session: Session, world: World, activities: Activities) -> dict[str, Enrolment]:
    """An edition that has ended: one who was active, one who never came, one with a full list."""
    world.running.ends_on = world.running.project_due_on = NOW.date() - timedelta(days=1)
    silent, full = (
        enrol_person(session, world.running, a_person(session), by=None, now=NOW) for _ in range(2)
    )
    seen = {"edition_id": world.running.id, "last_seen_at": NOW}
    session.add(LearnerState(enrolment_id=world.place.id, **seen))
    session.add(LearnerState(enrolment_id=full.id, **seen))
    activities.pass_all(world.place.id, but="project:file")
    activities.mark(world.place.id, "project:file", "66.00")
    activities.pass_all(full.id)
    session.commit()
    return {"active": world.place, "silent": silent, "full": full}


def digest_in(page: str) -> str:
    return page.split('name="digest" value="')[1].split('"', maxsplit=1)[0]


def sign(client, page: str, key: str):
    return client.post(SHEET, data={"digest": digest_in(page), "idempotency_key": key * 20})


def work(database: Database, session: Session, sources: GradebookSources) -> None:
    """Carry out the operation as the worker does."""
    worker = Worker(
        database=database,
        handlers={RUN_JOB: make_handler(closing.batch_handlers(sources))},
        queues=frozenset({Queue.SLOW}),
        clock=lambda: NOW + timedelta(hours=1),
        name="closing",
    )
    while worker.step():
        pass
    session.expire_all()


@pytest.mark.usefixtures("ended")
def test_the_sheet_names_borderline_cases_with_reasons(
    app: Flask, session: Session, world: World
) -> None:
    page = sign_in(app, session, world.staff[Role.REGISTRAR]).get(SHEET).text
    borderline, clear = page.split('id="borderline"')[1].split('id="others"')
    assert "Awa Koné" in borderline
    assert "one requirement is open" in borderline
    assert "Awa Koné" not in clear
    assert "<b>1</b> completed" in page
    assert "<b>1</b> not completed" in page
    assert "<b>1</b> no-show" in page


def test_two_people_sign_and_everybody_gets_their_outcome(
    app: Flask, session: Session, world: World, ended, sources, database
) -> None:
    lead = sign_in(app, session, world.staff[Role.LEAD])
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    assert sign(lead, lead.get(SHEET).text, "a").status_code == 303
    assert "Sign as course lead" not in lead.get(SHEET).text
    assert session.scalar(select(ClosingSheet.closed_at)) is None
    assert sign(registrar, registrar.get(SHEET).text, "b").status_code == 303
    session.expire_all()
    assert session.scalar(select(ClosingSheet.closed_at)) is not None
    work(database, session, sources)
    assert {name: each.status for name, each in ended.items()} == {
        "active": EnrolmentStatus.NOT_COMPLETED,
        "silent": EnrolmentStatus.NO_SHOW,
        "full": EnrolmentStatus.COMPLETED,
    }
    states = session.scalars(select(BatchItem.state)).all()
    assert states == [ItemState.DONE] * 3
    reasons = session.scalars(
        select(EnrolmentTransition.reason).where(
            EnrolmentTransition.after == EnrolmentStatus.NOT_COMPLETED
        )
    ).all()
    assert reasons == ["The list for the certificate was not complete when the edition was closed."]
    assert "The edition is closed" in registrar.get(SHEET).text
    assert trail_is_whole(session)


@pytest.mark.usefixtures("ended")
def test_a_signature_is_gone_when_the_list_changes(
    app: Flask, session: Session, world: World, activities: Activities
) -> None:
    lead = sign_in(app, session, world.staff[Role.LEAD])
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    read = registrar.get(SHEET).text
    sign(lead, lead.get(SHEET).text, "a")
    activities.mark(world.place.id, "project:file", "80.00")
    late = sign(registrar, read, "b")
    assert late.status_code == 409
    assert "The list has changed since you opened it." in late.text
    assert "Sign as course lead" in lead.get(SHEET).text
    assert sign(registrar, registrar.get(SHEET).text, "c").status_code == 303
    session.expire_all()
    sheet = session.scalars(select(ClosingSheet)).one()
    assert (sheet.lead_id, sheet.closed_at) == (None, None)


@pytest.mark.usefixtures("ended")
def test_nobody_signs_before_the_end(app: Flask, session: Session, world: World) -> None:
    world.running.ends_on = NOW.date() + timedelta(days=2)
    session.commit()
    lead = sign_in(app, session, world.staff[Role.LEAD])
    page = lead.get(SHEET).text
    assert 'name="digest"' not in page
    refused = lead.post(SHEET, data={"digest": "", "idempotency_key": "a" * 20})
    assert refused.status_code == 409
    assert "The edition has not ended yet." in refused.text


@pytest.mark.usefixtures("ended")
@pytest.mark.parametrize("extended", ["shift", "extension"])
def test_nobody_signs_while_somebody_has_more_time(
    app: Flask, session: Session, world: World, extended: str
) -> None:
    by = world.staff[Role.LEAD].id
    if extended == "shift":
        agreed = NewProfile(accommodation=Accommodation(shift_days=2), note="")
        accommodate(session, world.place, agreed, by=by, now=NOW)
    else:
        until = NOW + timedelta(days=1)
        own = {"enrolment_id": world.place.id, "key": "group-plan", "until": until}
        session.add(Extension(**own, reason="x", decided_by_id=by, decided_at=NOW))
    session.commit()
    lead = sign_in(app, session, world.staff[Role.LEAD])
    page = lead.get(SHEET).text
    assert "Somebody has been given time until" in page
    assert 'name="digest"' not in page
    refused = lead.post(SHEET, data={"digest": "", "idempotency_key": "a" * 20})
    assert refused.status_code == 409
    world.place.status = EnrolmentStatus.WITHDRAWN  # who is out holds up nobody
    session.commit()
    assert 'name="digest"' in lead.get(SHEET).text


@pytest.mark.usefixtures("ended")
def test_tutors_do_not_see_the_sheet(app: Flask, session: Session, world: World) -> None:
    assert sign_in(app, session, world.staff[Role.TUTOR]).get(SHEET).status_code == 404


def test_a_cohort_is_counted_again_one_person_at_a_time(
    database, session: Session, world: World, ended, sources
) -> None:
    jobs.enqueue_recomputation(session, world.running.id, now=NOW)
    session.commit()
    job = session.scalars(select(Job).where(Job.kind == jobs.RECOMPUTE_JOB)).one()
    task = Task(id=job.id, payload=json.loads(job.payload), database=database, now=NOW)
    jobs.recompute(sources, task)
    session.expire_all()
    assert len(session.scalars(select(CompletionStatus)).all()) == 3
    assert ended["full"].status is EnrolmentStatus.COMPLETED
    jobs.recompute(sources, task)
    assert ended["active"].status is EnrolmentStatus.ACTIVE


@pytest.mark.usefixtures("activities")
def test_a_cohort_waits_once_and_is_counted_five_times_at_most(
    app: Flask, session: Session, world: World
) -> None:
    lead = sign_in(app, session, world.staff[Role.LEAD])
    answers = [lead.post(f"{GRID}recompute").status_code for _ in range(6)]
    assert answers == [303] * 5 + [429]
    waiting = select(func.count()).select_from(Job).where(Job.kind == jobs.RECOMPUTE_JOB)
    assert session.scalar(waiting) == 1


@pytest.mark.usefixtures("ended")
def test_a_job_that_is_repeated_leaves_the_others_to_one_job(
    database, session: Session, world: World, sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "PEOPLE_PER_JOB", 2)
    payload = {"edition": world.running.id, "after": 0}
    task = Task(id=1, payload=payload, database=database, now=NOW)
    jobs.recompute(sources, task)
    jobs.recompute(sources, task)
    following = session.scalars(select(Job.payload).where(Job.kind == jobs.RECOMPUTE_JOB)).all()
    assert [json.loads(each)["after"] > 0 for each in following] == [True]
