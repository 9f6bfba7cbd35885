"""The layout of every page: the site's name, the navigation, the language switch."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, get_flashed_messages, request

from learning.access.actor import Actor
from learning.access.permissions import Permission, Role
from learning.accounts import reader_marks
from learning.accounts.login import current_session
from learning.accounts.queries import CurrentSession
from learning.content import registry
from learning.content.organiser import Organiser
from learning.home.edition_bar import EditionBar, edition_bar
from learning.home.money_bar import MoneyBar, money_bar
from learning.kit.languages import current_i18n

AREAS = {
    "people": "people.show_people",
    "emails": "emails.show_emails",
    "money": "money.show_overview",
}
"""The first pages of the parts of the staff area that the navigation names, by blueprint."""


@dataclass(frozen=True, kw_only=True)
class LayoutContext:
    """The layout reads this as `layout`."""

    language: str
    site_address: str  # scheme and host, for addresses that others read
    organiser: Organiser
    name: str | None
    edition: str | None
    has_week: bool  # whether they study
    has_applications: bool  # whether their first page is that of their applications
    staff: bool  # whether they may open the staff area; a sponsor may not
    money: bool  # whether they may see invoices, payments and refunds
    people: bool  # whether they may see people and their roles
    emails: bool  # whether they may see e-mails
    edition_bar: EditionBar | None
    money_bar: MoneyBar | None
    endpoint: str
    area: str  # the endpoint of the first page of the part of the site that this page is in
    messages: Sequence[str]
    wide_font: bool
    impersonator_name: str | None
    reader_mark: str  # the reader's pseudonym for scripts: the same on every page
    draft_storage: str  # where scripts may store what is typed: the "device", the "tab", or nowhere


def layout_context() -> LayoutContext:
    signed_in = current_session()
    actor = signed_in.actor if signed_in else Actor()
    staff = actor.may_in_any_edition(Permission.READ_EDITIONS)
    bar = edition_bar(actor)
    is_studying = any(Role.PARTICIPANT in roles for roles in actor.in_edition.values())
    return LayoutContext(
        language=current_i18n().language,
        site_address=current_app.extensions["settings"].address,
        organiser=registry.site().organiser,
        name=signed_in.name if signed_in else None,
        edition=_edition(actor) if bar is None or is_studying else None,
        has_week=is_studying,
        has_applications=bool(signed_in) and not (is_studying or staff) and _may_apply(actor),
        staff=staff,
        money=actor.may(Permission.READ_FINANCES),
        people=actor.may(Permission.READ_PEOPLE),
        emails=actor.may(Permission.READ_COURSE_EMAILS),
        edition_bar=bar,
        money_bar=money_bar(),
        endpoint=request.endpoint or "",
        area=_area(),
        messages=[str(message) for message in get_flashed_messages()],
        impersonator_name=signed_in.impersonator_name if signed_in else None,
        wide_font=request.headers.get("Save-Data", "") != "on",
        reader_mark=reader_mark(),
        draft_storage=_draft_storage(signed_in),
    )


def _area() -> str:
    """Return the first page of the part of the staff area that this page is in, "" elsewhere."""
    first_page = AREAS.get(request.blueprint or "")
    return first_page or ("home.show_staff_area" if "/staff/" in request.path else "")


def _may_apply(actor: Actor) -> bool:
    """Whether the pages of a person's applications are open: not to every impersonator."""
    return actor.impersonator is None or actor.impersonator.may(Permission.READ_APPLICATIONS)


def reader_mark() -> str:
    """Return a pseudonym that distinguishes readers and identifies nobody."""
    signed_in = current_session()
    if signed_in is None:
        return ""
    return reader_marks.mark_of(signed_in.actor.person_id, signed_in.impersonator_name)


def _draft_storage(signed_in: CurrentSession | None) -> str:
    """Return where a device stores what is typed; an impersonator's stores nothing."""
    if signed_in is None:
        return "device"
    if signed_in.impersonator_name:
        return ""
    return "tab" if signed_in.shared_device else "device"


def _edition(actor: Actor) -> str | None:
    """Return the edition whose course the navigation links to.

    This page's, else the person's latest.
    """
    edition_code = (request.view_args or {}).get("edition")
    if isinstance(edition_code, str) and actor.may(Permission.READ_LESSONS, edition_code):
        return edition_code
    mine = (code for code, roles in actor.in_edition.items() if Role.PARTICIPANT in roles)
    return max(mine, default=None)
