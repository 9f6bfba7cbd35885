"""The journal: a month of transactions with their entries, page by page, and as a file."""

import csv
import io
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.fees.queries.journal import (
    PAGE_SIZE,
    Month,
    count_transactions,
    documents_of,
    journal_page,
    month_of,
)
from learning.ledger.actions import post, reverse
from tests.fees import scenes
from tests.ledger.postings import DAY, posting, transfer
from tests.world import World, sign_in

HERE = "/en/staff/money/journal"
SEPTEMBER = Month(first=date(2026, 9, 1))


@pytest.fixture
def auditor(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.AUDITOR])


@pytest.mark.parametrize(
    ("key", "first"),
    [
        ("2026-11", date(2026, 11, 1)),
        ("", date(2026, 2, 1)),
        ("2026-13", date(2026, 2, 1)),
        ("2026-11-05", date(2026, 2, 1)),
        ("9999-12", date(2026, 2, 1)),
        ("0001-01", date(2026, 2, 1)),
    ],
)
def test_months_of_addresses(key: str, first: date) -> None:
    assert month_of(key, date(2026, 2, 28)).first == first


def test_months_beside_each_other() -> None:
    december = Month(first=date(2026, 12, 1))
    assert december.following.first == date(2027, 1, 1)
    assert december.following.previous == december
    assert december.previous.key == "2026-11"


def test_a_month_has_its_days_only(session: Session) -> None:
    for day in (date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 1)):
        post(session, posting(occurred_on=day))
    assert count_transactions(session, SEPTEMBER) == 2
    days = [each.transaction.occurred_on for each in journal_page(session, SEPTEMBER, start=0)]
    assert days == [date(2026, 9, 30), date(2026, 9, 1)]


def test_the_page_has_transactions_with_their_entries(
    auditor: FlaskClient, session: Session, world: World
) -> None:
    invoice = scenes.an_invoice(session, scenes.an_account(session, world))
    by = world.staff[Role.FINANCE].id
    made = post(session, posting(subject=f"invoice {invoice.id}", by=by))
    reverse(session, made, occurred_on=DAY + timedelta(days=1), by=None, now=made.recorded_at)
    session.commit()
    page = auditor.get(f"{HERE}?month=2026-09").text.replace("\u00a0", " ")
    assert invoice.number in page
    assert "Finance Person" in page
    assert f"reverses no. {made.id}" in page
    assert page.count(">980.00<") == 4
    assert "Receivables" in page
    assert "2 transactions" in page


def test_pages_of_a_month_and_statements(
    auditor: FlaskClient, session: Session, queries: list[str]
) -> None:
    post(session, posting())
    session.commit()
    auditor.get(f"{HERE}?month=2026-09")
    del queries[:]
    auditor.get(f"{HERE}?month=2026-09")
    few = len(queries)
    for number in range(PAGE_SIZE + 3):
        post(session, posting(transfer(100 + number), subject=f"invoice {number}"))
    session.commit()
    del queries[:]
    first = auditor.get(f"{HERE}?month=2026-09").text
    assert len(queries) == few
    assert first.count("group-line") == PAGE_SIZE
    assert "Earlier ones" in first
    second = auditor.get(f"{HERE}?month=2026-09&from={PAGE_SIZE}").text
    assert second.count("group-line") == 4
    assert "Earlier ones" not in second


def test_a_month_without_anything(auditor: FlaskClient) -> None:
    assert "Nothing was booked in this month." in auditor.get(f"{HERE}?month=2026-08").text


def test_the_export(auditor: FlaskClient, session: Session, world: World) -> None:
    payment = scenes.a_payment_row(session, scenes.an_account(session, world))
    payment.payer_name = "=cmd()"
    post(session, posting(kind="payment", subject=f"payment {payment.id}"))
    session.commit()
    answer = auditor.post(f"{HERE}/export?month=2026-09", data={"format": "csv"})
    assert answer.status_code == 200
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row[:1] + row[2:9] for row in rows[1:]] == [
        ["2026-09-01", "Payment", "'=cmd()", "Receivables", "account 1", "980", "", "EUR"],
        ["2026-09-01", "Payment", "'=cmd()", "Course fees", "", "", "980", "EUR"],
    ]
    workbook = auditor.post(f"{HERE}/export?month=2026-09", data={"format": "xlsx"})
    assert workbook.data.startswith(b"PK")


def test_documents_of_what_is_unknown(session: Session, queries: list[str]) -> None:
    assert documents_of(session, ["invoice 12", "what 3", "x", ""]) == {}
    assert len(queries) == 1
