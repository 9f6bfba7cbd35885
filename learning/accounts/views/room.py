"""The room, and what its pages share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import ClassVar

from flask import make_response
from flask.typing import ResponseReturnValue

from learning.access.guard import Room
from learning.kit.forms import Form
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.pages import Page, show

room = Room("accounts", __name__, url_prefix="/account")
WRONG_PASSWORD = N_("That is not your password.")


@dataclass(frozen=True, kw_only=True)
class Field:
    """How a field of a short form is shown."""

    name: str
    kind: str = "text"
    autocomplete: str = ""
    hint: str = ""


NEW_PASSWORD = Field(
    name="password",
    kind="password",
    autocomplete="new-password",
    hint=N_("At least 12 characters. Three or four words are easy to keep in mind."),
)


@dataclass(frozen=True, kw_only=True)
class ShortPage(Page):
    """A heading, a sentence, a few fields, a button."""

    template: ClassVar[str] = "accounts/short.html"

    title: str
    lead: str
    form: Form | None = None
    fields: Sequence[Field] = ()
    button: str = ""
    hidden: Mapping[str, str] = field(default_factory=dict[str, str])
    link: tuple[str, str] | None = None  # (words, address)
    email: str = ""  # whose account this is, for those who keep passwords


def password_page(form: Form, lead: str) -> ShortPage:
    """Return the page on which a new password is chosen; `lead` says what follows."""
    return ShortPage(
        title=N_("Choose a new password"),
        lead=lead,
        form=form,
        fields=[NEW_PASSWORD],
        button=N_("Save my password"),
    )


def answer(page: Page, status: int = HTTPStatus.OK) -> ResponseReturnValue:
    """Show a page that no cache may keep."""
    never_store()
    return make_response(show(page), status)
