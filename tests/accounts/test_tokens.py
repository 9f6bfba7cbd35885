"""Links, codes of two-factor authentication and recovery codes: each opens what is its own."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import factors, links
from learning.accounts.actions import Decision
from learning.accounts.factors import NewFactor
from learning.accounts.links import Wanted
from learning.accounts.models import Link, Person, Purpose, SignIn
from tests.world import World, sign_in

NOW = datetime.now(UTC)


def wanted(purpose: Purpose, person: Person) -> Wanted:
    person_id = None if purpose is Purpose.SIGN_UP else person.id
    return Wanted(purpose=purpose, email=person.email, person_id=person_id)


@pytest.mark.parametrize("purpose", sorted(set(Purpose) - {Purpose.SIGN_UP}))
def test_earlier_links_of_a_purpose_and_person_stop_working_and_no_others(
    session: Session, world: World, purpose
) -> None:
    awa, stranger = world.awa, world.stranger
    different = next(iter(set(Purpose) - {purpose, Purpose.SIGN_UP}))
    former = links.make(session, wanted(purpose, awa), now=NOW)
    kept = [
        links.make(session, wanted(purpose, stranger), now=NOW),
        links.make(session, wanted(different, awa), now=NOW),
    ]
    newest = links.make(session, wanted(purpose, awa), now=NOW)
    assert not found(session, former)
    assert all(found(session, path) for path in [*kept, newest])


def found(session: Session, path: str, purpose: Purpose | None = None) -> Link | None:
    _, _, own, token = path.split("/")
    return links.find(session, token, purpose or Purpose(own), now=NOW)


@pytest.mark.parametrize("purpose", Purpose)
def test_a_token_opens_only_its_own_purpose(session: Session, world: World, purpose) -> None:
    path = links.make(session, wanted(purpose, world.awa), now=NOW)
    opened = [other for other in Purpose if found(session, path, other)]
    assert opened == [purpose]


@pytest.mark.parametrize("purpose", Purpose)
def test_a_link_ends_at_its_moment(session: Session, world: World, purpose) -> None:
    path = links.make(session, wanted(purpose, world.awa), now=NOW)
    token = path.rsplit("/", 1)[1]
    ends = NOW + links.LASTS[purpose]
    assert links.find(session, token, purpose, now=ends - timedelta(microseconds=1))
    assert not links.find(session, token, purpose, now=ends)


def test_using_a_link_that_somebody_else_has_used_says_so(session: Session, world) -> None:
    link = found(session, links.make(session, wanted(Purpose.RESET, world.awa), now=NOW))
    assert link
    session.expunge(link)
    assert links.use(session, link)
    assert not links.use(session, link)


def test_new_recovery_codes_replace_the_person_s_own_and_nobody_else_s(
    session: Session, world: World
) -> None:
    awa, stranger = world.awa, world.stranger
    former = factors.new_recovery_codes(session, awa, now=NOW)
    others = factors.new_recovery_codes(session, stranger, now=NOW)
    present = factors.new_recovery_codes(session, awa, now=NOW)
    assert not accepted(session, awa, former[0])
    assert accepted(session, awa, present[0])
    assert accepted(session, stranger, others[0])


def accepted(session: Session, person: Person, code: str) -> bool:
    version = person.credentials_version
    return factors.accept(session, person.id, code, version=version, now=NOW)


def test_recovery_codes_that_are_left_are_the_unused_ones_of_the_person(
    session: Session, world: World
) -> None:
    awa = world.awa
    codes = factors.new_recovery_codes(session, awa, now=NOW)
    factors.new_recovery_codes(session, world.stranger, now=NOW)
    assert factors.codes_left(session, awa.id) == 10
    assert accepted(session, awa, codes[0])
    assert not accepted(session, awa, codes[0])
    assert factors.codes_left(session, awa.id) == 9


@pytest.mark.parametrize(
    ("steps", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_may_be_half_a_minute_early_or_late(steps, fits) -> None:
    secret, moment = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    here = int(moment.timestamp()) // 30
    code = pyotp.TOTP(secret).generate_otp(here + steps)
    assert factors.step_of(secret, code, now=moment) == (here + steps if fits else None)


def test_staff_who_reset_a_second_step_sign_the_person_out_and_nobody_else(
    app: Flask, session: Session, world: World
) -> None:
    factors.switch_on(session, world.awa, NewFactor(secret="x", step=0), now=NOW)
    sign_in(app, session, world.awa)
    sign_in(app, session, world.stranger)
    by = Decision(by=world.staff[Role.ADMINISTRATOR].id, why="lost phone")
    factors.switch_off(session, world.awa, by, now=NOW)
    left = session.scalars(select(SignIn.person_id)).all()
    assert left == [world.stranger.id]
    assert factors.codes_left(session, world.awa.id) == 0
