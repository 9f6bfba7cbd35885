"""Files wait for a scanner; whatever it does but say OK, nothing counts as clean."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.audit.models import AuditRow
from learning.audit.words import DEEDS
from learning.files import actions
from learning.files.actions import Blob, Promise
from learning.files.checking import Checked, check
from learning.files.jobs import SWEEP, handlers
from learning.files.models import FileState, PendingUpload, StoredFile
from learning.files.scanning import ClamScanner, Verdict, scanner_of
from learning.jobs.actions import enqueue
from learning.jobs.models import Job, JobState
from learning.jobs.worker import Worker
from learning.settings import Settings
from learning.wiring import TIMETABLE
from learning.wiring import handlers as all_handlers
from tests.files.clamd import answering
from tests.files.samples import PDF
from tests.world import NOW

CLEAN, FOUND = b"stream: OK\0", b"stream: Eicar-Test-Signature FOUND\0"
LIMIT = b"INSTREAM size limit exceeded. ERROR\0"


def kept(session: Session, folder, *, scanned: bool) -> StoredFile:
    checked = check("letter.pdf", PDF)
    assert isinstance(checked, Checked)
    blob = Blob(key=actions.store(folder, checked), scanned=scanned)
    file = actions.keep(session, checked, blob, owner=7, now=NOW)
    session.commit()
    return file


def work(database, session: Session, folder, scanner) -> Job:
    patience = (timedelta(0),)
    known = handlers(folder, scanner)
    Worker(database=database, handlers=known, patience=patience, clock=lambda: NOW).step()
    session.expire_all()
    return session.scalars(select(Job).order_by(Job.id.desc())).first()


@pytest.mark.parametrize("unix", [False, True])
@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (CLEAN, Verdict.CLEAN),
        (FOUND, Verdict.INFECTED),
        (LIMIT, Verdict.ERROR),
        (b"", Verdict.ERROR),
        (b"stream: OK but not quite\0", Verdict.ERROR),
        (b"x" * 9000, Verdict.ERROR),
    ],
)
def test_the_scanner_is_asked_over_its_socket(tmp_path, reply, verdict, unix) -> None:
    content = b"content" * 30_000
    with answering(reply, str(tmp_path / "clamd.ctl") if unix else "") as (server, address):
        assert ClamScanner(address=address, patience=5).scan(BytesIO(content)) is verdict
    assert server.received == [content]


@pytest.mark.parametrize("address", ["/nowhere/clamd.ctl", ("127.0.0.1", 1)])
def test_no_scanner_at_the_address_is_an_error(address) -> None:
    assert ClamScanner(address=address).scan(BytesIO(b"x")) is Verdict.ERROR


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("clamd:/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
        ("clamd:127.0.0.1:3310", ("127.0.0.1", 3310)),
        ("clamd:[::1]:3310", ("::1", 3310)),
    ],
)
def test_the_setting_names_a_socket(setting, address) -> None:
    assert scanner_of(setting) == ClamScanner(address=address)


def test_no_setting_no_scanner() -> None:
    assert scanner_of("") is None


@pytest.mark.parametrize("setting", ["clamd", "clamd:", "clamd:host", "icap:host:1", "clamd::1"])
def test_any_other_setting_is_refused(setting) -> None:
    with pytest.raises(ValueError, match="LEARNING_SCANNER"):
        scanner_of(setting)


def test_without_a_scanner_a_file_is_kept_at_once(session, folder) -> None:
    assert kept(session, folder, scanned=False).state is FileState.CLEAN
    assert session.scalars(select(Job)).all() == []


def test_a_clean_file_is_opened_to_others(database, session, folder) -> None:
    file = kept(session, folder, scanned=True)
    assert file.state is FileState.WAITING
    with answering(CLEAN) as (_, address):
        job = work(database, session, folder, ClamScanner(address=address))
    assert (job.state, file.state) == (JobState.DONE, FileState.CLEAN)
    assert folder.size(file.key) == len(PDF)


def test_an_infected_file_loses_its_content_and_leaves_a_trace(database, session, folder) -> None:
    file = kept(session, folder, scanned=True)
    with answering(FOUND) as (_, address):
        job = work(database, session, folder, ClamScanner(address=address))
    assert (job.state, file.state) == (JobState.DONE, FileState.INFECTED)
    assert folder.size(file.key) == 0
    row = session.scalars(select(AuditRow)).one()
    assert (row.action, row.subject, row.actor) == ("file infected", f"file {file.id}", None)
    assert row.action in DEEDS
    with database.transaction() as again:  # a job may be done twice
        actions.judge(again, file.id, infected=False, now=NOW)
        actions.judge(again, 987_654, infected=False, now=NOW)
    session.expire_all()
    assert file.state is FileState.INFECTED


def test_a_worker_lost_before_the_content_went_deletes_it_next_time(
    database, session, folder
) -> None:
    file = kept(session, folder, scanned=True)
    actions.judge(session, file.id, infected=True, now=NOW)
    session.commit()
    assert work(database, session, folder, None).state is JobState.DONE
    assert folder.size(file.key) == 0


@pytest.mark.parametrize("reply", [LIMIT, b""])
def test_a_scanner_in_trouble_is_asked_again_and_nothing_counts_as_clean(
    database, session, folder, reply
) -> None:
    file = kept(session, folder, scanned=True)
    with answering(reply) as (_, address):
        scanner = ClamScanner(address=address)
        job = work(database, session, folder, scanner)
        assert (job.state, file.state) == (JobState.WAITING, FileState.WAITING)
        job = work(database, session, folder, scanner)
    assert (job.state, file.state) == (JobState.DEAD, FileState.WAITING)
    assert folder.size(file.key) == len(PDF)


def test_a_scanner_that_is_no_longer_set_is_people_s_business(database, session, folder) -> None:
    file = kept(session, folder, scanned=True)
    assert work(database, session, folder, None).state is JobState.DEAD
    assert file.state is FileState.WAITING


def test_a_removed_file_is_not_scanned_and_its_content_goes(database, session, folder) -> None:
    file = kept(session, folder, scanned=True)
    key = file.key
    actions.remove(session, file, now=NOW)
    session.commit()
    assert folder.size(key) == len(PDF)
    work(database, session, folder, None)
    assert folder.size(key) == 0
    assert {job.state for job in session.scalars(select(Job))} == {JobState.DONE}


def test_uploads_begun_more_than_a_day_ago_are_forgotten(database, session, folder) -> None:
    promise = Promise(name="x.pdf", size=9)
    for hours in (23, 25):
        began = NOW - timedelta(hours=hours)
        pending = actions.begin_upload(session, promise, owner=7, now=began)
        folder.append(pending.part, 0, b"some")
    session.flush()
    parts = session.scalars(select(PendingUpload.part).order_by(PendingUpload.made_at.desc())).all()
    enqueue(session, SWEEP, {}, due_at=NOW)
    session.commit()
    assert work(database, session, folder, None).state is JobState.DONE
    assert session.scalars(select(PendingUpload.part)).all() == [parts[0]]
    assert [folder.size(part) for part in parts] == [4, 0]


def test_the_installation_knows_these_jobs_and_when_to_sweep() -> None:
    assert {actions.SCAN, actions.DROP, SWEEP} <= all_handlers(Settings()).keys()
    assert SWEEP in {regular.kind for regular in TIMETABLE}
    with pytest.raises(ValueError, match="LEARNING_SCANNER"):
        all_handlers(Settings(scanner="nonsense"))
