"""Two-factor authentication: a code from an app (RFC 6238), or one of ten recovery codes."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from learning.accounts import credentials, rules
from learning.accounts.actions import AccountDecision
from learning.accounts.models import Person, RecoveryCode
from learning.accounts.person_emails import send_email_to
from learning.audit.actions import record
from learning.mail.actions import EmailRequest

ISSUER = "Reintegration"
PERIOD_SECONDS = 30
RECOVERY_CODE_COUNT = 10
RECOVERY_CODE_BYTES = 10


@dataclass(frozen=True, kw_only=True)
class NewTotpSecret:
    """A secret, and the time step of the code that confirmed it."""

    secret: str
    step: int


def new_secret() -> str:
    return pyotp.random_base32()


def app_uri(secret: str, email: str) -> str:
    """Return the secret as an address that an app for codes opens: `otpauth://…`."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def qr_code(secret: str, email: str) -> str:
    """Return the secret as a QR code: an inline SVG in the colours of the page."""
    return str(
        segno.make(app_uri(secret, email), error="m").svg_inline(scale=5, border=4, svgclass="qr")
    )


def time_step_of(secret: str, code: str, *, now: datetime) -> int | None:
    """Return the time step (30 s) that a code belongs to, one early or late allowed.

    None if to none.
    """
    digits = rules.normal_code(code)
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // PERIOD_SECONDS
    steps = (current - 1, current, current + 1)
    fits = (step for step in steps if hmac.compare_digest(totp.generate_otp(step), digits))
    return next(fits, None) if digits.isascii() else None


def verify_code(
    session: Session, person_id: int, code: str, *, version: int, now: datetime
) -> bool:
    """Return whether a code is right for a person, and use it up.

    Of two requests at once one succeeds.

    `version` is that of the credentials when the password was checked.
    """
    person = credentials.find_unchanged(session, person_id, version)
    if person is None:
        return False
    step = time_step_of(person.totp_secret, code, now=now) if person.totp_secret else None
    if step is not None and step > person.totp_step:
        person.totp_step = step
        return True
    used = (
        update(RecoveryCode)
        .where(RecoveryCode.code_hash == _hash(person_id, code), RecoveryCode.used_at.is_(None))
        .values(used_at=now)
    )
    if session.scalar(used.returning(RecoveryCode.code_hash)) is None:
        return False
    record(session, "recovery code used", f"person {person_id}", by=person_id, now=now)
    return True


def enable(
    session: Session,
    person: Person,
    new: NewTotpSecret,
    *,
    except_token_hash: str = "",
    now: datetime,
) -> list[str]:
    """Require a code at every sign-in from now on; return the recovery codes, shown this once.

    As every change of credentials it ends open tokens and sessions, except the session of
    `except_token_hash`.
    """
    credentials.invalidate(session, person, except_token_hash=except_token_hash)
    person.totp_secret, person.totp_step = new.secret, new.step
    codes = create_recovery_codes(session, person, now=now)  # it locks, and what locks comes first
    record(session, "two-factor enabled", f"person {person.id}", by=person.id, now=now)
    send_email_to(
        session, person, EmailRequest(kind="accounts.two-factor", params={"on": True}), now=now
    )
    return codes


def disable(
    session: Session,
    person: Person,
    decision: AccountDecision,
    *,
    except_token_hash: str = "",
    now: datetime,
) -> bool:
    """Require no code any more; staff may do it for a person, with a reason.

    Open tokens and sessions end, except the session of `except_token_hash`. Return False if the
    account has changed since it was decided.
    """
    if not credentials.invalidate(
        session, person, except_token_hash=except_token_hash, seen_version=decision.version
    ):
        return False
    person.totp_secret = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    subject = f"person {person.id}"
    record(session, "two-factor disabled", subject, by=decision.by, now=now, why=decision.why)
    send_email_to(
        session, person, EmailRequest(kind="accounts.two-factor", params={"on": False}), now=now
    )
    return True


def create_recovery_codes(session: Session, person: Person, *, now: datetime) -> list[str]:
    """Return ten new codes of 80 bits; the earlier ones stop working.

    The person's row is locked: of two requests at once, only the last one's codes work.
    """
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = [_new_code() for _ in range(RECOVERY_CODE_COUNT)]
    session.add_all(
        RecoveryCode(code_hash=_hash(person.id, code), person_id=person.id) for code in codes
    )
    record(session, "recovery codes created", f"person {person.id}", by=person.id, now=now)
    return codes


def count_recovery_codes(session: Session, person_id: int) -> int:
    unused = RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def _new_code() -> str:
    text = base64.b32encode(secrets.token_bytes(RECOVERY_CODE_BYTES)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _hash(person_id: int, code: str) -> str:
    plain = rules.normal_code(code)
    return hashlib.sha256(f"recovery {person_id} {plain}".encode()).hexdigest()
