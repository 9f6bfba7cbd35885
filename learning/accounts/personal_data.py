"""What accounts keep of a person (`extension_points.personal_data`)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, func, literal, or_
from sqlalchemy.orm import Session

from learning.accounts.administrators import is_last_administrator
from learning.accounts.former_emails import held_emails
from learning.accounts.models import (
    AccountCorrection,
    AccountToken,
    FormerEmail,
    Person,
    RecoveryCode,
    RoleGrant,
    UserSession,
)
from learning.audit.actions import record
from learning.catalogue.queries import edition_code
from learning.extension_points.personal_data import (
    ForgetBlocker,
    ForgetRequest,
    OnForget,
    PersonalTable,
    PersonRef,
    has_email,
)
from learning.kit.idempotency import IdempotencyKey, person_scope

FORGOTTEN = "@forgotten.invalid"  # no mail is ever delivered there (RFC 2606)


def _blank_person(request: ForgetRequest) -> Mapping[str, Any]:
    return {
        "email": literal("person-") + cast(Person.id, String) + literal(FORGOTTEN),
        "name": "—",
        "sort_key": "",
        "certificate_name": "",
        "reading_languages": "",
        "public_profile": False,
        "institution": "",
        "institution_key": "",
        "language": "en",
        "zone": "UTC",
        "password_hash": None,
        "totp_secret": None,
        "closed_at": func.coalesce(Person.closed_at, request.now),
    }


TABLES = (
    PersonalTable(
        model=RoleGrant,
        about=lambda person: RoleGrant.person_id == person.id,
        on_forget=OnForget.DELETE,
        added={"edition": edition_code(RoleGrant.edition_id)},
    ),
    PersonalTable(
        model=UserSession,
        about=lambda person: UserSession.person_id == person.id,
        on_forget=OnForget.DELETE,
        hidden=frozenset({"token_hash", "impersonating_id"}),
    ),
    PersonalTable(
        model=AccountToken,
        about=lambda person: or_(
            AccountToken.person_id == person.id,
            has_email(AccountToken.email, AccountToken.created_at, person),
        ),
        on_forget=OnForget.DELETE,
        hidden=frozenset({"token_hash", "payload"}),
    ),
    PersonalTable(
        model=RecoveryCode,
        about=lambda person: RecoveryCode.person_id == person.id,
        on_forget=OnForget.DELETE,
        hidden=frozenset({"code_hash"}),
    ),
    PersonalTable(
        model=IdempotencyKey,
        about=lambda person: IdempotencyKey.scope == person_scope(person.id),
        on_forget=OnForget.DELETE,
        hidden=frozenset({"key"}),
    ),
    PersonalTable(
        model=AccountCorrection,
        about=lambda person: AccountCorrection.person_id == person.id,
        on_forget=OnForget.DELETE,
        hidden=frozenset({"corrected_by_id"}),
    ),
    PersonalTable(
        model=FormerEmail,
        about=lambda person: FormerEmail.person_id == person.id,
        on_forget=OnForget.DELETE,
    ),
    PersonalTable(
        model=Person,
        about=lambda person: Person.id == person.id,
        on_forget=OnForget.ANONYMISE,
        why="What is kept of enrolments, money and the audit trail names people by this row’s id.",
        hidden=frozenset({"password_hash", "totp_secret", "totp_step", "credentials_version"}),
        blank=_blank_person,
    ),
)
"""The person and their addresses come last: until then all can be begun again by the address."""


def person_ref(session: Session, person: Person) -> PersonRef:
    """Return a person with all the addresses by which rows may know them."""
    present, former = held_emails(session, person)
    return PersonRef(
        id=person.id, email=person.email, email_after=present.after, former_emails=former
    )


def forget_blockers(session: Session, person: PersonRef) -> list[ForgetBlocker]:
    """Return that the person is the last administrator who can sign in."""
    if is_last_administrator(session, person.id):
        return [ForgetBlocker(reason="is the last administrator: make another one first")]
    return []


def record_export(session: Session, person: Person, *, now: datetime) -> None:
    """Note that what is known of somebody was written out by a command."""
    record(session, "personal data exported", f"person {person.id}", by=None, now=now)


def record_forgotten(session: Session, person_id: int, *, now: datetime) -> None:
    """Note that a person was forgotten by a command; only the id still says who it was."""
    record(session, "personal data deleted", f"person {person_id}", by=None, now=now)
