"""What is known of a person is exported whole, and forgotten but for what has to be kept."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import insert, select, true
from sqlalchemy.orm import Session

from learning import wiring
from learning.accounts import tokens
from learning.accounts.models import TokenPurpose
from learning.accounts.personal_data import person_ref
from learning.accounts.registration import confirm_email_change
from learning.accounts.tokens import TokenRequest
from learning.audit.actions import record
from learning.enrolment.models import Enrolment
from learning.extension_points.personal_data import (
    ForgetRequest,
    OnForget,
    PersonalTable,
    PersonRef,
    export_all,
    forget,
)
from learning.lessons.models import Note
from learning.mail.categories import COURSE
from learning.mail.subscriptions import is_declined, subscription_for
from learning.providers import PERSONAL_DATA
from learning.settings import ROOT
from tests.extension_points.people import make_known_person
from tests.world import NOW, World

TABLES = [each for tables in PERSONAL_DATA.values() for each in tables]
NOT_PERSONAL = {
    "bank_statements": "the account of the centre; entries say who paid",
    "bank_data_proposals": "the account of the centre",
    "cancellation_policies": "rules of the centre",
    "card_payouts": "sums of the card provider, of nobody in particular",
    "centre_details": "what invoices say of the centre",
    "centre_tax_sentences": "texts of the centre",
    "check_results": "the state of the installation",
    "content_snapshots": "texts of the course",
    "course_titles": "texts of the course",
    "edition_dates": "dates for everybody",
    "edition_texts": "texts of the centre",
    "editions": "what is on offer",
    "ledger_entries": "amounts by the id of a fee account",
    "ledger_transactions": "amounts by the id of a fee account",
    "number_series": "the next number of an invoice",
    "rate_limits": "hashes that end within a day",
    "refund_batches": "files for the bank, encrypted; refunds say who is paid",
    "scheduled_runs": "regular work",
    "search_entries": "texts of the course",
    "search_revisions": "texts of the course",
    "seat_reservations": "seats by the id of an application",
    "worker_heartbeats": "the state of the installation",
}
BOOKS = {
        "bank_entries", "bank_statements", "fee_settlements", "invoices", "joint_invoices",
        "payments", "quotes", "refund_changes", "refunds", "transfer_overrides",
}  # fmt: skip
"""Where who was invoiced and who paid stays readable, as the law wants it."""
FEW = 2


@pytest.fixture
def zara(session: Session, world: World) -> PersonRef:
    return make_known_person(session, world, "zaramark")


@pytest.fixture
def yann(session: Session, world: World) -> PersonRef:
    return make_known_person(session, world, "yannmark")


def forget_whole(session: Session, person: PersonRef, tables: Sequence[PersonalTable]) -> int:
    """Forget somebody a few rows at a time; return in how many steps."""
    steps = 0
    while changed := forget(tables, session, ForgetRequest(person=person, now=NOW, limit=FEW)):
        assert changed <= FEW
        session.commit()
        steps += 1
        assert steps < 100, "it has to come to an end"
    session.expire_all()
    return steps


def tables_with(session: Session, mark: str) -> set[str]:
    """Return the tables in which a text has a mark in it."""
    return {
        table.name
        for table in wiring.TABLES.sorted_tables
        for row in session.execute(select(table))
        if any(mark in str(value) for value in row)
    }


def personal_data_table() -> str:
    """One line per entry: what becomes of its rows when their person is forgotten, and why."""
    lines = [
        f"| {package} | `{each.table.name}` | {each.on_forget} | {each.why} |"
        for package, tables in PERSONAL_DATA.items()
        for each in tables
    ]
    return "\n".join(["| package | table | forgotten | why |", "|---|---|---|---|", *lines])


def test_the_documentation_says_what_is_kept_and_why() -> None:
    """Put what `personal_data_table` returns into the file when it is other."""
    assert personal_data_table() in (ROOT / "docs/personal-data.md").read_text()


def test_every_table_is_said_to_be_personal_or_not() -> None:
    personal = {each.table.name for each in TABLES}
    assert personal & NOT_PERSONAL.keys() == set()
    assert personal | NOT_PERSONAL.keys() == set(wiring.TABLES.tables)


@pytest.mark.usefixtures("yann")
@pytest.mark.parametrize("package", PERSONAL_DATA)
def test_a_package_exports_every_table_that_it_names(
    session: Session, zara: PersonRef, package: str
) -> None:
    known = export_all(PERSONAL_DATA, session, zara)[package]
    assert known.keys() == {each.table.name for each in PERSONAL_DATA[package]}
    text = json.dumps(known)
    assert "yannmark" not in text, "nothing of anybody else"
    for secret in ("secret", "token", "hash", "code", " one", " t", " s", "-key"):
        assert f"zaramark{secret}" not in text
        assert f"zaramark {secret}" not in text


def test_the_export_says_what_matters(session: Session, zara: PersonRef, world: World) -> None:
    known = export_all(PERSONAL_DATA, session, zara)
    (person,) = known["accounts"]["people"]
    assert (person["email"], person["name"]) == ("zaramark@example.org", "zaramark Name")
    editions = {row["edition"] for row in known["admissions"]["applications"]}
    assert editions == {world.open.code, world.running.code}
    assert known["lessons"]["notes"][0]["body"] == "zaramark"
    assert {row["edition"] for row in known["enrolment"]["enrolments"]} == {world.open.code}
    nobody = PersonRef(id=0, email="nobody@example.org")
    assert export_all(PERSONAL_DATA, session, nobody) == {}


def test_the_export_of_staff_says_nothing_about_those_whom_they_decided_on(
    session: Session, zara: PersonRef, yann: PersonRef
) -> None:
    decision = {"by": zara.id, "now": NOW, "reason": "too late"}
    record(session, "application rejected", "application 4711", **decision)
    record(session, "account closed", f"person {yann.id}", **decision)
    rows = export_all(PERSONAL_DATA, session, zara)["audit"]["audit_entries"]
    keys = {row["action"]: row.keys() for row in rows}
    assert (
        keys["application rejected"] == keys["account closed"] == {"id", "at", "action", "number"}
    )
    assert keys["profile changed"] == {"id", "at", "action", "number", "subject", "detail"}
    assert [row["action"] for row in rows].count("profile changed") == 1
    other = export_all(PERSONAL_DATA, session, yann)["audit"]["audit_entries"]
    closed = next(row for row in other if row["action"] == "account closed")
    assert closed["subject"] == f"person {yann.id}"
    assert "too late" in closed["detail"]


def test_the_export_takes_one_statement_for_each_entry(
    session: Session, zara: PersonRef, queries: list[str]
) -> None:
    own = session.scalars(select(Enrolment).where(Enrolment.person_id == zara.id)).first()
    same = {"enrolment_id": own.id, "edition_id": own.edition_id, "lesson": "m2-l1"}
    notes = [same | {"block": f"b{n}", "body": "x", "written_at": NOW} for n in range(1000)]
    session.execute(insert(Note), notes)
    session.commit()
    queries.clear()
    known = export_all(PERSONAL_DATA, session, zara)
    assert len(known["lessons"]["notes"]) == 1001
    assert len(queries) == len(TABLES)


def test_what_is_forgotten_is_nowhere_but_where_it_is_kept(
    session: Session, zara: PersonRef, yann: PersonRef
) -> None:
    kept = {each.table.name for each in TABLES if each.on_forget is OnForget.KEEP}
    assert kept == {
        "audit_entries", "bank_entries", "batch_operations", "billing_parties", "card_refunds",
        "card_sessions", "closing_sheets", "enrolments", "fee_accounts", "fee_agreements",
        "fee_cancellations", "fee_settlements", "invoice_reminders", "invoices", "joint_invoices",
        "offers", "payment_allocations", "payments", "provider_events", "quotes",
        "refund_changes", "refunds", "sponsor_billings", "sponsorships", "transfer_overrides",
        "transfer_proofs",
    }  # fmt: skip
    before = export_all(PERSONAL_DATA, session, yann)
    assert forget_whole(session, zara, TABLES) > 10
    left = tables_with(session, "zaramark")
    content = {"stored_files"}  # the keys of its content, until the nightly purge
    assert left <= BOOKS | {"billing_parties", "sponsorships", "batch_operations"} | content
    assert export_all(PERSONAL_DATA, session, yann) == before, "nobody else is forgotten"
    assert forget(TABLES, session, ForgetRequest(person=zara, now=NOW, limit=FEW)) == 0


def test_a_person_who_is_forgotten_can_never_sign_in(session: Session, zara: PersonRef) -> None:
    forget_whole(session, zara, TABLES)
    (person,) = export_all(PERSONAL_DATA, session, zara)["accounts"]["people"]
    assert person["email"] == f"person-{zara.id}@forgotten.invalid"
    assert (person["name"], person["institution"]) == ("—", "")
    assert person["closed_at"] is not None


def change_email(
    session: Session, person: PersonRef, email: str, *, at: datetime = NOW
) -> PersonRef:
    """Give a person another address, which they confirm."""
    request = TokenRequest(purpose=TokenPurpose.EMAIL_CHANGE, email=email, person_id=person.id)
    path = tokens.create_token(session, request, now=at)
    token = tokens.find_token(session, path.rpartition("/")[2], TokenPurpose.EMAIL_CHANGE, now=at)
    changed = confirm_email_change(session, token, now=at)
    session.commit()
    return person_ref(session, changed)


def test_rows_of_a_former_address_are_exported_and_forgotten(
    session: Session, zara: PersonRef, yann: PersonRef
) -> None:
    before = export_all(PERSONAL_DATA, session, zara)["mail"]
    others = export_all(PERSONAL_DATA, session, yann)
    moved = change_email(session, zara, "zaramark@new.example")
    addresses = {each.email for each in moved.held_emails}
    assert addresses == {"zaramark@new.example", zara.email, "zaramark@old.example"}
    known = export_all(PERSONAL_DATA, session, moved)
    for table, rows in before.items():
        ids = [row.get("id", row.get("email_id", row.get("email"))) for row in rows]
        now = [row.get("id", row.get("email_id", row.get("email"))) for row in known["mail"][table]]
        assert set(ids) <= set(now), table
    assert known["accounts"]["former_emails"][-1]["email"] == "zaramark@old.example"
    assert len(known["jobs"]["jobs"]) == 1
    forget_whole(session, moved, TABLES)
    kept = {"billing_parties", "sponsorships", "batch_operations", "stored_files"}
    assert tables_with(session, "zaramark") <= BOOKS | kept
    assert export_all(PERSONAL_DATA, session, yann) == others


def test_what_a_former_address_declined_the_new_one_declines(
    session: Session, zara: PersonRef
) -> None:
    subscription = subscription_for(session, zara.email, COURSE.key)
    subscription.unsubscribed_at = NOW
    change_email(session, zara, "zaramark@new.example")
    assert is_declined(session, "zaramark@new.example", COURSE.key)
    assert not is_declined(session, "yannmark@example.org", COURSE.key)


def entry(name: str) -> PersonalTable:
    return next(each for each in TABLES if each.table.name == name)


def test_a_table_that_forgets_too_little_or_too_much_is_found(
    session: Session, zara: PersonRef, yann: PersonRef
) -> None:
    blind = [each for each in TABLES if each.table.name != "notes"]
    forget_whole(session, zara, blind)
    assert "notes" in tables_with(session, "zaramark")
    before = export_all(PERSONAL_DATA, session, yann)
    greedy = replace(entry("notes"), about=lambda _person: true())
    forget_whole(session, zara, [greedy])
    assert export_all(PERSONAL_DATA, session, yann) != before


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("enrolments", {"why": ""}),
        ("enrolments", {"on_forget": OnForget.ANONYMISE}),
        ("applications", {"blank": None}),
        ("notes", {"blank": dict}),
    ],
    ids=["no-reason", "not-blank", "nothing-blank", "both"],
)
def test_a_table_that_does_not_say_what_it_does_is_refused(name: str, changed: dict) -> None:
    with pytest.raises(ValueError, match=name):
        replace(entry(name), **changed)
