"""Corrections of an account by staff: its name, its institution, its address.

An address is never taken over unproved. Its owner confirms the new one with a link, as if they had
asked for it themselves; only the address of an invitation that nobody has followed is replaced at
once, and the invitation is sent again. That address was never proved to be theirs: it is told
nothing, and is no former address of the person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts import credentials, registration
from learning.accounts.actions import AccountDecision
from learning.accounts.models import AccountCorrection, Person
from learning.accounts.person_emails import send_email_to
from learning.audit.actions import record
from learning.kit.email_addresses import normal_email
from learning.kit.folding import sort_key
from learning.mail.actions import EmailRequest


@dataclass(frozen=True, kw_only=True)
class AccountDetails:
    """What staff may correct in an account."""

    name: str
    email: str
    institution: str


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One corrected field of `people`."""

    field: str
    before: str
    after: str


def changes_of(person: Person, new: AccountDetails) -> list[FieldChange]:
    """Return which fields differ from what is stored."""
    pairs = (
        ("name", person.name, new.name),
        ("email", person.email, normal_email(new.email)),
        ("institution", person.institution, new.institution),
    )
    return [
        FieldChange(field=field, before=before, after=after)
        for field, before, after in pairs
        if before != after
    ]


def corrections_of(session: Session, person_id: int) -> Sequence[AccountCorrection]:
    """Return what staff corrected in an account, the latest first."""
    own = select(AccountCorrection).where(AccountCorrection.person_id == person_id)
    return session.scalars(own.order_by(AccountCorrection.id.desc())).all()


def correct_account(
    session: Session,
    person: Person,
    changes: Sequence[FieldChange],
    decision: AccountDecision,
    *,
    now: datetime,
) -> None:
    """Carry out corrections, tell a person who has signed up of them, and record them.

    The caller holds the row of the person and has checked that the address is nobody else's.
    """
    after = {change.field: change.after for change in changes}
    person.name = after.get("name", person.name)
    person.sort_key = sort_key(person.name)
    person.institution = after.get("institution", person.institution)
    person.institution_key = sort_key(person.institution)
    person.version += 1
    signed_up = person.password_hash is not None
    done = [change for change in changes if change.field != "email" or not signed_up]
    session.add_all(_row(person.id, change, decision, now) for change in done)
    notice = [vars(change) for change in changes if change.field != "email"]
    if notice and signed_up:
        what = EmailRequest(kind="accounts.corrected", params={"changes": notice})
        send_email_to(session, person, what, now=now)
    if "email" in after:
        _change_email(session, person, after["email"], decision, now=now)
    detail = {"fields": sorted(after), "why": decision.why}
    subject = f"person {person.id}"
    record(session, "account corrected", subject, by=decision.by, now=now, **detail)


def _change_email(
    session: Session, person: Person, email: str, decision: AccountDecision, *, now: datetime
) -> None:
    if person.password_hash is not None:
        registration.request_email_change(session, person, email, by=decision.by, now=now)
        return
    credentials.invalidate(session, person, emails=[email])
    person.email = email
    registration.invite(session, person, by=decision.by, now=now)


def _row(
    person_id: int, change: FieldChange, decision: AccountDecision, now: datetime
) -> AccountCorrection:
    return AccountCorrection(
        person_id=person_id,
        field=change.field,
        before=change.before,
        after=change.after,
        reason=decision.why,
        corrected_at=now,
        corrected_by_id=decision.by,
    )
