"""What is written in the trail, and what is read from it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.audit import queries, rules
from learning.audit.actions import record, record_all, seal, seal_new
from learning.audit.models import AuditEntry
from learning.audit.queries import AuditFilter
from learning.audit.rules import CHAIN_START, GENESIS_HASH, Anchor, AuditRecord, ChainLink
from tests.world import NOW, seal_all

MOMENT = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC)


def write(session: Session, count: int = 5) -> None:
    for number in range(count):
        at = NOW + timedelta(seconds=number)
        record(session, "did", f"thing {number}", by=number, now=at, what="é", number=number)
    session.flush()


def change(session: Session, number: int, **values: object) -> None:
    row = session.scalars(select(AuditEntry).where(AuditEntry.number == number)).one()
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()


def test_a_row_tells_when_who_what_and_with_which_details(session: Session) -> None:
    record(session, "did", "thing 1", by=7, now=NOW, why="é", day=MOMENT, amount=None)
    session.flush()
    row = session.scalars(select(AuditEntry)).one()
    assert (row.at, row.actor_id, row.action, row.subject) == (NOW, 7, "did", "thing 1")
    assert row.detail == '{"amount": null, "day": "2026-03-04 05:06:07.000089+00:00", "why": "é"}'
    assert (row.number, row.previous_hash, row.hash) == (None, None, None)


def test_many_rows_are_written_in_one_statement(session: Session, queries: list[str]) -> None:
    record_all(session, "told", ["thing 2", "thing 1"], by=7, now=NOW, why="moved")
    assert len(queries) == 1
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(row.action, row.subject, row.actor_id, row.at) for row in rows] == [
        ("told", "thing 2", 7, NOW),
        ("told", "thing 1", 7, NOW),
    ]
    assert [json.loads(row.detail) for row in rows] == [{"why": "moved"}] * 2
    queries.clear()
    record_all(session, "told", [], by=7, now=NOW)
    assert queries == []


@pytest.mark.parametrize("combined", [{}, {"action": "did"}, {"actor_id": 1}, {"subject": "a"}])
def test_a_filter_goes_on_with_the_next_page(session: Session, combined) -> None:
    for subject, by in (("a", 1), ("b", 2), ("a", 1), ("b", 2), ("a", 1), ("b", 2)):
        record(session, "did", subject, by=by, now=NOW)
    session.flush()
    filters = AuditFilter(**combined)
    every = [row.id for row in queries.latest_entries(session, filters)]
    assert every == sorted(every, reverse=True)
    assert len(every) == (6 if combined in ({}, {"action": "did"}) else 3)
    older = queries.latest_entries(session, filters, before=every[0])
    assert [row.id for row in older] == every[1:]


def test_nobody_is_no_filter_and_no_person_is_everybody(session: Session) -> None:
    record(session, "did", "a", by=None, now=NOW)
    record(session, "did", "b", by=7, now=NOW)
    session.flush()
    assert len(queries.latest_entries(session, AuditFilter(actor_id=None))) == 2
    assert len(queries.latest_entries(session, None)) == 2
    assert queries.latest_entries(session, AuditFilter(actor_id=0)) == []


def test_the_rows_about_one_subject(session: Session) -> None:
    write(session)
    assert [row.subject for row in queries.entries_about(session, "thing 3")] == ["thing 3"]


def test_the_head_is_the_last_sealed_row(session: Session) -> None:
    assert queries.chain_head(session) == CHAIN_START == ChainLink(number=0, hash=GENESIS_HASH)
    write(session, 3)
    assert queries.chain_head(session) == CHAIN_START
    assert seal(session, limit=2) == 2
    second = session.scalars(select(AuditEntry).where(AuditEntry.number == 2)).one()
    assert queries.chain_head(session) == ChainLink(number=2, hash=second.hash or "")


def test_the_oldest_rows_are_sealed_first(session: Session) -> None:
    write(session, 4)
    seal(session, limit=1)
    rows = queries.unsealed_entries(session, 2)
    detail = '{"number": 1, "what": "é"}'
    at = NOW + timedelta(seconds=1)
    entry = AuditRecord(at=at, actor_id=1, action="did", subject="thing 1", detail=detail)
    assert [transition.subject for _, transition in rows] == ["thing 1", "thing 2"]
    assert rows[0][1] == entry
    assert session.get_one(AuditEntry, rows[0][0]).subject == "thing 1"
    assert queries.unsealed_since(session) == at


def test_a_check_goes_on_behind_a_known_link(session: Session, monkeypatch) -> None:
    monkeypatch.setattr(queries, "CHECK_BATCH_SIZE", 2)
    write(session, 7)
    seal_all(session)
    hashes = session.scalars(select(AuditEntry.hash).order_by(AuditEntry.number)).all()
    third = ChainLink(number=3, hash=hashes[2] or "")
    assert queries.first_broken(session) is None
    assert queries.first_broken(session, after=third) is None
    assert queries.first_broken(session, after=ChainLink(number=3, hash="0" * 64)) == 4
    change(session, 2, subject="another")
    assert queries.first_broken(session) == 2
    assert queries.first_broken(session, after=third) is None


def test_the_whole_trail_is_verified_in_short_reads(database, session, monkeypatch) -> None:
    monkeypatch.setattr(queries, "CHECK_BATCH_SIZE", 2)
    assert queries.verify(database) is None
    write(session, 7)
    seal_all(session)
    session.commit()
    opened = []
    reading = database.read_transaction
    monkeypatch.setattr(database, "read_transaction", lambda: opened.append(1) or reading())
    assert queries.verify(database) is None
    assert len(opened) == 5, "two rows each, and one more for the end"
    change(session, 6, detail="{}")
    session.commit()
    assert queries.verify(database) == 6


def test_the_first_anchor_that_does_not_fit_is_named(session: Session, monkeypatch) -> None:
    monkeypatch.setattr(queries, "CHECK_BATCH_SIZE", 2)
    write(session, 5)
    seal_all(session)
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
    known = [
        Anchor(at=NOW, head=ChainLink(number=row.number or 0, hash=row.hash or "")) for row in rows
    ]
    assert queries.unmatched_anchor(session, iter(known)) is None
    assert queries.unmatched_anchor(session, []) is None
    wrong = Anchor(at=NOW, head=ChainLink(number=4, hash="0" * 64))
    assert queries.unmatched_anchor(session, [*known, wrong]) == wrong
    gone = Anchor(at=NOW, head=ChainLink(number=9, hash="0" * 64))
    assert queries.unmatched_anchor(session, [*known[:3], gone, wrong]) == gone


def test_what_is_new_is_sealed_a_batch_at_a_time(database, session: Session, queries) -> None:
    queries.clear()
    assert seal_new(database) == 0
    assert len(queries) == 1, "looking costs one read"
    write(session, 203)
    session.commit()
    assert [seal_new(database) for _ in range(2)] == [200, 3]
    queries.clear()
    assert seal_new(database) == 0
    assert len(queries) == 1, "what is sealed already is not looked at"


def test_a_row_s_hash_is_over_everything_that_it_tells() -> None:
    """Written out: what was sealed years ago has to fit for ever."""
    transition = AuditRecord(
        at=MOMENT, actor_id=7, action="did", subject="thing 1", detail='{"why": "é"}'
    )
    assert rules.entry_hash(1, GENESIS_HASH, transition) == (
        "d2e12ecd6fe73f81930915964bfed79e2890d30c87c07e785644b3bffaaff615"
    )


def test_a_row_of_a_whole_second_has_its_microseconds_too() -> None:
    whole = MOMENT.replace(microsecond=0)
    entry = AuditRecord(at=whole, actor_id=7, action="did", subject="thing 1", detail="{}")
    at = "2026-03-04T05:06:07.000000+00:00"
    parts = f'[1, "{GENESIS_HASH}", "{at}", 7, "did", "thing 1", "{{}}"]'
    assert rules.entry_hash(1, GENESIS_HASH, entry) == sha256(parts.encode()).hexdigest()


def test_a_gap_is_found_even_if_the_rows_fit() -> None:
    entry = AuditRecord(at=MOMENT, actor_id=7, action="did", subject="thing 1", detail="{}")
    own_hash = rules.entry_hash(2, GENESIS_HASH, entry)
    assert rules.first_break([(2, GENESIS_HASH, own_hash, entry)]) == 2


def test_an_anchor_is_a_line_of_three_words() -> None:
    anchor = Anchor(at=MOMENT.replace(microsecond=0), head=ChainLink(number=12, hash="ab" * 32))
    line = rules.format_anchor(replace(anchor, at=MOMENT))
    assert line == f"2026-03-04T05:06:07+00:00 12 {'ab' * 32}"
    assert rules.parse_anchor(line) == anchor
    assert rules.parse_anchor(f" {line}\n") == anchor


@pytest.mark.parametrize(
    "line", ["", "x", "2026-03-04 12", "yesterday 12 ab", "2026-03-04T05:06:07+00:00 twelve ab"]
)
def test_anything_else_is_no_anchor(line: str) -> None:
    assert rules.parse_anchor(line) is None
