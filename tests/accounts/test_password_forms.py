"""One password, however a keyboard writes its letters; codes in the digits of one's own script."""

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime

import pyotp
import pytest

from learning.accounts import actions, passwords, two_factor
from learning.accounts.passwords import HASHER, check_password, hash_password, rehash_if_needed
from learning.accounts.two_factor import NewTotpSecret
from tests.accounts.test_registration import give

NOW = datetime.now(UTC)
PHRASE = "été à Genève, ça va"
FORMS = {form: unicodedata.normalize(form, PHRASE) for form in ("NFC", "NFD")}
WIDE = "été\u00a0à\u202fGenève, ça va"
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")
FULL_WIDTH = str.maketrans("0123456789", "".join(chr(0xFF10 + n) for n in range(10)))


@pytest.mark.parametrize("chosen", FORMS)
@pytest.mark.parametrize("typed", [*FORMS.values(), WIDE])
def test_a_password_opens_however_its_letters_are_written(
    session, visitor, world, chosen, typed
) -> None:
    actions.set_password(session, world.awa, hash_password(FORMS[chosen]), now=NOW)
    session.commit()
    assert give(visitor, world.awa.email, typed).status_code == 303


@pytest.mark.parametrize("hashed", FORMS)
@pytest.mark.parametrize("typed", FORMS.values())
def test_a_hash_of_before_still_opens_and_is_renewed(
    session, visitor, world, hashed, typed
) -> None:
    older = HASHER.hash(FORMS[hashed])
    actions.set_password(session, world.awa, older, now=NOW)
    session.commit()
    before = world.awa.credentials_version
    assert give(visitor, world.awa.email, typed).status_code == 303
    session.expire_all()
    assert rehash_if_needed(world.awa.password_hash, typed) is None
    assert HASHER.verify(world.awa.password_hash, FORMS["NFC"])
    assert (world.awa.password_hash == older) is (hashed == "NFC")
    assert world.awa.credentials_version == before  # the same password: nobody is signed out


def test_a_hash_of_weaker_parameters_is_renewed(session, visitor, world) -> None:
    weaker = type(HASHER)(time_cost=1, memory_cost=8192, parallelism=1).hash(
        "walnut harbour twelve"
    )
    actions.set_password(session, world.awa, weaker, now=NOW)
    session.commit()
    assert give(visitor, world.awa.email, "walnut harbour twelve").status_code == 303
    session.expire_all()
    assert not HASHER.check_needs_rehash(world.awa.password_hash)
    assert check_password(world.awa.password_hash, "walnut harbour twelve")


def test_a_hash_that_was_changed_meanwhile_is_left_alone(session, world) -> None:
    actions.set_password(session, world.awa, "new", now=NOW)
    actions.update_password_hash(session, world.awa.id, "former", "renewed")
    session.refresh(world.awa)
    assert world.awa.password_hash == "new"


@pytest.mark.parametrize("password", ["plain wrong phrase", FORMS["NFD"], WIDE])
def test_an_unknown_person_takes_as_many_hashes_as_a_wrong_password(monkeypatch, password) -> None:
    known, counted = hash_password("walnut harbour twelve"), []
    in_turn = passwords.run_in_queue

    def count(work: Callable[[], bool]) -> bool:
        counted.append(work)
        return in_turn(work)

    monkeypatch.setattr(passwords, "run_in_queue", count)
    assert not check_password(known, password)
    wrong = len(counted)
    counted.clear()
    assert not check_password(None, password)
    assert len(counted) == wrong


@pytest.mark.parametrize("script", [ARABIC, PERSIAN, DEVANAGARI, FULL_WIDTH])
def test_a_code_in_the_digits_of_one_s_own_script_signs_in(session, visitor, world, script) -> None:
    secret = two_factor.new_secret()
    actions.set_password(session, world.awa, hash_password("walnut harbour twelve"), now=NOW)
    codes = two_factor.enable(session, world.awa, NewTotpSecret(secret=secret, step=0), now=NOW)
    session.commit()
    for code in (pyotp.TOTP(secret).now(), codes[0]):
        give(visitor, world.awa.email, "walnut harbour twelve")
        typed = "\u200f" + f"{code[:3]} {code[3:]}".translate(script).upper()
        answer = visitor.post("/en/account/code", data={"code": typed})
        assert answer.location == "/en/this-week"
        visitor.post("/en/account/sign-out")
