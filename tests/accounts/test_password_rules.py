"""What makes a password easy to guess; how its letters are written."""

import unicodedata

import pytest

from learning.accounts import password_rules
from learning.accounts.passwords import common_stems

ABOUT = ["Inés Ruiz Soto", "ines.ruiz_s1980@example.org"]
COMPOSED = unicodedata.normalize("NFC", "été à Genève")
SPLIT = unicodedata.normalize("NFD", "été à Genève")


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
    assert password_rules.stem(password) == left


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaaaaaa", "123456789012", "1234567890123456", "098765432109", "987654321098",
        "abcdefghijkl", "ABCDEFGHIJKL", "zyxwvutsrqpo", "abcdefghijkl1", "abc123def456",
        "112233445566",
        "aabbccddeeff", "abcabcabcabc", "abcd1234abcd1234", "1a2b3c4d5e6f", "qwertyuiop12",
        "qwertyuiopasdfghjkl", "azertyuiopqsdf", "qwerty123456", "poiuytrewqlk", "йцукенгшщзхъ",
        "абвгдежзийкл", "!@#$%^&*()!@", "xyz xyz xyz xyz", "123456 123456", "walnutwalnut",
        "password1234", "Password!2026", "motdepasse2026", "contraseña2026", "azertyazerty1",
        "correct horse battery staple", "I love you so much!", "Je t'aime mon amour",
        "te amo mucho 2026", "Bienvenue2026!", "changeme1234", "mon mot de passe",
        "ines.ruiz_s1980", "InesRuiz2026!", "RUIZINES1980", "ruiz.ines.soto", "inesines1980",
        "InesSotoRuiz!!", "ines@example.org", "1980inesruizs", "sotoinesruiz99",
    ],
)  # fmt: skip
def test_a_password_that_others_would_try_first_is_guessable(password: str) -> None:
    assert password_rules.is_guessable(password, common_stems(), ABOUT)


def test_a_name_in_another_script_is_one_s_own_too() -> None:
    assert password_rules.is_guessable("太郎山田-1980", frozenset(), ["山田 太郎"])


@pytest.mark.parametrize(
    "password",
    [
        "six weeks in Turin", "пароль на каждый день", "walnut harbour twelve", "k9#Lq!v2^Zx7",
        "長い合言葉を使います。よし", "three or four words", "quatre mots de passe longs",
        "Inés planted a walnut", "su casa tiene tejado rojo", "defghost river nopq",
        "squatters own phrase",
        "another good phrase", "17 chèvres sur un toit", "x7Kp-92mQ-aaLz",
        "été 1980, marché couvert",
    ],
)  # fmt: skip
def test_a_password_of_one_s_own_making_is_not(password: str) -> None:
    assert not password_rules.is_guessable(password, common_stems(), ABOUT)


def test_letters_have_one_form_and_older_forms_are_known() -> None:
    assert COMPOSED != SPLIT
    assert password_rules.normal_password(SPLIT) == COMPOSED
    assert password_rules.normal_password("a\u00a0b\uff11") == "a b1"
    assert password_rules.accepted_forms(SPLIT) == [COMPOSED, SPLIT]
    assert password_rules.accepted_forms(COMPOSED) == [COMPOSED, SPLIT]
    assert password_rules.accepted_forms("plain ascii") == ["plain ascii"]
