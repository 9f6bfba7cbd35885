"""Templates in each language: a sentence without a blank is put in when the template is compiled.

`_("Sign in")` is a constant of the French template, not a question asked on each page; only
sentences with blanks or with a plural are looked up while a page is drawn.
"""

from collections.abc import Callable
from functools import lru_cache
from types import MethodType
from typing import Any

from flask import Flask, url_for
from flask.templating import Environment
from jinja2 import StrictUndefined, nodes
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer

from learning.kit.i18n import i18n_for

ASK = "_"


class Words(NodeTransformer):
    """Puts the words of one language where a template asks for them."""

    def __init__(self, translate: Callable[[str], str]) -> None:
        self.translate = translate

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 the name that Jinja looks for
        asks = isinstance(node.node, nodes.Name) and node.node.name == ASK
        if asks and len(node.args) == 1 and not node.kwargs:
            (message,) = node.args
            if isinstance(message, nodes.Const):
                text = self.translate(message.value).replace("%%", "%")
                return nodes.MarkSafe(nodes.Const(text, lineno=node.lineno), lineno=node.lineno)
        return self.generic_visit(node)


class LeanContext(Context):
    """What a template calls is mostly a method of a value; none of ours asks for the context."""

    def call(self, called: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 Jinja's signature
        if type(called) is MethodType:
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
            return called(*args, **kwargs)
        return super().call(called, *args, **kwargs)


class LanguageEnvironment(Environment):
    """A Jinja environment whose templates speak one language."""

    language: str
    context_class = LeanContext

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        found: nodes.Template = Words(i18n_for(self.language).gettext).visit(tree)
        return found


def environment_of(app: Flask, language: str) -> LanguageEnvironment:
    """Return the environment of a language, made when its first page is shown."""
    made: dict[str, LanguageEnvironment] = app.extensions.setdefault("templates", {})
    if language not in made:
        made[language] = _environment(app, language)
    return made[language]


def _environment(app: Flask, language: str) -> LanguageEnvironment:
    own, words = app.jinja_env, i18n_for(language)
    made = LanguageEnvironment(
        app,
        autoescape=own.autoescape,
        loader=own.loader,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=own.auto_reload,
        extensions=["jinja2.ext.i18n"],
    )
    made.language = language
    made.globals.update(own.globals, url_for=_addresses())
    speaking: Any = made
    speaking.install_gettext_callables(
        words.gettext,
        words.ngettext,
        newstyle=True,
        pgettext=words.pgettext,
        npgettext=words.npgettext,
    )
    return made


def _addresses() -> Callable[..., str]:
    """Return `url_for` for the templates of one language: an address is made once."""

    @lru_cache(maxsize=8192)
    def made(endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
        return url_for(endpoint, **dict(values))

    def address(endpoint: str, **values: str | int | None) -> str:
        return made(endpoint, tuple(values.items()))

    return address
