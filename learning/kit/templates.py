"""Templates by language.

Messages are translated when the template is compiled (docs/decisions/0022).

`_("Sign in")` is a constant of the French template, not a look-up on each page. A message with
placeholders is a constant that is filled in; only plurals are looked up while a page is rendered.
"""

import re
from collections.abc import Callable, MutableMapping, Sequence
from functools import lru_cache
from typing import Any

from flask import Flask, url_for
from flask.templating import Environment
from jinja2 import StrictUndefined, nodes
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer

from learning.kit.i18n import i18n_for
from learning.kit.labels import label_filter

GETTEXT_NAME = "_"
INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class TemplateTranslator(NodeTransformer):
    """Replaces messages by their translations in one language."""

    def __init__(self, translate: Callable[[str], str]) -> None:
        self.translate = translate

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 the name that Jinja looks for
        self.generic_visit(node)
        is_gettext = isinstance(node.node, nodes.Name) and node.node.name == GETTEXT_NAME
        if not is_gettext or len(node.args) != 1 or not isinstance(node.args[0], nodes.Const):
            return node
        return _filled(self.translate(node.args[0].value), node.kwargs).set_lineno(node.lineno)


def _filled(text: str, values: Sequence[nodes.Keyword]) -> nodes.Expr:
    """Return a translated text with values, escaped, in the place of its placeholders."""
    if not values:
        return nodes.MarkSafe(nodes.Const(text.replace("%%", "%")))
    named = [nodes.Pair(nodes.Const(each.key), each.value) for each in values]
    return nodes.Mod(nodes.MarkSafe(nodes.Const(text)), nodes.Dict(named))


class LeanContext(Context):
    """A call context that calls at once what takes no context, as most functions do.

    A macro escapes as its own template does, and all of ours escape.
    """

    def call(self, called: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 Jinja's signature
        if hasattr(called, "jinja_pass_arg"):
            return super().call(called, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return called(*args, **kwargs)


class LanguageEnvironment(Environment):
    """A Jinja environment whose templates are in one language."""

    language: str
    context_class = LeanContext

    def preprocess(self, source: str, name: str | None = None, filename: str | None = None) -> str:
        """Return a template without its indentation, which no reader of a page needs."""
        text = super().preprocess(source, name, filename)
        return INDENTATION.sub("", text) if (name or "").endswith(".html") else text

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the same globals for all templates: each import compares those of two."""
        return super().make_globals(d) if d else self.globals

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        translated: nodes.Template = TemplateTranslator(i18n_for(self.language).gettext).visit(tree)
        return translated


def environment_for(app: Flask, language: str) -> LanguageEnvironment:
    """Return the environment of a language, created with its first page."""
    environments: dict[str, LanguageEnvironment] = app.extensions.setdefault("templates", {})
    if language not in environments:
        environments[language] = _environment(app, language)
    return environments[language]


def _environment(app: Flask, language: str) -> LanguageEnvironment:
    own, words = app.jinja_env, i18n_for(language)
    environment = LanguageEnvironment(
        app,
        autoescape=own.autoescape,
        loader=own.loader,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=own.auto_reload,
        extensions=["jinja2.ext.i18n"],
    )
    environment.language = language
    environment.globals.update(own.globals, url_for=_cached_url_for())
    environment.filters["label"] = label_filter(app.extensions["labels"], words)
    speaking: Any = environment
    speaking.install_gettext_callables(
        words.gettext,
        words.ngettext,
        newstyle=True,
        pgettext=words.pgettext,
        npgettext=words.npgettext,
    )
    return environment


def _cached_url_for() -> Callable[..., str]:
    """Return `url_for` for the templates of one language, with a cache."""

    @lru_cache(maxsize=8192)
    def build_url(endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
        return url_for(endpoint, **dict(values))

    def address(endpoint: str, **values: str | int | None) -> str:
        return build_url(endpoint, tuple(values.items()))

    return address
