"""The page between a form of ours and another site: a bank's, a video conference's.

Our pages say `form-action 'self'`, and Chromium holds the redirects of a form to it: a POST that is
answered with 303 to another site stays where it is, without a word. So what follows the form is a
page of ours that names the destination and carries the link (docs/decisions/0048).
"""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import ClassVar
from urllib.parse import urlsplit

from flask import Response, make_response

from learning.kit.headers import never_store
from learning.kit.pages import Page, render_page

ALLOWED_SCHEME = "https"
LOCAL_SCHEME = "http"  # to this machine only: development and tests
MAX_URL_LENGTH = 2000  # characters


class UnsafeDestination(ValueError):  # noqa: N818 it is what the address is
    """The address may not stand on a page of ours as a link to another site."""


@dataclass(frozen=True, kw_only=True)
class LeaveSitePage(Page):
    """Where the link leads: its address, the host in it, the name that people know."""

    template: ClassVar[str] = "layout/leave_site.html"

    url: str
    host: str
    name: str


def leave_site(url: str, name: str) -> Response:
    """Return the page that leads to `url` on another site, which people know by its `name`.

    It works without JavaScript, is stored nowhere (the address may hold a secret), and the other
    site is not told which page of ours it was. A view returns it from its POST, after its work; or
    redirects to a page of ours that returns it, so that loading it again sends no form.
    `url` comes from an adapter or from staff, never from the request that is answered. Raise
    UnsafeDestination if it is not an https address.
    """
    host = destination_host(url)
    never_store()
    response = make_response(render_page(LeaveSitePage(url=url, host=host, name=name)))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def destination_host(url: str) -> str:
    """Return the host that an address leads to, with its port if it names one.

    Raise UnsafeDestination for what is no https address, or could lead elsewhere than it seems:
    with a name or a password before its host, a backslash, a blank, or letters beyond ASCII.
    """
    plain = url.isascii() and url.isprintable() and not set(url) & set(' \\"<>')
    if not plain or len(url) > MAX_URL_LENGTH:
        raise UnsafeDestination("the address is not plain ASCII, or too long")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UnsafeDestination("the address cannot be read") from error
    host = parts.hostname or ""
    if not host or "@" in parts.netloc:
        raise UnsafeDestination("the address has no host, or a name before it")
    if parts.scheme != ALLOWED_SCHEME and not (parts.scheme == LOCAL_SCHEME and _is_local(host)):
        raise UnsafeDestination("the address does not begin with https://")
    shown = f"[{host}]" if ":" in host else host
    return f"{shown}:{port}" if port else shown


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
