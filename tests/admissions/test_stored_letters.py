"""Letters that nothing refers to are collected; one person cannot fill the disk with them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from learning.files import actions as file_actions
from learning.files.actions import DELETE_JOB
from learning.files.jobs import FileJobs
from learning.files.models import StoredFile
from learning.files.storage import FolderStorage, new_key
from learning.jobs.models import Job
from learning.jobs.worker import Task
from learning.kit.time import now
from learning.wiring import FILE_PURPOSES
from tests.admissions.factories import a_draft, a_person
from tests.admissions.sponsors import send_letter
from tests.admissions.test_own_applications import browser_of, path_of, upload
from tests.files.samples import PDF
from tests.world import World, whole


def test_the_sweep_takes_what_belongs_to_nothing_and_leaves_letters(
    app, database, session, world: World, tmp_path, monkeypatch
) -> None:
    folder = FolderStorage(root=tmp_path)
    monkeypatch.setitem(app.extensions, "storage", folder)
    draft = a_draft(session, world, a_person(session), funding="sponsor")
    session.commit()
    client, here = browser_of(app, session, draft), path_of(draft)
    attached, unused = upload(client), upload(client)
    client.post(f"{here}/steps/letter", data={"file": attached, "go": "leave"})
    lost = new_key()
    folder.put(lost, b"the process ended before its row was written")
    later = now() + timedelta(hours=25)
    files = FileJobs(storage=folder, scanner=None, purposes=FILE_PURPOSES)
    files.purge(Task(id=1, payload={}, database=database, now=later - timedelta(hours=2)))
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 2
    assert folder.size(lost)
    files.purge(Task(id=1, payload={}, database=database, now=later))
    session.expire_all()
    (left,) = session.scalars(select(StoredFile))
    assert (left.slug, unused != left.slug) == (attached, True)
    assert not folder.size(lost)
    assert folder.size(left.key) == len(PDF)
    dropped = session.scalars(select(Job.payload).where(Job.kind == DELETE_JOB)).all()
    assert len(dropped) == 1


@pytest.mark.parametrize(("ending", "status"), [("", 410), ("x", 404)])
def test_a_letter_for_a_link_that_opens_nothing_leaves_nothing(
    app, visitor, session, sponsorship, link, tmp_path, monkeypatch, ending, status
) -> None:
    monkeypatch.setitem(app.extensions, "storage", FolderStorage(root=tmp_path))
    sponsorship.ends_at = now()
    session.commit()
    assert send_letter(visitor, link + ending).status_code == status
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 0


def test_a_letter_beyond_one_s_quota_is_refused_on_its_page_and_leaves_nothing(
    app, session, world: World, tmp_path, monkeypatch
) -> None:
    folder = FolderStorage(root=tmp_path)
    monkeypatch.setitem(app.extensions, "storage", folder)
    monkeypatch.setattr(file_actions, "QUOTA_BYTES", len(PDF) - 1)
    draft = a_draft(session, world, a_person(session), funding="sponsor")
    session.commit()
    client, here = browser_of(app, session, draft), path_of(draft)
    answer = client.post(f"{here}/steps/letter", **whole({"letter": (PDF, "letter.pdf")}))
    assert answer.status_code == 422
    assert "Vous avez envoyé autant de fichiers" in answer.text
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 0
