"""Decisions of accounts."""

from datetime import timedelta

import pytest

from learning.access.permissions import Role
from learning.accounts import rules
from learning.accounts.rules import RoleProblem
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
    assert rules.safe_redirect_path(address) is None


@pytest.mark.parametrize("address", ["/fr/this-week", "/en/search?q=a%20b", "/"])
def test_our_own_pages_are_gone_on_to(address: str) -> None:
    assert rules.safe_redirect_path(address + "#x") == address


def test_staff_and_shared_devices_are_signed_out_sooner() -> None:
    def limits(*, staff: bool, shared: bool) -> tuple[timedelta, timedelta]:
        found = rules.session_lifetime(staff=staff, shared_device=shared)
        return found.absolute, found.idle

    half_an_hour = timedelta(minutes=30)
    assert limits(staff=False, shared=False) == (timedelta(days=30), timedelta(days=7))
    assert limits(staff=False, shared=True) == (timedelta(hours=4), half_an_hour)
    assert limits(staff=True, shared=False) == (timedelta(hours=12), half_an_hour)
    assert limits(staff=True, shared=True) == (timedelta(hours=12), half_an_hour)


def test_a_sign_in_ends_by_age_or_by_idleness() -> None:
    soon, ago = NOW + timedelta(1), NOW - timedelta(1)
    assert rules.is_alive(expires_at=soon, idle_until=soon, now=NOW)
    assert not rules.is_alive(expires_at=ago, idle_until=soon, now=NOW)
    assert not rules.is_alive(expires_at=soon, idle_until=NOW, now=NOW)
    assert not rules.is_alive(expires_at=NOW, idle_until=soon, now=NOW)


def test_being_here_is_noted_every_five_minutes() -> None:
    assert not rules.is_last_seen_due(last_seen_at=NOW - timedelta(minutes=4), now=NOW)
    assert rules.is_last_seen_due(last_seen_at=NOW - timedelta(minutes=5), now=NOW)


def test_a_token_is_kept_as_its_hash() -> None:
    assert len(rules.token_hash("x")) == 64


def test_a_password_counts_as_just_given_for_a_while() -> None:
    confirmed_at = NOW - timedelta(minutes=15)
    assert rules.is_confirmed(confirmed_at, NOW)
    assert not rules.is_confirmed(confirmed_at - timedelta(seconds=1), NOW)


@pytest.mark.parametrize(
    ("role", "own", "error"),
    [
        (Role.TUTOR, False, None),
        (Role.TUTOR, True, RoleProblem.OWN),
        (Role.ADMINISTRATOR, False, None),
        (Role.ADMINISTRATOR, True, RoleProblem.OWN),
        (Role.PARTICIPANT, False, RoleProblem.FROM_ENROLMENT),
        (Role.PARTICIPANT, True, RoleProblem.OWN),
    ],
)
def test_staff_take_no_role_of_their_own_nor_that_of_an_enrolment(
    role: Role, own, error: RoleProblem | None
) -> None:
    assert rules.revoke_problem(role, own=own) is error


@pytest.mark.parametrize(
    ("person_id", "administrators", "is_last"),
    [(1, [1], True), (1, [1, 2], False), (3, [1], False), (3, [1, 2], False), (3, [], False)],
)
def test_the_last_administrator_is_the_only_one_who_can_sign_in(
    person_id: int, administrators: list[int], is_last
) -> None:
    assert rules.is_last_administrator(person_id, administrators) is is_last


@pytest.mark.parametrize(
    ("language", "reading", "read"),
    [
        ("fr", "", ("fr",)),
        ("fr", "en es", ("fr", "en", "es")),
        ("es", "fr es", ("es", "fr")),
    ],
)
def test_the_language_of_the_pages_is_the_first_that_somebody_reads(
    language, reading, read
) -> None:
    assert rules.languages_read(language, reading) == read


def test_a_certificate_has_the_name_that_was_given_for_it_or_else_the_usual_one() -> None:
    assert rules.printed_name("Awa K.", "Awa Marie Koné") == "Awa Marie Koné"
    assert rules.printed_name("Awa K.", "") == "Awa K."


@pytest.mark.parametrize(
    ("name", "printable"),
    [
        ("Awa Koné", True),
        ("Xavier Díaz", True),
        ("د. نورة", True),
        ("O’Connor-Żak, J.", True),
        ("Awa <i>Koné", False),
        ("A > B", False),
        ("Awa &eacute;", False),
        ("123", False),
        ("—", False),
    ],
)
def test_a_printed_name_has_letters_and_no_markup(name, printable) -> None:
    assert rules.can_be_printed(name) is printable


def test_nobody_raises_themselves() -> None:
    assert rules.grant_problem(own=True) is RoleProblem.OWN
    assert rules.grant_problem(own=False) is None


@pytest.mark.parametrize(
    "typed",
    [
        "123456", "123 456", " 12-34-56 ", "123\u00a0456", "12\u2013345\u20116",
        "\u200e123\u200b456\ufeff",
        "١٢٣٤٥٦", "۱۲۳۴۵۶", "१२३४५६", "\uff11\uff12\uff13\uff14\uff15\uff16", "١٢٣ 456", "১২৩৪৫৬",
    ],
)  # fmt: skip
def test_a_code_may_be_typed_in_the_digits_of_any_script(typed: str) -> None:
    assert rules.normal_code(typed) == "123456"


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
    assert rules.normal_code(typed) == plain


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
