"""Numbers from 1 to 99 in words, in French, English and Spanish; also “once” and “twice”."""

from collections.abc import Mapping

TEN = 10
FRENCH = (
    "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
    "dix-sept dix-huit dix-neuf"
)
ENGLISH = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
SPANISH = (
    "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés "
    "veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve"
)
FRENCH_TENS = "vingt trente quarante cinquante soixante"
ENGLISH_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
SPANISH_TENS = "treinta cuarenta cincuenta sesenta setenta ochenta noventa"


def _counted(words: str, first: int = 1, step: int = 1) -> dict[str, int]:
    return {word: first + step * index for index, word in enumerate(words.split())}


def _french() -> Mapping[str, int]:
    units = _counted(FRENCH)
    tens = _counted(FRENCH_TENS, 20, TEN)
    numbers = units | tens | {"une": 1, "quatre-vingts": 80}
    for word, unit in units.items():
        if 1 < unit < TEN:
            numbers |= {f"{ten}-{word}": number + unit for ten, number in tens.items()}
        elif unit >= TEN:
            numbers[f"soixante-{word}"] = 60 + unit
        numbers[f"quatre-vingt-{word}"] = 80 + unit
    for ten, number in tens.items():
        numbers |= {f"{ten} et un": number + 1, f"{ten} et une": number + 1}
    del numbers["soixante-onze"]
    return numbers | {"soixante et onze": 71}


def _english() -> Mapping[str, int]:
    units, tens = _counted(ENGLISH), _counted(ENGLISH_TENS, 20, TEN)
    compound = {
        f"{ten}-{word}": number + unit
        for ten, number in tens.items()
        for word, unit in units.items()
        if unit < TEN
    }
    return units | tens | compound | {"once": 1, "twice": 2}


def _spanish() -> Mapping[str, int]:
    units, tens = _counted(SPANISH), _counted(SPANISH_TENS, 30, TEN)
    compound = {
        f"{ten} y {word}": number + unit
        for ten, number in tens.items()
        for word, unit in units.items()
        if unit < TEN
    }
    return units | tens | compound | {"un": 1, "una": 1}


NUMBER_WORDS: Mapping[str, Mapping[str, int]] = {
    "fr": _french(),
    "en": _english(),
    "es": _spanish(),
}
