"""Every form says what is wrong in the reader's language, whatever is sent to it."""

import pkgutil
import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from importlib import import_module

import pytest
from flask import Flask, g
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms.i18n import messages_path

import learning
from learning.access.permissions import Role
from learning.kit.forms import Form
from learning.kit.i18n import translations_of
from tests.admin.test_crawl import FIELDS, address, an_application
from tests.architecture.test_routes import method_of, rules
from tests.messages import PLACEHOLDER
from tests.world import World, sign_in

LANGUAGES = ("fr", "es")
SENT = {
    "nothing": "",
    "a word": "x",
    "a sign": "\u2019\u201d; --",
    "many digits": "9" * 30,
    "zero": "0",
    "less than nothing": "-1",
    "part of a number": "1,5",
    "a day that is none": "2027-02-30",
    "an address that is none": "ann..lee@example.net",
    "too much": "x " * 10_000,
}
SHORTEST = 12  # of what is looked for in a page: shorter words may be the same in a language
MIN_REFUSED = {
    Role.VISITOR: 2,
    Role.PARTICIPANT: 5,
    Role.REGISTRAR: 8,
    Role.FINANCE: 8,
    Role.APPROVER: 2,
    Role.ADMINISTRATOR: 6,
}  # so many forms at least are met
TAG = re.compile(
    r"<(script|style|textarea|option)\b.*?</\1>|<[^>]*\blang=\"en\"[^>]*>[^<]*|<[^>]+>", re.DOTALL
)


def all_forms() -> list[type[Form]]:
    for module in pkgutil.walk_packages(learning.__path__, "learning."):
        if module.name.rpartition(".")[2].endswith("forms"):
            import_module(module.name)

    def below(form: type[Form]) -> Iterator[type[Form]]:
        for each in form.__subclasses__():
            yield each
            yield from below(each)

    ours = {form for form in below(Form) if form.__module__.startswith("learning.")}
    return sorted(ours, key=lambda form: (form.__module__, form.__name__))


@lru_cache
def english(language: str) -> tuple[str, ...]:
    """The longest piece of each source message that a language says otherwise."""
    translations = translations_of(language)
    pieces = set()
    for source in translations._catalog:  # noqa: SLF001 there is no other way to a catalogue's keys
        text = source[0] if isinstance(source, tuple) else source
        if translations.gettext(text) != text or isinstance(source, tuple):
            piece = max(PLACEHOLDER.split(text)[::2], key=len).strip()
            if len(piece) >= SHORTEST and " " in piece:
                pieces.add(piece)
    with open(f"{messages_path()}/wtforms.pot", encoding="utf-8") as file:  # noqa: PTH123 a path
        builtin = re.findall(r'^msgid "([^"%]{12,})', file.read(), re.MULTILINE)
    return tuple(sorted(pieces | set(builtin)))


def english_in(text: str, language: str) -> list[str]:
    return [piece for piece in english(language) if piece in text]


def with_choices(form: Form) -> Form:
    """Return a form whose lists, which a view fills, are empty."""
    for field in form:
        if getattr(field, "choices", ()) is None:
            field.choices = []
    return form


def test_all_forms_are_found() -> None:
    assert len(all_forms()) > 30


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", all_forms(), ids=lambda form: form.__name__)
def test_a_form_speaks_the_reader_s_language(app: Flask, form: type[Form], language: str) -> None:
    with app.test_request_context():
        g.language = language
        names = [field.name for field in with_choices(form())]
        for what, sent in SENT.items():
            filled = with_choices(form(MultiDict(dict.fromkeys(names, sent))))
            filled.validate()
            for name, message in filled.error_list:
                assert not english_in(message, language), (name, what, message)
                assert message != sent


@pytest.mark.parametrize("form", all_forms(), ids=lambda form: form.__name__)
def test_every_check_of_a_field_is_ours(app: Flask, form: type[Form]) -> None:
    """WTForms' own take a message as it is, and do not translate it."""
    with app.test_request_context():
        for field in with_choices(form()):
            for check in field.validators:
                assert check.__module__.startswith("learning."), (field.name, check)


def test_what_wtforms_says_itself_is_said_in_the_reader_s_language(app: Flask) -> None:
    with app.test_request_context():
        g.language = "fr"
        translations = Form.Meta().get_translations(None).gettext("Not a valid choice.")
        assert translations == "N'est pas un choix valide."


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", MIN_REFUSED)
def test_a_page_that_refuses_something_speaks_it_too(
    app: Flask, session: Session, world: World, role: Role, language: str
) -> None:
    an_application(session, world)
    client = sign_in(app, session, world.person(role))
    refused = 0
    for rule in rules(app):
        takes_forms = method_of(rule) == "POST" and "lang" in rule.arguments
        if takes_forms and rule.endpoint != "accounts.sign_out":
            for sent in {"fr": ("", "9" * 30), "es": ("x",)}[language]:
                where = address(app, rule, lang=language)
                answer = client.post(where, data=dict.fromkeys(FIELDS, sent))
                if answer.mimetype == "text/html" and answer.status_code >= 400:
                    text = " ".join(unescape(TAG.sub(" ", answer.text)).split())
                    assert not english_in(text, language), (where, sent)
                    refused += answer.status_code == 422
    assert refused > MIN_REFUSED[role]
