"""Forms sent from other sites are refused, by what the browser itself says about them.

`Sec-Fetch-Site`, else `Origin`, decides. Only a browser that sends neither needs a token in the
form, and only such a browser is given one: pages stay the same from load to load and can
be answered with 304 (docs/decisions/0006).
"""

import hmac
import secrets
from collections.abc import Collection
from typing import cast

from flask import Flask, abort, current_app, g, request, session
from markupsafe import Markup

from learning.kit.db import SAFE_METHODS

FIELD = "csrf_token"
FORBIDDEN = 403


def init_app(app: Flask, origins: Collection[str]) -> None:
    app.extensions["origins"] = frozenset(origins)
    app.extensions["for_machines"] = set()  # end points that other programs may post to
    app.before_request(_refuse_crossing)
    app.jinja_env.globals["csrf_field"] = csrf_field


def comes_from_us(
    *, site: str | None, origin: str | None, origins: Collection[str], token_fits: bool
) -> bool:
    """Decide whether a form was sent from our own pages.

    `site` and `origin` are the request's Sec-Fetch-Site and Origin headers, None if absent.
    """
    if site is not None:
        return site in {"same-origin", "none"}
    if origin is not None:
        return origin in origins
    return token_fits


def csrf_field() -> Markup:
    """Return the hidden field for browsers that will not say where a form comes from."""
    if "Sec-Fetch-Site" in request.headers:
        return Markup("")
    g.carries_secret = True
    token = session.setdefault(FIELD, secrets.token_urlsafe(32))
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token)


def _refuse_crossing() -> None:
    open_to_machines = request.endpoint in current_app.extensions["for_machines"]
    if request.method in SAFE_METHODS or open_to_machines:
        return
    if not comes_from_us(
        site=request.headers.get("Sec-Fetch-Site"),
        origin=request.headers.get("Origin"),
        origins=cast("frozenset[str]", current_app.extensions["origins"]),
        token_fits=_token_fits(),
    ):
        abort(FORBIDDEN)


def _token_fits() -> bool:
    expected = session.get(FIELD, "")
    return bool(expected) and hmac.compare_digest(
        request.form.get(FIELD, "").encode(), str(expected).encode()
    )
