"""What operations on many keep of a person (`extension_points.personal_data`)."""

from sqlalchemy import select

from learning.batches.models import BatchItem, BatchOperation
from learning.extension_points.personal_data import OnForget, PersonalTable, names_email

_STARTED_AT = (
    select(BatchOperation.started_at)
    .where(BatchOperation.id == BatchItem.operation_id)
    .scalar_subquery()
)
TABLES = (
    PersonalTable(
        model=BatchItem,
        about=lambda person: names_email(BatchItem.payload, _STARTED_AT, person),
        on_forget=OnForget.DELETE,
    ),
    PersonalTable(
        model=BatchOperation,
        about=lambda person: BatchOperation.started_by == person.id,
        on_forget=OnForget.KEEP,
        why="It says what was done to others, by an id; it is purged sixty days after its end.",
        hidden=frozenset({"params"}),
    ),
)
