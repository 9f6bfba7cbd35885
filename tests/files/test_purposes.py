"""What files are taken for: limits, how many, for how long; a file serves no other purpose."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from learning.access.actor import Actor
from learning.admissions.file_purposes import NOMINATION_LETTER
from learning.admissions.models import Application
from learning.files import actions, queries, uploads
from learning.files.jobs import PURGE_JOB, handlers
from learning.files.labels import limits_text, rejection_text
from learning.files.models import FileState, StoredFile
from learning.files.purposes import FilePurpose, FilePurposes
from learning.files.rules import MAX_FILE_BYTES, MAX_FORM_FILE_BYTES, FileKind, FileRejection
from learning.files.validation import ValidatedFile, validate_file
from learning.jobs.actions import NewJob, add_job
from learning.jobs.worker import Worker
from learning.kit.i18n import I18n
from tests.admissions.factories import a_draft
from tests.files.samples import PDF, a_png, announced
from tests.files.test_views import UPLOADS, awa, piece
from tests.world import NOW, World, send_form

__all__ = ["awa"]

PORTRAIT = FilePurpose(
    key="portrait", kinds=frozenset({FileKind.PNG}), max_bytes=40_000, retention=timedelta(days=3)
)
ALBUM = FilePurpose(key="album", kinds=frozenset({FileKind.PNG}), max_bytes=40_000, multiple=True)


@pytest.fixture(autouse=True)
def purposes(app: Flask, monkeypatch) -> FilePurposes:
    made = FilePurposes((NOMINATION_LETTER, PORTRAIT, ALBUM))
    monkeypatch.setitem(app.extensions, "file_purposes", made)
    return made


def png(name: str = "x.png") -> FileStorage:
    return FileStorage(BytesIO(a_png()), filename=name)


def test_a_purpose_takes_its_own_kinds_and_sizes() -> None:
    assert validate_file("x.pdf", PDF, PORTRAIT) is FileRejection.NOT_ALLOWED
    assert validate_file("x.png", b"x" * 40_001, PORTRAIT) is FileRejection.TOO_LARGE
    taken = validate_file("x.png", a_png(), PORTRAIT)
    assert isinstance(taken, ValidatedFile)
    assert taken.purpose == "portrait"


def test_a_picture_is_made_no_larger_than_its_purpose_allows() -> None:
    from PIL import Image  # noqa: PLC0415 only here

    from tests.files.samples import encoded  # noqa: PLC0415 only here

    noise = encoded(Image.effect_noise((256, 256), 100).convert("P"), "PNG", bits=4)
    assert len(noise) < 40_000
    taken = validate_file("x.png", noise, PORTRAIT)
    assert isinstance(taken, ValidatedFile)
    assert len(taken.content) <= 40_000


@pytest.mark.parametrize(
    ("language", "too_large", "not_allowed", "limits"),
    [
        (
            "en",
            "The file is larger than 40\u00a0kB.",
            "These can: PNG.",
            "PNG; 40\u00a0kB at most.",
        ),
        (
            "fr",
            "Le fichier dépasse 40\u00a0ko.",
            "Sont acceptés\u00a0: PNG.",
            "PNG\u202f; 40\u00a0ko au maximum.",
        ),
        (
            "es",
            "El archivo supera los 40\u00a0kB.",
            "Se aceptan: PNG.",
            "PNG; 40\u00a0kB como máximo.",
        ),
    ],
)
def test_the_limits_of_a_purpose_are_said(language, too_large, not_allowed, limits) -> None:
    i18n = I18n(language=language, zone="UTC")
    assert rejection_text(FileRejection.TOO_LARGE, PORTRAIT, i18n).startswith(too_large)
    assert rejection_text(FileRejection.NOT_ALLOWED, PORTRAIT, i18n).endswith(not_allowed)
    assert limits_text(PORTRAIT, i18n) == limits


def test_an_upload_in_pieces_keeps_to_its_purpose(awa, session: Session) -> None:
    assert awa.post(UPLOADS, data=announced("x.png", 40_001, "portrait")).status_code == 422
    for purpose in ("", "no_such_purpose"):
        assert awa.post(UPLOADS, data=announced("x.png", 9, purpose)).status_code == 400
    begun = awa.post(UPLOADS, data=announced("x.pdf", len(PDF), "portrait"))
    refused = piece(awa, f"{UPLOADS}/{begun.json['upload']}", 0, PDF)
    assert refused.status_code == 422
    assert "PNG" in refused.json["error"]
    assert session.scalars(select(StoredFile)).all() == []


def test_a_file_sent_for_one_purpose_serves_no_other(awa, session: Session, world: World) -> None:
    draft = a_draft(session, world, world.awa, funding="sponsor", sponsor_share=100)
    session.commit()
    picture = a_png()
    begun = awa.post(UPLOADS, data=announced("x.png", len(picture), "portrait"))
    kept = piece(awa, f"{UPLOADS}/{begun.json['upload']}", 0, picture).json["file"]
    assert queries.own_file(session, kept, world.awa.id, purpose="portrait") is not None
    here = f"/fr/applications/{draft.reference}/steps/letter"
    assert send_form(awa, here, {"file": kept, "go": "on"}).status_code == 422
    assert session.scalars(select(Application.letter_id)).one() is None


def test_several_files_are_taken_only_where_a_purpose_says_so() -> None:
    assert uploads.validate_uploads([png(), png()], PORTRAIT) is FileRejection.TOO_MANY
    both = uploads.validate_uploads([png("a.png"), png("b.png")], ALBUM)
    assert isinstance(both, list)
    assert [each.name for each in both] == ["a.png", "b.png"]
    bad = FileStorage(BytesIO(b"words"), filename="x.png")
    assert uploads.validate_uploads([png(), bad], ALBUM) is FileRejection.NOT_ALLOWED


def test_a_form_takes_less_than_chunks_do_and_says_so() -> None:
    large = FilePurpose(key="large", kinds=frozenset({FileKind.PDF}), max_bytes=MAX_FILE_BYTES)
    stream = BytesIO(b"x" * (MAX_FORM_FILE_BYTES + 9))
    sent = [FileStorage(stream, filename="x.pdf")]
    assert uploads.validate_uploads(sent, large) is FileRejection.TOO_LARGE_FOR_FORM
    assert stream.tell() == MAX_FORM_FILE_BYTES + 1
    found = rejection_text(FileRejection.TOO_LARGE_FOR_FORM, large, I18n(language="en", zone="UTC"))
    assert "at most 5\u00a0MB can be sent" in found


def test_an_unused_file_stays_as_long_as_its_purpose_says(
    database, session: Session, folder, purposes: FilePurposes
) -> None:
    for purpose in ("portrait", "album", "a_former_one"):
        for hours in (23, 25, 73):
            checked = validate_file(f"{hours}.png", a_png(), ALBUM)
            assert isinstance(checked, ValidatedFile)
            blob = actions.Blob(key=actions.store_content(folder, checked), scanned=False)
            began = NOW - timedelta(hours=hours)
            file = actions.create_file(session, checked, blob, owner=7, now=began)
            file.purpose = purpose
    add_job(session, NewJob(kind=PURGE_JOB, payload={}, now=NOW))
    session.commit()
    known = handlers(folder, None, purposes)
    Worker(database=database, handlers=known, clock=lambda: NOW).step()
    session.expire_all()
    left = session.execute(select(StoredFile.purpose, StoredFile.name).order_by(StoredFile.id))
    assert [tuple(row) for row in left] == [
        ("portrait", "23.png"),
        ("portrait", "25.png"),
        ("album", "23.png"),
        ("a_former_one", "23.png"),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "Two Words"},
        {"kinds": frozenset()},
        {"max_bytes": 0},
        {"max_bytes": MAX_FILE_BYTES + 1},
    ],
)
def test_a_purpose_that_nothing_can_keep_is_refused_when_it_is_made(wrong) -> None:
    values = {"key": "x", "kinds": frozenset({FileKind.PDF}), "max_bytes": 1} | wrong
    with pytest.raises(ValueError, match=r"purpose|max_bytes"):
        FilePurpose(**values)


def test_two_purposes_with_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="same key"):
        FilePurposes((PORTRAIT, PORTRAIT))


def test_by_itself_a_purpose_lets_only_the_owner_read(session: Session, purposes) -> None:
    file = StoredFile(
        purpose="portrait", slug="x", key="x", name="x", kind=FileKind.PNG, size=1, sha256="0",
        state="clean", owner_id=7, created_at=NOW,
    )  # fmt: skip
    assert purposes.may_read(session, Actor(person_id=7), file)
    assert not purposes.may_read(session, Actor(person_id=8), file)
    file.owner_id = None
    assert not purposes.may_read(session, Actor(person_id=None), file)


def test_an_impersonator_reads_what_both_may_read(session: Session) -> None:
    allowed = {7}  # the ids of those whom the purpose lets read
    shared = FilePurpose(
        key="shared", kinds=PORTRAIT.kinds, max_bytes=9,
        may_read=lambda _session, actor, _file: actor.person_id in allowed,
    )  # fmt: skip
    known = FilePurposes((shared, PORTRAIT))
    file = StoredFile(
        purpose="shared", slug="x", key="x", name="x", kind=FileKind.PNG, size=1, sha256="0",
        state=FileState.CLEAN, owner_id=7, created_at=NOW,
    )  # fmt: skip
    owner, other = (Actor(person_id=n, impersonator=Actor(person_id=9)) for n in (7, 8))
    assert not known.may_read(session, owner, file)
    allowed.add(9)
    assert known.may_read(session, owner, file)
    assert not known.may_read(session, other, file)
    file.purpose = "portrait"
    assert not known.may_read(session, owner, file)
