"""The nomination letter, handed to those who read applications, and to nobody else."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import Person
from learning.admissions.commands import nomination_letters
from learning.admissions.file_purposes import NOMINATION_LETTER
from learning.admissions.models import Application, Sponsorship
from learning.admissions.rules.states import ApplicationState
from learning.files import actions as files
from learning.files.current_storage import storage
from learning.files.models import StoredFile
from learning.files.validation import ValidatedFile, validate_file
from tests.admissions.factories import NOW, a_draft, a_person
from tests.admissions.test_board import board_of, stand_in
from tests.admissions.test_candidate import in_edition
from tests.files.samples import PDF, a_png
from tests.world import World, sign_in


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


def a_letter(app: Flask, session: Session, name: str, content: bytes) -> StoredFile:
    checked = validate_file(name, content, NOMINATION_LETTER)
    assert isinstance(checked, ValidatedFile)
    with app.test_request_context("/fr/"):
        blob = files.Blob(key=files.store_content(storage(), checked), scanned=False)
    return files.create_file(session, checked, blob, owner=None, now=NOW)


@pytest.fixture
def sent(app: Flask, session: Session, world: World) -> Application:
    """An application with a letter, still unread."""
    made = a_draft(session, world, funding="sponsor", sponsor_share=100)
    letter = a_letter(app, session, "lettre d’été.pdf", PDF)
    nomination_letters.attach(session, made, letter, now=NOW)
    stand_in(session, made, ApplicationState.SUBMITTED)
    session.commit()
    return made


@pytest.fixture
def address(world: World, sent: Application) -> str:
    return f"{board_of(world.open)}{sent.reference}/letter"


def test_staff_save_a_letter_and_never_see_it_shown(registrar: FlaskClient, address: str) -> None:
    assert f'href="{address}' in registrar.get(address.removesuffix("/letter")).text
    for query in ("", "?of=candidate"):
        answer = registrar.get(address + query)
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
    assert registrar.get(f"{address}?of=sponsor").status_code == 404


def test_the_sponsor_s_letter_is_another_one(
    app: Flask, session: Session, world: World, registrar, sent: Application, address: str
) -> None:
    picture = validate_file("scan.png", a_png(), NOMINATION_LETTER)
    assert isinstance(picture, ValidatedFile)
    stated = Sponsorship(
        edition_id=world.open.id, token_hash="x", organisation="Ministère", contact_name="Dr Diop",
        contact_email="d@example.org", language="fr", created_at=NOW, ends_at=NOW,
    )  # fmt: skip
    session.add(stated)
    session.flush()
    stated.letter_id = a_letter(app, session, "scan.png", a_png()).id
    sent.sponsorship_id = stated.id
    session.commit()
    answer = registrar.get(f"{address}?of=sponsor")
    assert (answer.status_code, answer.data) == (200, picture.content)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert registrar.get(address).data == PDF


def test_everybody_who_reads_applications_may_save_it(
    app: Flask, session: Session, world: World, address: str
) -> None:
    readers = [world.staff[Role.AUDITOR], world.staff[Role.APPROVER]]
    readers.append(in_edition(session, a_person(session), Role.EXPERT, world.open))
    for reader in readers:
        answer = sign_in(app, session, reader).get(address)
        assert (answer.status_code, answer.data) == (200, PDF)


def test_nobody_else_finds_it(
    app: Flask, session: Session, world: World, sent: Application, address: str
) -> None:
    """Not those of another edition, not the tutor of this one, not the applicants themselves."""
    applicant = session.get_one(Person, sent.person_id)
    others = [world.stranger, world.awa, applicant]
    others += [world.staff[Role.EXPERT], world.staff[Role.TUTOR]]
    others.append(in_edition(session, a_person(session), Role.TUTOR, world.open))
    for other in others:
        assert sign_in(app, session, other).get(address).status_code == 404
    assert "sign-in" in sign_in(app, session, None).get(address).location


def test_it_is_under_its_own_edition_only(registrar, world: World, sent: Application) -> None:
    elsewhere = f"{board_of(world.running)}{sent.reference}/letter"
    assert registrar.get(elsewhere).status_code == 404
