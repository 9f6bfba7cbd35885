"""Pages: what a view hands to its template, as one typed value."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from flask import Flask, current_app
from markupsafe import Markup

from learning.kit.i18n import LANGUAGES
from learning.kit.languages import alternate, current
from learning.kit.templates import LanguageEnvironment, environment_of


@dataclass(frozen=True, kw_only=True)
class Page:
    """One HTML page; the template reads it as `page`."""

    template: ClassVar[str]


def init_app(app: Flask, frame: Callable[[], object]) -> None:
    """Set templates up; `frame` gives what stands around every page."""
    app.extensions["frame"] = frame
    app.jinja_env.globals.update(languages=LANGUAGES, alternate=alternate)


def show(page: Page) -> str:
    """Return the page as HTML, in the language of the request."""
    frame = current_app.extensions["frame"]()
    template = _environment().get_template(page.template)
    return template.render(page=page, frame=frame, i18n=current())


def macro(template: str, name: str) -> Callable[..., Markup]:
    """Return a macro of a template, in the language of the request."""
    found: Callable[..., Markup] = getattr(_environment().get_template(template).module, name)
    return found


def _environment() -> LanguageEnvironment:
    return environment_of(current_app, current().language)
