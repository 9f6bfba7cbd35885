"""Pages of mail: declining letters, by their link or by a mail program's own button (RFC 8058)."""

from dataclasses import dataclass
from typing import ClassVar, NoReturn

from flask import abort, request
from flask.typing import ResponseReturnValue

from learning.access.guard import Room
from learning.access.permissions import Permission
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.pages import Page, show
from learning.kit.rate_limit import attempt, check_and_count
from learning.kit.time import now
from learning.mail import actions, limits, queries

room = Room("mail", __name__, url_prefix="/u", for_machines=True)


@dataclass(frozen=True, kw_only=True)
class DeclinePage(Page):
    template: ClassVar[str] = "mail/decline.html"

    email: str
    token: str
    declined: bool


@room.get("/<token>", needs=Permission.OPEN_TO_ALL)
def show_decline(token: str) -> ResponseReturnValue:
    """Show what a link in a letter would do; opening it changes nothing."""
    never_store()
    found = queries.subscription_of(db(), token) or _unknown()
    declined = found.declined_at is not None
    return show(DeclinePage(email=_veiled(found.email), token=token, declined=declined))


@room.post("/<token>", needs=Permission.OPEN_TO_ALL)
def decline(token: str) -> ResponseReturnValue:
    """Stop such letters, or with `again=1` let them come; no sign-in, any number of times."""
    never_store()
    if request.form.get("again"):
        found = actions.take_back(db(), token)
    else:
        found = actions.decline(db(), token, now=now())
    if found is None:
        _unknown()
    declined = found.declined_at is not None
    return show(DeclinePage(email=_veiled(found.email), token=token, declined=declined))


def _unknown() -> NoReturn:
    """Count a token that nobody has against the network that it came from."""
    check_and_count(attempt(limits.DECLINE))
    abort(404)


def _veiled(email: str) -> str:
    """Return an address that its owner recognises, and nobody else: a…@example.org."""
    local, _, domain = email.partition("@")
    return f"{local[:1]}…@{domain}"
