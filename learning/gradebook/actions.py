"""What staff decide about one person: exemptions, overrides, contacts.

Each locks the enrolment first, counts again, and is recorded last.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.enrolment.models import Enrolment
from learning.extension_points.results import ResultChanged
from learning.gradebook.models import ContactChannel, ContactEntry, Exemption, MarkOverride
from learning.gradebook.queries import Items, is_closed
from learning.gradebook.rules.completion import PartOutcome
from learning.gradebook.rules.decisions import GradebookProblem, override_problem
from learning.kit.database import lock_row
from learning.kit.errors import RuleViolation
from learning.kit.events import publish_event
from learning.kit.percentages import hundredths_text, in_hundredths


@dataclass(frozen=True, kw_only=True)
class Decided:
    """Who decides, and when."""

    by: int
    now: datetime

    @property
    def trail(self) -> dict[str, Any]:
        """Return both as `record` takes them."""
        return {"by": self.by, "now": self.now}


@dataclass(frozen=True, kw_only=True)
class NewExemption:
    """An item that somebody need not do."""

    item: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class NewContact:
    """A contact with a participant: how, and what was said."""

    channel: ContactChannel
    note: str


@dataclass(frozen=True, kw_only=True)
class NewOverride:
    """A mark in percent that stands for the one of an item from now on."""

    item: str
    mark: Decimal
    reason: str


def exempt(
    session: Session,
    enrolment: Enrolment,
    items: Items,
    new: NewExemption,
    decided: Decided,
) -> None:
    """Exempt somebody from an item."""
    item = new.item
    _lock_open(session, enrolment)
    if item not in items.keys:
        raise RuleViolation(GradebookProblem.UNKNOWN_ITEM, field="item")
    if _exemption(session, enrolment, item) is not None:
        raise RuleViolation(GradebookProblem.ALREADY_EXEMPT, field="item")
    session.add(
        Exemption(
            enrolment_id=enrolment.id,
            edition_id=enrolment.edition_id,
            item=item,
            reason=new.reason,
            decided_by_id=decided.by,
            decided_at=decided.now,
        )
    )
    _count_again(session, enrolment, decided)
    changed: dict[str, Any] = {"item": item, "reason": new.reason}
    record(session, "person exempted", _subject(enrolment), **decided.trail, **changed)


def end_exemption(session: Session, enrolment: Enrolment, item: str, decided: Decided) -> bool:
    """Lift an exemption, which stays with who lifted it; return False if none is in force."""
    _lock_open(session, enrolment)
    row = _exemption(session, enrolment, item)
    if row is None:
        return False
    changed: dict[str, Any] = {"item": item, "reason": row.reason}
    row.lifted_by_id, row.lifted_at = decided.by, decided.now
    session.flush()
    _count_again(session, enrolment, decided)
    record(session, "exemption removed", _subject(enrolment), **decided.trail, **changed)
    return True


def override(
    session: Session,
    enrolment: Enrolment,
    items: Items,
    new: NewOverride,
    decided: Decided,
) -> None:
    """Let a mark stand for that of an item; the mark itself is kept beside it."""
    _lock_open(session, enrolment)
    if new.item not in items.keys:
        raise RuleViolation(GradebookProblem.UNKNOWN_ITEM, field="item")
    known = items.marked.get(new.item)
    mark, current = in_hundredths(new.mark), in_hundredths(known.mark) if known else None
    problem = override_problem(
        new.reason, mark=mark or 0, current=current, has_marks=new.item in items.marked
    )
    if problem is not None:
        field = "reason" if problem is GradebookProblem.SHORT_REASON else "mark"
        raise RuleViolation(problem, field=field)
    _add_override(session, enrolment, _override(new.item, mark, known, new.reason), decided)
    changed: dict[str, Any] = {"item": new.item, "reason": new.reason} | _change(current, mark)
    record(session, "mark overridden", _subject(enrolment), **decided.trail, **changed)


def lift_override(
    session: Session, enrolment: Enrolment, items: Items, item: str, decided: Decided
) -> bool:
    """Let the raw mark of an item count again; return False if there is no override."""
    _lock_open(session, enrolment)
    known = items.marked.get(item)
    if known is None or not known.overridden:
        return False
    _add_override(session, enrolment, _override(item, None, known, ""), decided)
    before, after = in_hundredths(known.mark), in_hundredths(known.raw)
    changed: dict[str, Any] = {"item": item} | _change(before, after)
    record(session, "override lifted", _subject(enrolment), **decided.trail, **changed)
    return True


def note_contact(session: Session, enrolment: Enrolment, new: NewContact, decided: Decided) -> None:
    """Note a contact with a participant."""
    session.add(
        ContactEntry(
            enrolment_id=enrolment.id,
            edition_id=enrolment.edition_id,
            channel=new.channel,
            note=new.note,
            noted_by_id=decided.by,
            noted_at=decided.now,
        )
    )
    record(
        session,
        "contact noted",
        _subject(enrolment),
        by=decided.by,
        now=decided.now,
        channel=str(new.channel),
    )


def _lock_open(session: Session, enrolment: Enrolment) -> None:
    """Lock an enrolment that is still decided about; what was closed stays as it was signed."""
    lock_row(session, enrolment)
    if is_closed(session, enrolment):
        raise RuleViolation(GradebookProblem.CLOSED)


def _override(
    item: str, mark: int | None, known: PartOutcome | None, reason: str
) -> dict[str, Any]:
    """Return the columns of an override; `known` is the item as it counts until then."""
    raw = in_hundredths(known.raw) if known else None
    return {"item": item, "mark": mark, "raw": raw, "reason": reason}


def _add_override(
    session: Session, enrolment: Enrolment, columns: Mapping[str, Any], decided: Decided
) -> None:
    session.add(
        MarkOverride(
            enrolment_id=enrolment.id,
            edition_id=enrolment.edition_id,
            decided_by_id=decided.by,
            decided_at=decided.now,
            **columns,
        )
    )
    _count_again(session, enrolment, decided)


def _exemption(session: Session, enrolment: Enrolment, item: str) -> Exemption | None:
    in_force = Exemption.item == item, Exemption.lifted_at.is_(None)
    return session.scalar(
        select(Exemption).where(Exemption.enrolment_id == enrolment.id, *in_force)
    )


def _count_again(session: Session, enrolment: Enrolment, decided: Decided) -> None:
    fact = ResultChanged(enrolment_id=enrolment.id, edition_id=enrolment.edition_id, at=decided.now)
    publish_event(session, fact)


def _change(before: int | None, after: int | None) -> dict[str, str]:
    """Return two stored marks as the audit trail keeps a change."""
    marks = {"before": before, "after": after}
    return {name: hundredths_text(mark) for name, mark in marks.items()}


def _subject(enrolment: Enrolment) -> str:
    return f"enrolment {enrolment.id}"
