"""The second step of signing in: a code from a phone (RFC 6238), or one of ten recovery codes."""

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
from learning.accounts.actions import Decision
from learning.accounts.joining import tell
from learning.accounts.models import Person, RecoveryCode
from learning.audit.actions import record
from learning.mail.actions import Outgoing

ISSUER = "Reintegration"
SECONDS = 30
RECOVERY_CODES = 10
RECOVERY_BYTES = 10


@dataclass(frozen=True, kw_only=True)
class NewFactor:
    """A secret that a phone knows, and the half-minute of the code that showed it."""

    secret: str
    step: int


def new_secret() -> str:
    return pyotp.random_base32()


def picture(secret: str, email: str) -> str:
    """Return the secret as a QR code, an SVG that stands in the page and takes its colours."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)
    return str(segno.make(uri, error="m").svg_inline(scale=5, border=4, svgclass="qr"))


def step_of(secret: str, code: str, *, now: datetime) -> int | None:
    """Return which half-minute a code belongs to, one early or late allowed; None if to none."""
    given = rules.plain_code(code)
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // SECONDS
    steps = (current - 1, current, current + 1)
    fits = (step for step in steps if hmac.compare_digest(totp.generate_otp(step), given))
    return next(fits, None) if given.isascii() else None


def accept(session: Session, person_id: int, code: str, *, version: int, now: datetime) -> bool:
    """Return whether a code opens somebody's account, and use it up; two at once: one fits.

    `version` is that of the credentials with which the first step was taken.
    """
    person = credentials.unchanged(session, person_id, version)
    if person is None:
        return False
    step = step_of(person.totp_secret, code, now=now) if person.totp_secret else None
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


def switch_on(
    session: Session, person: Person, new: NewFactor, *, keep: str = "", now: datetime
) -> list[str]:
    """Ask for a code at every sign-in from now on; return the recovery codes, shown this once.

    Like every change of how one signs in it ends open links and sign-ins, but for the one to
    `keep` (the hash of its token).
    """
    credentials.invalidate(session, person, keep=keep)
    person.totp_secret, person.totp_step = new.secret, new.step
    codes = new_recovery_codes(session, person, now=now)  # it locks, and what locks comes first
    record(session, "second factor on", f"person {person.id}", by=person.id, now=now)
    tell(session, person, Outgoing(kind="accounts.second-factor", params={"on": True}), now=now)
    return codes


def switch_off(
    session: Session, person: Person, decision: Decision, *, keep: str = "", now: datetime
) -> None:
    """Ask for no code any more; a member of staff may do it for somebody, with a reason.

    Open links and sign-ins end, but for the one to `keep` (the hash of its token).
    """
    credentials.invalidate(session, person, keep=keep)
    person.totp_secret = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    subject = f"person {person.id}"
    record(session, "second factor off", subject, by=decision.by, now=now, why=decision.why)
    tell(session, person, Outgoing(kind="accounts.second-factor", params={"on": False}), now=now)


def new_recovery_codes(session: Session, person: Person, *, now: datetime) -> list[str]:
    """Return ten new codes of 80 bits; the earlier ones stop working.

    The person's row is locked: of two who ask at once, only the last one's codes work.
    """
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    session.add_all(
        RecoveryCode(code_hash=_hash(person.id, code), person_id=person.id) for code in codes
    )
    record(session, "recovery codes made", f"person {person.id}", by=person.id, now=now)
    return codes


def codes_left(session: Session, person_id: int) -> int:
    unused = RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def _new_code() -> str:
    text = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _hash(person_id: int, code: str) -> str:
    plain = rules.plain_code(code)
    return hashlib.sha256(f"recovery {person_id} {plain}".encode()).hexdigest()
