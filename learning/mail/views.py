"""Pages of mail: declining e-mails, by their link or by a mail program's own button (RFC 8058)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NoReturn

from flask import abort, request
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import GuardedBlueprint
from learning.access.permissions import Permission
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.pages import Page, render_page
from learning.kit.rate_limit import attempt, check_and_count
from learning.kit.time import now
from learning.mail import limits, subscriptions

bp = GuardedBlueprint("mail", __name__, url_prefix="/u", for_machines=True)
TOPIC, CATEGORY = "topic", "category"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What can be declined: its `name` in the form, the key of its label, and whether it is."""

    name: str
    label: str
    declined: bool


@dataclass(frozen=True, kw_only=True)
class UnsubscribePage(Page):
    """What a link is about; `scopes` are the topic, if it has one, and the category."""

    template: ClassVar[str] = "mail/unsubscribe.html"

    email: str
    token: str
    scopes: Sequence[Scope]
    changed: bool = False


@bp.get("/<token>", needs=Permission.OPEN_TO_ALL)
def show_unsubscribe(token: str) -> ResponseReturnValue:
    """Show what a link in an e-mail would do; opening it changes nothing."""
    return _page(token)


@bp.post("/<token>", needs=Permission.OPEN_TO_ALL)
@form_post(has_form=False)
def unsubscribe(token: str) -> ResponseReturnValue:
    """Stop such e-mails, or with `again=1` let them come; no sign-in, any number of times.

    `scope=category` means the whole category; without it, what the link is about.
    """
    whole = request.form.get("scope") == CATEGORY
    if request.form.get("again"):
        subscriptions.resubscribe(db(), token, whole=whole)
    else:
        subscriptions.unsubscribe(db(), token, now=now(), whole=whole)
    return _page(token, changed=True)


def _page(token: str, *, changed: bool = False) -> str:
    never_store()
    found = subscriptions.state_of_link(db(), token) or _unknown()
    scopes = [Scope(name=CATEGORY, label=found.category, declined=found.category_declined)]
    if found.topic and not found.category_declined:  # it would not come anyway
        label = f"{found.category}/{found.topic}"
        scopes.insert(0, Scope(name=TOPIC, label=label, declined=found.topic_declined))
    page = UnsubscribePage(email=_masked(found.email), token=token, scopes=scopes, changed=changed)
    return render_page(page)


def _unknown() -> NoReturn:
    """Count a token that nobody has against the network that it came from."""
    check_and_count(attempt(limits.UNSUBSCRIBE))
    abort(404)


def _masked(email: str) -> str:
    """Return an address that its owner recognises, and nobody else: a…@example.org."""
    local, _, domain = email.partition("@")
    return f"{local[:1]}…@{domain}"
