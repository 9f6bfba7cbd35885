"""Two-factor authentication: which code opens an account, once, and what is told and written."""

import json
import re
from datetime import datetime, timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import two_factor
from learning.accounts.actions import AccountDecision
from learning.accounts.models import Person, RecoveryCode, UserSession
from learning.accounts.two_factor import NewTotpSecret
from learning.audit.models import AuditEntry
from learning.mail.models import OutgoingEmail
from tests.world import NOW, World, sign_in

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HALF_MINUTE = timedelta(seconds=30)


def code_at(moment: datetime) -> str:
    return pyotp.TOTP(SECRET).at(moment)


def accepted(session: Session, person: Person, code: str, at: datetime = NOW) -> bool:
    version = person.credentials_version
    return two_factor.verify_code(session, person.id, code, version=version, now=at)


@pytest.fixture
def awa(session: Session, world: World) -> Person:
    two_factor.enable(session, world.awa, NewTotpSecret(secret=SECRET, step=0), now=NOW)
    return world.awa


def test_a_code_opens_once_and_takes_the_earlier_ones_with_it(session, awa: Person) -> None:
    assert accepted(session, awa, code_at(NOW))
    assert not accepted(session, awa, code_at(NOW))
    assert not accepted(session, awa, code_at(NOW - HALF_MINUTE))
    assert accepted(session, awa, code_at(NOW + HALF_MINUTE))
    assert not accepted(session, awa, code_at(NOW + HALF_MINUTE), NOW + HALF_MINUTE)


def test_the_code_that_switched_it_on_is_used_up(session: Session, world: World) -> None:
    step = two_factor.time_step_of(SECRET, code_at(NOW), now=NOW)
    assert step == int(NOW.timestamp()) // 30
    two_factor.enable(session, world.awa, NewTotpSecret(secret=SECRET, step=step), now=NOW)
    assert not accepted(session, world.awa, code_at(NOW))
    assert accepted(session, world.awa, code_at(NOW + HALF_MINUTE))


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "éééééé", "0000000"])
def test_anything_else_opens_nothing(session: Session, awa: Person, code: str) -> None:
    assert two_factor.time_step_of(SECRET, code, now=NOW) is None
    assert not accepted(session, awa, code)


def test_a_first_step_with_other_credentials_opens_nothing(session: Session, awa) -> None:
    before = awa.credentials_version - 1
    code = code_at(NOW)
    assert not two_factor.verify_code(session, awa.id, code, version=before, now=NOW)
    assert accepted(session, awa, code)


def test_who_has_no_two_factor_authentication_has_no_code_that_fits(session, world) -> None:
    assert not accepted(session, world.stranger, code_at(NOW))


def test_ten_recovery_codes_of_eighty_bits_are_shown(session: Session, world: World) -> None:
    codes = two_factor.create_recovery_codes(session, world.awa, now=NOW)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[a-z2-7]{4}(-[a-z2-7]{4}){3}", code) for code in codes)
    kept = session.scalars(select(RecoveryCode.code_hash)).all()
    assert len(kept) == 10
    assert not any(code.replace("-", "") in emails_to for code in codes for emails_to in kept)


def test_a_used_recovery_code_is_written_down(session: Session, awa: Person) -> None:
    codes = two_factor.create_recovery_codes(session, awa, now=NOW)
    later = NOW + timedelta(hours=1)
    assert accepted(session, awa, codes[4], later)
    used = session.scalars(select(RecoveryCode).where(RecoveryCode.used_at.is_not(None))).all()
    assert [each.used_at for each in used] == [later]
    session.flush()
    row = session.scalars(select(AuditEntry).where(AuditEntry.action == "recovery code used")).one()
    assert (row.subject, row.actor_id, row.at) == (f"person {awa.id}", awa.id, later)


def trail_of(session: Session, person: Person) -> list[tuple[str, int | None]]:
    session.flush()
    rows = (
        select(AuditEntry)
        .where(AuditEntry.subject == f"person {person.id}")
        .order_by(AuditEntry.id)
    )
    return [(row.action, row.actor_id) for row in session.scalars(rows)]


def emails_to(session: Session, person: Person) -> list[tuple[str, dict[str, object]]]:
    session.flush()
    mails = (
        select(OutgoingEmail).where(OutgoingEmail.email == person.email).order_by(OutgoingEmail.id)
    )
    return [(mail.kind, json.loads(mail.params)) for mail in session.scalars(mails)]


def test_switching_it_on_is_written_down_and_told(session: Session, world: World) -> None:
    awa = world.awa
    before = len(trail_of(session, awa))
    codes = two_factor.enable(session, awa, NewTotpSecret(secret=SECRET, step=7), now=NOW)
    assert len(codes) == 10
    assert (awa.totp_secret, awa.totp_step) == (SECRET, 7)
    assert trail_of(session, awa)[before:] == [
        ("recovery codes created", awa.id),
        ("two-factor enabled", awa.id),
    ]
    assert emails_to(session, awa) == [("accounts.two-factor", {"on": True})]


def test_switching_it_off_by_staff_is_written_down_with_its_reason_and_told(
    session: Session, world: World, awa: Person
) -> None:
    by = AccountDecision(by=world.staff[Role.ADMINISTRATOR].id, why="lost phone")
    two_factor.disable(session, awa, by, now=NOW)
    assert awa.totp_secret is None
    assert trail_of(session, awa)[-1] == ("two-factor disabled", by.by)
    last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last
    assert json.loads(last.detail) == {"why": "lost phone"}
    assert emails_to(session, awa)[-1] == ("accounts.two-factor", {"on": False})


def test_switching_it_off_leaves_other_people_s_recovery_codes(
    session: Session, world: World, awa: Person
) -> None:
    two_factor.enable(session, world.stranger, NewTotpSecret(secret=SECRET, step=0), now=NOW)
    two_factor.disable(session, awa, AccountDecision(by=awa.id, why=""), now=NOW)
    assert two_factor.count_recovery_codes(session, awa.id) == 0
    assert two_factor.count_recovery_codes(session, world.stranger.id) == 10


@pytest.mark.parametrize("change", ["on", "off"])
def test_the_device_that_changes_it_stays_signed_in_and_no_other(
    app: Flask, session: Session, world: World, change: str
) -> None:
    sign_in(app, session, world.awa)
    sign_in(app, session, world.awa)
    here = session.scalars(select(UserSession.token_hash)).first() or ""
    if change == "on":
        new = NewTotpSecret(secret=SECRET, step=0)
        two_factor.enable(session, world.awa, new, except_token_hash=here, now=NOW)
    else:
        by = AccountDecision(by=world.awa.id, why="")
        two_factor.disable(session, world.awa, by, except_token_hash=here, now=NOW)
    assert session.scalars(select(UserSession.token_hash)).all() == [here]


def test_a_new_secret_has_160_bits_and_is_never_the_same() -> None:
    """RFC 4226, section 4: at least 128 bits, 160 recommended."""
    made = {two_factor.new_secret() for _ in range(20)}
    assert len(made) == 20
    assert all(re.fullmatch(r"[A-Z2-7]{32}", each) for each in made)


def test_the_picture_holds_the_name_of_the_site_and_the_address(monkeypatch) -> None:
    drawn: list[str] = []
    make = two_factor.segno.make
    monkeypatch.setattr(
        two_factor.segno, "make", lambda text, **more: drawn.append(text) or make(text, **more)
    )
    picture = two_factor.qr_code(SECRET, "awa@example.org")
    uri = f"otpauth://totp/Reintegration:awa%40example.org?secret={SECRET}&issuer=Reintegration"
    assert drawn == [uri]
    side = make(uri, error="m").symbol_size(scale=5, border=4)[0]  # a quiet zone of four modules
    assert picture.startswith(f'<svg width="{side}" height="{side}" class="qr">')
