"""The links of a sponsor: that of its nomination, and those in e-mails about its money."""

from http import HTTPStatus
from typing import NoReturn

from flask import abort, make_response
from sqlalchemy.orm import Session

from learning.accounts.rules import token_hash
from learning.admissions.models import Sponsorship
from learning.fees import limits
from learning.fees.pages.sponsor_pages import NoSponsorMoneyPage
from learning.fees.queries.sponsor_links import active_sponsorship, sponsorship_behind
from learning.kit.db import database, db
from learning.kit.headers import never_store
from learning.kit.pages import render_page
from learning.kit.rate_limit import Attempt, attempt, check_and_count
from learning.kit.time import now


def sponsorship_or_404(token: str) -> Sponsorship:
    """Return the sponsorship of a link; a link that opens nothing counts against its network."""
    never_store()
    return _of(db(), token) or unknown(token)


def change_attempt(token: str) -> Attempt:
    """Count what is changed by a link, without beginning the request's transaction."""
    return attempt(limits.SPONSOR_MONEY, _reading(token).id)


def link_scope(token: str) -> str:
    """Return whose keys the forms of a link are: those of its own."""
    return f"sponsor link {token_hash(token)}"


def unknown(token: str) -> NoReturn:
    """Answer for a link that opens nothing: one that has ended can be renewed."""
    check_and_count(attempt(limits.INVOICE_LINK))
    ended = sponsorship_behind(db(), token) is not None
    status = HTTPStatus.GONE if ended else HTTPStatus.NOT_FOUND
    page = NoSponsorMoneyPage(token=token if ended else "", has_ended=ended)
    abort(make_response(render_page(page), status))


def _of(session: Session, token: str) -> Sponsorship | None:
    return active_sponsorship(session, token, now=now())


def _reading(token: str) -> Sponsorship:
    never_store()
    with database().read_transaction() as reading:
        found = _of(reading, token)
    return found or unknown(token)
