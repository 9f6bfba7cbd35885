"""Links, codes of two-factor authentication and recovery codes: each opens what is its own."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import tokens, two_factor
from learning.accounts.actions import AccountDecision
from learning.accounts.models import (
    AccountToken,
    Person,
    RecoveryCode,
    TokenPurpose,
    UserSession,
)
from learning.accounts.tokens import TokenRequest
from learning.accounts.two_factor import NewTotpSecret
from tests.world import World, sign_in

NOW = datetime.now(UTC)


def a_request(purpose: TokenPurpose, person: Person) -> TokenRequest:
    person_id = None if purpose is TokenPurpose.SIGN_UP else person.id
    return TokenRequest(purpose=purpose, email=person.email, person_id=person_id)


@pytest.mark.parametrize("purpose", sorted(set(TokenPurpose) - {TokenPurpose.SIGN_UP}))
def test_earlier_links_of_a_purpose_and_person_stop_working_and_no_others(
    session: Session, world: World, purpose
) -> None:
    awa, stranger = world.awa, world.stranger
    different = next(iter(set(TokenPurpose) - {purpose, TokenPurpose.SIGN_UP}))
    former = tokens.create_token(session, a_request(purpose, awa), now=NOW)
    kept = [
        tokens.create_token(session, a_request(purpose, stranger), now=NOW),
        tokens.create_token(session, a_request(different, awa), now=NOW),
    ]
    newest = tokens.create_token(session, a_request(purpose, awa), now=NOW)
    assert not found(session, former)
    assert all(found(session, path) for path in [*kept, newest])


def found(session: Session, path: str, purpose: TokenPurpose | None = None) -> AccountToken | None:
    _, _, own, token = path.split("/")
    return tokens.find_token(session, token, purpose or TokenPurpose(own), now=NOW)


@pytest.mark.parametrize("purpose", TokenPurpose)
def test_a_token_opens_only_its_own_purpose(session: Session, world: World, purpose) -> None:
    path = tokens.create_token(session, a_request(purpose, world.awa), now=NOW)
    opened = [other for other in TokenPurpose if found(session, path, other)]
    assert opened == [purpose]


LASTS = {
    TokenPurpose.SIGN_UP: timedelta(days=1),
    TokenPurpose.EMAIL_CHANGE: timedelta(days=1),
    TokenPurpose.RESET: timedelta(minutes=30),
    TokenPurpose.INVITATION: timedelta(days=14),
}


@pytest.mark.parametrize("purpose", TokenPurpose)
def test_a_link_ends_at_its_moment(session: Session, world: World, purpose) -> None:
    path = tokens.create_token(session, a_request(purpose, world.awa), now=NOW)
    token = path.rsplit("/", 1)[1]
    ends = NOW + LASTS[purpose]
    assert tokens.find_token(session, token, purpose, now=ends - timedelta(microseconds=1))
    assert not tokens.find_token(session, token, purpose, now=ends)


def test_using_a_link_that_somebody_else_has_used_says_so(session: Session, world) -> None:
    link = found(
        session, tokens.create_token(session, a_request(TokenPurpose.RESET, world.awa), now=NOW)
    )
    assert link
    session.expunge(link)
    assert tokens.use_token(session, link)
    assert not tokens.use_token(session, link)


def test_a_link_keeps_what_it_has_to_remember(session: Session, world: World) -> None:
    link_request = TokenRequest(
        purpose=TokenPurpose.EMAIL_CHANGE, email="new@example.org", person_id=world.awa.id
    )
    link = found(session, tokens.create_token(session, link_request, now=NOW))
    assert link
    assert (link.email, link.person_id, link.payload) == ("new@example.org", world.awa.id, "{}")
    assert (link.created_at, link.credentials_version) == (NOW, world.awa.credentials_version)
    token_request = TokenRequest(
        purpose=TokenPurpose.SIGN_UP, email="new@example.org", payload={"name": "N"}
    )
    link = found(session, tokens.create_token(session, token_request, now=NOW))
    assert link
    assert (link.person_id, link.credentials_version) == (None, None)
    assert link.payload == '{"name": "N"}'


def test_many_links_are_made_each_for_its_own_person(session: Session, world: World) -> None:
    people = [world.awa, world.stranger]
    former = tokens.create_token(session, a_request(TokenPurpose.RESET, world.awa), now=NOW)
    token_request = [a_request(TokenPurpose.INVITATION, each) for each in people]
    paths = tokens.create_tokens(session, token_request, now=NOW)
    opened = [found(session, path) for path in paths]
    assert [link and link.person_id for link in opened] == [each.id for each in people]
    assert found(session, former)
    assert tokens.create_tokens(session, [], now=NOW) == []


def test_links_of_several_purposes_replace_each_their_own(session: Session, world: World) -> None:
    reset, invitation = TokenPurpose.RESET, TokenPurpose.INVITATION
    kept = tokens.create_token(session, a_request(reset, world.stranger), now=NOW)
    token_request = [a_request(reset, world.awa), a_request(invitation, world.stranger)]
    paths = tokens.create_tokens(session, token_request, now=NOW)
    assert all(found(session, path) for path in [kept, *paths])


def test_using_a_link_leaves_every_other(session: Session, world: World) -> None:
    kept = tokens.create_token(session, a_request(TokenPurpose.RESET, world.stranger), now=NOW)
    link = found(
        session, tokens.create_token(session, a_request(TokenPurpose.RESET, world.awa), now=NOW)
    )
    assert link
    assert tokens.use_token(session, link)
    assert found(session, kept)


def test_a_link_of_nobody_is_used_once(session: Session, world: World) -> None:
    link = found(
        session, tokens.create_token(session, a_request(TokenPurpose.SIGN_UP, world.awa), now=NOW)
    )
    assert link
    session.expunge(link)
    assert tokens.use_token(session, link)
    assert not tokens.use_token(session, link)


def test_a_link_opens_nothing_once_the_credentials_are_others(session, world: World) -> None:
    path = tokens.create_token(session, a_request(TokenPurpose.RESET, world.awa), now=NOW)
    link = found(session, path)
    assert link
    world.awa.credentials_version += 1
    session.flush()
    assert not found(session, path)
    assert not tokens.use_token(session, link)
    world.awa.credentials_version -= 1
    world.awa.closed_at = NOW
    session.flush()
    assert not found(session, path)
    assert not tokens.use_token(session, link)


def test_a_letter_is_sent_as_long_as_its_own_link_opens(session: Session, world: World) -> None:
    first = tokens.create_token(session, a_request(TokenPurpose.RESET, world.awa), now=NOW)
    other = tokens.create_token(session, a_request(TokenPurpose.RESET, world.stranger), now=NOW)
    check = tokens.EMAIL_CHECKS["accounts.reset"]
    assert check(session, {"path": first})
    tokens.create_token(session, a_request(TokenPurpose.RESET, world.awa), now=NOW)
    assert not check(session, {"path": first})
    assert check(session, {"path": other})
    assert set(tokens.EMAIL_CHECKS) == {f"accounts.{purpose}" for purpose in TokenPurpose}


def test_new_recovery_codes_replace_the_person_s_own_and_nobody_else_s(
    session: Session, world: World
) -> None:
    awa, stranger = world.awa, world.stranger
    former = two_factor.create_recovery_codes(session, awa, now=NOW)
    others = two_factor.create_recovery_codes(session, stranger, now=NOW)
    present = two_factor.create_recovery_codes(session, awa, now=NOW)
    assert not accepted(session, awa, former[0])
    assert accepted(session, awa, present[0])
    assert accepted(session, stranger, others[0])


def accepted(session: Session, person: Person, code: str) -> bool:
    version = person.credentials_version
    return two_factor.verify_code(session, person.id, code, version=version, now=NOW)


def test_recovery_codes_that_are_left_are_the_unused_ones_of_the_person(
    session: Session, world: World
) -> None:
    awa = world.awa
    codes = two_factor.create_recovery_codes(session, awa, now=NOW)
    two_factor.create_recovery_codes(session, world.stranger, now=NOW)
    assert two_factor.count_recovery_codes(session, awa.id) == 10
    assert accepted(session, awa, codes[0])
    assert not accepted(session, awa, codes[0])
    assert two_factor.count_recovery_codes(session, awa.id) == 9


def test_a_code_that_was_printed_years_ago_is_accepted(session: Session, world: World) -> None:
    printed = f"recovery {world.awa.id} abcdefgh234567ab"
    hashed = sha256(printed.encode()).hexdigest()
    session.add(RecoveryCode(code_hash=hashed, person_id=world.awa.id))
    session.flush()
    assert accepted(session, world.awa, "ABCD-efgh-2345-67ab")


@pytest.mark.parametrize(
    ("steps", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_may_be_half_a_minute_early_or_late(steps, fits) -> None:
    secret, moment = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    here = int(moment.timestamp()) // 30
    code = pyotp.TOTP(secret).generate_otp(here + steps)
    assert two_factor.time_step_of(secret, code, now=moment) == (here + steps if fits else None)


def test_staff_who_reset_a_second_factor_sign_the_person_out_and_nobody_else(
    app: Flask, session: Session, world: World
) -> None:
    two_factor.enable(session, world.awa, NewTotpSecret(secret="x", step=0), now=NOW)
    sign_in(app, session, world.awa)
    sign_in(app, session, world.stranger)
    by = AccountDecision(by=world.staff[Role.ADMINISTRATOR].id, why="lost phone")
    two_factor.disable(session, world.awa, by, now=NOW)
    left = session.scalars(select(UserSession.person_id)).all()
    assert left == [world.stranger.id]
    assert two_factor.count_recovery_codes(session, world.awa.id) == 0
