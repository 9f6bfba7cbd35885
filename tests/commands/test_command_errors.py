"""Every command says in one sentence what keeps it from being carried out."""

import io
import os
import shutil
import socket
import sqlite3
from pathlib import Path

import pytest
from alembic.util import CommandError

from learning.cli import main
from learning.settings import Settings
from tests.conftest import CACHE

COMMANDS = {
    "migrate": ["migrate"],
    "serve": ["serve"],
    "demo": ["load-demo"],
    "administrator": ["administrator", "ada@example.org", "Ada Obi"],
    "password": ["set-password", "ada@example.org"],
    "export": ["export-person", "ada@example.org"],
    "forget": ["forget-person", "ada@example.org"],
    "worker": ["worker"],
    "bounce": ["process-bounce", "b+x@example.org"],
    "doctor": ["doctor"],
    "audit": ["verify-audit"],
    "course check": ["course", "check"],
    "course stamp": ["course", "stamp", "m1-l1", "--language", "es"],
}
NEED_THE_DATABASE = (
    "serve",
    "demo",
    "administrator",
    "password",
    "export",
    "forget",
    "worker",
    "audit",
)
SETTINGS = {
    "LEARNING_DATABASE_URL": "mysql://localhost/x",
    "LEARNING_SECRET_KEY": "",
    "LEARNING_ORIGINS": "a.example",
    "LEARNING_ADDRESS": "a.example",
    "LEARNING_COURSES": "/nowhere/at/all",
    "LEARNING_CACHE": "",
    "LEARNING_FILES": "",
    "LEARNING_MAIL_URL": "imap://x",
    "LEARNING_MAIL_FROM": "course@",
    "LEARNING_SCANNER": "nonsense",
    "LEARNING_TRUSTED_PROXIES": "many",
    "LEARNING_PREPARE_THRESHOLD": "many",
    "LEARNING_POOL_SIZE": "0",
    "LEARNING_AUDIT_ANCHORS": "",
    "LEARNING_PRODUCTION": "1",
    "LEARNING_ALLOW_OLD_WAL": "maybe",
    "LEARNING_EMBEDDED_WORKER": "maybe",
    "LEARNING_TWO_FACTOR_FOR_STAFF": "maybe",
    "LEARNING_BOOKS_YEARS": "many",
    "LEARNING_CARD_SECRET_KEY": "alone",
    "LEARNING_CARD_WEBHOOK_SECRET": "alone",
    "LEARNING_CARD_ADDRESS": "a.example",
    "LEARNING_FAKE_CARD_PROVIDER": "maybe",
    "LEARNING_FAKE_CARD_PAYMENTS": "",
}
BLAMED = {
    "LEARNING_PRODUCTION": "LEARNING_SECRET_KEY",
    "LEARNING_CARD_WEBHOOK_SECRET": "LEARNING_CARD_SECRET_KEY",
}
"""The setting that the sentence names, where it is another one."""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch) -> Path:
    """An installation of one's own, with nothing in it."""
    for name in [each for each in os.environ if each.startswith("LEARNING_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LEARNING_DATABASE_URL", f"sqlite:///{tmp_path}/own.sqlite")
    monkeypatch.setenv("LEARNING_FILES", str(tmp_path / "files"))
    monkeypatch.setenv("LEARNING_MAIL_URL", f"folder:{tmp_path}/mail")
    monkeypatch.setenv("LEARNING_CACHE", str(CACHE))
    monkeypatch.setattr("sys.stdin", io.StringIO("walnut harbour twelve\n"))
    monkeypatch.setattr("os.execv", lambda *_: pytest.fail("it served"))
    return tmp_path


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as `learning migrate` leaves it."""
    path = tmp_path_factory.mktemp("template") / "own.sqlite"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEARNING_DATABASE_URL", f"sqlite:///{path}")
        patch.setenv("LEARNING_CACHE", str(CACHE))
        assert main(["migrate"]) == 0
    return path


@pytest.fixture
def migrated(place: Path, template: Path) -> Path:
    shutil.copy(template, place / "own.sqlite")
    return place


def violation(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command that has to refuse; return its one sentence."""
    assert main(COMMANDS[command]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    (sentence,) = output.err.splitlines()
    return sentence


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("name", "value"), SETTINGS.items())
def test_no_command_runs_with_a_wrong_setting(command, name, value, monkeypatch, capsys) -> None:
    monkeypatch.setenv(name, value)
    assert violation(command, capsys).startswith(f"settings: {BLAMED.get(name, name)}: ")


def test_every_setting_has_a_wrong_value_here() -> None:
    assert set(SETTINGS) == {name for name, _ in Settings().without_secrets()}


def test_an_unknown_setting_is_named(monkeypatch, capsys) -> None:
    monkeypatch.setenv("LEARNING_SECRET", "x")
    assert violation("audit", capsys) == "settings: unknown settings: LEARNING_SECRET"


@pytest.mark.parametrize("command", NEED_THE_DATABASE)
def test_a_database_that_is_empty_is_said_to_be(command, capsys) -> None:
    sentence = violation(command, capsys)
    assert sentence.startswith("The database is empty, the program at ")
    assert sentence.endswith(": run `learning migrate`.")


@pytest.mark.parametrize("command", [*NEED_THE_DATABASE, "migrate"])
@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://nobody:tr0ub4dor@127.0.0.1:1/x", "refused"),
        ("sqlite:////proc/nowhere/x.sqlite", "/proc/nowhere"),
        ("sqlite:////proc/version/x.sqlite", "/proc/version"),
        ("sqlite:////", "unable to open"),
        ("sqlite:////usr/bin/env", "not a database"),
    ],
)
def test_a_database_that_does_not_answer_is_said_not_to(
    command, url, reason, monkeypatch, capsys
) -> None:
    monkeypatch.setenv("LEARNING_DATABASE_URL", url)
    sentence = violation(command, capsys)
    assert sentence.startswith("LEARNING_DATABASE_URL: ")
    assert reason in sentence
    assert "tr0ub4dor" not in sentence


def test_a_database_of_a_later_release_is_left_alone(migrated, capsys) -> None:
    with sqlite3.connect(migrated / "own.sqlite") as later:
        later.execute("UPDATE alembic_version SET version_num = '9999'")
    later.close()
    assert violation("migrate", capsys).startswith("The database is newer than this program")
    assert "at migration 9999" in violation("audit", capsys)


@pytest.mark.usefixtures("migrated")
def test_a_migration_that_is_refused_says_why(monkeypatch, capsys) -> None:
    def refuse(*_: object) -> None:
        raise CommandError("recovery_codes: row 1 points to a row of people that is not there")

    monkeypatch.setattr("learning.commands.database.alembic.upgrade", refuse)
    assert violation("migrate", capsys) == (
        "Nothing was migrated: recovery_codes: row 1 points to a row of people that is not there."
    )


def test_rows_that_point_nowhere_do_not_matter_while_nothing_is_migrated(migrated) -> None:
    with sqlite3.connect(migrated / "own.sqlite") as meddler:
        meddler.execute("INSERT INTO recovery_codes (code_hash, person_id) VALUES ('x', 7)")
    meddler.close()
    assert main(["migrate"]) == 0


def test_the_health_checks_say_that_there_is_no_database_and_look_at_the_rest(
    monkeypatch, capsys
) -> None:
    monkeypatch.setenv("LEARNING_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/x")
    assert main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("PROBLEM  database: LEARNING_DATABASE_URL: ")
    assert "OK       files folder" in lines


def test_the_health_checks_say_that_the_database_is_empty(capsys) -> None:
    assert main(["doctor"]) == 1
    assert capsys.readouterr().out.startswith("PROBLEM  schema: The database is empty")


@pytest.mark.parametrize("port", ["x", "0", "65536", "-1", "²"])
def test_a_port_that_cannot_be_is_refused(port, capsys) -> None:
    with pytest.raises(SystemExit) as left:
        main(["serve", f"--port={port}"])
    assert left.value.code == 2
    assert "a number from 1 to 65535" in capsys.readouterr().err


@pytest.mark.usefixtures("migrated")
def test_a_port_that_somebody_has_is_refused(capsys) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 2
    assert f"Port {port} cannot be used: " in capsys.readouterr().err


@pytest.mark.usefixtures("migrated")
@pytest.mark.parametrize("command", ["serve", "worker"])
def test_nothing_is_served_without_room_for_files(command, monkeypatch, capsys) -> None:
    monkeypatch.setenv("LEARNING_FILES", "/proc/files")
    assert violation(command, capsys).startswith(
        "LEARNING_FILES: nothing can be written into /proc"
    )


@pytest.mark.usefixtures("migrated")
def test_a_password_is_read_from_standard_input(monkeypatch, capsys) -> None:
    assert main(["administrator", "ada@example.org", "Ada Obi"]) == 0
    assert main(["set-password", "ada@example.org"]) == 0
    for typed, sentence in (
        ("", "No password came: type it in a terminal, or write it to standard input."),
        ("short\n", "Use at least 12 characters; three or four words make a good password."),
        ("walnut harbour twelve\n", "Nobody has the address nobody@example.org."),
    ):
        capsys.readouterr()
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        monkeypatch.setitem(COMMANDS, "password", ["set-password", "nobody@example.org"])
        assert violation("password", capsys) == sentence


@pytest.mark.usefixtures("migrated")
def test_the_demonstration_is_no_way_into_production(monkeypatch, capsys) -> None:
    monkeypatch.setenv("LEARNING_PRODUCTION", "1")
    monkeypatch.setenv("LEARNING_SECRET_KEY", "4f6a0c1be2d95873a8b7e6f10d2c3948")
    monkeypatch.setenv("LEARNING_ORIGINS", "https://a.example")
    monkeypatch.setenv("LEARNING_ADDRESS", "https://a.example")
    monkeypatch.setenv("LEARNING_TRUSTED_PROXIES", "1")
    assert "a password that everybody knows" in violation("demo", capsys)


def test_a_course_that_is_not_there_is_said_not_to_be(place, monkeypatch, capsys) -> None:
    (place / "empty").mkdir()
    monkeypatch.setenv("LEARNING_COURSES", str(place / "empty"))
    assert "there is no course in" in violation("course check", capsys)
    monkeypatch.delenv("LEARNING_COURSES")
    monkeypatch.setitem(COMMANDS, "course stamp", [*COMMANDS["course stamp"], "--course", "x"])
    assert "There is no course in" in violation("course stamp", capsys)


def test_a_course_with_faults_is_not_served(migrated, monkeypatch, capsys) -> None:
    (migrated / "courses/broken").mkdir(parents=True)
    (migrated / "courses/broken/course.toml").write_text("[course\n")
    monkeypatch.setenv("LEARNING_COURSES", str(migrated / "courses"))
    assert violation("migrate", capsys).startswith("The course cannot be served: course.toml:1: ")
