"""What staff decided about some participants, and the sheet of the edition that has ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.catalogue.models import Edition
from learning.enrolment.models import Enrolment
from learning.gradebook import actions, closing, completions, queries
from learning.gradebook.actions import Decided, NewContact, NewExemption, NewOverride
from learning.gradebook.closing import Signature
from learning.gradebook.models import ContactChannel
from learning.gradebook.queries import Items
from learning.gradebook.rules.decisions import Signatory
from learning.gradebook.sources import GradebookSources
from learning.kit.i18n import I18n

FRENCH = I18n("fr")


def decide(
    session: Session,
    sources: GradebookSources,
    enrolments: Sequence[Enrolment],
    *,
    by: int,
    now: datetime,
) -> None:
    """Mark the work of one participant by hand, exempt another, call the third; count all."""
    marked, exempted, quiet = enrolments
    decided = Decided(by=by, now=now)
    live = NewExemption(item="live", reason="A suivi ces séances dans l’édition du printemps.")
    actions.exempt(session, exempted, _items(session, sources, exempted), live, decided)
    mark = NewOverride(
        item="peer", mark=Decimal(64), reason="Noté sur papier par deux tuteurs, faute de réseau."
    )
    actions.override(session, marked, _items(session, sources, marked), mark, decided)
    called = NewContact(
        channel=ContactChannel.PHONE, note="Reprend lundi ; a besoin des textes par e-mail."
    )
    actions.note_contact(session, quiet, called, Decided(by=by, now=now - timedelta(days=2)))
    edition = session.get_one(Edition, exempted.edition_id)
    everybody = session.scalars(
        select(Enrolment.id).where(Enrolment.edition_id == edition.id).order_by(Enrolment.id)
    )
    cohort = completions.lock_cohort(session, edition, everybody.all())
    completions.recompute(session, sources, cohort, now=now)


def sign_sheet(
    session: Session, sources: GradebookSources, edition: Edition, *, lead: int, now: datetime
) -> None:
    """Let the course lead sign the sheet of an edition that has ended."""
    rows_of = partial(_rows, sources)
    digest = closing.digest_of(rows_of(session, edition))
    signed = Signature(signatory=Signatory.LEAD, person_id=lead, digest=digest)
    closing.sign(session, edition.id, rows_of, signed, now=now)


def _rows(
    sources: GradebookSources, session: Session, edition: Edition
) -> Sequence[closing.SheetRow]:
    return closing.sheet_rows(session, sources, edition, FRENCH)


def _items(session: Session, sources: GradebookSources, enrolment: Enrolment) -> Items:
    edition = session.get_one(Edition, enrolment.edition_id)
    found = queries.person_results(session, sources, edition, [enrolment.id], FRENCH)
    return queries.items_of(found[enrolment.id])
