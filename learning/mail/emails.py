"""What an e-mail says, and how it is set: plain text first and complete, a small HTML beside it."""

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import Session

from learning.kit.i18n import I18n
from learning.mail.categories import CRITICAL
from learning.paths import ROOT

LINE_WIDTH = 76
Params = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class EmailContent:
    """An e-mail in one language; `path` is the address that its one button opens, without host."""

    subject: str
    lines: Sequence[str]
    button: str = ""
    path: str = ""
    after: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class EmailContext:
    """What stands around an e-mail: whose it is, where links lead, how to decline the next.

    `why` is the footer of its category: why this e-mail came.
    """

    i18n: I18n
    name: str
    address: str
    why: str = CRITICAL.footer
    unsubscribe_path: str = ""

    @property
    def greeting(self) -> str:
        if not self.name:
            return self.i18n.gettext("Hello,")
        return self.i18n.gettext("Dear %(name)s,") % {"name": self.name}

    @property
    def closing(self) -> str:
        return self.i18n.gettext("The course team")

    @property
    def footer(self) -> str:
        return self.i18n.gettext(self.why)

    @property
    def unsubscribe_label(self) -> str:
        return self.i18n.gettext("I do not want such e-mails any more")


EmailTemplate = Callable[[I18n, Params], EmailContent]
EmailCheck = Callable[[Session, Params], bool]
"""Whether an e-mail that waits in the outbox is still worth sending."""


def render_text(email: EmailContent, context: EmailContext) -> str:
    """Return an e-mail as plain text; links stand on lines of their own, unbroken."""
    parts = [context.greeting, *email.lines]
    if email.path:
        parts += [f"{context.i18n.with_colon(email.button)}\n{context.address}{email.path}"]
    parts += [*email.after, context.closing]
    signature = context.footer
    if context.unsubscribe_path:
        words = context.i18n.with_colon(context.unsubscribe_label)
        signature += f"\n{words}\n{context.address}{context.unsubscribe_path}"
    return "\n\n".join([*map(_wrap, parts), f"-- \n{_wrap(signature)}"]) + "\n"


def render_copy(email: EmailContent, context: EmailContext) -> str:
    """Return an e-mail as staff may read it later: nobody can use a link that is not there.

    The button's label stays, in brackets. Its address may be a one-time link, so it is left out
    wherever it stands, and so is the link that declines e-mails.
    """
    lines = [*email.lines, f"[{email.button}]"] if email.button else email.lines
    bare = replace(email, lines=lines, path="")
    text = render_text(bare, replace(context, unsubscribe_path=""))
    return text.replace(email.path, "…") if email.path else text


def render_html(email: EmailContent, context: EmailContext) -> str:
    return _environment().get_template("email.html").render(email=email, context=context)


def _wrap(part: str) -> str:
    return "\n".join(
        line if "://" in line else textwrap.fill(line, LINE_WIDTH)
        for line in map(_escape_signature_mark, part.split("\n"))
    )


def _escape_signature_mark(line: str) -> str:
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
