"""The edition of a URL, for every page under it that no cache may store."""

from dataclasses import dataclass
from datetime import date

from flask import abort, g

from learning.access.guard import current_actor
from learning.catalogue.models import Edition, EditionStatus
from learning.catalogue.queries import edition_by_code
from learning.kit.db import db
from learning.kit.headers import never_store


@dataclass(frozen=True, kw_only=True)
class PageEdition:
    """The edition of the page that is shown, as it was when the view loaded it."""

    code: str
    status: EditionStatus
    starts_on: date
    ends_on: date
    apply_until: date
    zone: str


def edition_of(code: str) -> Edition:
    """Return the edition of the URL, or 404; the response is not cached."""
    never_store()
    edition = edition_by_code(db(), current_actor(), code) or abort(404)
    show_edition(edition)
    return edition


def show_edition(edition: Edition) -> None:
    """Show the bar of an edition above this page; `edition_of` does it for what it loads."""
    g.page_edition = PageEdition(
        code=edition.code,
        status=edition.status,
        starts_on=edition.starts_on,
        ends_on=edition.ends_on,
        apply_until=edition.apply_until,
        zone=edition.zone,
    )


def page_edition() -> PageEdition | None:
    """Return the edition that the view of this request has loaded, if any."""
    known: PageEdition | None = g.get("page_edition")
    return known
