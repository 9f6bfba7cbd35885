"""Moving an application along its way: checked by the table, once, written down, told.

A move is one UPDATE that names the state and the version it starts from. Whoever comes second
changes nothing and reads why.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from learning.accounts import joining
from learning.accounts.models import Person
from learning.audit.actions import record
from learning.catalogue.models import Edition
from learning.enrolment import rules
from learning.enrolment.letters import LETTER_AFTER, params_of
from learning.enrolment.models import Application, Move
from learning.enrolment.rules import Case, Event, Guard, Problem, Who
from learning.kit.errors import Refused
from learning.mail.actions import Outgoing


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What somebody does, in which capacity, when and why; `by` is nobody for the system.

    `version` is that of the page on which they decided, if they decided on a page; `noticed_on` the
    day on which a written notice arrived, if that is not today.
    """

    event: Event
    who: Who
    by: int | None
    now: datetime
    reason: str = ""
    version: int | None = None
    noticed_on: date | None = None


def move(
    session: Session, application: Application, deed: Deed, holds: frozenset[Guard] = frozenset()
) -> bool:
    """Move an application and tell its person; return False where this was done before.

    Raise Refused, with the reason in words, for what the table or a guard does not allow.
    """
    if was_done(session, application, deed):
        return False
    if deed.version is not None and deed.version != application.version:
        raise Refused(rules.REFUSALS[Problem.NO_SUCH_WAY])
    check(application, deed, holds)
    before, after = application.state, rules.after(application.state, deed.event)
    here = (Application.id == application.id) & (Application.version == application.version)
    changed = session.execute(
        update(Application)
        .where(here, Application.state == before)
        .values(state=after, version=Application.version + 1, changed_at=deed.now)
        .returning(Application.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(application)
    if changed is None:
        if was_done(session, application, deed):
            return False
        raise Refused(rules.REFUSALS[Problem.NO_SUCH_WAY])
    write_down(session, application, deed, before)
    tell(session, application, deed)
    return True


def check(application: Application, deed: Deed, holds: frozenset[Guard]) -> None:
    """Raise Refused unless the table and its guards allow a deed."""
    case = Case(holds=holds, reason=deed.reason)
    problem = rules.refusal(application.state, deed.event, deed.who, case)
    if problem is not None:
        raise Refused(rules.REFUSALS[problem])


def write_down(
    session: Session, application: Application, deed: Deed, before: rules.State | None
) -> None:
    """Add a move to the application's own history and to the trail."""
    session.add(
        Move(
            application_id=application.id,
            event=deed.event,
            before=before,
            after=application.state,
            who=deed.who,
            by=deed.by,
            at=deed.now,
            reason=deed.reason,
            noticed_on=deed.noticed_on,
        )
    )
    notice = {"noticed_on": deed.noticed_on.isoformat()} if deed.noticed_on else {}
    record(
        session,
        f"application {deed.event}",
        f"application {application.id}",
        by=deed.by,
        now=deed.now,
        who=str(deed.who),
        before=str(before or ""),
        after=str(application.state),
        reason=deed.reason,
        **notice,
    )


def tell(session: Session, application: Application, deed: Deed) -> None:
    """Write the letter of an event to the person, in their language, if it has one."""
    kind = LETTER_AFTER.get(deed.event)
    if kind is None:
        return
    person = session.get_one(Person, application.person_id)
    edition = session.get_one(Edition, application.edition_id)
    params = params_of(application, edition, reason=deed.reason, now=deed.now)
    joining.tell(session, person, Outgoing(kind=kind, params=params), now=deed.now)


def lock(session: Session, edition_id: int) -> Edition:
    """Return an edition while nobody else counts its seats."""
    locked = select(Edition).where(Edition.id == edition_id).with_for_update()
    return session.scalars(locked.execution_options(populate_existing=True)).one()


def was_done(session: Session, application: Application, deed: Deed) -> bool:
    """Whether the last move is this very deed: the same person clicked twice."""
    latest = select(Move).where(Move.application_id == application.id).order_by(Move.id.desc())
    last = session.scalars(latest.limit(1)).first()
    if last is None or last.after is not application.state:
        return False
    same = (last.event, last.by, last.who) == (deed.event, deed.by, deed.who)
    return same and last.before is not last.after
