"""Pages: what a view hands to its template, as one typed value."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from flask import Flask, current_app, render_template, request, url_for
from jinja2 import StrictUndefined

from learning.kit.i18n import LANGUAGES
from learning.kit.languages import alternate, current


@dataclass(frozen=True, kw_only=True)
class Page:
    """One HTML page; the template reads it as `page`."""

    template: ClassVar[str]


def init_app(app: Flask, frame: Callable[[], object]) -> None:
    """Set templates up; `frame` gives what stands around every page."""
    app.extensions["frame"] = frame
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.add_extension("jinja2.ext.i18n")
    words: Any = environment
    words.install_gettext_callables(
        lambda message: current().gettext(message),
        lambda one, many, number: current().ngettext(one, many, number),
        newstyle=True,
        pgettext=lambda context, message: current().pgettext(context, message),
        npgettext=lambda context, one, many, n: current().npgettext(context, one, many, n),
    )
    environment.globals.update(languages=LANGUAGES, alternate=alternate, url_for=addresses())


def addresses() -> Callable[..., str]:
    """Return `url_for` for templates: an address is made once and remembered."""

    @lru_cache(maxsize=20_000)
    def made(_root: str, _language: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
        return url_for(endpoint, **dict(values))

    def address(endpoint: str, **values: str | int | None) -> str:
        return made(request.script_root, current().language, endpoint, tuple(values.items()))

    return address


def show(page: Page) -> str:
    """Return the page as HTML, in the language of the request."""
    frame = current_app.extensions["frame"]()
    return render_template(page.template, page=page, frame=frame, i18n=current())
