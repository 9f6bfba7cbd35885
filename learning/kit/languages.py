"""Which language a request speaks: the address says so; without one, the person or the browser.

Every human page lives under /fr, /en or /es. A prefixed address never redirects, so links can be
shared; an unprefixed one answers with 302 to the reader's language.
"""

from collections.abc import Callable
from typing import Any, cast

from babel import negotiate_locale
from flask import Flask, Response, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter, RequestRedirect

from learning.kit.i18n import DEFAULT, LANGUAGES, I18n, i18n_for

COOKIE = "lang"
A_YEAR = 365 * 24 * 3600


class LanguageConverter(BaseConverter):
    """The first part of an address: fr, en or es."""

    regex = "|".join(LANGUAGES)


def init_app(
    app: Flask, person: Callable[[], tuple[str | None, str | None]], *, secure: bool
) -> None:
    """Read the language off the address; `person` says the reader's own language and zone.

    A `secure` cookie is sent over https only.
    """
    app.config["LANGUAGE_COOKIE_SECURE"] = secure
    app.extensions["language_of_person"] = person
    app.url_map.converters["lang"] = LanguageConverter
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_give_language)
    app.before_request(_prefix)
    app.after_request(_remember)


def current() -> I18n:
    """Return the words and formats of this request."""
    kept: I18n | None = g.get("i18n")
    if kept is None:
        language = g.get("language") or wanted()
        kept = g.i18n = i18n_for(language, _person()[1] or "UTC")
    return kept


def wanted() -> str:
    """Return the reader's language: profile, then cookie, then browser, then English."""
    known = list(LANGUAGES)
    for choice in (_person()[0], request.cookies.get(COOKIE)):
        if choice in LANGUAGES:
            return choice
    browser = [code.replace("_", "-") for code in request.accept_languages.values()]
    return negotiate_locale(browser, known, sep="-") or DEFAULT


def alternate(language: str) -> str:
    """Return the address of this same page in another language, question and all.

    A form's own address may not be a page; then it is the page that the form stands on.
    """
    parts = request.path.strip("/").split("/")
    if parts[0] not in LANGUAGES or request.endpoint is None:
        return f"/{language}/"
    path = request.path[len(parts[0]) + 1 :]
    if request.method not in {"GET", "HEAD"}:
        path = _page_above(path, parts[0])
    query = request.query_string.decode("latin-1")
    return f"/{language}{path}" + (f"?{query}" if query else "")


def _page_above(path: str, language: str) -> str:
    """Return the longest beginning of a path that is a page."""
    adapter = current_app.url_map.bind("")
    pieces = path.split("/")
    for length in range(len(pieces), 1, -1):
        for end in ("", "/"):
            tried = "/".join(pieces[:length]).rstrip("/") + end
            if tried and adapter.test(f"/{language}{tried}", "GET"):
                return tried
    return "/"


def _person() -> tuple[str | None, str | None]:
    if "person_language" not in g:
        g.person_language = current_app.extensions["language_of_person"]()
    return cast("tuple[str | None, str | None]", g.person_language)


def _take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "lang" in values:
        g.language = values.pop("lang")


def _give_language(endpoint: str, values: dict[str, Any]) -> None:
    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = current().language


def _remember(response: Response) -> Response:
    """Keep the language that a visitor reads in, for addresses without one."""
    language = g.get("language")
    is_page = response.mimetype == "text/html" and _person()[0] is None
    if language and is_page and request.cookies.get(COOKIE) != language:
        response.set_cookie(
            COOKIE,
            language,
            max_age=A_YEAR,
            samesite="Lax",
            httponly=True,
            secure=current_app.config["LANGUAGE_COOKIE_SECURE"],
        )
    return response


def _prefix() -> ResponseReturnValue | None:
    """Send an address without a language to the reader's own, if such a page exists."""
    if request.endpoint is not None or request.method != "GET":
        return None
    first = request.path.split("/", 2)[1]
    if first in LANGUAGES:
        return None
    adapter = current_app.create_url_adapter(request)
    path = f"/{wanted()}{request.path}"
    try:
        if adapter:
            adapter.match(path, "GET")
    except RequestRedirect:
        pass
    except HTTPException:
        return None
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    response = redirect(path + query)
    response.vary.update(("Accept-Language", "Cookie"))
    return response
