"""Places that go on: with their person to another edition (T14), or to somebody else (T15).

The money is not looked at here. Whoever keeps it hears `PlaceCancelled` for the old application,
then `ApplicationAccepted` for the new one, which names the old: what was paid goes along.
"""

from contextlib import ExitStack
from datetime import datetime

from sqlalchemy.orm import Session

from learning.accounts import joining
from learning.accounts.models import Person
from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment import applying, deciding, queries, waiting
from learning.enrolment.letters import params_of
from learning.enrolment.models import Application
from learning.enrolment.moving import Deed, lock, was_done, write_down
from learning.enrolment.rules import Event, Guard, State
from learning.kit.errors import Refused
from learning.kit.i18n import N_
from learning.kit.money import Money
from learning.kit.time import start_of
from learning.mail.actions import Outgoing

KEPT = (
    "person_id", "name_key", "gender", "country", "position", "constituency", "motivation",
    "study_language", "funding", "sponsor_share", "sponsorship_id", "letter_id", "bill_to",
    "billing_name", "billing_address", "billing_country", "vat_id", "po_number",
    "consent_version", "consented_at", "submitted_at", "score",
)  # fmt: skip
"""What an application says that goes along to another edition."""


def transfer(
    session: Session, application: Application, target: Edition, deed: Deed
) -> Application | None:
    """Move a place to another edition with its person; return the application there.

    Whoever is enrolled stays so, unless the other edition costs more: then the place waits for the
    difference. Return None where this was done before; raise Refused.
    """
    with ExitStack() as both:
        for edition_id in sorted({application.edition_id, target.id}):  # no two wait in turn
            both.enter_context(waiting.change_of_seats(session, edition_id, now=deed.now))
        session.refresh(application)
        if was_done(session, application, deed):
            return None
        return _transfer(session, application, target, deed)


def _transfer(
    session: Session, application: Application, target: Edition, deed: Deed
) -> Application:
    """Move a place to another edition; both are locked."""
    edition = session.get_one(Edition, application.edition_id)
    holds = deciding.holds_now(session, edition, application, deed) & {Guard.NOTICE}
    if _is_ahead(target, deed.now):
        holds |= {Guard.NOT_STARTED}
    if queries.seats_left(session, target) > 0:
        holds |= {Guard.SEAT_LEFT}
    if queries.is_in(session, application.person_id, target.id):
        raise Refused(N_("This person has an application or a place there already."))
    confirmed = stays_confirmed(application, target)
    deciding.carry_out(session, application, deed, holds)
    moved = _continued(session, application, target, deed)
    deciding.follow(session, moved, None, deed)
    if confirmed:
        _confirm(session, moved, deed)
    return moved


def substitute(session: Session, application: Application, heir: Application, deed: Deed) -> bool:
    """Hand a place over to somebody whose application is complete and being read.

    The seat is never free in between, and the price that was agreed stays. Return False where this
    was done before; raise Refused.
    """
    edition = lock(session, application.edition_id)
    session.refresh(application)
    session.refresh(heir)
    if was_done(session, application, deed):
        return False
    if heir.edition_id != edition.id or heir.state is not State.UNDER_REVIEW:
        raise Refused(N_("The application of who takes over is not being read any more."))
    holds = deciding.holds_now(session, edition, application, deed)
    if not applying.missing(session, heir):
        holds |= {Guard.COMPLETE}
    confirmed = stays_confirmed(application, edition)
    deciding.carry_out(session, application, deed, holds)
    heir.substitutes_id = application.id
    accept = _with_event(deed, Event.ACCEPT)
    deciding.carry_out(session, heir, accept, holds | {Guard.SEAT_LEFT})
    heir.fee_minor, heir.fee_currency = application.fee_minor, application.fee_currency
    if confirmed:
        _confirm(session, heir, deed)
    return True


def stays_confirmed(application: Application, edition: Edition) -> bool:
    """Whether a place that goes on into an edition is confirmed there, too."""
    agreed = Money(application.fee_minor or 0, application.fee_currency)
    dearer = edition.fee.currency != agreed.currency or edition.fee.minor > agreed.minor
    here = edition.id == application.edition_id
    return application.state is State.ENROLLED and (here or not dearer)


def _is_ahead(edition: Edition, now: datetime) -> bool:
    """Whether an edition is on offer and has not begun."""
    begins_at = start_of(edition.starts_on, edition.zone)
    return edition.status is EditionStatus.OPEN and now < begins_at


def _continued(
    session: Session, application: Application, target: Edition, deed: Deed
) -> Application:
    """Return the accepted application in another edition that goes on from one, and tell it."""
    moved = Application(
        reference=applying.new_reference(),
        edition_id=target.id,
        made_at=deed.now,
        changed_at=deed.now,
        state=State.ACCEPTED,
        transferred_from_id=application.id,
        **{column: getattr(application, column) for column in KEPT},
    )
    session.add(moved)
    session.flush()  # its history names it by id
    deciding.keep_terms(session, moved, deed.now)
    write_down(session, moved, deed, None)
    person = session.get_one(Person, moved.person_id)
    params = params_of(moved, target, reason="", now=deed.now)
    letter = Outgoing(kind="enrolment.transferred", params=params)
    joining.tell(session, person, letter, now=deed.now)
    return moved


def _confirm(session: Session, application: Application, deed: Deed) -> None:
    """Confirm a place that was confirmed before it went on; a fellow's is confirmed already."""
    if application.state is State.ACCEPTED:
        deciding.decide(session, application, _with_event(deed, Event.ACTIVATE))


def _with_event(deed: Deed, event: Event) -> Deed:
    return Deed(event=event, who=deed.who, by=deed.by, now=deed.now, reason=deed.reason)
