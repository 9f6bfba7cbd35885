"""A page carries what its template reads, all of it and nothing more, to the last attribute."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import ClassVar

import pytest

from learning import app
from learning.accounts.models import Person
from learning.home.layout import LayoutContext
from learning.kit.i18n import I18n
from learning.kit.leave_site import LeaveSitePage
from learning.kit.pages import Page
from tests.template_check import Checker
from tests.templates import NAMES

SHARED = (
    "components/", "layout/base.html", "lessons/blocks.html", "lessons/module.html",
    "home/week_parts.html",
)  # fmt: skip
LETTER = "mail/email.html"  # shown in mail programs


def below(page: type[Page]) -> Iterator[type[Page]]:
    for each in page.__subclasses__():
        yield each
        yield from below(each)


def pages() -> list[type[Page]]:
    """Return every page of the program that has a template, whatever it derives from."""
    assert app.BLUEPRINTS, "every page is loaded"
    ours = {page for page in below(Page) if page.__module__.startswith("learning.")}
    assert LeaveSitePage in ours, "no view may lead to another site as yet"
    return sorted((each for each in ours if hasattr(each, "template")), key=str)


def read(page: type[Page], source: str | None = None) -> Checker:
    """Return what a template reads of its page, and what it reads and no value has."""
    checker = Checker()
    scope = {"page": page, "layout": LayoutContext, "i18n": I18n, "languages": Mapping[str, str]}
    checker.check(page.template, scope, source)
    return checker


@pytest.mark.parametrize("page", pages(), ids=lambda page: f"{page.__module__}.{page.__name__}")
def test_a_template_reads_only_what_its_page_has(page: type[Page]) -> None:
    assert read(page).issues == set()


@pytest.mark.parametrize("page", pages(), ids=lambda page: f"{page.__module__}.{page.__name__}")
def test_a_page_carries_only_what_its_template_reads(page: type[Page]) -> None:
    assert {field.name for field in fields(page)} - read(page).read == set()


def test_every_template_belongs_to_a_page_or_is_shared() -> None:
    shown = {page.template for page in pages()} | {LETTER}
    assert [n for n in NAMES if n not in shown and not n.startswith(SHARED)] == []


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, kw_only=True)
class Line:
    person: Person
    colour: Colour | None
    notes: Mapping[str, Sequence[Person]]

    @property
    def first(self) -> Person:
        return self.person

    def named(self, _name: str) -> Person:
        return self.person


@dataclass(frozen=True, kw_only=True)
class APage(Page):
    template: ClassVar[str] = "a/page.html"

    lines: Sequence[Line]
    pair: tuple[Person, Line]


@dataclass(frozen=True, kw_only=True)
class ADeeperPage(APage):
    template: ClassVar[str] = "a/deeper.html"

    number: int


def test_pages_are_found_whatever_they_derive_from() -> None:
    assert {APage, ADeeperPage} <= set(below(Page))


SOUND = (
    "{{ page.number }} {{ page.number.real }} {{ layout.name }} {{ i18n.number(1) }}"
    "{% for line in page.lines %}{{ line.person.name }} {{ line.colour.value }}"
    "{{ line.colour == 'red' }}{{ line.colour in ('red', 'red') }}{{ line.person.name == 'x' }}"
    "{{ line.person.name|label('gender') }}"
    "{{ line.first.email }} {{ line.named('a').name }} {{ loop.index0 }}"
    "{% for key, people in line.notes.items() %}{{ key.title() }}{{ people[0].name }}{% endfor %}"
    "{{ line.notes.anything }}{% endfor %}{% set person, line = page.pair %}{{ person.name }}"
    "{% from 'components/icons.html' import icon %}{{ icon('check').strip() }}"
)
UNSOUND = [
    "{{ page.numbers }}",
    "{{ page.number.nothing }}",
    "{{ layout.nam }}",
    "{{ i18n.datum(page.number) }}",
    "{{ page.lines[0].persons }}",
    "{{ (page.lines|first).persons }}",
    "{{ page.lines[0].person.nam }}",
    "{% for line in page.lines %}{{ line.persons }}{% endfor %}",
    "{% for line in page.lines|sort if line.persons %}{% endfor %}",
    "{% for line in page.lines %}{{ line.person.nam }}{% endfor %}",
    "{% for line in page.lines %}{{ line.colour.valu }}{% endfor %}",
    "{% for line in page.lines %}{{ line.first.nam }}{% endfor %}",
    "{% for line in page.lines %}{{ line.named('a').nam }}{% endfor %}",
    "{% for line in page.lines %}{{ line.notes.get('a')[0].nam }}{% endfor %}",
    "{% for k, people in page.lines[0].notes.items() %}{{ people[0].nam }}{% endfor %}",
    "{% set person, line = page.pair %}{{ line.name }}",
    "{% set person, line = page.number, page.pair[1] %}{{ person.name }}",
    "{% macro own(line) %}{{ line.persons }}{% endmacro %}{{ own(page.lines[0]) }}",
    "{% macro own(line) %}{{ line.persons }}{% endmacro %}{{ own(line=page.lines[0]) }}",
    "{% macro own() %}{{ caller() }}{% endmacro %}{% call own() %}{{ page.numbers }}{% endcall %}",
    "{{ (page.lines[0] or page.pair[0]).nam }}",
    "{{ _('%(name)s', name=page.lines[0].person.nam) }}",
    "{% if page.number == page.numbers %}{% endif %}",
    "{% if page.lines[0].colour == 'green' %}{% endif %}",
    "{% if page.lines[0].colour in ('red', 'green') %}{% endif %}",
    "{{ page.lines[0].colour|label }}",
    "{{ page.number|label }}",
    "{{ page.lines[0].person.name|label('nothing') }}",
    "{{ page.lines[0].notes.anything[0].nothing|label }}",
    "{% block main %}{% with line = page.lines[0] %}{{ line.persons }}{% endwith %}{% endblock %}",
]


def test_what_a_page_has_is_found_to_the_last_attribute() -> None:
    checker = read(ADeeperPage, SOUND)
    assert checker.issues == set()
    assert checker.read == {"number", "lines", "pair"}


@pytest.mark.parametrize("source", UNSOUND)
def test_what_a_page_does_not_have_is_found(source: str) -> None:
    assert read(ADeeperPage, source).issues
