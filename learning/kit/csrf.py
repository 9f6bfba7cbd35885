"""Forms sent from other sites are rejected, by what the browser itself says about them.

`Sec-Fetch-Site`, else `Origin`, decides. Only a browser that sends neither needs a token in the
form, and only such a browser gets one: pages stay the same from load to load and can be answered
with 304 (docs/decisions/0006).
"""

import hmac
import secrets
from collections.abc import Collection
from typing import cast

from flask import Flask, abort, current_app, g, request, session
from markupsafe import Markup

from learning.kit.db import SAFE_METHODS

FIELD = "csrf_token"
TOKEN_BYTES = 32
FORBIDDEN = 403


def init_app(app: Flask, origins: Collection[str]) -> None:
    app.extensions["origins"] = frozenset(origins)
    app.extensions["for_machines"] = set()  # endpoints that other programs may POST to
    app.before_request(_reject_cross_site)
    app.jinja_env.globals["csrf_field"] = csrf_field


def is_same_origin(
    *, site: str | None, origin: str | None, origins: Collection[str], token_matches: bool
) -> bool:
    """Return whether a form was sent from our own pages.

    `site` and `origin` are the request's Sec-Fetch-Site and Origin headers, None if absent.
    """
    if site is not None:
        return site in {"same-origin", "none"}
    if origin is not None:
        return origin in origins
    return token_matches


def csrf_field() -> Markup:
    """Return the hidden field for browsers that do not say where a form comes from."""
    if "Sec-Fetch-Site" in request.headers:
        return Markup("")
    if "masked_token" not in g:  # one mask for all forms of a page
        g.masked_token = _masked(session.setdefault(FIELD, secrets.token_urlsafe(TOKEN_BYTES)))
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, g.masked_token)


def _masked(token: str) -> str:
    """Return a token under a new mask.

    A page that is compressed must not contain the same secret each time, or its length reveals,
    guess by guess, what the secret is (BREACH). Each page has the token under a mask of its
    own.
    """
    plain = token.encode()
    mask = secrets.token_bytes(len(plain))
    return (mask + _xor(mask, plain)).hex()


def _unmasked(sent: str) -> bytes:
    """Return the token that was sent under its mask; b"" if it is invalid."""
    try:
        both = bytes.fromhex(sent)
    except ValueError:
        return b""
    return _xor(both[: len(both) // 2], both[len(both) // 2 :])


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=False))


def _reject_cross_site() -> None:
    open_to_machines = request.endpoint in current_app.extensions["for_machines"]
    if request.method in SAFE_METHODS or open_to_machines:
        return
    if not is_same_origin(
        site=request.headers.get("Sec-Fetch-Site"),
        origin=request.headers.get("Origin"),
        origins=cast("frozenset[str]", current_app.extensions["origins"]),
        token_matches=_token_matches(),
    ):
        abort(FORBIDDEN)


def _token_matches() -> bool:
    expected = session.get(FIELD, "")
    return bool(expected) and hmac.compare_digest(
        _unmasked(request.form.get(FIELD, "")), str(expected).encode()
    )
