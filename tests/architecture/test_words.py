"""Every visible word is in the catalogues, and every catalogue is whole."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.kit import i18n
from learning.lessons import home_fragments
from learning.settings import ROOT
from tests.words import faults, string_faults
from tests.world import World, sign_in

EDITION = "/fr/editions/reintegration-running"
DESK = "/fr/desk/editions/reintegration-running"
OPEN, CLOSE = "⟦", "⟧"
TAGS = re.compile(r"<(script|style|svg|option|code|time|bdi)\b.*?</\1>|<[^>]+>", re.DOTALL)
# What comes from the course, from people or from the calendar is not a word of the page.
CONTENT = re.compile(
    r'<article class="prose.*?</article>|<dl class="terms.*?</dl>|<dl class="facts">.*?</dl>'
    r'|lang="(?:en|fr|es)"[^>]*>[^<]*<|<h1.*?</h1>|<h2.*?</h2>|<h3.*?</h3>|<b>.*?</b>'
    r'|<ol class="list">.*?</ol>|<ul class="phases">.*?</ul>|<ul class="list narrow">.*?</ul>'
    r'|<table.*?</table>|<ul class="list push">.*?</ul>|<blockquote.*?</blockquote>'
    r"|<title>.*?</title>|<details.*?</details>"
    r'|<p class="meta">[^⟦<]*</p>|<nav class="crumbs".*?</nav>|(?<=</h2>)\s*<p>[^⟦<]*',
    re.DOTALL,
)
CALENDAR = (
    "lundi mardi mercredi jeudi vendredi samedi dimanche nov déc oct janv octobre novembre "
    "décembre janvier seconde secondes Abidjan UTC min"
)
PEOPLE = (
    "Français English Español Awa Koné Nobody Here Person Test example org reintegration running"
)
PAGES = [
    (Role.VISITOR, "/fr/"),
    (Role.VISITOR, "/fr/account/sign-in?next=/fr/this-week"),
    (Role.VISITOR, "/fr/nowhere"),
    (Role.PARTICIPANT, "/fr/this-week"),
    (Role.PARTICIPANT, f"{EDITION}/"),
    (Role.PARTICIPANT, f"{EDITION}/lessons/m5-l1"),
    (Role.PARTICIPANT, f"{EDITION}/lessons/m4-l1/notes/levels"),
    (Role.PARTICIPANT, f"{EDITION}/notes"),
    (Role.PARTICIPANT, "/fr/search?q=xyzzy"),
    (Role.PARTICIPANT, "/fr/account/profile"),
    (Role.PARTICIPANT, "/fr/account/devices"),
    (Role.MEMBER, "/fr/this-week"),
    (Role.MEMBER, "/fr/applications/"),
    (Role.MEMBER, "/fr/courses/reintegration/apply"),
    (Role.REGISTRAR, "/fr/desk/"),
    (Role.REGISTRAR, f"{DESK}/people/"),
    (Role.REGISTRAR, f"{DESK}/people/list"),
    (Role.TUTOR, f"{DESK}/progress/"),
    (Role.AUDITOR, "/fr/desk/audit/"),
]


def test_no_template_sets_a_sign_behind_a_value_itself() -> None:
    """Whether a space stands before a colon is the language's to say: `i18n.labelled`."""
    found = [
        f"{path.name}: {match[0]}"
        for path in (ROOT / "templates").rglob("*.html")
        for match in re.finditer(r"[^{}]*\}\}\s*[:;!?](?=\s|<|$)", path.read_text())
    ]
    assert found == []


class Pseudo:
    """A catalogue that puts every word it is asked for between brackets."""

    def ugettext(self, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"

    def ungettext(self, one: str, many: str, number: int) -> str:
        return self.ugettext(one if number == 1 else many)


def test_the_catalogues_are_whole() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("source", "string", "language", "expected"),
    [
        ("Hello %(name)s", "Bonjour %(nom)s", "fr", "placeholders"),
        ("<b>a</b>", "<i>a</i>", "fr", "tags"),
        ("Sure?", "Sûr ?", "fr", "spaces before ; : ! ? or inside « »"),
        ("Sure?", "Seguro?", "es", "no ¿ before ?"),
        ("a", "a ", "es", "blanks at the ends"),
    ],
)
def test_the_gate_catches_what_it_is_for(source, string, language, expected) -> None:
    assert expected in string_faults(source, string, language)


def visible_words(page: str) -> str:
    """Return the page's own visible words that did not come out of the catalogue."""
    body = page.split("<body>")[1]
    text = TAGS.sub(" ", CONTENT.sub(" ", body))
    outside = re.sub(rf"{OPEN}[^{CLOSE}]*{CLOSE}", " ", text)
    return " ".join(re.findall(r"[^\W\d_]{3,}", outside))


@pytest.fixture
def nothing_drawn() -> Iterator[None]:
    """What was drawn once for all who see it alike was drawn with other words."""
    home_fragments.forget()
    yield
    home_fragments.forget()


@pytest.mark.usefixtures("nothing_drawn")
@pytest.mark.parametrize(
    ("role", "address"), PAGES, ids=[f"{role} {address}" for role, address in PAGES]
)
def test_every_visible_word_can_be_translated(
    app: Flask,
    session: Session,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    role: Role,
    address: str,
) -> None:
    client = sign_in(app, session, world.person(role))
    monkeypatch.setattr(i18n, "catalogue", lambda _language: Pseudo())
    monkeypatch.setitem(app.extensions, "templates", {})  # where words are put in, once
    page = client.get(address).text
    assert OPEN in page
    known = {*CALENDAR.split(), *PEOPLE.split(), *(str(each).title() for each in Role)}
    assert set(visible_words(page).split()) - known == set()
