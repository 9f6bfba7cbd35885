"""Pages: the typed value that a view passes to its template."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from flask import Flask, current_app, g
from markupsafe import Markup

from learning.kit.errors import RuleViolation
from learning.kit.i18n import LANGUAGES
from learning.kit.labels import Labels, label_of, message_in
from learning.kit.languages import alternate_url, current_i18n
from learning.kit.templates import LanguageEnvironment, environment_for


@dataclass(frozen=True, kw_only=True)
class Page:
    """One HTML page; the template reads it as `page`."""

    template: ClassVar[str]


def init_app(app: Flask, layout: Callable[[], object], labels: Labels) -> None:
    """Set up templates; `layout` returns the layout's data, `labels` the labels of values."""
    app.extensions["labels"] = labels
    app.extensions["layout"] = layout
    app.jinja_env.globals.update(languages=LANGUAGES, alternate_url=alternate_url)


def render_page(page: Page) -> str:
    """Return the page as HTML, in the language of the request."""
    template = _environment().get_template(page.template)
    return template.render(page=page, layout=current_layout(), i18n=current_i18n())


def current_layout() -> object:
    """Return the layout's data for this request."""
    if "layout" not in g:
        g.layout = current_app.extensions["layout"]()
    return g.layout


def message_of(violation: RuleViolation) -> str:
    """Return why the rules refuse something, in the language of the request."""
    return message_in(current_app.extensions["labels"], violation, current_i18n())


def labelled_texts(use: str) -> list[str]:
    """Return the stored texts that have a label of a use, in alphabetical order."""
    labels: Labels = current_app.extensions["labels"]
    return sorted(labels[str, use])


def label(member: str, use: str = "") -> str:
    """Return what a stored value is called, as the template filter of this name does."""
    return current_i18n().gettext(label_of(current_app.extensions["labels"], member, use))


def template_macro(template: str, name: str) -> Callable[..., Markup]:
    """Return a macro of a template, in the language of the request."""
    macro: Callable[..., Markup] = getattr(_environment().get_template(template).module, name)
    return macro


def _environment() -> LanguageEnvironment:
    return environment_for(current_app, current_i18n().language)
