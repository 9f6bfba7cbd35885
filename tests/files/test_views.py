"""Opening files, and sending them in pieces over a bad line."""

from dataclasses import replace
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from learning.admissions.file_purposes import NOMINATION_LETTER
from learning.files import actions, uploads
from learning.files.labels import REJECTION_MESSAGES
from learning.files.models import FileState, PendingUpload, StoredFile
from learning.files.purposes import FilePurpose
from learning.files.rules import MAX_CHUNK_BYTES, FileRejection
from learning.files.storage import FolderStorage
from learning.files.validation import ValidatedFile, validate_file
from tests.files.samples import EXE, PDF, a_photo, announced
from tests.world import NOW, World, sign_in, whole

UPLOADS = "/fr/files/uploads"
LONG = PDF.ljust(300_000, b" ") + b"%%EOF\n"


@pytest.fixture
def awa(app: Flask, session: Session, world: World, folder) -> FlaskClient:
    del folder
    return sign_in(app, session, world.awa)


@pytest.fixture
def stranger(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.stranger)


def kept(session, folder, owner, name="lettre d’été.pdf", content=PDF) -> StoredFile:
    checked = validate_file(name, content, NOMINATION_LETTER)
    assert isinstance(checked, ValidatedFile)
    blob = actions.Blob(key=actions.store_content(folder, checked), scanned=False)
    file = actions.create_file(session, checked, blob, owner=owner.id, now=NOW)
    session.commit()
    return file


def begin(client: FlaskClient, size: int, name: str = "letter.pdf") -> str:
    answer = client.post(UPLOADS, data=announced(name, size))
    assert (answer.status_code, answer.json["offset"]) == (201, 0)
    return f"{UPLOADS}/{answer.json['upload']}"


def piece(client: FlaskClient, upload: str, offset: int, content: bytes):
    kind = "application/octet-stream"
    return client.post(f"{upload}?offset={offset}", data=content, content_type=kind)


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_file_is_saved_never_shown(awa, session, world, folder) -> None:
    file = kept(session, folder, world.awa)
    answer = awa.get(f"/fr/files/{file.slug}")
    assert (answer.status_code, answer.data) == (200, PDF)
    expected = {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(PDF)),
        "Content-Disposition": 'attachment; filename="lettre dete.pdf"; '
        "filename*=UTF-8''lettre%20d%E2%80%99%C3%A9t%C3%A9.pdf",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    assert {name: answer.headers[name] for name in expected} == expected
    assert awa.head(f"/fr/files/{file.slug}").status_code == 200


def test_somebody_else_s_file_is_not_there(awa, stranger, visitor, session, world, folder) -> None:
    file = kept(session, folder, world.awa)
    assert stranger.get(f"/fr/files/{file.slug}").status_code == 404
    assert visitor.get(f"/fr/files/{file.slug}").status_code == 303
    assert awa.get(f"/fr/files/{file.slug}").status_code == 200


def test_a_file_that_waits_is_shown_to_nobody_and_its_owner_is_told(
    awa, stranger, session, world, folder
) -> None:
    file = kept(session, folder, world.awa)
    file.state = FileState.WAITING
    session.commit()
    answer = awa.get(f"/fr/files/{file.slug}")
    assert answer.status_code == 409
    assert "en cours de vérification" in answer.text
    assert stranger.get(f"/fr/files/{file.slug}").status_code == 404


def test_an_infected_file_is_not_there_even_for_its_owner(awa, session, world, folder) -> None:
    file = kept(session, folder, world.awa)
    file.state = FileState.INFECTED
    session.commit()
    assert awa.get(f"/fr/files/{file.slug}").status_code == 404


def test_another_room_can_hand_a_file_out_but_not_one_that_waits(app, session, world, folder):
    from learning.files.downloads import send_stored_file  # noqa: PLC0415 as another room would

    file = kept(session, folder, world.awa)
    with app.test_request_context("/fr/"):
        assert send_stored_file(file).data == PDF
        for state in (FileState.WAITING, FileState.INFECTED):
            file.state = state
            with pytest.raises(Exception, match="404"):
                send_stored_file(file)


def test_a_content_that_is_lost_is_a_missing_page_not_a_fault(awa, session, world, folder) -> None:
    file = kept(session, folder, world.awa)
    folder.delete(file.key)
    assert awa.get(f"/fr/files/{file.slug}").status_code == 404


def test_pieces_make_a_file(awa, session, world, folder) -> None:
    upload = begin(awa, len(LONG), "../lettre.pdf")
    first = piece(awa, upload, 0, LONG[:200_000])
    assert (first.status_code, first.json) == (200, {"offset": 200_000})
    assert awa.get(upload).json == {"offset": 200_000}
    last = piece(awa, upload, 200_000, LONG[200_000:])
    file = session.scalars(select(StoredFile)).one()
    assert last.json == {"file": file.slug, "name": "lettre.pdf", "size": len(LONG)}
    assert (file.owner_id, file.state) == (world.awa.id, FileState.CLEAN)
    assert awa.get(f"/fr/files/{file.slug}").data == LONG
    part = session.scalars(select(PendingUpload.part_key)).one()
    assert folder.size(part) == 0


def test_a_wrong_offset_is_told_the_right_one(awa, session) -> None:
    upload = begin(awa, len(LONG))
    assert piece(awa, upload, 5, LONG[:10]).json == {"offset": 0}
    piece(awa, upload, 0, LONG[:10])
    for address in (f"{upload}?offset=0", f"{upload}?offset=11", f"{upload}?offset=x", upload):
        answer = awa.post(address, data=b"again", content_type="application/octet-stream")
        assert (answer.status_code, answer.json) == (409, {"offset": 10})
    assert count(session, StoredFile) == 0


def test_the_last_piece_sent_twice_makes_one_file(awa, session) -> None:
    upload = begin(awa, len(PDF))
    first, again = (piece(awa, upload, 0, PDF) for _ in range(2))
    assert first.json == again.json == awa.get(upload).json
    assert (first.status_code, again.status_code) == (200, 200)
    assert count(session, StoredFile) == 1


def test_a_line_cut_within_a_piece_goes_on_where_it_broke(awa, session, folder) -> None:
    upload = begin(awa, len(PDF))
    part = session.scalars(select(PendingUpload.part_key)).one()
    folder.append(part, 0, PDF[:17])  # what came before the cut
    offset = awa.get(upload).json["offset"]
    assert offset == 17
    assert "file" in piece(awa, upload, offset, PDF[offset:]).json


def test_a_process_lost_after_the_last_piece_is_made_good_by_an_empty_one(
    awa, session, folder
) -> None:
    upload = begin(awa, len(PDF))
    folder.append(session.scalars(select(PendingUpload.part_key)).one(), 0, PDF)
    assert awa.get(upload).json == {"offset": len(PDF)}
    assert "file" in piece(awa, upload, len(PDF), b"").json


def test_who_comes_second_with_the_last_piece_gets_the_first_one_s_file(
    awa, session, folder, monkeypatch
) -> None:
    """Both have been let through before either was done."""
    upload = begin(awa, len(PDF))
    slug = upload.rsplit("/", 1)[1]
    checked = validate_file("letter.pdf", PDF, NOMINATION_LETTER)
    stored = uploads.write_content

    def meanwhile(mine: ValidatedFile):
        other = stored(replace(checked))
        actions.finish_upload(
            session, session.get_one(PendingUpload, slug), checked, other, now=NOW
        )
        session.commit()
        return stored(mine)

    monkeypatch.setattr(uploads, "write_content", meanwhile)
    answer = piece(awa, upload, 0, PDF)
    file = session.scalars(select(StoredFile)).one()
    assert answer.json["file"] == file.slug
    assert [path.name for path in folder.root.rglob("*") if path.is_file()] == [file.key]


def test_who_finds_the_part_gone_gets_what_the_faster_one_made_of_it(
    awa, session, world, folder, monkeypatch
) -> None:
    upload = begin(awa, len(PDF))
    slug = upload.rsplit("/", 1)[1]
    file = kept(session, folder, world.awa)

    def gone(_self: object, _key: str):
        session.get_one(PendingUpload, slug).file_slug = file.slug
        session.commit()
        raise FileNotFoundError

    monkeypatch.setattr(FolderStorage, "open", gone)
    assert piece(awa, upload, 0, PDF).json["file"] == file.slug


def test_what_is_not_taken_is_said_in_the_reader_s_language_and_remembered(awa, session) -> None:
    upload = begin(awa, len(EXE), "setup.pdf")
    for _ in range(2):
        answer = piece(awa, upload, 0, EXE)
        assert answer.status_code == 422
        assert answer.json["error"] == (
            "Ce type de fichier ne peut pas être envoyé ici. Sont acceptés\u00a0: PDF, JPEG et PNG."
        )
    assert awa.get(upload).status_code == 422
    assert session.scalars(select(PendingUpload.rejection)).one() is FileRejection.NOT_ALLOWED
    actions.reject_upload(session, "nobody-s", FileRejection.BROKEN)
    assert count(session, StoredFile) == 0


@pytest.mark.parametrize(
    ("size", "begins"),
    [
        (NOMINATION_LETTER.max_bytes + 1, "Le fichier dépasse 5\u00a0Mo."),
        ("9" * 5000, "Le"),
        (0, "Le"),
        (-5, "Le"),
        ("", "Le"),
    ],
)
def test_a_promise_that_cannot_be_kept_is_refused_at_once(awa, session, size, begins) -> None:
    answer = awa.post(UPLOADS, data=announced("x.pdf", size))
    assert answer.status_code == 422
    assert answer.json["error"].startswith(begins)
    assert count(session, PendingUpload) == 0


def test_more_than_was_promised_or_too_much_at_once_is_refused(awa, folder, session) -> None:
    upload = begin(awa, 10)
    assert piece(awa, upload, 0, b"x" * 11).status_code == 400
    assert (
        piece(
            awa, begin(awa, NOMINATION_LETTER.max_bytes), 0, b"x" * (MAX_CHUNK_BYTES + 1)
        ).status_code
        == 413
    )
    assert [folder.size(part) for part in session.scalars(select(PendingUpload.part_key))] == [0, 0]


def test_a_stranger_s_upload_is_not_there(awa, stranger, visitor, session) -> None:
    upload = begin(awa, len(PDF))
    assert stranger.get(upload).status_code == 404
    assert piece(stranger, upload, 0, PDF).status_code == 404
    assert piece(visitor, upload, 0, PDF).status_code == 401
    assert awa.get(upload).json == {"offset": 0}
    assert count(session, StoredFile) == 0


def test_a_file_removed_after_its_upload_is_not_there(awa, session) -> None:
    upload = begin(awa, len(PDF))
    piece(awa, upload, 0, PDF)
    actions.delete_file(session, session.scalars(select(StoredFile)).one(), now=NOW)
    session.commit()
    assert awa.get(upload).status_code == 404


def taken(sent: list[FileStorage], purpose: FilePurpose = NOMINATION_LETTER):
    return uploads.validate_uploads(sent, purpose)


def test_a_file_sent_with_a_form_is_read_no_further_than_it_may_be(app, folder) -> None:
    del folder
    limit = NOMINATION_LETTER.max_bytes
    stream = BytesIO(b"x" * (limit + 100))
    assert taken([FileStorage(stream, filename="x.pdf")]) is FileRejection.TOO_LARGE
    assert stream.tell() == limit + 1
    (photo,) = taken([FileStorage(BytesIO(a_photo()), filename="a/"), FileStorage(BytesIO())])
    assert photo.name == "file.jpg"
    assert taken([]) == []
    with app.test_request_context("/fr/"):
        assert not uploads.write_content(photo).scanned


@pytest.mark.parametrize(("size", "status"), [(5_000_000, 422), (6_100_000, 413)])
def test_a_form_with_a_file_may_be_larger_than_one_without(visitor, size, status) -> None:
    form = whole({"email": "x", "letter": (b"x" * size, "x.pdf")})
    answer = visitor.post("/fr/account/sign-in", **form)
    assert answer.status_code == status


def test_every_fault_has_its_words() -> None:
    assert set(REJECTION_MESSAGES) == set(FileRejection)
