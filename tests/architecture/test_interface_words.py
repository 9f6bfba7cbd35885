"""What pages and e-mails say uses the words of `docs/words.md`, and none that it forbids.

Messages and their translations are also checked by `make messages-check`; here are the texts of the
course files, which have no catalogue, and an example of each violation.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass

import pytest

from learning.content.course import Block
from learning.content.course_reader import load_course
from learning.content.organiser import load_site
from learning.kit.typography import typeset
from learning.settings import ROOT
from tests.interface_words import FORBIDDEN, rules, table, word_issues
from tests.messages import issues, source_issues, string_issues

COURSES = ROOT / "courses"


def texts_in_languages(value: object) -> Iterator[tuple[str, str]]:
    """Yield (language, text) of every table of texts by language."""
    if isinstance(value, list):
        for each in value:
            yield from texts_in_languages(each)
    elif isinstance(value, dict):
        if value.keys() == FORBIDDEN.keys() and all(isinstance(v, str) for v in value.values()):
            yield from value.items()
        else:
            yield from texts_in_languages(list(value.values()))


def course_texts() -> Iterator[tuple[str, str, str]]:
    """Yield (file, language, text) of what the TOML files and the site's own pages say.

    The titles and publishers of sources are names of works and institutions.
    """
    for path in sorted(set(COURSES.rglob("*.toml")) - set(COURSES.rglob("sources.toml"))):
        for language, text in texts_in_languages(tomllib.loads(path.read_text())):
            yield path.name, language, text
    for path in sorted((COURSES / "site").glob("*.md")):
        yield path.name, path.name.split(".")[1], path.read_text()


def test_no_message_or_translation_uses_a_forbidden_word() -> None:
    assert [each for each in issues() if "”: use " in each] == []


def test_no_title_of_a_course_and_no_page_of_the_site_uses_a_forbidden_word() -> None:
    texts = list(course_texts())
    found = [(name, *word_issues(text, language)) for name, language, text in texts]
    assert [each for each in found if len(each) > 1] == []
    assert len(texts) > 150


@pytest.mark.parametrize("language", FORBIDDEN)
def test_what_the_glossary_recommends_is_not_forbidden(language: str) -> None:
    title = {"en": "English", "fr": "French", "es": "Spanish"}[language]
    assert [list(word_issues(row[title], language)) for row in table()] == [[]] * len(table())
    assert len(rules()[language]) > 15


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [
        ("en", "Clone this edition", "clone"),
        ("en", "Back to the Desk", "desk"),
        ("fr", "Place attribuée à la main", "à la main"),
        ("fr", "Vous êtes déconnecté.", "déconnecté"),
        ("fr", "La Vérification en\u00a0deux étapes", "vérification en deux étapes"),
        ("fr", "Les inscrit·es", "·"),
        ("fr", "Chiffres", "= Chiffres"),
        ("es", "Retirar la Solicitud", "solicitud"),
        ("es", "Cambiada a mano", "a mano"),
        ("es", "Todavía no está inscrito", "inscrito"),
    ],
)
def test_a_forbidden_word_is_found(language: str, text: str, word: str) -> None:
    assert any(each.startswith(f"“{word}”: use ") for each in word_issues(text, language))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Desktop"),
        ("fr", "Minuscules, chiffres et traits d’union"),
        ("fr", "Tous les appareils connectés"),
        ("es", "Una persona inscrita"),
        ("es", "La mano"),
    ],
)
def test_part_of_a_word_is_no_violation(language: str, text: str) -> None:
    assert list(word_issues(text, language)) == []


def test_the_check_of_the_messages_finds_them_too() -> None:
    assert "“solicitud”: use candidatura" in string_issues("Apply", "La solicitud", "es")
    assert source_issues("%(name)s has a clone") == ["“clone”: use duplicate"]


def texts_of(value: object, language: str = "") -> Iterator[tuple[str, str]]:
    """Yield (language, text) of everything in a course that was read from TOML."""
    if isinstance(value, str) and language:
        yield language, value
    for key, each in parts(value):
        yield from texts_of(each, str(key) if key in FORBIDDEN else language)


def parts(value: object) -> Iterable[tuple[object, object]]:
    """Return the parts of a value with their keys; a block is set where it is rendered."""
    if isinstance(value, Mapping):
        return value.items()
    if is_dataclass(value) and not isinstance(value, Block):
        return [(each.name, getattr(value, each.name)) for each in fields(value)]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return enumerate(value)
    return ()


def test_texts_of_the_course_files_are_typeset_where_they_are_read() -> None:
    """French has its spaces before : ; ! ? and inside « » in titles, questions and terms too."""
    texts = [
        *texts_of(load_course(COURSES / "reintegration")),
        *texts_of(load_site(COURSES)),
    ]
    assert [text for language, text in texts if typeset(text, language) != text] == []
    assert len(texts) > 5_000
    assert sum("\u202f" in text for language, text in texts if language == "fr") > 100
