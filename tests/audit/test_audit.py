"""The trail cannot be changed unseen."""

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.audit import anchors
from learning.audit.actions import record, seal
from learning.audit.models import AuditEntry
from learning.audit.queries import (
    PAGE_SIZE,
    AuditFilter,
    chain_head,
    first_broken,
    latest_entries,
    unsealed_since,
)
from learning.audit.rules import (
    GENESIS_HASH,
    Anchor,
    AuditRecord,
    ChainLink,
    entry_hash,
    first_break,
)
from learning.kit.check_results import CheckResult
from tests.world import NOW, World, seal_all, sign_in, trail_is_whole


def make_rows(session: Session, count: int = 5) -> None:
    for number in range(count):
        record(session, "did", f"thing {number}", by=None, now=NOW, what="é", number=number)


def change(session: Session, which: int, **values: object) -> None:
    session.execute(update(AuditEntry).where(AuditEntry.number == which).values(**values))
    session.expire_all()


def test_a_whole_trail_is_whole(session: Session) -> None:
    assert first_break([]) is None
    make_rows(session, 20)
    assert trail_is_whole(session)


def test_writing_a_row_reads_nothing_and_locks_nothing(session, queries) -> None:
    make_rows(session, 3)
    session.flush()
    assert [statement.split()[0] for statement in queries] == ["INSERT"] * len(queries)


def test_rows_are_sealed_in_batches_once_each_in_their_order(session: Session) -> None:
    make_rows(session, 5)
    session.flush()
    assert unsealed_since(session) == NOW
    assert [seal(session, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    rows = session.execute(
        select(AuditEntry.number, AuditEntry.subject).order_by(AuditEntry.id)
    ).all()
    assert rows == [(n + 1, f"thing {n}") for n in range(5)]
    assert unsealed_since(session) is None
    make_rows(session, 1)
    assert first_broken(session) is None, "what is not sealed yet breaks nothing"
    assert seal_all(session) == 1
    assert chain_head(session).number == 6


def test_each_link_holds_the_hash_before_it(session: Session) -> None:
    make_rows(session, 3)
    seal_all(session)
    before = GENESIS_HASH
    for row in session.scalars(select(AuditEntry).order_by(AuditEntry.number)):
        assert row.previous_hash == before
        transition = AuditRecord(
            at=NOW,
            actor_id=None,
            action="did",
            subject=f"thing {row.number - 1}",
            detail=row.detail,
        )
        assert row.hash == entry_hash(row.number, before, transition)
        before = row.hash
    assert chain_head(session) == ChainLink(number=3, hash=before)


@pytest.mark.parametrize("column", ["action", "subject", "detail", "previous_hash", "hash"])
def test_a_changed_row_is_found(session: Session, column: str) -> None:
    make_rows(session)
    seal_all(session)
    change(session, 3, **{column: "x"})
    assert first_broken(session) == 3


def test_a_row_that_was_sealed_upon_another_chain_is_found(session: Session) -> None:
    """The rows from a forged one on are sealed anew, as they would be if none stood before it."""
    make_rows(session)
    seal_all(session)
    before = GENESIS_HASH
    for row in session.scalars(
        select(AuditEntry).where(AuditEntry.number >= 3).order_by(AuditEntry.id)
    ):
        entry = AuditRecord(
            at=row.at, actor_id=None, action="did", subject=row.subject, detail=row.detail
        )
        row.previous_hash, row.hash = before, entry_hash(row.number, before, entry)
        before = row.hash
    session.flush()
    assert first_broken(session) == 3


def test_a_changed_moment_or_person_is_found(session: Session) -> None:
    make_rows(session)
    seal_all(session)
    change(session, 4, actor_id=7)
    assert first_broken(session) == 4
    change(session, 2, at=NOW.replace(year=2001))
    assert first_broken(session) == 2


def test_a_missing_row_is_found(session: Session) -> None:
    make_rows(session)
    seal_all(session)
    session.execute(delete(AuditEntry).where(AuditEntry.number == 3))
    assert first_broken(session) == 4


def test_a_missing_first_row_is_found(session: Session) -> None:
    make_rows(session)
    seal_all(session)
    session.execute(delete(AuditEntry).where(AuditEntry.number == 1))
    assert first_broken(session) == 2


def test_a_row_taken_out_of_the_chain_to_be_sealed_anew_is_found(session: Session) -> None:
    make_rows(session)
    seal_all(session)
    change(session, 3, number=None, previous_hash=None, hash=None, detail="{}")
    seal_all(session)
    assert first_broken(session) == 4


def test_an_inserted_row_is_found(session: Session) -> None:
    make_rows(session)
    seal_all(session)
    own = ChainLink(number=5, hash=chain_head(session).hash)
    lie = {"at": NOW, "actor_id": 1, "action": "did", "subject": "thing", "detail": "{}"}
    forged = {"number": own.number + 1, "previous_hash": own.hash, "hash": "f" * 64}
    session.execute(insert(AuditEntry).values(**lie, **forged))
    assert first_broken(session) == 6


def test_a_fault_behind_the_first_batch_is_found(session, monkeypatch) -> None:
    monkeypatch.setattr("learning.audit.queries.CHECK_BATCH_SIZE", 2)
    make_rows(session, 7)
    assert trail_is_whole(session)
    change(session, 5, detail="{}")
    assert first_broken(session) == 5


def test_pages_of_the_trail_follow_each_other(session: Session) -> None:
    make_rows(session, PAGE_SIZE + 3)
    first = latest_entries(session)
    assert len(first) == PAGE_SIZE
    older = latest_entries(session, before=first[-1].id)
    assert [row.subject for row in older] == ["thing 2", "thing 1", "thing 0"]


def three_kinds(session: Session) -> None:
    record(session, "made", "thing 1", by=7, now=NOW)
    record(session, "made", "thing 2", by=8, now=NOW)
    record(session, "changed", "thing 1", by=8, now=NOW)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (AuditFilter(), ["changed thing 1", "made thing 2", "made thing 1"]),
        (AuditFilter(action="made"), ["made thing 2", "made thing 1"]),
        (AuditFilter(subject="thing 1"), ["changed thing 1", "made thing 1"]),
        (AuditFilter(actor_id=8), ["changed thing 1", "made thing 2"]),
        (AuditFilter(action="made", subject="thing 1", actor_id=7), ["made thing 1"]),
        (AuditFilter(action="made", subject="thing 1", actor_id=8), []),
        (AuditFilter(subject="thing"), []),
    ],
)
def test_the_trail_is_narrowed(session, filters: AuditFilter, found: list[str]) -> None:
    three_kinds(session)
    assert [f"{row.action} {row.subject}" for row in latest_entries(session, filters)] == found


@pytest.mark.parametrize(
    ("address", "seen", "unseen"),
    [
        ("action=made", "thing-2", "thing-3"),
        ("subject=thing-3", "thing-3", "thing-2"),
        ("subject=+thing-3+", "thing-3", "thing-2"),
        ("actor=8", "thing-3", "thing-1"),
        ("actor=nobody", "thing-1", "no row"),
    ],
)
def test_the_page_narrows_the_trail(app, session, world: World, address, seen, unseen) -> None:
    record(session, "made", "thing-1", by=7, now=NOW)
    record(session, "made", "thing-2", by=8, now=NOW)
    record(session, "changed", "thing-3", by=8, now=NOW)
    auditor = sign_in(app, session, world.staff[Role.AUDITOR])
    rows = auditor.get(f"/en/staff/audit/?{address}").text.partition('<ol class="list')[2]
    assert seen in rows
    assert unseen not in rows


def test_anchors_find_rows_that_were_cut_off_the_end(session: Session, tmp_path) -> None:
    file = tmp_path / "kept/anchors.txt"
    make_rows(session, 3)
    seal_all(session)
    anchors.append_anchor(file, Anchor(at=NOW, head=chain_head(session)))
    anchors.append_anchor(file, Anchor(at=NOW, head=chain_head(session)))  # the job was done twice
    make_rows(session, 3)
    seal_all(session)
    anchors.append_anchor(file, Anchor(at=NOW, head=chain_head(session)))
    assert len(file.read_text().splitlines()) == 2
    assert anchors.anchor_error(session, file) == ""
    session.execute(delete(AuditEntry).where(AuditEntry.number > 4))
    assert first_broken(session) is None, "the chain alone does not tell"
    assert anchors.anchor_error(session, file).startswith("row 6 is not the one that was anchored")
    make_rows(session, 2)
    seal_all(session)
    assert first_broken(session) is None
    assert anchors.anchor_error(session, file).startswith("row 6 is not the one that was anchored")


def test_anchors_find_a_chain_that_was_written_anew(session: Session, tmp_path) -> None:
    file = tmp_path / "anchors.txt"
    make_rows(session, 3)
    seal_all(session)
    anchors.append_anchor(file, Anchor(at=NOW, head=chain_head(session)))
    change(session, 1, number=None, previous_hash=None, hash=None, detail="{}")
    for number in (2, 3):
        change(session, number, number=None, previous_hash=None, hash=None)
    assert trail_is_whole(session)
    assert anchors.anchor_error(session, file).startswith("row 3 is not the one that was anchored")


def test_a_file_of_anchors_that_was_changed_is_named(session: Session, tmp_path) -> None:
    file = tmp_path / "anchors.txt"
    assert anchors.anchor_error(session, file) == ""
    make_rows(session, 3)
    seal_all(session)
    anchors.append_anchor(file, Anchor(at=NOW, head=chain_head(session)))
    file.write_text(file.read_text() + "something\n")
    assert anchors.anchor_error(session, file) == f"line 2 of {file} is not an anchor"
    file.write_text(file.read_text().replace("something\n", "").replace(" 3 ", " 4 "))
    assert anchors.anchor_error(session, file).startswith("row 4 is not the one")


def test_the_page_says_what_the_last_check_found(app, session, world: World, queries) -> None:
    auditor = sign_in(app, session, world.staff[Role.AUDITOR])
    assert "The trail was checked" not in auditor.get("/en/staff/audit/").text
    session.add(CheckResult(name="audit chain", checked_at=NOW, problem=""))
    session.commit()
    queries.clear()
    assert "every row fits" in auditor.get("/en/staff/audit/?check=1").text
    assert not [each for each in queries if "ORDER BY audit_entries.number" in each]
    session.merge(CheckResult(name="audit chain", checked_at=NOW, problem="row 3 does not fit"))
    session.commit()
    assert "row 3 does not fit" in auditor.get("/es/staff/audit/").text
