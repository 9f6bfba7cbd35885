"""What a database of the first release holds is whole after the way up, and after the way down."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from learning.accounts.models import Link as EmailLink
from learning.accounts.models import Person
from learning.audit.actions import record
from learning.audit.queries import broken_at, head
from learning.audit.rules import BEGINNING, Deed, chain
from learning.enrolment.models import Application, Enrolment, Nomination, Sponsorship
from learning.enrolment.ranking import name_key
from learning.files.models import PendingUpload, StoredFile
from learning.jobs.models import Job
from learning.kit.engines import make_engine
from learning.kit.folding import sort_key
from learning.mail.models import Mail
from tests.databases import own_database
from tests.migrations.rows import count, go, put, tables_of
from tests.world import NOW, seal_all

OLD = "0005"
EMPTIED = {"pending_uploads"}  # what is on its way is sent again
REPLACED = {"audit_rows", "throttles"}


@dataclass(frozen=True, kw_only=True)
class Old:
    """A database as the first release left it."""

    engine: sa.Engine
    counts: dict[str, int]


def people(connection: sa.Connection, tables: dict[str, sa.Table]) -> None:
    known = ((1, "Đặng Thị Lan", "lan@example.org"), (2, "Brian O’Connor", "brian@example.org"))
    for id_, name, email in known:
        put(
            connection, tables["people"], id=id_, name=name, email=email, language="fr",
            sort_key=name.lower(), zone="UTC", institution="Ministère", joined_at=NOW, version=1,
        )  # fmt: skip
    for hash_, person in (("a", 1), ("b", None)):
        put(
            connection, tables["links"], token_hash=hash_, purpose="reset" if person else "sign-up",
            person_id=person, payload="{}", made_at=NOW, ends_at=NOW + timedelta(hours=1),
        )  # fmt: skip
    put(connection, tables["throttles"], key="sign-in:lan", count=3, last_at=NOW)


def places(connection: sa.Connection, tables: dict[str, sa.Table]) -> None:
    day = date(2027, 3, 1)
    put(
        connection, tables["editions"], id=1, code="old", course="reintegration", starts_on=day,
        ends_on=day + timedelta(days=60), project_due_on=day + timedelta(days=50), apply_until=day,
        zone="UTC", capacity=20, fee_currency="EUR", learning_hours=60, languages="fr en",
        status="open", hours_low=5, hours_high=10, weeks=6,
    )  # fmt: skip
    put(
        connection, tables["enrolments"], id=1, person_id=1, edition_id=1, status="active",
        enrolled_at=NOW,
    )  # fmt: skip
    put(
        connection, tables["check_answers"], enrolment_id=1, lesson="m1-l1", check_key="check-1",
        chosen="0 2", tries=1, answered_at=NOW,
    )  # fmt: skip
    put(
        connection, tables["stored_files"], id=1, slug="s", key="k", name="l.pdf", kind="pdf",
        size=9, state="clean", owner_id=1, made_at=NOW,
    )  # fmt: skip
    put(connection, tables["pending_uploads"], slug="p", owner_id=1, size=9, part="x", made_at=NOW)


def applications(connection: sa.Connection, tables: dict[str, sa.Table]) -> None:
    """Write one application begun by its sponsor, one that asked two, the second since."""
    for id_, letter in ((1, 1), (2, None), (3, None)):
        put(
            connection, tables["sponsorships"], id=id_, edition_id=1, token_hash=str(id_),
            organisation="Mairie", contact_email="mairie@example.org", language="fr", made_at=NOW,
            ends_at=NOW + timedelta(days=30), letter_id=letter,
        )  # fmt: skip
    for id_, who in ((1, "sponsor"), (2, "applicant")):
        put(
            connection, tables["applications"], id=id_, reference=f"R{id_}", edition_id=1,
            person_id=id_, made_at=NOW, changed_at=NOW, name_key="as it was", state="draft",
            sponsorship_id=id_, letter_id=letter_of(id_),
        )  # fmt: skip
        put(
            connection, tables["application_moves"], application_id=id_, event="create",
            after="draft", who=who, at=NOW,
        )  # fmt: skip


def letter_of(application: int) -> int | None:
    return 1 if application == 1 else None


def work(connection: sa.Connection, tables: dict[str, sa.Table]) -> None:
    put(
        connection, tables["jobs"], kind="send", payload="{}", made_at=NOW, due_at=NOW,
        state="dead", error="550 <lan@example.org> unknown",
    )  # fmt: skip
    put(
        connection, tables["mails"], kind="welcome", params="{}", category="critical",
        email="lan@example.org", language="fr", zone="UTC", token="t", made_at=NOW, state="waiting",
    )  # fmt: skip
    before = BEGINNING
    for number in (1, 2, 3):
        told = Deed(at=NOW, actor=1, action="did", subject="person 1", detail="{}")
        own = chain(number, before, told)
        put(
            connection, tables["audit_rows"], id=number, at=NOW, actor=1, action="did",
            subject="person 1", detail="{}", previous_hash=before, hash=own,
        )  # fmt: skip
        before = own


@pytest.fixture
def old(database_kind: str, database_url: str, tmp_path: Path) -> Iterator[Old]:
    with own_database(database_kind, database_url, tmp_path) as url:
        engine = make_engine(url)
        go(engine, "upgrade", OLD)
        tables = tables_of(engine)
        with engine.execution_options(begin="IMMEDIATE").begin() as connection:
            for fill in (people, places, applications, work):
                fill(connection, tables)
        yield Old(engine=engine, counts=counts(engine))
        engine.dispose()


def counts(engine: sa.Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {name: count(connection, table) for name, table in tables_of(engine).items()}


def test_nothing_is_lost_on_the_way_up_and_what_is_new_is_filled(old: Old) -> None:
    go(old.engine, "upgrade", "head")
    now = counts(old.engine)
    kept = old.counts.keys() - EMPTIED - REPLACED
    assert {name: now[name] for name in kept} == {name: old.counts[name] for name in kept}
    with Session(old.engine) as session:
        for person in session.scalars(sa.select(Person)):
            assert person.sort_key == sort_key(person.name)
            assert (person.institution_key, person.credentials_version) == ("ministere", 1)
        links = sa.select(EmailLink.credentials_version).order_by(EmailLink.token_hash)
        assert session.scalars(links).all() == [1, None]
        for application in session.scalars(sa.select(Application)):
            name = session.get_one(Person, application.person_id).name
            assert application.name_key == name_key(name)
        (nomination,) = session.scalars(sa.select(Nomination))
        told = (nomination.sponsorship_id, nomination.email, nomination.application_id)
        assert told == (1, "lan@example.org", 1)
        asked = {each.id: each for each in session.scalars(sa.select(Sponsorship))}
        assert [asked[id_].asked_by_id for id_ in (1, 2, 3)] == [None, 2, None]
        assert [asked[id_].replaced_at is None for id_ in (1, 2, 3)] == [True, True, False]
        assert session.scalars(sa.select(PendingUpload)).all() == []
        assert session.scalars(sa.select(StoredFile.owner_id)).one() == 1
        assert session.scalars(sa.select(Enrolment.person_id)).one() == 1
        job = session.scalars(sa.select(Job)).one()
        assert (job.queue, job.priority) == ("default", 50)
        assert "lan@example.org" not in job.error
        assert session.scalars(sa.select(Mail)).one().held_at is None
        assert (head(session).number, broken_at(session)) == (3, None)


def test_the_way_down_keeps_what_was_written_and_goes_on(old: Old) -> None:
    go(old.engine, "upgrade", "head")
    with Session(old.engine) as session:
        record(session, "did", "person 2", by=2, now=NOW)
        assert seal_all(session) == 1
        session.commit()
    go(old.engine, "downgrade", OLD)
    then = counts(old.engine)
    more = {"audit_rows": old.counts["audit_rows"] + 1, "pending_uploads": 0, "throttles": 0}
    assert then == old.counts | more
    tables = tables_of(old.engine)
    with old.engine.begin() as connection:
        put(
            connection, tables["audit_rows"], at=NOW, action="did", subject="person 2",
            detail="{}", previous_hash="b", hash="of the next row",
        )  # fmt: skip
        assert count(connection, tables["audit_rows"]) == more["audit_rows"] + 1


def test_the_way_up_can_be_gone_again(old: Old) -> None:
    go(old.engine, "upgrade", "head")
    first = counts(old.engine)
    go(old.engine, "downgrade", OLD)
    go(old.engine, "upgrade", "head")
    assert counts(old.engine) == first
