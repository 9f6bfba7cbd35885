"""Health: for staff a page, for machines two addresses, for nobody a secret."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import current_app
from flask.typing import ResponseReturnValue

from learning.access.guard import Room
from learning.access.permissions import Permission
from learning.admin import doctor
from learning.admin.doctor import Result, Visit
from learning.admin.words import CHECKS
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.pages import Page, show
from learning.kit.time import now

room = Room("health", __name__, url_prefix="/desk/health")
machines = Room("machines", __name__, for_machines=True)


@dataclass(frozen=True, kw_only=True)
class HealthPage(Page):
    template: ClassVar[str] = "admin/health.html"

    results: Sequence[Result]
    settings: Sequence[tuple[str, str]]
    words: Mapping[str, str]


@room.get("/", needs=Permission.SEE_HEALTH)
def show_health() -> ResponseReturnValue:
    never_store()
    visit = _visit()
    page = HealthPage(
        results=doctor.examine_quickly(visit), settings=visit.settings.shown(), words=CHECKS
    )
    return show(page)


@machines.get("/healthz", needs=Permission.OPEN_TO_ALL)
def is_up() -> ResponseReturnValue:
    """Say that the process answers; nothing else is looked at."""
    never_store()
    return {"up": True}


@machines.get("/readyz", needs=Permission.OPEN_TO_ALL)
def is_ready() -> ResponseReturnValue:
    """Say whether pages can be served; why not stands in `learning doctor`."""
    never_store()
    ready = doctor.is_ready(_visit())
    return {"ready": ready}, 200 if ready else 503


def _visit() -> Visit:
    return Visit(session=db(), settings=current_app.extensions["settings"], now=now())
