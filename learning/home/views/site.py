"""Help, privacy and accessibility: what the site says of itself; what robots may read."""

from dataclasses import dataclass
from typing import ClassVar

from flask import Response
from flask.typing import ResponseReturnValue

from learning.access.guard import GuardedBlueprint
from learning.access.permissions import Permission
from learning.content import registry
from learning.content.course import ProsePage
from learning.content.organiser import SitePageKey
from learning.home.views.blueprint import bp
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page

robots = GuardedBlueprint("robots", __name__, for_machines=True)
PRIVATE = ("account", "apply", "applications", "editions", "search", "staff", "this-week")
PUBLIC = ("account/password-reset", "account/sign-in", "account/sign-up")
TITLES = {
    SitePageKey.HELP: N_("Help"),
    SitePageKey.PRIVACY: N_("Privacy"),
    SitePageKey.ACCESSIBILITY: N_("Accessibility"),
}


@dataclass(frozen=True, kw_only=True)
class SitePage(Page):
    """A page of prose; its sections fold where each answers one question (`folded`)."""

    template: ClassVar[str] = "home/site_page.html"

    endpoint: str
    title: str
    text: ProsePage
    folded: bool


@bp.get("/help", needs=Permission.OPEN_TO_ALL)
def show_help() -> ResponseReturnValue:
    return _show(SitePageKey.HELP, folded=True)


@bp.get("/privacy", needs=Permission.OPEN_TO_ALL)
def show_privacy() -> ResponseReturnValue:
    return _show(SitePageKey.PRIVACY)


@bp.get("/accessibility", needs=Permission.OPEN_TO_ALL)
def show_accessibility() -> ResponseReturnValue:
    return _show(SitePageKey.ACCESSIBILITY)


def _show(key: SitePageKey, *, folded: bool = False) -> str:
    text = registry.site().pages[key][current_i18n().language]
    return render_page(
        SitePage(endpoint=f"{bp.name}.show_{key}", title=TITLES[key], text=text, folded=folded)
    )


@robots.get("/robots.txt", needs=Permission.OPEN_TO_ALL)
def show_robots() -> ResponseReturnValue:
    """Ask robots to leave out the pages that are for people with an account."""
    paths = [f"Disallow: /{language}/{part}" for language in LANGUAGES for part in PRIVATE]
    paths += [f"Allow: /{language}/{part}$" for language in LANGUAGES for part in PUBLIC]
    return Response("\n".join(["User-agent: *", *paths, ""]), mimetype="text/plain")
