"""Headers of every response: no inline or foreign code, no shared caches."""

from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

POLICIES = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
)
CONTENT_SECURITY_POLICY = "; ".join(POLICIES)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
HSTS = "max-age=31536000; includeSubDomains"


def init_app(app: Flask, *, production: bool) -> None:
    always = HEADERS | ({"Strict-Transport-Security": HSTS} if production else {})

    @app.after_request
    def set_headers(response: Response) -> Response:
        for name, value in always.items():
            response.headers.setdefault(name, value)  # a file has a stricter policy of its own
        if "Cache-Control" not in response.headers:
            sensitive = g.get("sensitive", False)
            response.headers["Cache-Control"] = "no-store" if sensitive else "private, no-cache"
        if language := g.get("language"):
            response.headers["Content-Language"] = language
        _make_location_relative(response)
        return response


def _make_location_relative(response: Response) -> None:
    """Redirect by a path alone, since the host is whatever the request named."""
    onward = response.headers.get("Location")
    if onward is not None and onward.startswith(ours := request.host_url):
        response.headers["Location"] = "/" + onward.removeprefix(ours).lstrip("/")
        response.set_data(b"")


def trust_proxies(app: Flask, hops: int) -> None:
    """Trust so many proxies about the client's address; none if 0."""
    if hops:
        behind = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
        app.wsgi_app = behind  # type: ignore[method-assign]  # how Flask takes it


def never_store() -> None:
    """Exclude this response from every cache: money, marks, other people's data."""
    g.sensitive = True
