"""What to do after asking for an e-mail: where it goes, once more, to another address."""

from dataclasses import asdict, dataclass
from typing import ClassVar

from flask import flash, request, session
from flask.typing import ResponseReturnValue

from learning.access.permissions import Permission
from learning.accounts import rules
from learning.accounts.views.blueprint import answer, bp
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page

KEY = "requested_email"  # in the cookie of the browser that requested; signing in empties it


@dataclass(frozen=True, kw_only=True)
class RequestedEmail:
    """What was typed to get an e-mail: by whom, in which form, and the page to show in the end."""

    email: str
    post_url: str
    form_url: str
    name: str = ""
    zone: str = ""
    next: str = ""


@dataclass(frozen=True, kw_only=True)
class EmailSentPage(Page):
    """The same whether an e-mail was sent or not; `requested` is None in another browser."""

    template: ClassVar[str] = "accounts/email_sent.html"

    requested: RequestedEmail | None


def keep_requested(requested: RequestedEmail) -> None:
    """Keep what was typed for the next page; say so if it was requested for once more."""
    if request.form.get("again"):
        flash(current_i18n().gettext(N_("The e-mail is on its way again.")))
    session[KEY] = asdict(requested)


def last_requested() -> RequestedEmail | None:
    """Return what was typed last in this browser, until somebody signs in."""
    kept = session.get(KEY)
    return RequestedEmail(**kept) if kept else None


def next_url() -> str:
    """Return the page to show in the end, "" if none or if it is not of this site."""
    return rules.safe_redirect_path(request.values.get("next", "")) or ""


@bp.get("/email-sent", needs=Permission.OPEN_TO_ALL)
def show_email_sent() -> ResponseReturnValue:
    return answer(EmailSentPage(requested=last_requested()))
