"""What stands around every page: the name of the house, the ways to go, the language switch."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, get_flashed_messages, request

from learning.access.guard import Actor
from learning.access.permissions import Permission, Role
from learning.accounts.login import whoever
from learning.accounts.queries import SignedIn
from learning.kit.languages import current


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The layout reads this as `frame`."""

    language: str
    name: str | None
    edition: str | None
    week: bool  # whether they have one: staff who do not study are sent to the desk
    desk: bool  # whether the desk is open to them: it is not to a sponsor
    section: str
    messages: Sequence[str]
    wide_font: bool
    seen_by: str | None
    reader: str  # who reads, for scripts: the same mark for the same person on every page
    keeps: str  # where scripts may keep what is typed: the "device", the "tab", or nowhere


def frame() -> Frame:
    signed_in = whoever()
    actor = signed_in.actor if signed_in else Actor()
    desk = actor.may_somewhere(Permission.READ_EDITIONS)
    studies = any(Role.PARTICIPANT in roles for roles in actor.in_edition.values())
    return Frame(
        language=current().language,
        name=signed_in.name if signed_in else None,
        edition=_edition(actor),
        week=studies or not desk,
        desk=desk,
        section=(request.endpoint or "").split(".")[-1],
        messages=[str(message) for message in get_flashed_messages()],
        seen_by=signed_in.seen_by if signed_in else None,
        wide_font=request.headers.get("Save-Data", "") != "on",
        reader=reader_mark(),
        keeps=_keeps(signed_in),
    )


def reader_mark() -> str:
    """Return a mark that tells one reader from another, and tells nobody who they are."""
    signed_in = whoever()
    if signed_in is None:
        return ""
    told = f"{current_app.secret_key!r} {signed_in.actor.person_id} {signed_in.seen_by}"
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def _keeps(signed_in: SignedIn | None) -> str:
    """Return where a device keeps what is typed; who looks through other eyes leaves it alone."""
    if signed_in is None:
        return "device"
    if signed_in.seen_by:
        return ""
    return "tab" if signed_in.shared_device else "device"


def _edition(actor: Actor) -> str | None:
    """Return the edition whose course the bar links to: this page's, else the person's latest."""
    here = (request.view_args or {}).get("edition")
    if isinstance(here, str) and actor.may(Permission.READ_LESSONS, here):
        return here
    mine = (code for code, roles in actor.in_edition.items() if Role.PARTICIPANT in roles)
    return max(mine, default=None)
