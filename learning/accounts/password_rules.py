"""What makes a password easy to guess, and the normal form of its characters."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator

from learning.kit.folding import sort_key

MIN_PASSWORD_LENGTH = 12
MIN_STEM_LENGTH = 4
MIN_WORD_LENGTH = 2
MIN_DISTINCT_CHARACTERS = 6
MIN_REPEATED_LENGTH = 8
"""What is repeated must be as long as this, to count as more than one sign."""
MIN_RUN_LENGTH, MAX_OUTSIDE_RUNS = 3, 3
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
    """Return a password in the form that is hashed: Unicode's NFKC.

    Keyboards write é as one character or as two, spaces and digits in several widths; NIST SP
    800-63B asks for one form before a password is hashed.
    """
    return unicodedata.normalize("NFKC", text)


def accepted_forms(text: str) -> list[str]:
    """Return the forms in which a password may have been hashed, today's form first."""
    forms = [normal_password(text), text, *(unicodedata.normalize(f, text) for f in ("NFC", "NFD"))]
    return list(dict.fromkeys(forms))


def stem(password: str) -> str:
    """Return a password without digits and substitutions: “P@ssw0rd2026!” is “password”."""
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", sort_key(password)).translate(LEET)
    letters = re.sub(r"[^a-z]", "", core)
    repeated = re.fullmatch(r"(.+?)\1+", letters)
    return repeated.group(1) if repeated else letters


def is_guessable(password: str, common: Collection[str], about: Iterable[str]) -> bool:
    """Whether a password is common, a pattern, a word of this site, or the person's own name.

    Letters of other scripts count as signs; refused is what has few signs, a pattern, a common
    stem, or nothing besides what is known of the person.
    """
    if len(set(password.casefold())) < MIN_DISTINCT_CHARACTERS or is_pattern(password.casefold()):
        return True
    known = [word for text in about for word in _words(text)]
    core = stem(password)
    guessed = core in common or core in CONTEXT or core in FAMOUS or core in known
    if guessed and len(core) >= MIN_STEM_LENGTH:
        return True
    return any(_consists_of(text, known) for text in (core, _letters(password)))


def is_pattern(text: str) -> bool:
    """Whether a text is only a sequence, a row of keys, or a short text repeated."""
    unit = _unit(text)
    if unit != text:
        return len(unit) < MIN_REPEATED_LENGTH or is_pattern(unit)
    single = re.sub(r"(.)\1+", r"\1", text)
    return _is_sequence(single) or (_is_sequence(single[::2]) and _is_sequence(single[1::2]))


def _is_sequence(text: str) -> bool:
    """Whether a text has almost nothing besides runs like “12345”, “fedcba”, “qwerty”."""
    return sum(length for length in _runs(text) if length < MIN_RUN_LENGTH) <= MAX_OUTSIDE_RUNS


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
    """Return the rows in which two characters are neighbours, and the direction."""
    steps = {(row, 1) for row in ROWS if one + two in row}
    steps |= {(row, -1) for row in ROWS if two + one in row}
    apart = ord(two) - ord(one)
    if abs(apart) == 1 and one.isalnum() and two.isalnum():
        steps.add(("", apart))
    return steps


def _unit(text: str) -> str:
    """Return the part that a text repeats, the last time perhaps cut short.

    Else the text itself.
    """
    for length in range(1, len(text) // 2 + 1):
        if text[length:] == text[:-length]:
            return text[:length]
    return text


def _words(text: str) -> list[str]:
    """Return the words of a name or an address."""
    parts = re.split(r"[\W\d_]+", sort_key(text))
    wholes = (stem(whole) for whole in re.split(r"[\s@]+", text))
    return [word for word in (*parts, *wholes) if len(word) >= MIN_WORD_LENGTH]


def _letters(text: str) -> str:
    return "".join(sign for sign in sort_key(text) if sign.isalpha())


def _consists_of(text: str, words: Collection[str]) -> bool:
    """Whether hardly a letter is left of a text without some words."""
    left = text
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, " ")
    return len(left) < len(text) and len(left.replace(" ", "")) < MIN_STEM_LENGTH
