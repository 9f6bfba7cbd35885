"""Decisions of accounts."""

from datetime import timedelta

import pytest

from learning.access.permissions import Role
from learning.accounts import rules
from learning.accounts.rules import RoleFault
from tests.world import NOW


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil",
        "/%5cevil",
        "/%2fevil.example",
        "javascript:alert(1)",
        "/a\nb",
        "/a%0d%0aSet-Cookie:x",
        "",
        "evil.example",
        "/\t/evil.example",
        "///evil.example",
    ],
)
def test_nobody_is_sent_elsewhere(address: str) -> None:
    assert rules.safe_next(address) is None


@pytest.mark.parametrize("address", ["/fr/this-week", "/en/search?q=a%20b", "/"])
def test_our_own_pages_are_gone_on_to(address: str) -> None:
    assert rules.safe_next(address + "#x") == address


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Linux; Android 10; K) Chrome/126.0 Mobile Safari/537.36",
            "Chrome · Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
            "Safari · iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge · Windows"),
        ("curl/8", ""),
    ],
)
def test_a_device_has_a_name_that_its_owner_knows(agent: str, name: str) -> None:
    assert rules.device_name(agent) == name


def test_staff_and_shared_devices_are_signed_out_sooner() -> None:
    assert rules.limits(staff=True, shared_device=False) == rules.STAFF
    assert rules.limits(staff=False, shared_device=True) == rules.SHARED
    assert rules.limits(staff=False, shared_device=False) == rules.MEMBERS


def test_a_sign_in_ends_by_age_or_by_idleness() -> None:
    soon, ago = NOW + timedelta(1), NOW - timedelta(1)
    assert rules.is_alive(ends_at=soon, idle_until=soon, now=NOW)
    assert not rules.is_alive(ends_at=ago, idle_until=soon, now=NOW)
    assert not rules.is_alive(ends_at=soon, idle_until=NOW, now=NOW)


def test_being_here_is_noted_every_five_minutes() -> None:
    assert not rules.is_due(seen_at=NOW - timedelta(minutes=4), now=NOW)
    assert rules.is_due(seen_at=NOW - timedelta(minutes=5), now=NOW)


def test_a_token_is_kept_as_its_hash() -> None:
    assert len(rules.token_hash("x")) == 64


def test_a_password_counts_as_just_given_for_a_while() -> None:
    given = NOW - rules.CONFIRMATION_LASTS
    assert rules.is_confirmed(given, NOW)
    assert not rules.is_confirmed(given - timedelta(seconds=1), NOW)


@pytest.mark.parametrize(
    ("role", "administrators", "own", "fault"),
    [
        (Role.TUTOR, 1, False, None),
        (Role.TUTOR, 1, True, RoleFault.OWN),
        (Role.ADMINISTRATOR, 2, False, None),
        (Role.ADMINISTRATOR, 1, False, RoleFault.LAST_ADMINISTRATOR),
        (Role.PARTICIPANT, 1, False, RoleFault.OF_A_PLACE),
        (Role.ADMINISTRATOR, 2, True, RoleFault.OWN),
    ],
)
def test_nobody_takes_their_own_role_and_one_administrator_stays(
    role: Role, administrators: int, own, fault: RoleFault | None
) -> None:
    assert rules.may_withdraw(role, administrators=administrators, own=own) is fault


def test_nobody_raises_themselves() -> None:
    assert rules.may_grant(own=True) is RoleFault.OWN
    assert rules.may_grant(own=False) is None


@pytest.mark.parametrize(
    ("password", "left"),
    [
        ("P@ssw0rd2026!", "password"),
        ("monkeymonkeymonkey", "monkey"),
        ("42Réintégration", "reintegration"),
        ("six weeks in Turin", "sixweeksinturin"),
    ],
)
def test_what_is_left_of_a_password_without_decoration(password: str, left: str) -> None:
    assert rules.stem(password) == left


@pytest.mark.parametrize(
    ("password", "guessable"),
    [
        ("aaaaaaaaaaaaaaaa", True),
        ("password1234", True),
        ("AwaKone2026!", False),
        ("awa-awa-awa-awa", True),
        ("Koné!!!!2026", True),
        ("six weeks in Turin", False),
        ("пароль на каждый день", False),
    ],
)
def test_a_password_that_others_would_try_first_is_guessable(
    password: str, guessable: bool
) -> None:
    about = ["Awa Koné", "awa@example.org"]
    assert rules.is_guessable(password, {"password"}, about) is guessable
