"""The language of a request: from its URL; without one, the person's or the browser's.

Every page for people is under /fr, /en or /es. A URL with a prefix never redirects, so links can be
shared; one without answers with 302 to the reader's language.
"""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import quote

from babel import negotiate_locale
from flask import Flask, Response, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter, RequestRedirect

from learning.kit.i18n import DEFAULT_LANGUAGE, LANGUAGES, I18n, i18n_for

COOKIE = "lang"
COOKIE_SECONDS = 365 * 24 * 3600


class LanguageConverter(BaseConverter):
    """The first part of a URL: fr, en or es."""

    regex = "|".join(LANGUAGES)


def init_app(
    app: Flask, person: Callable[[], tuple[str | None, str | None]], *, secure: bool
) -> None:
    """Read the language from the URL; `person` returns the reader's own language and zone.

    A `secure` cookie is sent over https only.
    """
    app.config["LANGUAGE_COOKIE_SECURE"] = secure
    app.extensions["language_of_person"] = person
    app.url_map.converters["lang"] = LanguageConverter
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_give_language)
    app.before_request(_redirect_to_language)
    app.after_request(_remember)


def current_i18n() -> I18n:
    """Return the language and zone of this request."""
    cached: I18n | None = g.get("i18n")
    if cached is None:
        language = g.get("language") or preferred_language()
        cached = g.i18n = i18n_for(language, _person_language()[1] or "UTC")
    return cached


def preferred_language() -> str:
    """Return the reader's language: profile, then cookie, then browser, then English."""
    known = list(LANGUAGES)
    for choice in (_person_language()[0], request.cookies.get(COOKIE)):
        if choice in LANGUAGES:
            return choice
    browser = [code.replace("_", "-") for code in request.accept_languages.values()]
    return negotiate_locale(browser, known, sep="-") or DEFAULT_LANGUAGE


def alternate_url(language: str) -> str:
    """Return the URL of this same page in another language, with its query string.

    A form's own URL may not be a page; then it is the page that the form is on. The place that a
    view kept (`keep_place`) goes along.
    """
    parts = request.path.strip("/").split("/")
    if parts[0] not in LANGUAGES or request.endpoint is None:
        return f"/{language}/"
    path = request.path[len(parts[0]) + 1 :]
    if request.method not in {"GET", "HEAD"}:
        path = _page_above(path, parts[0])
    path = quote(path)
    query = request.query_string.decode("latin-1")
    place = g.get("alternate_place", "")
    return f"/{language}{path}" + (f"?{query}" if query else "") + (f"#{place}" if place else "")


def keep_place(anchor: str) -> None:
    """Let the links to this page in other languages lead to an element of it."""
    g.alternate_place = anchor


def _page_above(path: str, language: str) -> str:
    """Return the longest prefix of a path that is a page."""
    adapter = current_app.url_map.bind("")
    segments = path.split("/")
    for length in range(len(segments), 1, -1):
        for end in ("", "/"):
            tried = "/".join(segments[:length]).rstrip("/") + end
            if tried and adapter.test(f"/{language}{tried}", "GET"):
                return tried
    return "/"


def _person_language() -> tuple[str | None, str | None]:
    if "person_language" not in g:
        g.person_language = current_app.extensions["language_of_person"]()
    return cast("tuple[str | None, str | None]", g.person_language)


def _take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "lang" in values:
        g.language = values.pop("lang")


def _give_language(endpoint: str, values: dict[str, Any]) -> None:
    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = current_i18n().language


def _remember(response: Response) -> Response:
    """Store a visitor's language in a cookie, for URLs without one."""
    language = g.get("language")
    is_page = response.mimetype == "text/html" and _person_language()[0] is None
    if language and is_page and request.cookies.get(COOKIE) != language:
        response.set_cookie(
            COOKIE,
            language,
            max_age=COOKIE_SECONDS,
            samesite="Lax",
            httponly=True,
            secure=current_app.config["LANGUAGE_COOKIE_SECURE"],
        )
    return response


def _redirect_to_language() -> ResponseReturnValue | None:
    """Redirect a URL without a language to the reader's own, if such a page exists."""
    if request.endpoint is not None or request.method not in {"GET", "HEAD"}:
        return None
    first = request.path.split("/", 2)[1]
    if first in LANGUAGES:
        return None
    adapter = current_app.create_url_adapter(request)
    path = f"/{preferred_language()}{request.path}"
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
