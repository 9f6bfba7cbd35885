"""What makes a password easy to guess, and how its letters are written."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator

from learning.kit.folding import sort_key

SHORTEST_PASSWORD = 12
SHORTEST_STEM = 4
SHORTEST_WORD = 2
FEWEST_SIGNS = 6
SHORTEST_UNIT = 8
"""What is repeated must be as long as this, to count as more than one sign."""
SHORTEST_RUN, MOST_LOOSE = 3, 3
LEET = str.maketrans("0134578@$!", "oleastbasi")
ROWS = (
    "12345678901", "qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn",
    "qwertzuiop", "yxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", "!@#$%^&*()",
)  # fmt: skip
CONTEXT = frozenset(
    {
        "admin", "administrator", "certificate", "course", "cours", "curso", "diploma", "itcilo",
        "learning", "letmein", "migration", "migracion", "motdepasse", "contrasena", "password",
        "reintegration", "reintegracion", "retour", "return", "retorno", "turin", "torino",
        "administrateur", "administrador", "apprentissage", "aprendizaje", "bienvenida",
        "bienvenido", "bienvenue", "certificado", "certificat", "changeme", "changeit", "defaut",
        "default", "formacion", "formation", "migrant", "migrante", "monmotdepasse", "mypassword",
        "mipassword", "micontrasena", "newpassword", "nouveaumotdepasse", "nuevacontrasena",
        "participant", "participante", "passphrase", "passwort", "secretpassword", "temporary",
        "temporaire", "temporal", "thisismypassword", "training", "tutor", "tuteur", "welcome",
    }
)  # fmt: skip
FAMOUS = frozenset(
    {
        "correcthorsebatterystaple", "thequickbrownfox", "thequickbrownfoxjumps", "loremipsum",
        "loremipsumdolor", "loremipsumdolorsitamet", "iloveyousomuch", "iloveyouforever",
        "jetaimemonamour", "jetaimepourtoujours", "teamomucho", "teamoparasiempre", "teamomiamor",
        "tequieromucho", "onceuponatime", "iletaitunefois", "erasunavez", "erasenunavez",
        "maytheforcebewithyou", "tobeornottobe", "letmeinplease", "opensesame", "sesameouvretoi",
        "abretesesamo", "inthebeginning", "hakunamatata", "vivelafrance", "vivalavida",
        "allahuakbar", "jesuslovesyou", "godisgood", "diosesamor", "dieuestamour",
    }
)  # fmt: skip


def normal_password(text: str) -> str:
    """Return the one way in which the letters of a password are kept: Unicode's NFKC.

    Keyboards write é as one sign or as two, spaces and digits in several widths; NIST SP 800-63B
    asks for one form before a password is hashed.
    """
    return unicodedata.normalize("NFKC", text)


def spellings(text: str) -> list[str]:
    """Return how a password may have been written when it was hashed, today's form first."""
    forms = [normal_password(text), text, *(unicodedata.normalize(f, text) for f in ("NFC", "NFD"))]
    return list(dict.fromkeys(forms))


def stem(password: str) -> str:
    """Return what is left of a password without decoration: “P@ssw0rd2026!” is “password”."""
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", sort_key(password)).translate(LEET)
    letters = re.sub(r"[^a-z]", "", core)
    repeated = re.fullmatch(r"(.+?)\1+", letters)
    return repeated.group(1) if repeated else letters


def is_guessable(password: str, common: Collection[str], about: Iterable[str]) -> bool:
    """Whether a password is a common one, a pattern, a word of this place, or the person's own.

    Letters of other scripts count as signs; only what has few signs, a pattern, such a stem, or
    nothing beside what is known of the person is refused.
    """
    if len(set(password.casefold())) < FEWEST_SIGNS or is_pattern(password.casefold()):
        return True
    known = [word for text in about for word in _words(text)]
    core = stem(password)
    guessed = core in common or core in CONTEXT or core in FAMOUS or core in known
    if guessed and len(core) >= SHORTEST_STEM:
        return True
    return any(_is_made_of(text, known) for text in (core, _letters(password)))


def is_pattern(text: str) -> bool:
    """Whether a text is but a sequence, a row of keys, or something short said again."""
    unit = _unit(text)
    if unit != text:
        return len(unit) < SHORTEST_UNIT or is_pattern(unit)
    single = re.sub(r"(.)\1+", r"\1", text)
    return _is_sequence(single) or (_is_sequence(single[::2]) and _is_sequence(single[1::2]))


def _is_sequence(text: str) -> bool:
    """Whether there is next to nothing beside runs like “12345”, “fedcba”, “qwerty”."""
    return sum(length for length in _runs(text) if length < SHORTEST_RUN) <= MOST_LOOSE


def _runs(text: str) -> Iterator[int]:
    """Yield the lengths of the runs that a text consists of."""
    length, going = 0, set[tuple[str, int]]()
    for before, sign in zip(" " + text, text, strict=False):
        steps = _steps(before, sign)
        on = going & steps if going else steps
        if length and on:
            length, going = length + 1, on
            continue
        if length:
            yield length
        length, going = 1, set()
    yield length


def _steps(one: str, two: str) -> set[tuple[str, int]]:
    """Return in which rows two signs are neighbours, and in which direction."""
    found = {(row, 1) for row in ROWS if one + two in row}
    found |= {(row, -1) for row in ROWS if two + one in row}
    apart = ord(two) - ord(one)
    if abs(apart) == 1 and one.isalnum() and two.isalnum():
        found.add(("", apart))
    return found


def _unit(text: str) -> str:
    """Return what a text says again and again, the last time perhaps cut short; else itself."""
    for length in range(1, len(text) // 2 + 1):
        if text[length:] == text[:-length]:
            return text[:length]
    return text


def _words(text: str) -> list[str]:
    """Return the words that are known of somebody from a name or an address."""
    parts = re.split(r"[\W\d_]+", sort_key(text))
    wholes = (stem(whole) for whole in re.split(r"[\s@]+", text))
    return [word for word in (*parts, *wholes) if len(word) >= SHORTEST_WORD]


def _letters(text: str) -> str:
    return "".join(sign for sign in sort_key(text) if sign.isalpha())


def _is_made_of(text: str, words: Collection[str]) -> bool:
    """Whether hardly a letter is left of a text without some words."""
    left = text
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, " ")
    return len(left) < len(text) and len(left.replace(" ", "")) < SHORTEST_STEM
