"""Files wait for a scanner; whatever it does but say OK, nothing counts as clean."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.admissions.file_purposes import NOMINATION_LETTER
from learning.audit.models import AuditEntry
from learning.files import actions
from learning.files.actions import AnnouncedUpload, Blob
from learning.files.antivirus import ClamScanner, ScanResult, make_scanner
from learning.files.jobs import PURGE_JOB, handlers
from learning.files.models import FileState, PendingUpload, StoredFile
from learning.files.validation import ValidatedFile, validate_file
from learning.jobs.actions import NewJob, add_job
from learning.jobs.models import Job, JobState
from learning.jobs.worker import Worker
from learning.settings import Settings
from learning.wiring import FILE_PURPOSES, SCHEDULE
from learning.wiring import handlers as all_handlers
from tests.files.clamd import answering
from tests.files.samples import PDF
from tests.world import NOW

CLEAN, FOUND = b"stream: OK\0", b"stream: Eicar-Test-Signature FOUND\0"
LIMIT = b"INSTREAM size limit exceeded. ERROR\0"


def kept(session: Session, folder, *, scanned: bool) -> StoredFile:
    checked = validate_file("letter.pdf", PDF, NOMINATION_LETTER)
    assert isinstance(checked, ValidatedFile)
    blob = Blob(key=actions.store_content(folder, checked), scanned=scanned)
    file = actions.create_file(session, checked, blob, owner=7, now=NOW)
    session.commit()
    return file


def work(database, session: Session, folder, scanner) -> Job:
    wait_limit = (timedelta(0),)
    known = handlers(folder, scanner, FILE_PURPOSES)
    Worker(database=database, handlers=known, retry_delays=wait_limit, clock=lambda: NOW).step()
    session.expire_all()
    return session.scalars(select(Job).order_by(Job.id.desc())).first()


@pytest.mark.parametrize("unix", [False, True])
@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (CLEAN, ScanResult.CLEAN),
        (FOUND, ScanResult.INFECTED),
        (LIMIT, ScanResult.ERROR),
        (b"", ScanResult.ERROR),
        (b"stream: OK but not quite\0", ScanResult.ERROR),
        (b"x" * 9000, ScanResult.ERROR),
    ],
)
def test_the_scanner_is_asked_over_its_socket(tmp_path, reply, verdict, unix) -> None:
    content = b"content" * 30_000
    with answering(reply, str(tmp_path / "clamd.ctl") if unix else "") as (server, address):
        assert ClamScanner(address=address, timeout=5).scan(BytesIO(content)) is verdict
    assert server.received == [content]


@pytest.mark.parametrize("address", ["/nowhere/clamd.ctl", ("127.0.0.1", 1)])
def test_no_scanner_at_the_address_is_an_error(address) -> None:
    assert ClamScanner(address=address).scan(BytesIO(b"x")) is ScanResult.ERROR


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("clamd:/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
        ("clamd:127.0.0.1:3310", ("127.0.0.1", 3310)),
        ("clamd:[::1]:3310", ("::1", 3310)),
    ],
)
def test_the_setting_names_a_socket(setting, address) -> None:
    assert make_scanner(setting) == ClamScanner(address=address)


def test_no_setting_no_scanner() -> None:
    assert make_scanner("") is None


@pytest.mark.parametrize("setting", ["clamd", "clamd:", "clamd:host", "icap:host:1", "clamd::1"])
def test_any_other_setting_is_refused(setting) -> None:
    with pytest.raises(ValueError, match="LEARNING_SCANNER"):
        make_scanner(setting)


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
    row = session.scalars(select(AuditEntry)).one()
    assert (row.action, row.subject, row.actor_id) == ("file infected", f"file {file.id}", None)
    with database.transaction() as again:  # a job may be done twice
        actions.record_scan(again, file.id, infected=False, now=NOW)
        actions.record_scan(again, 987_654, infected=False, now=NOW)
    session.expire_all()
    assert file.state is FileState.INFECTED


def test_a_worker_lost_before_the_content_went_deletes_it_next_time(
    database, session, folder
) -> None:
    file = kept(session, folder, scanned=True)
    actions.record_scan(session, file.id, infected=True, now=NOW)
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
    actions.delete_file(session, file, now=NOW)
    session.commit()
    assert folder.size(key) == len(PDF)
    work(database, session, folder, None)
    assert folder.size(key) == 0
    assert {job.state for job in session.scalars(select(Job))} == {JobState.DONE}


def test_uploads_begun_more_than_a_day_ago_are_forgotten(database, session, folder) -> None:
    promise = AnnouncedUpload(name="x.pdf", size=9, purpose="nomination_letter")
    for hours in (23, 25):
        began = NOW - timedelta(hours=hours)
        pending = actions.start_upload(session, promise, owner=7, now=began)
        folder.append(pending.part_key, 0, b"some")
    session.flush()
    parts = session.scalars(
        select(PendingUpload.part_key).order_by(PendingUpload.created_at.desc())
    ).all()
    add_job(session, NewJob(kind=PURGE_JOB, payload={}, now=NOW))
    session.commit()
    assert work(database, session, folder, None).state is JobState.DONE
    assert session.scalars(select(PendingUpload.part_key)).all() == [parts[0]]
    assert [folder.size(part) for part in parts] == [4, 0]


def test_the_installation_knows_these_jobs_and_when_to_sweep() -> None:
    assert {actions.SCAN_JOB, actions.DELETE_JOB, PURGE_JOB} <= all_handlers(Settings()).keys()
    assert PURGE_JOB in {regular.kind for regular in SCHEDULE}
    with pytest.raises(ValueError, match="LEARNING_SCANNER"):
        all_handlers(Settings(scanner="nonsense"))
