"""Notices: e-mails that an edition differs from what earlier e-mails said.

One job writes to a batch of people and enqueues the next job in the same transaction, so that
nobody is notified twice, however often a job is retried.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Subquery, Text, case, func, literal, select, type_coerce, union_all
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.accounts.person_emails import send_email_to
from learning.admissions.commands.sponsorships import has_answered
from learning.admissions.models import Application, Sponsorship
from learning.admissions.queries.applications import is_live
from learning.admissions.rules.states import ACTIVE_STATES, PENDING, ApplicationState
from learning.catalogue.events import MovedDate
from learning.catalogue.models import Edition
from learning.enrolment.emails import days_of
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import EnrolmentStatus
from learning.jobs.actions import NewJob, add_job
from learning.jobs.rules import Priority, Queue
from learning.jobs.worker import Task
from learning.kit.money import Money
from learning.mail.actions import EmailRequest, Recipient, enqueue_email

NOTICE_JOB, NOTICE_EMAIL = "admissions.announce-change", "admissions.edition-changed"
FIELDS_FOR_EVERYBODY = frozenset({"starts_on", "ends_on", "project_due_on", "zone", "languages"})
TERMS_FIELDS = frozenset({"fee", "policy_version"})  # until acceptance: people keep its terms
BATCH_SIZE = 50
NOBODY_LEFT = -1  # in place of the last person of a batch
BY_HAND, TAKING_PART = "by-hand", "taking-part"
FELLOWSHIP = "fellowship"
AGREED = frozenset({ApplicationState.ACCEPTED, ApplicationState.ENROLLED})
FormerValues = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class NoticePreview:
    """Who is notified of a change: number of people by state, or enrolled by hand."""

    changes: Sequence[tuple[str, object, object]]
    people: Counter[str]
    sponsors: int

    @property
    def token(self) -> str:
        """A digest of the preview.

        If changes or people differ when it is saved, the preview is shown again.
        """
        return f"{self.people.total()}.{self.sponsors}." + ".".join(
            f"{name}={after}" for name, _, after in self.changes
        )


def notice_preview(
    session: Session, edition: Edition, before: FormerValues
) -> NoticePreview | None:
    """Return who would be notified of a change that is flushed already; None if nobody."""
    changed_fields = noticed_fields(before)
    if not changed_fields:
        return None
    recipients = _recipients(edition.id, changed_fields)
    rows = session.execute(
        select(recipients.c.state, func.count().label("number")).group_by(recipients.c.state)
    )
    people: Counter[str] = Counter({row.state: row.number for row in rows})
    sponsors = len(_sponsors(session, edition.id)) if changed_fields & FIELDS_FOR_EVERYBODY else 0
    if not people.total() and not sponsors:
        return None
    changes = [
        (name, _former_value(value), _present_value(edition, name, value))
        for name, value in before.items()
        if name in changed_fields
    ]
    return NoticePreview(changes=changes, people=people, sponsors=sponsors)


def noticed_fields(before: FormerValues) -> frozenset[str]:
    """Return the changed values that people are notified of."""
    moved = {name for name, value in before.items() if isinstance(value, MovedDate)}
    return ((FIELDS_FOR_EVERYBODY | TERMS_FIELDS) & before.keys()) | moved


def _former_value(value: object) -> object:
    return value.before if isinstance(value, MovedDate) else value


def _present_value(edition: Edition, name: str, value: object) -> object:
    return value.after if isinstance(value, MovedDate) else getattr(edition, name)


def announce_change(
    session: Session, edition: Edition, before: FormerValues, *, now: datetime
) -> None:
    """Enqueue notices to everybody whose e-mails say something else."""
    changed_fields = noticed_fields(before)
    if notice_preview(session, edition, before) is None:
        return
    payload = {
        "edition": edition.id,
        "at": now.isoformat(),
        "before": {name: stored_value(_former_value(before[name])) for name in changed_fields},
        "after": {
            name: stored_value(_present_value(edition, name, before[name]))
            for name in changed_fields
        },
        "titles": {
            name: dict(value.title)
            for name, value in before.items()
            if isinstance(value, MovedDate)
        },
        "from": 0,
    }
    job = NewJob(kind=NOTICE_JOB, payload=payload, now=now, queue=Queue.SLOW)
    add_job(session, job)


def enqueue_notices(task: Task) -> None:
    """Write to one batch of people, and leave the next to another job."""
    payload, after_person = task.payload, task.payload["from"]
    if after_person == NOBODY_LEFT:
        return
    changed_fields, at = frozenset(payload["before"]), datetime.fromisoformat(payload["at"])
    with task.database.transaction() as session:
        recipients = _recipients(payload["edition"], changed_fields, at)
        remaining = select(recipients).where(recipients.c.person > after_person)
        rows = session.execute(remaining.order_by(recipients.c.person).limit(BATCH_SIZE)).all()
        last = rows[-1].person if len(rows) == BATCH_SIZE else NOBODY_LEFT
        key = f"change of {payload['edition']} at {payload['at']} after {after_person}"
        next_payload = dict(payload) | {"from": last}
        job = NewJob(
            kind=NOTICE_JOB, payload=next_payload, now=task.now, unique_key=key, queue=Queue.SLOW
        )
        if not add_job(session, job):
            return  # notified before
        edition = session.get_one(Edition, payload["edition"])
        for row in rows:
            person = session.get_one(Person, row.person)
            params = _params(edition, payload, row)
            email = EmailRequest(kind=NOTICE_EMAIL, params=params, priority=Priority.LOW)
            send_email_to(session, person, email, now=task.now)
        if after_person == 0 and changed_fields & FIELDS_FOR_EVERYBODY:
            _notify_sponsors(session, edition, task)


def stored_value(value: object) -> str:
    """Return a value of an edition as JSON for a job or an e-mail."""
    if isinstance(value, Money):
        return f"{value.minor} {value.currency}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _params(edition: Edition, payload: Mapping[str, Any], recipient: Row[Any]) -> dict[str, Any]:
    """Return the parameters of one person's e-mail, without the fee if theirs is agreed."""
    changed_fields = payload["before"].keys()
    if recipient.state not in PENDING or recipient.funding == FELLOWSHIP:
        changed_fields = changed_fields - TERMS_FIELDS
    return days_of(edition) | {
        "reference": recipient.reference,
        "agreed": recipient.state in AGREED and recipient.funding != FELLOWSHIP,
        "before": {name: payload["before"][name] for name in sorted(changed_fields)},
        "after": {name: payload["after"][name] for name in sorted(changed_fields)},
        "titles": payload["titles"],
    }


def _recipients(
    edition_id: int, changed_fields: frozenset[str], at: datetime | None = None
) -> Subquery:
    """Return those whose earlier e-mails differ: person, reference, state, funding."""
    submitted = Application.state.in_(ACTIVE_STATES - {ApplicationState.DRAFT})
    nominated = (Application.state == ApplicationState.DRAFT) & Application.sponsorship_id.is_not(
        None
    )
    applied = select(
        Application.person_id.label("person"),
        Application.reference.label("reference"),
        type_coerce(Application.state, Text).label("state"),
        Application.funding.label("funding"),
    ).where(Application.edition_id == edition_id, submitted | nominated)
    enrolled = (
        select(
            Enrolment.person_id,
            func.coalesce(Application.reference, ""),
            case((Application.id.is_(None), BY_HAND), else_=str(ApplicationState.ENROLLED)),
            func.coalesce(Application.funding, ""),
        )
        .outerjoin(
            Application,
            (Application.enrolment_id == Enrolment.id)
            & (Application.enrolment_period == Enrolment.period),
        )
        .where(Enrolment.edition_id == edition_id, Enrolment.status == EnrolmentStatus.ACTIVE)
    )
    if at is not None:  # later applicants have correct e-mails
        applied_at = func.coalesce(Application.submitted_at, Application.created_at)
        joined_at = func.coalesce(applied_at, Enrolment.enrolled_at)
        applied, enrolled = applied.where(applied_at <= at), enrolled.where(joined_at <= at)
    if not changed_fields & (FIELDS_FOR_EVERYBODY | TERMS_FIELDS):  # a deadline
        return _participants(edition_id, at)
    if not changed_fields & FIELDS_FOR_EVERYBODY:
        open_fee = Application.state.in_(PENDING), Application.funding != FELLOWSHIP
        return applied.where(*open_fee).subquery()
    return union_all(applied, enrolled).subquery()


def _participants(edition_id: int, at: datetime | None) -> Subquery:
    """Return everybody with an active enrolment, in the shape of `_recipients`."""
    enrolled = select(
        Enrolment.person_id.label("person"),
        literal("").label("reference"),
        literal(TAKING_PART).label("state"),
        literal("").label("funding"),
    ).where(Enrolment.edition_id == edition_id, Enrolment.status == EnrolmentStatus.ACTIVE)
    if at is not None:
        enrolled = enrolled.where(Enrolment.enrolled_at <= at)
    return enrolled.subquery()


def _sponsors(session: Session, edition_id: int) -> Sequence[Sponsorship]:
    """Return the sponsors of active applications and of participants; no forgotten contact."""
    nominated = select(Application.id).where(
        Application.sponsorship_id == Sponsorship.id, is_live()
    )
    query = select(Sponsorship).where(
        Sponsorship.edition_id == edition_id, Sponsorship.contact_email != "", nominated.exists()
    )
    return session.scalars(query.order_by(Sponsorship.id)).all()


def _notify_sponsors(session: Session, edition: Edition, task: Task) -> None:
    no_application = {"reference": "", "agreed": False, "edition": "", "titles": {}}
    params = {
        each: {
            name: value
            for name, value in task.payload[each].items()
            if name in FIELDS_FOR_EVERYBODY
        }
        for each in ("before", "after")
    }
    for sponsor in _sponsors(session, edition.id):
        to = Recipient(
            email=sponsor.contact_email,
            name=sponsor.contact_name if has_answered(sponsor) else "",
            language=sponsor.language,
            zone=edition.zone,
        )
        email = EmailRequest(kind=NOTICE_EMAIL, params=days_of(edition) | no_application | params)
        enqueue_email(session, to, email, now=task.now)
