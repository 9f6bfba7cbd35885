"""The room, and what its pages share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import ClassVar

from flask import g, make_response
from flask.typing import ResponseReturnValue

from learning.access.guard import Room
from learning.accounts import throttle
from learning.accounts.throttle import Tries
from learning.kit.forms import Form
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current
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
    """Show a page that no cache may keep; after too many tries, with how long to wait."""
    never_store()
    response = make_response(show(page), status)
    if pause := g.get("pause"):
        response.status_code = HTTPStatus.TOO_MANY_REQUESTS
        response.headers["Retry-After"] = str(pause)
    return response


def is_hasty(tried: Tries, form: Form) -> bool:
    """Whether this try comes too soon after others; if so, the form says how long to wait."""
    wait = throttle.wait(tried)
    if wait is None:
        return False
    words, g.pause = current(), max(1, round(wait / timedelta(seconds=1)))
    form.refuse(
        words.gettext(N_("There were too many tries. Wait %(pause)s, then try once more."))
        % {"pause": words.duration(wait)}
    )
    return True
