"""Failed jobs on their page: two people may decide about one."""

import json
from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from learning import wiring
from learning.access.permissions import Role
from learning.admin.job_labels import JOB_LABELS
from learning.jobs.models import Job, JobState
from learning.mail import actions as mail
from learning.mail.actions import EmailRequest, Recipient
from learning.settings import Settings
from tests.admissions.test_board import text_of
from tests.world import NOW, World, sign_in


def test_what_another_discarded_is_not_tried_again(
    app: Flask, session: Session, world: World
) -> None:
    administrator = sign_in(app, session, world.staff[Role.ADMINISTRATOR])
    job = Job(
        kind=mail.SEND_JOB, payload=json.dumps({"mail": 1}), created_at=NOW, due_at=NOW,
        state=JobState.DEAD,
    )  # fmt: skip
    session.add(job)
    session.commit()
    address = f"/en/staff/jobs/{job.id}"
    assert administrator.post(address).status_code == 303
    late = administrator.post(address, data={"again": "1"}, follow_redirects=True)
    assert late.status_code == 200
    assert "Somebody decided about it already." in late.text
    session.expire_all()
    assert job.state is JobState.DISCARDED


AWA = Recipient(email="awa@example.org", name="Awa Koné", language="fr", zone="UTC")


def test_a_failed_job_says_what_it_does_for_whom_how_often_and_why(
    app: Flask, session: Session, world: World, queries: list[str]
) -> None:
    """A job that waits for another try stands by itself, with its time."""
    administrator = sign_in(app, session, world.staff[Role.ADMINISTRATOR])

    def add(state: JobState, error: str) -> None:
        email = mail.enqueue_email(session, AWA, EmailRequest(kind="accounts.reset"), now=NOW)
        session.flush()
        job = Job(
            kind=mail.SEND_JOB, payload=json.dumps({"mail": email.id}), created_at=NOW,
            due_at=NOW + timedelta(days=400), state=state, attempts=8, error=error, ended_at=NOW,
        )  # fmt: skip
        session.add(job)
        session.commit()

    def page() -> tuple[str, int]:
        administrator.get("/en/staff/jobs/")
        queries.clear()
        return administrator.get("/en/staff/jobs/").text, len(queries)

    add(JobState.DEAD, "550 no such mailbox")
    add(JobState.WAITING, "connection refused")
    first, few = page()
    failed, retried = first.split('id="retried"')
    for part, error in ((failed, "550 no such mailbox"), (retried, "connection refused")):
        words = text_of(part)
        for shown in ("Send an e-mail", "Set a new password", "awa@example.org", error, " 8 "):
            assert shown in words
    assert "Dismiss" in failed
    assert "Dismiss" not in retried, "it is tried again by itself"
    for _ in range(5):
        add(JobState.DEAD, "550 no such mailbox")
        add(JobState.WAITING, "connection refused")
    assert page()[1] == few


def test_every_kind_of_job_is_called_something() -> None:
    assert JOB_LABELS.keys() == wiring.handlers(Settings()).keys()
