"""Changing the centre's details."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.fees.centre_models import CentreDetails, CentreTaxSentence
from learning.fees.queries.centre import ONLY_ROW, centre_values
from learning.fees.rules.bank_data import BankData
from learning.fees.rules.centre import CentreValues, changed_details
from learning.kit.idempotency import insert_if_absent

COLUMNS = tuple(name for name in vars(CentreValues()) if name != "tax_sentences")
BANK_DATA = tuple(vars(BankData()))
"""The columns that change by `fees.commands.bank_data` only."""


def lock_centre(session: Session, *, now: datetime) -> CentreDetails:
    """Return the centre's details, read again and locked; an empty row if there was none."""
    empty = dict.fromkeys(COLUMNS, "") | {"changed_at": now, "changed_by_id": None, "version": 0}
    insert_if_absent(session, CentreDetails, id=ONLY_ROW, **empty)
    row = select(CentreDetails).where(CentreDetails.id == ONLY_ROW).with_for_update()
    return session.scalars(row.execution_options(populate_existing=True)).one()


def change_centre(session: Session, values: CentreValues, *, by: int | None, now: datetime) -> bool:
    """Store the centre's details but its bank data, and record what changed, before and after.

    Return whether anything did. Invoices that are issued keep the details as they were.
    """
    row = lock_centre(session, now=now)
    values = replace(values, **{name: getattr(row, name) for name in BANK_DATA})
    changes = changed_details(centre_values(session), values)
    if not changes:
        return False
    for name in COLUMNS:
        setattr(row, name, getattr(values, name))
    row.changed_at, row.changed_by_id, row.version = now, by, row.version + 1
    session.execute(delete(CentreTaxSentence))
    sentences = [
        {"language": language, "sentence": sentence}
        for language, sentence in sorted(values.tax_sentences.items())
        if sentence
    ]
    if sentences:
        session.execute(insert(CentreTaxSentence), sentences)
    detail = {name: f"{old} → {new}" for name, (old, new) in changes.items()}
    record(session, "centre details changed", "centre", by=by, now=now, **detail)
    return True
