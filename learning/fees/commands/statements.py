"""Importing statements of the centre's account: stored with their entries, nothing is booked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.bank_formats.statements import Statement
from learning.catalogue.models import Edition
from learning.fees.centre_models import CentreDetails
from learning.fees.queries.bank_data import own_ibans
from learning.fees.queries.statements import known_keys, later_statement, latest_statement
from learning.fees.rules.statements import Continuity, SeenEntry, continuity
from learning.fees.statement_models import BankEntry, BankStatement, EntryState, StatementState
from learning.fees.statement_problems import ImportProblem
from learning.kit.database import bulk_insert
from learning.kit.errors import RuleViolation
from learning.kit.money import Money

SHOWN_DIGITS = 4  # of another account's IBAN


@dataclass(frozen=True, kw_only=True)
class StatementFile:
    """The file that statements were read from, and who imports it; its content is not kept."""

    name: str
    sha256: str
    by: int
    now: datetime


def import_statements(
    session: Session, statements: Sequence[Statement], file: StatementFile
) -> list[BankStatement]:
    """Store the statements of a file, all of them or none, in their order.

    Raise RuleViolation if one is of another account or currency, was imported before, or does not
    follow the last one. One that was put aside is replaced.
    """
    ibans = _lock_centre(session)
    known_file = session.scalars(
        select(BankStatement).where(
            BankStatement.sha256 == file.sha256, BankStatement.state != StatementState.PUT_ASIDE
        )
    ).first()
    if known_file is not None:
        raise RuleViolation(ImportProblem.SAME_FILE, statement=known_file.statement_id)
    rows = [_store(session, each, ibans, file) for each in statements]
    for row, statement in zip(rows, statements, strict=True):
        subject, entries = f"bank statement {row.id}", len(statement.entries)
        record(session, "statement imported", subject, by=file.by, now=file.now, entries=entries)
    return rows


def _lock_centre(session: Session) -> Collection[str]:
    """Lock the centre's details, so that imports come one after the other; return its IBANs.

    Money still comes to an account that it had before.
    """
    query = select(CentreDetails).where(CentreDetails.id == 1).with_for_update()
    details = session.scalars(query).one_or_none()
    if details is None or not details.iban:
        raise RuleViolation(ImportProblem.NO_ACCOUNT)
    return own_ibans(session, details.iban)


def _store(
    session: Session, statement: Statement, own: Collection[str], file: StatementFile
) -> BankStatement:
    if statement.iban not in own:
        shown = f"{statement.iban[:SHOWN_DIGITS]} … {statement.iban[-SHOWN_DIGITS:]}"
        raise RuleViolation(ImportProblem.OTHER_ACCOUNT, iban=shown)
    _replace_put_aside(session, statement)
    previous = latest_statement(session, statement.iban)
    _check_currency(session, statement, previous)
    known = known_keys(session, statement.iban, [each.duplicate_key for each in statement.entries])
    follows = _continuity(statement, previous, known)
    if not follows.follows:
        raise RuleViolation(
            ImportProblem.DOES_NOT_FOLLOW,
            expected=Money(follows.expected, statement.currency),
            found=Money(follows.found, statement.currency),
        )
    row = BankStatement(
        iban=statement.iban,
        statement_id=statement.statement_id,
        sequence_number=statement.sequence_number,
        from_on=statement.from_on,
        until_on=statement.until_on,
        opening=statement.opening,
        closing=statement.closing,
        file_name=file.name,
        sha256=file.sha256,
        message_version=statement.version,
        skipped_count=statement.skipped_count,
        read_at=file.now,
        read_by_id=file.by,
    )
    session.add(row)
    session.flush()  # the entries refer to it by id
    bulk_insert(session, _entries(row, statement, follows))
    return row


def _continuity(
    statement: Statement, previous: BankStatement | None, known: Collection[str]
) -> Continuity:
    return continuity(
        previous.closing.minor if previous else None,
        statement.opening.minor,
        [SeenEntry(each.amount.minor, each.duplicate_key in known) for each in statement.entries],
    )


def _replace_put_aside(session: Session, statement: Statement) -> None:
    """Delete a statement of the same name that was put aside; refuse one that was not."""
    there = session.scalars(
        select(BankStatement).where(
            BankStatement.iban == statement.iban,
            BankStatement.statement_id == statement.statement_id,
        )
    ).one_or_none()
    if there is None:
        return
    if there.state is not StatementState.PUT_ASIDE:
        raise RuleViolation(ImportProblem.SAME_STATEMENT, statement=statement.statement_id)
    session.execute(delete(BankEntry).where(BankEntry.statement_id == there.id))
    session.delete(there)
    session.flush()


def _check_currency(session: Session, statement: Statement, previous: BankStatement | None) -> None:
    """Refuse another currency than that of the account; at first, one that no course has."""
    if previous is not None:
        expected = {previous.closing.currency}
    else:
        expected = set(session.scalars(select(Edition.__table__.c.fee_currency).distinct()))
    if expected and statement.currency not in expected:
        shown = ", ".join(sorted(expected))
        raise RuleViolation(
            ImportProblem.OTHER_CURRENCY, currency=statement.currency, expected=shown
        )


def _entries(row: BankStatement, statement: Statement, follows: Continuity) -> list[BankEntry]:
    return [
        BankEntry(
            statement_id=row.id,
            position=position + 1,
            booked_on=each.booked_on,
            value_on=each.value_on,
            amount=each.amount,
            is_reversal=each.is_reversal,
            is_charge=each.is_charge,
            counterparty=each.counterparty,
            counterparty_iban=each.counterparty_iban,
            end_to_end_id=each.end_to_end_id,
            reference=each.reference,
            text=each.text,
            return_reason=each.return_reason,
            charges_minor=each.charges_minor,
            duplicate_key=each.duplicate_key,
            state=EntryState.DUPLICATE if position in follows.duplicates else EntryState.NEW,
        )
        for position, each in enumerate(statement.entries)
    ]


def put_aside(session: Session, statement: BankStatement, *, by: int, now: datetime) -> None:
    """Put a statement aside that is not booked, so that its file can be imported again.

    Raise RuleViolation if it is booked, or if a later one follows it.
    """
    session.refresh(statement, with_for_update=True)
    if statement.state is not StatementState.READ:
        raise RuleViolation(ImportProblem.NOT_OPEN)
    if later_statement(session, statement) is not None:
        raise RuleViolation(ImportProblem.LATER_EXISTS)
    statement.state = StatementState.PUT_ASIDE
    statement.version += 1
    session.flush()
    record(session, "statement put aside", f"bank statement {statement.id}", by=by, now=now)
