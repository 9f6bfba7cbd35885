"""Telling people that an edition is another than their letters say.

One job writes to some people at a time, and leaves the rest to the next; the name of the next is
written in the same transaction, so that nobody is told twice, however often a job is begun anew.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Subquery, Text, func, literal, select, type_coerce, union_all
from sqlalchemy.orm import Session

from learning.accounts import joining
from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.enrolment.models import Application, Enrolment, EnrolmentStatus, Sponsorship
from learning.enrolment.place_letters import days_of
from learning.enrolment.rules import IN_ADMISSION, LIVE, PLACED, State
from learning.enrolment.sponsoring import has_answered
from learning.jobs.actions import NewJob, add
from learning.jobs.rules import Priority, Queue
from learning.jobs.worker import Task
from learning.kit.money import Money
from learning.mail.actions import Outgoing, Recipient, post

JOB, LETTER = "enrolment.announce-change", "enrolment.edition-changed"
ALL = frozenset({"starts_on", "ends_on", "project_due_on", "zone", "languages"})
UNAGREED = frozenset({"fee"})  # whoever is accepted keeps the fee that they agreed to
AT_ONCE = 50
END = -1
BY_HAND = "by-hand"
FELLOWSHIP = "fellowship"
Before = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Told:
    """Who is written to about a change: how many in which state, or by hand."""

    changes: Sequence[tuple[str, object, object]]
    people: Counter[str]
    sponsors: int

    @property
    def token(self) -> str:
        """What whoever saves has seen: other changes or other people, and it is shown again."""
        return f"{self.people.total()}.{self.sponsors}." + ".".join(
            f"{name}={after}" for name, _, after in self.changes
        )


def told_of(session: Session, edition: Edition, before: Before) -> Told | None:
    """Return who would be written to about a change that is made already; None if nobody."""
    noted = noted_of(before)
    holders = _holders(edition.id, noted)
    rows = session.execute(
        select(holders.c.state, func.count().label("number")).group_by(holders.c.state)
    )
    people: Counter[str] = Counter({row.state: row.number for row in rows})
    sponsors = len(_sponsors(session, edition.id)) if noted & ALL else 0
    if not people.total() and not sponsors:
        return None
    changes = [(name, before[name], getattr(edition, name)) for name in before if name in noted]
    return Told(changes=changes, people=people, sponsors=sponsors)


def noted_of(before: Before) -> frozenset[str]:
    """Return which of the things that changed people are told of."""
    return (ALL | UNAGREED) & before.keys()


def announce_change(session: Session, edition: Edition, before: Before, *, now: datetime) -> None:
    """Let everybody whose letters name something else be written to."""
    noted = noted_of(before)
    if not noted or told_of(session, edition, before) is None:
        return
    payload = {
        "edition": edition.id,
        "at": now.isoformat(),
        "before": {name: plain(before[name]) for name in noted},
        "after": {name: plain(getattr(edition, name)) for name in noted},
        "from": 0,
    }
    job = NewJob(kind=JOB, payload=payload, due_at=now, queue=Queue.SLOW)
    add(session, job)


def write_notices(task: Task) -> None:
    """Write to the next people, and leave those after them to another job."""
    said, begin = task.payload, task.payload["from"]
    if begin == END:
        return
    noted, at = frozenset(said["before"]), datetime.fromisoformat(said["at"])
    with task.database.transaction() as session:
        holders = _holders(said["edition"], noted, at)
        following = select(holders).where(holders.c.person > begin)
        rows = session.execute(following.order_by(holders.c.person).limit(AT_ONCE)).all()
        last = rows[-1].person if len(rows) == AT_ONCE else END
        key = f"change of {said['edition']} at {said['at']} after {begin}"
        onward = dict(said) | {"from": last}
        job = NewJob(kind=JOB, payload=onward, due_at=task.now, once=key, queue=Queue.SLOW)
        if not add(session, job):
            return  # these were written to before
        edition = session.get_one(Edition, said["edition"])
        for row in rows:
            person = session.get_one(Person, row.person)
            params = _params(edition, said, row)
            letter = Outgoing(kind=LETTER, params=params, priority=Priority.LOW)
            joining.tell(session, person, letter, now=task.now)
        if begin == 0 and noted & ALL:
            _tell_sponsors(session, edition, task)


def plain(value: object) -> str:
    """Return a value of an edition as it goes into a job or a letter."""
    if isinstance(value, Money):
        return f"{value.minor} {value.currency}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _params(edition: Edition, said: Mapping[str, Any], holder: Row[Any]) -> dict[str, Any]:
    """Return what the letter to one person says: not of the fee, if theirs is agreed."""
    noted = said["before"].keys()
    if holder.state not in IN_ADMISSION or holder.funding == FELLOWSHIP:
        noted = noted & ALL
    return days_of(edition) | {
        "reference": holder.reference,
        "agreed": holder.state in PLACED and holder.funding != FELLOWSHIP,
        "before": {name: said["before"][name] for name in sorted(noted)},
        "after": {name: said["after"][name] for name in sorted(noted)},
    }


def _holders(edition_id: int, noted: frozenset[str], at: datetime | None = None) -> Subquery:
    """Return who holds letters that say something else: person, reference, state, funding."""
    sent = Application.state.in_(LIVE - {State.DRAFT})
    nominated = (Application.state == State.DRAFT) & Application.sponsorship_id.is_not(None)
    applied = select(
        Application.person_id.label("person"),
        Application.reference.label("reference"),
        type_coerce(Application.state, Text).label("state"),
        Application.funding.label("funding"),
    ).where(Application.edition_id == edition_id, sent | nominated)
    held = select(Application.id).where(
        Application.person_id == Enrolment.person_id,
        Application.edition_id == edition_id,
        Application.state.in_(LIVE),
    )
    by_hand = select(Enrolment.person_id, literal(""), literal(BY_HAND), literal("")).where(
        Enrolment.edition_id == edition_id,
        Enrolment.status == EnrolmentStatus.ACTIVE,
        ~held.exists(),
    )
    if at is not None:  # whoever came later has letters that are right
        begun = func.coalesce(Application.submitted_at, Application.made_at)
        applied, by_hand = applied.where(begun <= at), by_hand.where(Enrolment.enrolled_at <= at)
    if not noted & ALL:
        open_fee = Application.state.in_(IN_ADMISSION), Application.funding != FELLOWSHIP
        return applied.where(*open_fee).subquery()
    return union_all(applied, by_hand).subquery()


def _sponsors(session: Session, edition_id: int) -> Sequence[Sponsorship]:
    """Return the sponsors of those who are on their way into an edition, or in it."""
    stands_behind = select(Application.id).where(
        Application.sponsorship_id == Sponsorship.id, Application.state.in_(LIVE)
    )
    asked = select(Sponsorship).where(Sponsorship.edition_id == edition_id, stands_behind.exists())
    return session.scalars(asked.order_by(Sponsorship.id)).all()


def _tell_sponsors(session: Session, edition: Edition, task: Task) -> None:
    nobody = {"reference": "", "agreed": False, "edition": ""}
    said = {
        each: {name: value for name, value in task.payload[each].items() if name in ALL}
        for each in ("before", "after")
    }
    for sponsor in _sponsors(session, edition.id):
        to = Recipient(
            email=sponsor.contact_email,
            name=sponsor.contact_name if has_answered(sponsor) else "",
            language=sponsor.language,
            zone=edition.zone,
        )
        letter = Outgoing(kind=LETTER, params=days_of(edition) | nobody | said)
        post(session, to, letter, now=task.now)
