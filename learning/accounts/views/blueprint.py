"""The blueprint of accounts, and what its pages share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import ClassVar

from flask import make_response
from flask.typing import ResponseReturnValue

from learning.access.guard import GuardedBlueprint
from learning.kit.forms import Form
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.pages import Page, render_page

bp = GuardedBlueprint("accounts", __name__, url_prefix="/account")
WRONG_PASSWORD = N_("That is not your password.")


@dataclass(frozen=True, kw_only=True)
class FieldSpec:
    """How a field of a short form is rendered."""

    name: str
    kind: str = "text"
    autocomplete: str = ""
    hint: str = ""


NEW_PASSWORD = FieldSpec(
    name="password",
    kind="password",
    autocomplete="new-password",
    hint=N_("At least 12 characters. Three or four words are easy to keep in mind."),
)


@dataclass(frozen=True, kw_only=True)
class SimpleFormPage(Page):
    """A heading, a sentence, a few fields, a button."""

    template: ClassVar[str] = "accounts/simple_form.html"

    title: str
    lead: str
    form: Form | None = None
    fields: Sequence[FieldSpec] = ()
    button: str = ""
    hidden: Mapping[str, str] = field(default_factory=dict[str, str])
    link: tuple[str, str] | None = None  # (text, URL)
    email: str = ""  # whose account this is, for those who keep passwords
    public_endpoint: str = ""  # of a page that search engines may show


def password_page(form: Form, lead: str) -> SimpleFormPage:
    """Return the page on which a new password is chosen; `lead` says what follows."""
    return SimpleFormPage(
        title=N_("Choose a new password"),
        lead=lead,
        form=form,
        fields=[NEW_PASSWORD],
        button=N_("Save my password"),
    )


def answer(page: Page, status: int = HTTPStatus.OK) -> ResponseReturnValue:
    """Render a page that no cache may store."""
    never_store()
    return make_response(render_page(page), status)
