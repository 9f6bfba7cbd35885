"""What the audit trail keeps of a person (`extension_points.personal_data`)."""

from sqlalchemy import String, and_, cast, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from learning.audit.models import AuditEntry
from learning.extension_points.personal_data import OnForget, PersonalTable

SEALED = "The trail is sealed: a row that changes would break the proof for all others."
HIDDEN = frozenset({"previous_hash", "hash", "actor_id"})
TABLES = (
    PersonalTable(
        model=AuditEntry,
        about=lambda person: AuditEntry.subject == f"person {person.id}",
        on_forget=OnForget.KEEP,
        why=SEALED,
        hidden=HIDDEN,
    ),
    PersonalTable(
        model=AuditEntry,
        about=lambda person: and_(
            AuditEntry.actor_id == person.id, AuditEntry.subject != f"person {person.id}"
        ),
        on_forget=OnForget.KEEP,
        why=SEALED,
        hidden=HIDDEN | {"subject", "detail"},
    ),
)
"""What a person did to somebody else is exported as action and time; the rest is about them."""


def entries_about_rows(
    kind: str, row_id: InstrumentedAttribute[int], person_id: InstrumentedAttribute[int]
) -> PersonalTable:
    """Return the declaration for what the trail has about a person's rows, as "enrolment 12".

    `row_id` and `person_id` are columns of their table.
    """
    subject = literal(f"{kind} ") + cast(row_id, String)
    return PersonalTable(
        model=AuditEntry,
        about=lambda person: AuditEntry.subject.in_(select(subject).where(person_id == person.id)),
        on_forget=OnForget.KEEP,
        why=SEALED,
        hidden=HIDDEN,
    )
