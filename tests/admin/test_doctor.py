"""The doctor finds each fault that is planted."""

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
from learning.admin import doctor, outside
from learning.admin.doctor import Visit
from learning.cli import main
from learning.jobs.actions import enqueue, give_up, note_alive, take
from learning.settings import Settings
from tests.mail import smtp
from tests.world import World, seal_all, sign_in

NOW = datetime.now(UTC)
SAFE = Settings(
    production=True, secret_key=secrets.token_hex(32), trusted_proxies=1, address="https://c.example",
    origins=frozenset({"https://c.example"}), mail_url="smtp://mail.example",
)  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def outside_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A mail server that greets, and a folder for files."""
    with smtp.serving() as (_, port), pytest.MonkeyPatch.context() as patch:
        here = {"mail_url": f"smtp://127.0.0.1:{port}", "files": tmp_path_factory.mktemp("files")}
        here["audit_anchors"] = tmp_path_factory.mktemp("anchors") / "anchors.txt"
        patch.setitem(globals(), "SAFE", replace(SAFE, **here))
        yield


def visit(session: Session, **more: object) -> Visit:
    note_alive(session, "one", now=NOW)
    return replace(Visit(session=session, settings=SAFE, now=NOW), **more)


def faults(session: Session, **more: object) -> dict[str, str]:
    results = doctor.examine(visit(session, **more))
    return {result.name: result.fault for result in results if not result.well}


def test_a_sound_installation_is_well(session, world: World) -> None:
    del world
    assert faults(session) == {}


def test_a_changed_row_of_the_trail_is_found(session, world: World) -> None:
    del world
    seal_all(session)
    session.execute(text("UPDATE audit_entries SET detail = '{}' WHERE number = 3"))
    assert faults(session) == {"audit chain": "row 3 does not fit"}


def test_a_removed_row_of_the_trail_is_found(session, world: World) -> None:
    del world
    seal_all(session)
    session.execute(text("DELETE FROM audit_entries WHERE number = 2"))
    assert faults(session) == {"audit chain": "row 3 does not fit"}


def test_a_migration_that_has_not_run_is_found(session, world: World) -> None:
    del world
    session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert "The database is at migration 0001" in faults(session)["schema"]
    assert not doctor.is_ready(visit(session))


def test_a_job_that_nobody_does_is_found(session, world: World) -> None:
    del world
    enqueue(session, "x", {}, due_at=NOW - timedelta(minutes=11))
    assert "is a worker running?" in faults(session)["outbox"]
    assert doctor.is_ready(visit(session))


def test_a_job_that_was_given_up_is_found(session, world: World) -> None:
    del world
    enqueue(session, "x", {}, due_at=NOW)
    taken = take(session, "one", now=NOW)
    give_up(session, taken, now=NOW, error="no")
    assert faults(session) == {"dead letters": "1 job(s) given up: see the desk"}


def test_a_house_without_administrator_is_found(session, world: World) -> None:
    session.execute(text("DELETE FROM role_grants WHERE role = 'administrator'"))
    assert "administrators" in faults(session)
    del world


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"production": False}, "LEARNING_PRODUCTION"),
        ({"second_factor_for_staff": False}, "LEARNING_SECOND_FACTOR_FOR_STAFF"),
        ({"mail_url": "folder:x"}, "LEARNING_MAIL_URL"),
        ({"allow_old_wal": True}, "LEARNING_ALLOW_OLD_WAL"),
        ({"trusted_proxies": None, "production": False}, "LEARNING_TRUSTED_PROXIES"),
    ],
)
def test_unsafe_settings_are_found(session, world: World, change, name) -> None:
    del world
    assert name in faults(session, settings=replace(SAFE, **change))["settings"]


def test_the_development_s_secret_is_found(session, world: World) -> None:
    del world
    found = faults(session, settings=Settings())["settings"]
    assert "LEARNING_SECRET_KEY" in found


@pytest.mark.parametrize(
    ("release", "old"), [("2026.6", False), ("2025.3", False), ("2024.2", True), ("2020.1", True)]
)
def test_old_rules_of_time_zones_are_found(release, old) -> None:
    found = outside.zones_fault(release, datetime(2026, 11, 21, tzinfo=UTC))
    assert bool(found) is old


def test_rows_without_a_parent_are_found(tmp_path, monkeypatch, capsys) -> None:
    """On a database of its own, where foreign keys were switched off while somebody meddled."""
    import sqlite3  # noqa: PLC0415 to meddle with

    path = tmp_path / "own.sqlite"
    monkeypatch.setenv("LEARNING_DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.setenv("LEARNING_AUDIT_ANCHORS", str(tmp_path / "anchors.txt"))
    assert main(["migrate"]) == main(["demo"]) == 0
    with sqlite3.connect(path) as meddler:
        meddler.execute("DELETE FROM enrolments WHERE id = 1")
    meddler.close()
    capsys.readouterr()
    assert main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    orphans = next(line for line in lines if "orphan rows" in line)
    assert orphans.startswith("FAULT")
    assert "lesson_progress.enrolment_id" in orphans
    assert any(line.startswith("well   audit chain") for line in lines)


def test_machines_are_told_whether_the_house_is_up_and_ready(visitor, world: World) -> None:
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
    shown = client.get("/en/desk/health/").text
    assert "Chain of the audit trail" in shown
    assert "only for tests" not in shown
    spoken = dict(replace(SAFE, mail_url="smtp://me:secret@host").shown())
    assert spoken["LEARNING_MAIL_URL"] == "smtp://…@host"
    assert spoken["LEARNING_SECRET_KEY"] == "…"
