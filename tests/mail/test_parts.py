"""Parts of e-mails: what is refused at once, what is read when they are sent, what arrives."""

from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from learning.files.models import FileState, StoredFile
from learning.files.queries import is_referenced
from learning.files.rules import FileKind
from learning.files.storage import FolderStorage
from learning.jobs.models import Job, JobState
from learning.jobs.worker import Worker
from learning.mail import actions, copies, queries
from learning.mail.actions import EmailRequest
from learning.mail.jobs import SendEmailHandler
from learning.mail.models import EmailAttachment, EmailState, OutgoingEmail
from learning.mail.parts import (
    MAX_ATTACHMENTS_BYTES,
    MAX_CALENDAR_BYTES,
    CalendarMethod,
    CalendarPart,
    FilePart,
    calendar_problem,
)
from learning.mail.senders import SmtpSender
from learning.wiring import EMAIL_TEMPLATES
from tests.mail.calendars import CANCELLED, INVITATION
from tests.mail.smtp import serving
from tests.mail.test_outbox import AWA, MODULE, NOW, SENDER, at_once

REQUEST = CalendarPart(method=CalendarMethod.REQUEST, content=INVITATION.encode())
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40
NAME = "Reçu – Koné 收据 «2026».pdf"


def a_file(session, storage: FolderStorage | None = None, **changed: object) -> StoredFile:
    values = {
        "purpose": "nomination_letter",
        "slug": "slug-1", "key": "0" * 32, "name": NAME, "kind": FileKind.PDF, "size": len(PDF),
        "sha256": "0", "state": FileState.CLEAN, "owner_id": None, "created_at": NOW,
    } | changed  # fmt: skip
    file = StoredFile(**values)
    session.add(file)
    session.flush()
    if storage:
        storage.put(file.key, PDF)
    return file


def part_of(file: StoredFile) -> FilePart:
    return FilePart(file_id=file.id, slug=file.slug, size=file.size)


def send(database, session, storage, what: EmailRequest, times: int = 1):
    """Send one e-mail; return the server, the e-mail, and its message as it is read back."""
    with serving() as (server, port):
        mail = actions.enqueue_email(session, AWA, what, now=NOW)
        session.commit()
        worker = worker_of(database, storage, port)
        for _ in range(times):
            worker.step()
    session.expire_all()
    contents = server.contents
    message = message_from_bytes(contents[-1], policy=policy.default) if contents else None
    return server, session.get(OutgoingEmail, mail.id), message


def worker_of(database, storage, port: int) -> Worker:
    post = SendEmailHandler(
        templates=EMAIL_TEMPLATES,
        sender=SmtpSender(host="127.0.0.1", port=port, timeout=0.5),
        config=SENDER,
        retry_delay=at_once,
        storage=storage,
    )
    return Worker(database=database, handlers={"mail.send": post}, clock=lambda: NOW)


@pytest.fixture
def storage(tmp_path) -> FolderStorage:
    return FolderStorage(root=tmp_path / "files")


def structure(message) -> list[object]:
    """Return the types of a message's parts, nested as they are."""
    parts = [structure(part) for part in message.iter_parts()] if message.is_multipart() else []
    return [message.get_content_type(), *parts]


def test_an_invitation_is_the_last_alternative(database, session, storage) -> None:
    _, mail, message = send(database, session, storage, replace(MODULE, parts=(REQUEST,)))
    assert structure(message) == [
        "multipart/alternative", ["text/plain"], ["text/html"], ["text/calendar"],
    ]  # fmt: skip
    *_, calendar = message.iter_parts()
    assert calendar.get_param("method") == "REQUEST"
    assert calendar.get_content_charset() == "utf-8"
    assert calendar.get_payload(decode=True).decode() == INVITATION
    assert calendar.get_content_disposition() is None
    assert (mail.state, mail.calendar) == (EmailState.SENT, "")


def test_files_follow_the_text_and_its_invitation(database, session, storage) -> None:
    cancel = CalendarPart(method=CalendarMethod.CANCEL, content=CANCELLED.encode())
    first = a_file(session, storage)
    second = a_file(
        session, storage, slug="slug-2", key="1" * 32, name="photo.jpg", kind=FileKind.JPEG
    )
    parts = (part_of(second), cancel, part_of(first))
    server, mail, message = send(database, session, storage, replace(MODULE, parts=parts))
    assert structure(message) == [
        "multipart/mixed",
        ["multipart/alternative", ["text/plain"], ["text/html"], ["text/calendar"]],
        ["image/jpeg"],
        ["application/pdf"],
    ]
    jpeg, pdf = message.iter_attachments()
    assert (jpeg.get_filename(), pdf.get_filename()) == ("photo.jpg", NAME)
    assert pdf.get_content() == PDF
    (calendar,) = (part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert calendar.get_param("method") == "CANCEL"
    content = server.contents[-1]
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 200  # links in headers stay whole
    kept = copies.copy_of(session, mail.id)
    assert kept.parts.split("\n") == ["text/calendar (CANCEL)", "photo.jpg", NAME]


def test_many_e_mails_carry_the_same_file(database, session, storage) -> None:
    file = a_file(session, storage)
    what = replace(MODULE, parts=(part_of(file), REQUEST))
    to = [replace(AWA, email=f"p{n}@example.org") for n in range(3)]
    actions.enqueue_emails(session, [(each, what) for each in to], now=NOW)
    session.commit()
    with serving() as (server, port):
        worker_of(database, storage, port).step()
    for content in server.contents:
        message = message_from_bytes(content, policy=policy.default)
        assert [part.get_content() for part in message.iter_attachments()] == [PDF]
    assert len(server.contents) == 3


def test_answers_go_where_the_caller_says(database, session, storage) -> None:
    what = replace(MODULE, reply_to="tutrice@bücher.example")
    _, _, message = send(database, session, storage, what)
    assert message["Reply-To"] == "tutrice@xn--bcher-kva.example"
    _, _, message = send(database, session, storage, MODULE)
    assert message["Reply-To"] is None


@pytest.mark.parametrize("address", ["nobody", "a@b@c", "x@example.org\r\nBcc: y@example.org"])
def test_an_address_that_cannot_be_answered_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="no e-mail can be sent"):
        replace(MODULE, reply_to=address)


def broken(state: str, session, storage) -> FilePart:
    """Return a part whose file cannot be sent when the time comes."""
    if state == "missing":
        return part_of(a_file(session))
    if state == "other slug":
        return replace(part_of(a_file(session, storage)), slug="of-another-file")
    if state == "too large":
        file = a_file(session, storage)
        storage.put(file.key, b"x" * (MAX_ATTACHMENTS_BYTES + 1))
        return part_of(file)
    return part_of(a_file(session, storage, state=FileState(state)))


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("missing", "attached file slug-1: its content is missing"),
        ("other slug", "attached file of-another-file: not found"),
        ("too large", "the attached files are too large"),
        ("waiting", "attached file slug-1: waiting"),
        ("infected", "attached file slug-1: infected"),
    ],
)
def test_an_e_mail_whose_file_is_not_there_is_held_and_says_why(
    database, session, storage, state: str, reason: str
) -> None:
    what = replace(MODULE, parts=(broken(state, session, storage),))
    server, mail, _ = send(database, session, storage, what)
    assert server.contents == []
    assert (mail.state, mail.reason) == (EmailState.WAITING, reason)
    assert queries.held_emails(session) == queries.HeldEmails(count=1, since=NOW, reason=reason)
    assert session.scalars(select(Job)).one().state is JobState.WAITING
    assert not queries.is_suppressed(session, AWA.email)


def test_an_e_mail_that_was_held_is_sent_once_its_file_is_there(database, session, storage) -> None:
    file = a_file(session)
    what = replace(MODULE, parts=(part_of(file),))
    _, mail, _ = send(database, session, storage, what)
    assert mail.held_at == NOW
    storage.put(file.key, PDF)
    with serving() as (server, port):
        worker_of(database, storage, port).step()
    session.expire_all()
    assert (mail.state, mail.held_at, len(server.contents)) == (EmailState.SENT, None, 1)


def test_an_attached_file_is_not_purged(session, storage) -> None:
    file = a_file(session, storage)
    assert not is_referenced(session, file.id)
    actions.enqueue_email(session, AWA, replace(MODULE, parts=(part_of(file),)), now=NOW)
    assert is_referenced(session, file.id)
    assert session.scalars(select(EmailAttachment.slug)).one() == file.slug


LARGE = FilePart(file_id=1, slug="a", size=MAX_ATTACHMENTS_BYTES)


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ((REQUEST, REQUEST), "one calendar part at most"),
        ((LARGE, replace(LARGE, size=1)), "attached twice"),
        ((LARGE, replace(LARGE, file_id=2, size=1)), "larger than 7000000 bytes"),
    ],
)
def test_parts_that_cannot_go_together_are_refused(parts, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        EmailRequest(kind="k", parts=parts)


def test_parts_up_to_the_limit_are_taken() -> None:
    assert EmailRequest(kind="k", parts=(LARGE, REQUEST)).files == [LARGE]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("METHOD:REQUEST\r\n", "", "no METHOD:REQUEST"),
        ("METHOD:REQUEST", "METHOD:CANCEL", "no METHOD:REQUEST"),
        ("METHOD:REQUEST", "METHOD:REQUEST\r\nMETHOD:CANCEL", "no METHOD:REQUEST"),
        ("VERSION:2.0\r\n", "", "no VERSION:2.0 or no PRODID"),
        ("PRODID:-//Course//Live//EN\r\n", "", "no VERSION:2.0 or no PRODID"),
        ("VEVENT", "VTODO", "no VEVENT"),
        ("BEGIN:VEVENT\r\n", "", "BEGIN and END do not match"),
        ("END:VEVENT\r\n", "", "BEGIN and END do not match"),
        ("END:VCALENDAR\r\n", "", "not one VCALENDAR"),
        ("UID:session-4@course.example.org\r\n", "", "an event has no UID"),
        ("DTSTAMP:20261121T093000Z\r\n", "", "an event has no DTSTAMP"),
        ("ORGANIZER;CN=Course:mailto:course@example.org\r\n", "", "an event has no ORGANIZER"),
        ("ATTENDEE;", "X-ATTENDEE;", "an event has no ATTENDEE"),
        ("\r\n", "\n", "lines end with CRLF"),
        ("SEQUENCE:0", "SEQUENCE:0\r", "lines end with CRLF"),
        ("END:VCALENDAR\r\n", "END:VCALENDAR", "lines end with CRLF"),
        ("SEQUENCE:0", "COMMENT:" + "é" * 34, "a line has more than 75 bytes"),
        ("SEQUENCE:0", "COMMENT:\x00", "control characters"),
    ],
)
def test_what_is_no_invitation_is_refused(old: str, new: str, problem: str) -> None:
    content = INVITATION.replace(old, new).encode()
    assert calendar_problem(content, CalendarMethod.REQUEST) == problem
    with pytest.raises(ValueError, match=problem):
        CalendarPart(method=CalendarMethod.REQUEST, content=content)


def test_an_invitation_has_a_size_and_a_character_set() -> None:
    lines = "X-A:" + "a" * 60 + "\r\n"
    long = INVITATION.replace("SEQUENCE:0\r\n", lines * (MAX_CALENDAR_BYTES // len(lines)))
    assert "larger than" in calendar_problem(long.encode(), CalendarMethod.REQUEST)
    assert calendar_problem(INVITATION.encode("latin-1"), CalendarMethod.REQUEST) == "not UTF-8"
    assert calendar_problem(INVITATION.encode(), CalendarMethod.REQUEST) == ""
    assert calendar_problem(CANCELLED.encode(), CalendarMethod.CANCEL) == ""
    assert calendar_problem(b"", CalendarMethod.REQUEST) == "lines end with CRLF"
