"""Pages of bank statements: importing, refused files, booking; who may do what."""

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.fees.statement_models import BankStatement, StatementState
from learning.kit.time import now
from learning.ledger.models import LedgerAccount
from learning.ledger.queries import balance
from tests.bank_formats.camt_builder import OWN_IBAN, Ntry, Stmt, Tx, camt
from tests.fees.scenes import the_centre
from tests.fees.statement_scenes import booking_worker, import_file, receipts, work
from tests.world import World, sign_in, version_of

LIST = "/en/staff/money/statements/"
SOUND = camt(Stmt(entries=[Ntry(amount=98_000, details=[Tx(lines=["INV-2026-001187"])])]))


@pytest.fixture
def finance(app: Flask, session: Session, world: World) -> FlaskClient:
    the_centre(session)
    session.commit()
    return sign_in(app, session, world.staff[Role.FINANCE])


def send(client: FlaskClient, content: bytes, name: str = "november.xml"):
    data = {"statement": (BytesIO(content), name)}
    return client.post(LIST, data=data, content_type="multipart/form-data")


def only_statement(session: Session) -> BankStatement:
    session.expire_all()
    return session.scalars(select(BankStatement)).one()


def test_a_file_is_read_shown_and_booked(finance, database, session) -> None:
    assert "No statement was imported yet" in finance.get(LIST).text
    sent = send(finance, SOUND)
    assert sent.status_code == 303
    page = finance.get(sent.location).text
    assert "1 entry read. Nothing is booked yet." in page
    assert "november.xml" in page
    assert "Akua Mensah" in page
    assert "1,980.00" in page
    assert "Book 1 entry" in page
    booked = finance.post(f"{sent.location}/book", data={"version": version_of(page)})
    assert booked.status_code == 303
    assert "0 entries of 1 are booked" in finance.get(sent.location).text
    work(booking_worker(database, clock=now))
    page = finance.get(sent.location).text
    assert "Booked" in page
    assert "Put the statement aside" not in page
    assert only_statement(session).state is StatementState.BOOKED
    assert balance(session, LedgerAccount.BANK, OWN_IBAN).minor == 198_000
    assert "1 entry unmatched" in finance.get(LIST).text


@pytest.mark.parametrize(
    ("content", "sentences"),
    [
        (b"", ["The file is empty"]),
        (b"hello", ["not XML", "Choose the format CAMT.053"]),
        (
            b'<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a/>',
            ["document type", "We stopped at line 2", "Nothing in the file was stored"],
        ),
        (SOUND[:-30], ["ends before it is complete", "Download the statement again"]),
        (
            camt(Stmt(entries=receipts(100), closing=1)),
            ["1,001.00", "0.01", "do not add up"],
        ),
        (camt(Stmt(iban="DE89370400440532013000")), ["another account", "DE89 … 3000"]),
        (camt(Stmt(currency="USD")), ["is in USD", "is kept in EUR"]),
    ],
    ids=["empty", "text", "doctype", "truncated", "sum", "account", "currency"],
)
def test_a_refused_file_says_why_and_stores_nothing(finance, session, content, sentences) -> None:
    answer = send(finance, content)
    assert answer.status_code in {409, 422}
    for sentence in sentences:
        assert sentence in answer.text
    assert session.scalars(select(BankStatement)).all() == []


def test_a_file_that_is_too_large_for_a_form_needs_javascript(finance, monkeypatch) -> None:
    monkeypatch.setattr("learning.files.rules.MAX_FORM_FILE_BYTES", 1_000)
    answer = send(finance, SOUND)
    assert answer.status_code == 422
    assert "Without JavaScript, a file of at most" in answer.text


def test_the_same_file_again_names_its_statement(finance, session) -> None:
    send(finance, SOUND)
    answer = send(finance, SOUND)
    assert answer.status_code == 409
    assert "This file was imported before: statement 2026-231." in answer.text
    only_statement(session)


def test_a_file_that_came_in_pieces_is_read(finance, session) -> None:
    begun = finance.post(
        "/en/files/uploads",
        data={"name": "n.xml", "size": str(len(SOUND)), "purpose": "bank_statement"},
    )
    upload = begun.json["upload"]
    done = finance.post(f"/en/files/uploads/{upload}?offset=0", data=SOUND)
    sent = finance.post(LIST, data={"file": done.json["file"]})
    assert sent.status_code == 303
    assert only_statement(session).file_name == "n.xml"


def test_a_statement_is_put_aside(finance, session) -> None:
    address = send(finance, SOUND).location
    version = version_of(finance.get(address).text)
    answer = finance.post(f"{address}/put-aside", data={"version": version})
    assert answer.status_code == 303
    assert only_statement(session).state is StatementState.PUT_ASIDE
    again = finance.post(f"{address}/book", data={"version": version})
    assert again.status_code in {409, 422}


def test_auditors_read_and_change_nothing(app, session, world) -> None:
    (row,) = import_file(session, world, Stmt(entries=receipts(100)))
    session.commit()
    auditor = sign_in(app, session, world.staff[Role.AUDITOR])
    page = auditor.get(f"{LIST}{row.uid}").text
    assert "Nothing is booked yet" in page
    assert "Put the statement aside" not in page
    assert 'type="file"' not in auditor.get(LIST).text
    assert send(auditor, SOUND).status_code == 404
    assert auditor.post(f"{LIST}{row.uid}/book", data={"version": "1"}).status_code == 404
    tutor = sign_in(app, session, world.staff[Role.TUTOR])
    assert tutor.get(LIST).status_code == 404


def test_pages_take_as_many_statements_for_many_entries(finance, session, world, queries) -> None:
    (small,) = import_file(session, world, Stmt(entries=receipts(1, 2)))
    made = Stmt(statement_id="2", opening=small.closing.minor, entries=receipts(*range(1, 2_001)))
    (large,) = import_file(session, world, made)
    session.commit()
    counts = []
    for row in (small, large):
        for address in (f"{LIST}{row.uid}", f"{LIST}{row.uid}?tab=all&from=50"):
            queries.clear()
            assert finance.get(address).status_code == 200
            counts.append(len(queries))
    assert max(counts) <= min(counts) + 1 <= 16, counts
