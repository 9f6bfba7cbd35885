"""Invented people and places: one name, one person.

A name is a word with a capital that a text has in every language: translators keep names and little
else. Such a word is listed as somebody, as a place, or as known (real names, and words that happen
to be alike). Who reads of Nadia twice believes that it is the same Nadia; so a person belongs to
the modules that the list gives.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from learning.kit.folding import fold

WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(frozen=True, kw_only=True)
class InventedName:
    """The name of an invented person or place, and the modules whose texts have it."""

    name: str
    modules: Collection[str]


@dataclass(frozen=True, kw_only=True)
class NameList:
    """All names that texts may have; `known` are real, or no names at all."""

    people: Sequence[InventedName]
    places: Sequence[InventedName]
    known: Collection[str]

    @property
    def invented(self) -> Sequence[InventedName]:
        return [*self.people, *self.places]

    @property
    def phrases(self) -> Sequence[str]:
        """The names of several words, which are read as one."""
        every = [*(each.name for each in self.invented), *self.known]
        return [name for name in every if not WORD.fullmatch(name)]


@dataclass(frozen=True, kw_only=True)
class NamedText:
    """A text in all languages: where it stands, and in which module."""

    path: str
    module: str
    by_language: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class NameIssue:
    """What is wrong with a name; `path` is empty for the list itself."""

    path: str
    name: str
    message: str


def name_issues(texts: Sequence[NamedText], names: NameList) -> Iterator[NameIssue]:
    """Return what the texts and the list of names say differently."""
    yield from _twins(names)
    owners = {fold(each.name): each.modules for each in names.invented}
    listed = owners.keys() | {fold(name) for name in names.known}
    seen: dict[str, set[str]] = {name: set() for name in owners}
    for text in texts:
        words = [_names(each, names.phrases) for each in text.by_language.values()]
        for key in sorted(_in_all(words) - listed):
            yield _issue(text, words[0][key], "is in no list of names; add it, or choose another")
        for key in sorted(owners.keys() & {key for each in words for key in each}):
            yield from _listed(text, key, words, owners[key])
            seen[key].add(text.module)
    for each in names.invented:
        for module in sorted(set(each.modules) - seen[fold(each.name)]):
            yield NameIssue(path="", name=each.name, message=f"“{each.name}” is not in {module}")


def _twins(names: NameList) -> Iterator[NameIssue]:
    every = [*(each.name for each in names.invented), *names.known]
    counts = Counter(map(fold, every))
    for name in dict.fromkeys(every):
        if counts[fold(name)] > 1:
            yield NameIssue(path="", name=name, message=f"“{name}” stands there twice")


def _listed(
    text: NamedText, key: str, words: Sequence[Mapping[str, str]], modules: Collection[str]
) -> Iterator[NameIssue]:
    """Return what is wrong with a listed name in a text that has it in one language or more."""
    name = next(each[key] for each in words if key in each)
    if text.module not in modules:
        yield _issue(text, name, f"is somebody or a place of {', '.join(modules)}; choose another")
    missing = [code for code, each in zip(text.by_language, words, strict=True) if key not in each]
    if missing:
        yield _issue(text, name, f"is not in “{'”, “'.join(missing)}”")


def _issue(text: NamedText, name: str, message: str) -> NameIssue:
    return NameIssue(path=text.path, name=name, message=f"“{name}” {message}")


def _in_all(words: Sequence[Mapping[str, str]]) -> set[str]:
    return set.intersection(*(set(each) for each in words))


def _names(text: str, phrases: Sequence[str]) -> dict[str, str]:
    """Return the words with a capital and small letters by their folded form."""
    found = {fold(phrase): phrase for phrase in phrases if phrase in text}
    for phrase in found.values():
        text = text.replace(phrase, " ")
    words = (word for word in WORD.findall(text) if word[0].isupper() and not word.isupper())
    return found | {fold(word): word for word in words}
