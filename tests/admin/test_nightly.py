"""Each night slow checks are carried out, and the audit trail is anchored elsewhere."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from learning import wiring
from learning.access.permissions import Role
from learning.admin import health_checks, jobs
from learning.admin.health_checks import CheckContext
from learning.audit import anchors
from learning.audit.actions import record
from learning.audit.queries import chain_head
from learning.audit.rules import Anchor
from learning.cli import main
from learning.commands.database import open_database
from learning.jobs.worker import Task
from learning.kit.check_results import CheckResult
from learning.kit.i18n import i18n_for
from learning.mail.emails import EmailContext, render_text
from learning.mail.models import OutgoingEmail
from learning.schedule import SCHEDULE
from learning.settings import Settings
from tests.databases import own_database
from tests.world import World, seal_all, sign_in

NOW = datetime.now(UTC).replace(microsecond=0)
DUE = {"due_at": NOW.isoformat()}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(Settings(), audit_anchors=tmp_path / "anchors.txt")


def task(database, **more: object) -> Task:
    return replace(Task(id=1, payload=DUE, database=database, now=NOW), **more)


def quick(
    session: Session, settings: Settings, moment: datetime = NOW
) -> dict[str, health_checks.CheckResult]:
    visit = CheckContext(session=session, settings=settings, now=moment)
    return {result.name: result for result in health_checks.run_quick_checks(visit)}


def test_what_the_night_found_is_shown_with_its_date(
    database, session, world: World, settings
) -> None:
    del world
    assert quick(session, settings)["audit chain"].pending
    seal_all(session)
    session.execute(text("UPDATE audit_entries SET detail = '{}' WHERE number = 3"))
    session.commit()
    jobs.run_slow_checks(settings, task(database))
    jobs.run_slow_checks(settings, task(database))
    session.expire_all()
    found = quick(session, settings)
    assert found["audit chain"].problem == "row 3 does not fit"
    assert found["audit chain"].checked_at == NOW
    assert {name for name, each in found.items() if each.checked_at} == health_checks.SLOW
    assert found["orphan rows"].is_ok
    late = quick(session, settings, NOW + timedelta(days=2, seconds=1))
    assert late["orphan rows"].problem == "not looked at lately: is a worker running?"
    assert late["audit chain"].problem.startswith("row 3 does not fit; not looked at lately")


def test_the_page_does_not_read_the_chain(app, session, world, queries) -> None:
    """As many queries, and as few rows, whatever the length of the trail."""
    client = sign_in(app, session, world.staff[Role.ADMINISTRATOR])
    client.get("/en/staff/health/")
    counts = []
    for _ in range(2):
        for number in range(300):
            record(session, "did", f"thing {number}", by=None, now=NOW)
        seal_all(session)
        session.commit()
        queries.clear()
        assert client.get("/en/staff/health/").status_code == 200
        counts.append(len(queries))
        chain = [each for each in queries if "previous_hash" in each]
        assert chain == [], "the chain was read"
        tables = [each for each in queries if "count(*)" in each.lower() and "NOT (EXISTS" in each]
        assert tables == [], "orphans were looked for"
    assert counts[0] == counts[1] < 40


def test_the_page_says_when_it_was_checked(app, session, world) -> None:
    client = sign_in(app, session, world.staff[Role.ADMINISTRATOR])
    assert "not checked yet" in client.get("/en/staff/health/").text
    for name in health_checks.SLOW:
        session.add(CheckResult(name=name, checked_at=NOW, problem=""))
    session.commit()
    shown = client.get("/fr/staff/health/").text
    assert shown.count("vérifié le") == len(health_checks.SLOW)
    assert "pas encore vérifié" not in shown


def test_rows_that_nobody_seals_are_said(session, world, settings) -> None:
    del world
    seal_all(session)
    record(session, "did", "thing", by=None, now=NOW - timedelta(minutes=4))
    session.flush()
    assert quick(session, settings)["audit seals"].is_ok
    record(session, "did", "thing", by=None, now=NOW - timedelta(minutes=6))
    session.flush()
    error = quick(session, settings)["audit seals"].problem
    assert error.startswith("rows wait to be sealed since ")


def test_the_head_is_anchored_in_a_file_and_in_each_auditor_s_mail_once(
    database, session, world: World, settings
) -> None:
    seal_all(session)
    session.commit()
    last = chain_head(session)
    for _ in range(2):
        jobs.send_anchor(settings, task(database))
    (line,) = anchors.read_anchors(settings.audit_anchors)
    assert (line.head, line.at) == (last, NOW)
    (mail,) = session.scalars(
        select(OutgoingEmail).where(OutgoingEmail.kind == "admin.audit-anchor")
    )
    assert mail.email == world.staff[Role.AUDITOR].email
    assert json.loads(mail.params) == {"number": last.number, "hash": last.hash}
    i18n = i18n_for("fr", "UTC")
    letter = wiring.EMAIL_TEMPLATES["admin.audit-anchor"](i18n, json.loads(mail.params))
    message = render_text(letter, EmailContext(i18n=i18n, name="A", address="https://c.example"))
    assert f"{last.number}:{last.hash}" in message.replace("\n", "")


def test_an_empty_trail_has_no_anchor(database, settings, engine: Engine) -> None:
    jobs.send_anchor(settings, task(database))
    assert not settings.audit_anchors.exists()
    del engine


def test_a_locked_auditor_gets_no_letter(database, session, world: World, settings) -> None:
    world.staff[Role.AUDITOR].closed_at = NOW
    seal_all(session)
    session.commit()
    jobs.send_anchor(settings, task(database))
    assert session.scalars(select(OutgoingEmail)).all() == []


def test_the_nightly_jobs_are_on_the_schedule() -> None:
    kinds = {line.kind for line in SCHEDULE}
    assert {jobs.CHECK_JOB, jobs.ANCHOR_JOB} <= kinds


def test_the_command_compares_with_anchors_and_with_a_mail(
    database_kind, database_url, tmp_path, monkeypatch, capsys
) -> None:
    with own_database(database_kind, database_url, tmp_path) as url:
        file = tmp_path / "anchors.txt"
        monkeypatch.setenv("LEARNING_DATABASE_URL", url)
        monkeypatch.setenv("LEARNING_AUDIT_ANCHORS", str(file))
        assert main(["migrate"]) == 0
        settings = Settings(database_url=url, audit_anchors=file)
        with open_database(settings) as database:
            with database.transaction() as session:
                for number in range(4):
                    record(session, "did", f"thing {number}", by=None, now=NOW)
                seal_all(session)
                last = chain_head(session)
                record(session, "did", "thing", by=None, now=NOW)
            anchors.append_anchor(file, Anchor(at=NOW, head=last))
            capsys.readouterr()
            assert main(["verify-audit", "--anchor", f"{last.number}:{last.hash}"]) == 0
            message = capsys.readouterr().out
            assert f"whole: {last.number} sealed rows, the last {last.hash}." in message
            assert "wait to be sealed" in message
            assert main(["verify-audit", "--anchor", f"{last.number}:{'0' * 64}"]) == 1
            assert f"it does not hold the row {last.number}:000" in capsys.readouterr().out
            assert main(["verify-audit", "--anchor", "nonsense"]) == 2
            with database.transaction() as session:
                session.execute(
                    text("DELETE FROM audit_entries WHERE number = :last"), {"last": last.number}
                )
            capsys.readouterr()
            assert main(["verify-audit"]) == 1
            message = capsys.readouterr().out
            assert f"row {last.number} is not the one that was anchored" in message
            file.unlink()
            assert main(["verify-audit"]) == 0
            assert main(["verify-audit", "--anchor", f"4:{last.hash}"]) == 1
            with database.transaction() as session:
                session.execute(text("DELETE FROM audit_entries WHERE number = 2"))
            capsys.readouterr()
            assert main(["verify-audit"]) == 1
            assert "row 3 does not fit" in capsys.readouterr().out
