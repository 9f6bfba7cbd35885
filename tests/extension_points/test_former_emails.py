"""Of an address that several people had, one after the other, each has the rows of their time."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.accounts.personal_data import person_ref
from learning.admissions.models import Nomination, Sponsorship
from learning.batches.models import BatchItem, BatchOperation
from learning.catalogue.models import Edition
from learning.contact.models import ContactMessage
from learning.extension_points.personal_data import Json, PersonRef, export_all
from learning.jobs.models import Job
from learning.mail.models import EmailCopy, OutgoingEmail
from learning.providers import PERSONAL_DATA
from tests.extension_points.people import make_known_person
from tests.extension_points.test_personal_data import (
    TABLES,
    change_email,
    forget_whole,
    tables_with,
)
from tests.world import NOW, World

SHARED = "zaramark@example.org"
DAY = timedelta(days=1)
BY_ADDRESS = {
    "outgoing_emails", "email_copies", "nominations", "sponsorships", "contact_messages", "jobs",
    "batch_items",
}  # fmt: skip


@pytest.fixture
def zara(session: Session, world: World) -> PersonRef:
    """Somebody who has the shared address."""
    return make_known_person(session, world, "zaramark")


@pytest.fixture
def yann(session: Session, world: World) -> PersonRef:
    return make_known_person(session, world, "yannmark")


def ref(session: Session, person: PersonRef) -> PersonRef:
    return person_ref(session, session.get_one(Person, person.id))


def write_to_shared(session: Session, mark: str, at: datetime) -> None:
    """Add a row with the shared address to each table that knows people by address and moment."""
    sponsorship = Sponsorship(
        edition_id=session.scalars(select(Edition.id)).first(), token_hash=mark, organisation=mark,
        contact_name=mark, contact_email=SHARED, language="fr", created_at=at, ends_at=at,
    )  # fmt: skip
    operation = BatchOperation(
        uid=mark, kind="k", label="l", scope="s", params="{}", started_by=None, started_at=at
    )
    sent = OutgoingEmail(
        kind="k", params="{}", category="course", email=SHARED, name=mark, language="fr",
        zone="UTC", token=f"{mark} token", created_at=at,
    )  # fmt: skip
    session.add_all([sponsorship, operation, sent])
    session.flush()
    payload = json.dumps({"email": SHARED, "name": mark})
    session.add_all([
        EmailCopy(email_id=sent.id, subject=mark, body="", parts="", sent_at=at),
        Nomination(sponsorship_id=sponsorship.id, email=SHARED, name=mark, nominated_at=at),
        ContactMessage(name=mark, email=SHARED, language="fr", body="", sent_at=at),
        Job(kind="k", payload=payload, created_at=at, due_at=at),
        BatchItem(operation_id=operation.id, label=mark, payload=payload),
    ])  # fmt: skip
    session.commit()


def mail_of(session: Session, person: PersonRef) -> dict[str, list[dict[str, Json]]]:
    return export_all(PERSONAL_DATA, session, ref(session, person))["mail"]


def marks_of(session: Session, person: PersonRef) -> set[str]:
    """Return the marks of the rows that are a person's; each is in all tables or in none."""
    known = export_all(PERSONAL_DATA, session, ref(session, person))
    tables = {name: str(rows) for each in known.values() for name, rows in each.items()}
    found = set()
    for mark in ("zaramark", "first", "second", "third"):
        having = {name for name in BY_ADDRESS if mark in tables.get(name, "")}
        assert having in (set(), BY_ADDRESS) or mark == "zaramark", mark
        found |= {mark} if having else set()
    return found


def test_each_has_the_rows_of_their_time_and_the_last_what_came_later(
    session: Session, zara: PersonRef, yann: PersonRef
) -> None:
    write_to_shared(session, "first", NOW + DAY)
    change_email(session, zara, "zaramark@new.example", at=NOW + 2 * DAY)
    assert marks_of(session, zara) == {"zaramark", "first"}
    change_email(session, yann, SHARED, at=NOW + 3 * DAY)
    write_to_shared(session, "second", NOW + 4 * DAY)
    assert marks_of(session, zara) == {"zaramark", "first"}
    assert "first" not in marks_of(session, yann)
    assert "second" in marks_of(session, yann)
    change_email(session, ref(session, yann), "yannmark@new.example", at=NOW + 5 * DAY)
    write_to_shared(session, "third", NOW + 6 * DAY)
    assert marks_of(session, zara) == {"zaramark", "first"}
    assert marks_of(session, yann) >= {"second", "third"}


@pytest.mark.parametrize("stated_at", [None, NOW + 4 * DAY])
def test_who_forgets_the_second_leaves_the_rows_of_the_first(
    session: Session, zara: PersonRef, yann: PersonRef, stated_at: datetime | None
) -> None:
    write_to_shared(session, "first", NOW)
    change_email(session, zara, "zaramark@new.example", at=NOW + DAY)
    taken = change_email(session, yann, SHARED, at=NOW + 2 * DAY)
    write_to_shared(session, "second", NOW + 3 * DAY)
    of_second = Sponsorship.token_hash == "second"
    sponsorship = session.scalars(select(Sponsorship).where(of_second)).one()
    sponsorship.stated_at = stated_at
    forget_whole(session, taken, TABLES)
    subjects = {row["subject"] for row in mail_of(session, zara)["email_copies"]}
    assert subjects >= {"first"}
    assert marks_of(session, zara) == {"zaramark", "first"}, "nobody gets what the second had"
    assert tables_with(session, "second") & BY_ADDRESS == {"sponsorships"}, "a claim rests on it"
    text = sponsorship.organisation, sponsorship.contact_name, sponsorship.contact_email
    assert text == ("second", "second" if stated_at else "—", "")


def test_who_forgets_the_first_gives_the_second_nothing_of_it(
    session: Session, zara: PersonRef, yann: PersonRef
) -> None:
    write_to_shared(session, "first", NOW + DAY)
    moved = change_email(session, zara, "zaramark@new.example", at=NOW + 2 * DAY)
    change_email(session, yann, SHARED, at=NOW + 3 * DAY)
    forget_whole(session, moved, TABLES)
    assert marks_of(session, yann) & {"zaramark", "first"} == set()


def test_who_returns_to_an_address_does_not_get_what_came_meanwhile(
    session: Session, zara: PersonRef, yann: PersonRef
) -> None:
    write_to_shared(session, "first", NOW)
    change_email(session, zara, "zaramark@new.example", at=NOW + DAY)
    change_email(session, yann, SHARED, at=NOW + 2 * DAY)
    write_to_shared(session, "second", NOW + 3 * DAY)
    change_email(session, ref(session, yann), "yannmark@new.example", at=NOW + 4 * DAY)
    change_email(session, ref(session, zara), SHARED, at=NOW + 5 * DAY)
    write_to_shared(session, "third", NOW + 6 * DAY)
    assert marks_of(session, zara) == {"zaramark", "first", "third"}
    change_email(session, ref(session, zara), "zaramark@end.example", at=NOW + 7 * DAY)
    assert marks_of(session, zara) == {"zaramark", "first", "third"}
    assert marks_of(session, yann) & {"first", "second", "third"} == {"second"}


def test_two_who_changed_an_address_at_one_moment_share_nothing(
    session: Session, zara: PersonRef, yann: PersonRef
) -> None:
    write_to_shared(session, "first", NOW)
    change_email(session, zara, "zaramark@new.example", at=NOW + DAY)
    taken = change_email(session, yann, SHARED, at=NOW + DAY)
    change_email(session, taken, "yannmark@new.example", at=NOW + DAY)
    assert "first" not in marks_of(session, yann)


def test_whether_an_address_works_is_about_who_has_it_now(
    session: Session, zara: PersonRef, yann: PersonRef
) -> None:
    change_email(session, zara, "zaramark@new.example", at=NOW + DAY)
    assert "email_bounces" in mail_of(session, zara)
    change_email(session, yann, SHARED, at=NOW + 2 * DAY)
    assert "email_bounces" not in mail_of(session, zara)
    assert len(mail_of(session, yann)["email_bounces"]) == 2
