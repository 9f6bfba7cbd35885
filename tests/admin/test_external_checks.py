"""The health checks look outside the database: at server, scanner, folders, disks, worker."""

import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from aiosmtpd.smtp import AuthResult

from learning.admin import external_checks, health_checks
from learning.admin.health_checks import CheckContext
from learning.jobs import actions, queries
from learning.jobs.rules import Queue
from learning.jobs.worker import Worker
from learning.settings import Settings
from tests.files.clamd import answering
from tests.mail import smtp
from tests.ports import closed_port

NOW = datetime.now(UTC)


def settings(**more: object) -> Settings:
    return replace(Settings(), **more)


def test_a_mail_server_that_greets_is_well() -> None:
    with smtp.serving() as (server, port):
        assert external_checks.mail_server(settings(mail_url=f"smtp://127.0.0.1:{port}"), NOW) == ""
    assert not server.arrived


def test_a_dead_mail_server_is_found() -> None:
    with closed_port() as port:
        where = f"127.0.0.1:{port}"
        error = external_checks.mail_server(settings(mail_url=f"smtp://{where}"), NOW)
    assert error == f"{where} does not answer as a mail server: Connection refused"


def test_a_mail_server_without_tls_is_found() -> None:
    with smtp.serving() as (_, port):
        error = external_checks.mail_server(
            settings(mail_url=f"smtp://127.0.0.1:{port}?tls=1"), NOW
        )
    assert "STARTTLS extension not supported" in error


def test_a_wrong_mail_password_is_found_and_not_shown() -> None:
    def nobody(*_: object) -> AuthResult:
        return AuthResult(success=False, handled=False)

    controller = smtp.LocalController(
        smtp.Server(lambda _: "ok"),
        authenticator=nobody, auth_require_tls=False, auth_exclude_mechanism=["LOGIN"],
    )  # fmt: skip
    controller.start()
    try:
        url = f"smtp://ada:tr0ub4dor@127.0.0.1:{controller.port}"
        error = external_checks.mail_server(settings(mail_url=url), NOW)
    finally:
        controller.stop()
    assert error == f"127.0.0.1:{controller.port} does not take the user and the password (535)"


def test_something_that_is_no_mail_server_is_found() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]

        def answer() -> None:
            line, _ = listening.accept()
            with line:
                line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        error = external_checks.mail_server(settings(mail_url=f"smtp://127.0.0.1:{port}"), NOW)
        thread.join()
    assert error.startswith(f"127.0.0.1:{port} ")


def test_letters_that_cannot_be_written_are_found() -> None:
    error = external_checks.mail_server(settings(mail_url="folder:/proc/mail"), NOW)
    assert error.startswith("nothing can be written into /proc/mail")


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (b"stream: Eicar-Signature FOUND\0", ""),
        (b"stream: OK\0", "does not find a test virus"),
        (b"INSTREAM size limit exceeded. ERROR\0", "does not answer as clamd"),
    ],
)
def test_the_scanner_is_shown_a_test_virus(reply, error) -> None:
    with answering(reply) as (clamd, (host, port)):
        found = external_checks.scanner(settings(scanner=f"clamd:{host}:{port}"), NOW)
    assert error in found
    assert bool(found) == bool(error)
    assert clamd.received[0].startswith(b"X5O!P%@AP")
    assert len(clamd.received[0]) == 68


def test_a_dead_scanner_is_found() -> None:
    found = external_checks.scanner(settings(scanner="clamd:/nowhere/clamd.ctl"), NOW)
    assert "does not answer as clamd" in found
    assert external_checks.scanner(settings(), NOW) == ""


def test_a_folder_of_files_that_cannot_be_is_found(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file/below"):
        error = external_checks.files_folder(settings(files=folder), NOW)
        assert error.startswith(f"nothing can be written into {folder}: ")
    assert external_checks.files_folder(settings(files=tmp_path / "new/one"), NOW) == ""


def test_the_disks_that_are_written_to_are_looked_at(tmp_path, monkeypatch) -> None:
    configured = settings(
        files=tmp_path / "files",
        database_url=f"sqlite:///{tmp_path}/data/x.sqlite",
        mail_url=f"folder:{tmp_path}/mail",
    )
    for name in ("files", "data", "mail"):
        (tmp_path / name).mkdir()
    full = {tmp_path / "files": 4, tmp_path / "data": 1, tmp_path / "mail": 50}
    usage = {path: SimpleNamespace(total=100, free=free) for path, free in full.items()}
    monkeypatch.setattr("shutil.disk_usage", usage.__getitem__)
    assert external_checks.disks(configured, NOW) == (
        f"4.0% of the disk of {tmp_path}/files is free; 1.0% of the disk of {tmp_path}/data is free"
    )


def test_a_disk_without_room_for_further_files_is_found(tmp_path, monkeypatch) -> None:
    usage, entries = SimpleNamespace(total=9, free=9), SimpleNamespace(f_files=1000, f_favail=3)
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage)
    monkeypatch.setattr("os.statvfs", lambda _path: entries)
    assert "inodes" in external_checks.disks(settings(files=tmp_path), NOW)


def worker_error(session, now: datetime) -> str:
    return health_checks.worker(CheckContext(session=session, settings=Settings(), now=now))


def test_whether_a_worker_lives_is_known_without_work(session, database) -> None:
    assert worker_error(session, NOW) == "no worker has ever run: start `learning worker`"
    actions.record_heartbeat(session, "one", now=NOW - timedelta(minutes=3))
    assert worker_error(session, NOW).startswith("no worker has been seen since ")
    actions.record_heartbeat(session, "one", now=NOW - timedelta(seconds=30))
    actions.record_heartbeat(session, "two", now=NOW - timedelta(hours=3))
    assert worker_error(session, NOW) == ""
    del database


def test_a_worker_at_a_long_job_lives(session) -> None:
    actions.record_heartbeat(session, "one", now=NOW - timedelta(minutes=4))
    actions.add_job(
        session, actions.NewJob(kind="long", payload={}, now=NOW - timedelta(minutes=4))
    )
    actions.claim_next(session, "one", now=NOW - timedelta(minutes=4))
    assert worker_error(session, NOW) == ""
    assert worker_error(session, NOW + timedelta(minutes=2)) != ""


def test_a_worker_says_that_it_runs_and_that_it_has_stopped(database, session) -> None:
    stop = threading.Event()
    moments = iter(NOW + timedelta(seconds=10 * step) for step in range(100))
    seen: list[datetime | None] = []

    def clock() -> datetime:
        moment = next(moments)
        seen.append(queries.last_heartbeat(session, now=moment))
        session.rollback()
        if len(seen) > 8:
            stop.set()
        return moment

    queues = frozenset({Queue.DEFAULT})
    Worker(database=database, handlers={}, queues=queues, clock=clock, name="one").loop(stop)
    assert len({moment for moment in seen if moment}) > 1
    assert queries.last_heartbeat(session, now=NOW) is None
