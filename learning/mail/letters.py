"""What a letter says, and how it is set: plain text first and complete, a small HTML beside it."""

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import Session

from learning.kit.i18n import I18n
from learning.settings import ROOT

WIDTH = 76
Params = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A letter in one language; `path` is the address that its one button opens, without host."""

    subject: str
    lines: Sequence[str]
    button: str = ""
    path: str = ""
    after: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What stands around a letter: whose it is, where links lead, how to decline the next."""

    i18n: I18n
    name: str
    address: str
    decline: str = ""

    @property
    def greeting(self) -> str:
        if not self.name:
            return self.i18n.gettext("Hello,")
        return self.i18n.gettext("Dear %(name)s,") % {"name": self.name}

    @property
    def closing(self) -> str:
        return self.i18n.gettext("The course team")

    @property
    def why(self) -> str:
        """Return why this letter came, and how to stop the next."""
        if not self.decline:
            return self.i18n.gettext(
                "This e-mail is about your account; it cannot be switched off."
            )
        return self.i18n.gettext("You receive this because you take part in a course.")

    @property
    def decline_words(self) -> str:
        return self.i18n.gettext("I do not want such e-mails any more")


LetterWriter = Callable[[I18n, Params], Letter]
LetterCheck = Callable[[Session, Params], bool]
"""Whether a letter that waits in the outbox is still worth sending."""


def as_text(letter: Letter, setting: Setting) -> str:
    """Return a letter as plain text; links stand on lines of their own, unbroken."""
    parts = [setting.greeting, *letter.lines]
    if letter.path:
        parts += [f"{setting.i18n.announced(letter.button)}\n{setting.address}{letter.path}"]
    parts += [*letter.after, setting.closing]
    signature = setting.why
    if setting.decline:
        words = setting.i18n.announced(setting.decline_words)
        signature += f"\n{words}\n{setting.address}{setting.decline}"
    return "\n\n".join([*map(_wrap, parts), f"-- \n{_wrap(signature)}"]) + "\n"


def as_html(letter: Letter, setting: Setting) -> str:
    return _environment().get_template("letter.html").render(letter=letter, setting=setting)


def _wrap(part: str) -> str:
    return "\n".join(
        line if "://" in line else textwrap.fill(line, WIDTH)
        for line in map(_tame, part.split("\n"))
    )


def _tame(line: str) -> str:
    """Return a line of somebody's text that no mail program takes for the signature's mark."""
    return "—" if line.rstrip() == "--" else line


@lru_cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(ROOT / "templates/mail"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
