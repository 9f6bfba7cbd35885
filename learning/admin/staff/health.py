"""Health pages: one for staff, two public endpoints for monitoring; none reveals a secret."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import current_app
from flask.typing import ResponseReturnValue

from learning.access.guard import GuardedBlueprint
from learning.access.permissions import Permission
from learning.admin import health_checks
from learning.admin.health_checks import CheckContext, CheckResult
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.pages import Page, render_page
from learning.kit.time import now

bp = GuardedBlueprint("health", __name__, url_prefix="/staff/health")
machines = GuardedBlueprint("machines", __name__, for_machines=True)


@dataclass(frozen=True, kw_only=True)
class HealthPage(Page):
    template: ClassVar[str] = "admin/health.html"

    results: Sequence[CheckResult]
    settings: Sequence[tuple[str, str]]


@bp.get("/", needs=Permission.SEE_HEALTH)
def show_health() -> ResponseReturnValue:
    never_store()
    visit = _check_context()
    page = HealthPage(
        results=health_checks.run_quick_checks(visit), settings=visit.settings.without_secrets()
    )
    return render_page(page)


@machines.get("/healthz", needs=Permission.OPEN_TO_ALL)
def liveness() -> ResponseReturnValue:
    """Return 200 if the process answers; nothing else is checked."""
    never_store()
    return {"up": True}


@machines.get("/readyz", needs=Permission.OPEN_TO_ALL)
def readiness() -> ResponseReturnValue:
    """Return whether pages can be served; `learning doctor` says why not."""
    never_store()
    ready = health_checks.is_ready(_check_context())
    return {"ready": ready}, 200 if ready else 503


def _check_context() -> CheckContext:
    return CheckContext(session=db(), settings=current_app.extensions["settings"], now=now())
