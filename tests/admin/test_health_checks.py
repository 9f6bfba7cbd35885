"""The health checks find each problem that is planted."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admin import external_checks, health_checks
from learning.admin.health_checks import CheckContext
from learning.cli import main
from learning.jobs.actions import NewJob, add_job, claim_next, mark_dead, record_heartbeat
from learning.settings import ROOT, Settings
from tests.content.course_files import copy_site
from tests.mail import smtp
from tests.world import World, seal_all, sign_in

NOW = datetime.now(UTC)
SAFE = Settings(
    production=True, secret_key=secrets.token_hex(32), trusted_proxies=1, address="https://c.example",
    origins=frozenset({"https://c.example"}), mail_url="smtp://mail.example",
    mail_from="Reintegration <course@itcilo.org>",
)  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def outside_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A mail server that greets, a folder for files, an organiser who can be reached."""
    with smtp.serving() as (_, port), pytest.MonkeyPatch.context() as patch:
        here = {"mail_url": f"smtp://127.0.0.1:{port}", "files": tmp_path_factory.mktemp("files")}
        here["audit_anchors"] = tmp_path_factory.mktemp("anchors") / "anchors.txt"
        here["courses"] = courses = tmp_path_factory.mktemp("courses")
        copy_site(courses)
        named = (courses / "organiser.toml").read_text().replace("@example.org", "@itcilo.org")
        (courses / "organiser.toml").write_text(named)
        patch.setitem(globals(), "SAFE", replace(SAFE, **here))
        yield


def visit(session: Session, **more: object) -> CheckContext:
    record_heartbeat(session, "one", now=NOW)
    return replace(CheckContext(session=session, settings=SAFE, now=NOW), **more)


def issues(session: Session, **more: object) -> dict[str, str]:
    results = health_checks.run_checks(visit(session, **more))
    return {result.name: result.problem for result in results if not result.is_ok}


def test_a_sound_installation_is_well(session, world: World) -> None:
    del world
    assert issues(session) == {}


def test_a_changed_row_of_the_trail_is_found(session, world: World) -> None:
    del world
    seal_all(session)
    session.execute(text("UPDATE audit_entries SET detail = '{}' WHERE number = 3"))
    assert issues(session) == {"audit chain": "row 3 does not fit"}


def test_a_removed_row_of_the_trail_is_found(session, world: World) -> None:
    del world
    seal_all(session)
    session.execute(text("DELETE FROM audit_entries WHERE number = 2"))
    assert issues(session) == {"audit chain": "row 3 does not fit"}


def test_a_migration_that_has_not_run_is_found(session, world: World) -> None:
    del world
    session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert "The database is at migration 0000" in issues(session)["schema"]
    assert not health_checks.is_ready(visit(session))


def test_a_job_that_nobody_does_is_found(session, world: World) -> None:
    del world
    add_job(session, NewJob(kind="x", payload={}, now=NOW - timedelta(minutes=11)))
    assert "is a worker running?" in issues(session)["outbox"]
    assert health_checks.is_ready(visit(session))


def test_a_job_that_was_given_up_is_found(session, world: World) -> None:
    del world
    add_job(session, NewJob(kind="x", payload={}, now=NOW))
    taken = claim_next(session, "one", now=NOW)
    mark_dead(session, taken, now=NOW, error="no")
    assert issues(session) == {"failed jobs": "1 failed job(s): see E-mails and jobs"}


def test_a_house_without_administrator_is_found(session, world: World) -> None:
    session.execute(text("DELETE FROM role_grants WHERE role = 'administrator'"))
    assert "administrators" in issues(session)
    del world


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"production": False}, "LEARNING_PRODUCTION"),
        ({"two_factor_for_staff": False}, "LEARNING_TWO_FACTOR_FOR_STAFF"),
        ({"mail_url": "folder:x"}, "LEARNING_MAIL_URL"),
        ({"allow_old_wal": True}, "LEARNING_ALLOW_OLD_WAL"),
        ({"trusted_proxies": None, "production": False}, "LEARNING_TRUSTED_PROXIES"),
        ({"mail_from": "Course <course@example.org>"}, "LEARNING_MAIL_FROM"),
        ({"mail_from": "course@mail.test"}, "LEARNING_MAIL_FROM"),
    ],
)
def test_unsafe_settings_are_found(session, world: World, change, name) -> None:
    del world
    assert name in issues(session, settings=replace(SAFE, **change))["settings"]


def test_an_organiser_whom_nobody_can_reach_is_found(session, world: World) -> None:
    del world
    found = issues(session, settings=replace(SAFE, courses=ROOT / "courses"))
    assert found.keys() == {"organiser"}
    assert "is a placeholder and reaches nobody" in found["organiser"]


def test_the_development_s_secret_is_found(session, world: World) -> None:
    del world
    found = issues(session, settings=Settings())["settings"]
    assert "LEARNING_SECRET_KEY" in found


@pytest.mark.parametrize(
    ("release", "old"), [("2026.6", False), ("2025.3", False), ("2024.2", True), ("2020.1", True)]
)
def test_old_rules_of_time_zones_are_found(release, old) -> None:
    found = external_checks.tzdata_problem(release, datetime(2026, 11, 21, tzinfo=UTC))
    assert bool(found) is old


def test_rows_without_a_parent_are_found(tmp_path, monkeypatch, capsys) -> None:
    """On a database of its own, where foreign keys were switched off while somebody meddled."""
    import sqlite3  # noqa: PLC0415 to meddle with

    path = tmp_path / "own.sqlite"
    monkeypatch.setenv("LEARNING_DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.setenv("LEARNING_AUDIT_ANCHORS", str(tmp_path / "anchors.txt"))
    assert main(["migrate"]) == main(["load-demo"]) == 0
    with sqlite3.connect(path) as meddler:
        meddler.execute("DELETE FROM enrolments WHERE id = 1")
    meddler.close()
    capsys.readouterr()
    assert main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    orphans = next(line for line in lines if "orphan rows" in line)
    assert orphans.startswith("PROBLEM  ")
    assert "lesson_progress.enrolment_id" in orphans
    assert any(line == "OK       audit chain" for line in lines)


def test_machines_are_told_whether_the_application_is_up_and_ready(visitor, world: World) -> None:
    del world
    assert json.loads(visitor.get("/healthz").data) == {"up": True}
    ready = visitor.get("/readyz")
    assert (ready.status_code, json.loads(ready.data)) == (200, {"ready": True})
    assert ready.headers["Cache-Control"] == "no-store"


def test_looking_whether_it_is_up_asks_the_database_nothing(visitor, queries) -> None:
    visitor.get("/healthz")
    assert queries == []


def test_staff_see_the_same_without_secrets(app: Flask, session, world: World) -> None:
    client = sign_in(app, session, world.staff[Role.ADMINISTRATOR])
    shown = client.get("/en/staff/health/").text
    assert "Chain of the audit trail" in shown
    assert "only for tests" not in shown
    spoken = dict(replace(SAFE, mail_url="smtp://me:secret@host").without_secrets())
    assert spoken["LEARNING_MAIL_URL"] == "smtp://…@host"
    assert spoken["LEARNING_SECRET_KEY"] == "…"
