"""Reads of bank statements and their entries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, union_all
from sqlalchemy.orm import Session

from learning.fees.invoice_models import Invoice, JointInvoice
from learning.fees.rules.statements import named_keys
from learning.fees.statement_models import BankEntry, BankStatement, EntryState, StatementState

PAGE_SIZE = 50
KEYS_PER_QUERY = 500
AMOUNT = BankEntry.__table__.c.amount_minor


class EntryTab(StrEnum):
    """Which entries of a statement are shown."""

    ATTENTION = "attention"  # neither a plain receipt nor matched
    RECEIPTS = "receipts"
    PAYMENTS = "payments"
    UNMATCHED = "unmatched"
    MATCHED = "matched"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class StatementSums:
    """What the entries of a statement add up to, without duplicates: numbers and minor units."""

    total: int
    receipts: int
    receipts_minor: int
    payments: int
    payments_minor: int
    duplicates: int
    duplicates_minor: int
    waiting: int  # not booked yet
    matched: int
    unmatched: int
    attention: int


@dataclass(frozen=True, kw_only=True)
class StatementLine:
    """A statement in the list, with the number of its entries and of those that are unmatched."""

    statement: BankStatement
    entries: int
    unmatched: int


def latest_statement(session: Session, iban: str) -> BankStatement | None:
    """Return the last statement of an account that was not put aside."""
    query = select(BankStatement).where(
        BankStatement.iban == iban, BankStatement.state != StatementState.PUT_ASIDE
    )
    return session.scalars(query.order_by(BankStatement.id.desc()).limit(1)).first()


def previous_statement(session: Session, statement: BankStatement) -> BankStatement | None:
    """Return the statement that one follows."""
    query = select(BankStatement).where(
        BankStatement.iban == statement.iban,
        BankStatement.id < statement.id,
        BankStatement.state != StatementState.PUT_ASIDE,
    )
    return session.scalars(query.order_by(BankStatement.id.desc()).limit(1)).first()


def later_statement(session: Session, statement: BankStatement) -> BankStatement | None:
    """Return the statement that follows one."""
    query = select(BankStatement).where(
        BankStatement.iban == statement.iban,
        BankStatement.id > statement.id,
        BankStatement.state != StatementState.PUT_ASIDE,
    )
    return session.scalars(query.order_by(BankStatement.id).limit(1)).first()


def statement_by_uid(session: Session, uid: str) -> BankStatement | None:
    return session.scalars(select(BankStatement).where(BankStatement.uid == uid)).one_or_none()


def known_keys(session: Session, iban: str, keys: Sequence[str]) -> Collection[str]:
    """Return which keys entries of earlier statements have; those put aside do not count."""
    found: set[str] = set()
    for start in range(0, len(keys), KEYS_PER_QUERY):
        part = keys[start : start + KEYS_PER_QUERY]
        query = (
            select(BankEntry.duplicate_key)
            .join(BankStatement, BankStatement.id == BankEntry.statement_id)
            .where(
                BankEntry.duplicate_key.in_(part),
                BankStatement.iban == iban,
                BankStatement.state != StatementState.PUT_ASIDE,
            )
        )
        found |= set(session.scalars(query))
    return found


def count_statements(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(BankStatement)) or 0


def statement_lines(session: Session, start: int) -> list[StatementLine]:
    """Return a page of statements, the latest first."""
    unmatched = func.sum(case((BankEntry.state == EntryState.UNMATCHED, 1), else_=0))
    counts = (
        select(BankEntry.statement_id, func.count().label("entries"), unmatched.label("unmatched"))
        .group_by(BankEntry.statement_id)
        .subquery()
    )
    rows = session.execute(
        select(BankStatement, counts.c.entries, counts.c.unmatched)
        .outerjoin(counts, counts.c.statement_id == BankStatement.id)
        .order_by(BankStatement.id.desc())
        .offset(start)
        .limit(PAGE_SIZE)
    )
    return [
        StatementLine(statement=row, entries=entries or 0, unmatched=int(open_ or 0))
        for row, entries, open_ in rows
    ]


def statement_sums(session: Session, statement_id: int) -> StatementSums:
    is_new = BankEntry.state != EntryState.DUPLICATE
    receipts, payments = and_(is_new, AMOUNT > 0), and_(is_new, AMOUNT < 0)
    duplicates = BankEntry.state == EntryState.DUPLICATE
    row = session.execute(
        select(
            func.count(),
            _count(receipts),
            _sum(receipts),
            _count(payments),
            _sum(payments),
            _count(duplicates),
            _sum(duplicates),
            _count(BankEntry.state == EntryState.NEW),
            _count(BankEntry.state == EntryState.MATCHED),
            _count(BankEntry.state == EntryState.UNMATCHED),
            _count(_condition(EntryTab.ATTENTION)),
        ).where(BankEntry.statement_id == statement_id)
    ).one()
    numbers = [int(each or 0) for each in row]
    names = StatementSums.__dataclass_fields__
    return StatementSums(**dict(zip(names, numbers, strict=True)))


def _count(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((condition, 1), else_=0))


def _sum(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((condition, AMOUNT), else_=0))


def _condition(tab: EntryTab) -> ColumnElement[bool]:
    """Return which entries a tab shows."""
    special = or_(
        BankEntry.is_reversal,
        BankEntry.is_charge,
        BankEntry.return_reason != "",
        BankEntry.charges_minor != 0,
        AMOUNT < 0,
        BankEntry.state == EntryState.DUPLICATE,
    )
    is_new = BankEntry.state != EntryState.DUPLICATE
    conditions = {
        EntryTab.ATTENTION: special,
        EntryTab.RECEIPTS: and_(is_new, AMOUNT > 0),
        EntryTab.PAYMENTS: and_(is_new, AMOUNT < 0),
        EntryTab.UNMATCHED: BankEntry.state == EntryState.UNMATCHED,
        EntryTab.MATCHED: BankEntry.state == EntryState.MATCHED,
        EntryTab.ALL: BankEntry.id > 0,
    }
    return conditions[tab]


def entries_of(
    session: Session, statement_id: int, tab: EntryTab, start: int
) -> Sequence[BankEntry]:
    """Return a page of a statement's entries, in their order."""
    query = select(BankEntry).where(BankEntry.statement_id == statement_id, _condition(tab))
    return session.scalars(query.order_by(BankEntry.position).offset(start).limit(PAGE_SIZE)).all()


def new_entry_ids(session: Session, statement_id: int) -> Sequence[tuple[int, int]]:
    """Return id and position of the entries that are not booked."""
    query = select(BankEntry.id, BankEntry.position).where(
        BankEntry.statement_id == statement_id, BankEntry.state == EntryState.NEW
    )
    return [(row.id, row.position) for row in session.execute(query.order_by(BankEntry.position))]


def invoices_named(session: Session, entries: Sequence[BankEntry]) -> dict[int, list[str]]:
    """Return the numbers of the invoices that entries name by reference or number, by entry."""
    texts = {entry.id: named_keys(f"{entry.reference} {entry.text}") for entry in entries}
    keys = {key for found in texts.values() for key in found}
    if not keys:
        return {}
    rows = session.execute(
        union_all(*(_named(each, keys) for each in (Invoice, JointInvoice)))
    ).all()
    numbers = {row.plain: row.number for row in rows}
    numbers |= {row.reference: row.number for row in rows if row.reference}
    named = {
        entry_id: list(dict.fromkeys(numbers[key] for key in found if key in numbers))
        for entry_id, found in texts.items()
    }
    return {entry_id: found for entry_id, found in named.items() if found}


def _named(model: type[Invoice | JointInvoice], keys: Collection[str]) -> Select[Any]:
    """Return the query for the number of each invoice that is named, and how it is compared."""
    plain = func.replace(model.number, "-", "")
    return select(model.number, model.reference, plain.label("plain")).where(
        or_(model.reference.in_(keys), plain.in_(keys))
    )
