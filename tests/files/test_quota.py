"""Nobody fills the disk, and nobody is kept out by uploads that broke off."""

from PIL import Image
from sqlalchemy import func, select

from learning.admissions.file_purposes import NOMINATION_LETTER
from learning.files import actions
from learning.files.limits import UPLOAD
from learning.files.rules import MAX_OPEN_UPLOADS
from learning.files.validation import ValidatedFile, validate_file
from learning.jobs.models import Job
from tests.files.samples import PDF, announced, encoded
from tests.files.test_views import UPLOADS, awa, begin, kept, piece, stranger

__all__ = ["awa", "stranger"]


def test_uploads_that_broke_off_make_room_and_block_nobody(awa, stranger, session) -> None:
    theirs = begin(stranger, 5)
    uploads = [begin(awa, len(PDF)) for _ in range(MAX_OPEN_UPLOADS + 5)]
    assert [awa.get(upload).status_code for upload in uploads] == [404] * 5 + [
        200
    ] * MAX_OPEN_UPLOADS
    assert stranger.get(theirs).status_code == 200
    dropped = session.scalar(select(func.count()).where(Job.kind == actions.DELETE_JOB))
    assert dropped == 5
    assert "file" in piece(awa, uploads[-1], 0, PDF).json


def test_nobody_fills_the_disk_in_pieces(
    awa, stranger, session, world, folder, monkeypatch
) -> None:
    monkeypatch.setattr(actions, "QUOTA_BYTES", 3 * len(PDF))
    kept(session, folder, world.awa)
    upload = begin(awa, len(PDF))
    begin(awa, len(PDF))
    refused = awa.post(UPLOADS, data=announced("x.pdf", 1))
    assert refused.status_code == 422
    assert refused.json["error"].startswith("Vous avez envoyé autant de fichiers")
    assert "file" in piece(awa, upload, 0, PDF).json
    assert awa.post(UPLOADS, data=announced("x.pdf", 1)).status_code == 422
    begin(stranger, len(PDF))


def test_what_grows_after_it_was_announced_needs_room_too(awa, folder, monkeypatch) -> None:
    content = encoded(Image.new("P", (3000, 3000)), "PNG")
    grown = validate_file("x.png", content, NOMINATION_LETTER)
    assert isinstance(grown, ValidatedFile)
    assert len(grown.content) > len(content)
    monkeypatch.setattr(actions, "QUOTA_BYTES", len(grown.content) - 1)
    refused = piece(awa, begin(awa, len(content)), 0, content)
    assert refused.status_code == 422
    assert refused.json["error"].startswith("Vous avez envoyé autant de fichiers")
    assert not [path for path in folder.root.rglob("*") if path.is_file()]
    monkeypatch.setattr(actions, "QUOTA_BYTES", len(grown.content))
    assert "file" in piece(awa, begin(awa, len(content)), 0, content).json


def test_one_person_sends_so_many_files_and_no_more(awa, stranger) -> None:
    for _ in range(UPLOAD.each[0].attempts):
        begin(awa, len(PDF))
    refused = awa.post(UPLOADS, data=announced("x.pdf", 1))
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.json["error"].startswith("Trop de tentatives")
    begin(stranger, len(PDF))
