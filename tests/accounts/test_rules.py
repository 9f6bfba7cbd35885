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
    "typed",
    [
        "123456", "123 456", " 12-34-56 ", "123\u00a0456", "12\u2013345\u20116",
        "\u200e123\u200b456\ufeff",
        "١٢٣٤٥٦", "۱۲۳۴۵۶", "१२३४५६", "\uff11\uff12\uff13\uff14\uff15\uff16", "١٢٣ 456", "১২৩৪৫৬",
    ],
)  # fmt: skip
def test_a_code_may_be_typed_in_the_digits_of_any_script(typed: str) -> None:
    assert rules.plain_code(typed) == "123456"


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("abcd-efgh-2345-67ab", "abcdefgh234567ab"),
        ("ABCD EFGH 2345 67AB", "abcdefgh234567ab"),
        ("\uff41\uff42\uff43\uff44\u2010efgh–٢٣٤٥–\u0666\u0667ab", "abcdefgh234567ab"),
        ("", ""),
        ("<script>", "script"),
    ],
)
def test_a_recovery_code_may_be_typed_as_its_owner_writes(typed: str, plain: str) -> None:
    assert rules.plain_code(typed) == plain


@pytest.mark.parametrize(
    ("has_right", "administrator", "closed", "may"),
    [
        (True, False, False, True),
        (False, False, False, False),
        (True, True, False, False),
        (True, False, True, False),
    ],
)
def test_who_may_look_through_somebody_s_eyes(has_right, administrator, closed, may) -> None:
    found = rules.may_impersonate(has_right=has_right, administrator=administrator, closed=closed)
    assert found is may
