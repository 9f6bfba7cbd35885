"""Styles, scripts and fonts: joined, hashed and compressed once at start, no build step.

`static/css/*.css`, and then `static/css/components/*.css`, become `app.css` in the order of their
names; any other folder of styles becomes a file of its name (`css/staff/` is `staff.css`), for the
pages that need it. Every other file is served by itself. A URL has the hash of its content, so
that a browser may cache it for ever. A script imports another as `"./store.js"`; browsers get that
one's hashed URL.
"""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import brotli
from flask import Flask, Response, abort, current_app, request

CACHE_FOREVER = "public, max-age=31536000, immutable"
FONT = "source-serif-4.woff2"
IMPORT = re.compile(rb'(from|import) "\./([\w-]+\.js)"')
COMMENT = re.compile(rb"^\s*//.*\n|(?<=[;,{}]) +//[^\n\"'`]*$|^ +", re.MULTILINE)
COMPRESSIBLE = frozenset({".css", ".js", ".svg", ".webmanifest"})


@dataclass(frozen=True, kw_only=True)
class Asset:
    """One file for browsers, in each encoding that is smaller than the plain one."""

    name: str
    mimetype: str
    encodings: dict[str, bytes]


@lru_cache
def load_assets(folder: Path) -> dict[str, Asset]:
    """Return every asset by its plain name, as in `app.css`."""
    files = {name: _joined(paths) for name, paths in style_sheets(folder).items()}
    for path in _other_files(folder):
        files[path.name] = path.read_bytes()
    assets = {name: _asset(name, content) for name, content in files.items()} | _scripts(files)
    display = files["display.css"].replace(b"FONT", assets[FONT].name.encode())
    return assets | {"display.css": _asset("display.css", display)}


def style_sheets(folder: Path) -> dict[str, list[Path]]:
    """Return the parts of each style sheet in their order, `app.css` first."""
    css = folder / "css"
    sheets = {"app.css": [*sorted(css.glob("*.css")), *sorted(css.glob("components/*.css"))]}
    for own in sorted(
        path for path in css.iterdir() if path.is_dir() and path.name != "components"
    ):
        sheets[f"{own.name}.css"] = sorted(own.glob("*.css"))
    return sheets


def _joined(paths: Iterable[Path]) -> bytes:
    return b"".join(path.read_bytes() for path in paths)


def _scripts(files: dict[str, bytes]) -> dict[str, Asset]:
    """Return the scripts without comments, with hashed URLs of their imports."""
    done: dict[str, Asset] = {}

    def finish(name: str) -> Asset:
        if name not in done:
            done[name] = _asset(name, IMPORT.sub(hashed, COMMENT.sub(b"", files[name])))
        return done[name]

    def hashed(match: re.Match[bytes]) -> bytes:
        return b'%s "./%s"' % (match[1], finish(match[2].decode()).name.encode())

    return {name: finish(name) for name in files if name.endswith(".js")}


def _other_files(folder: Path) -> Iterable[Path]:
    suffixes = {".js", ".css", ".woff2", ".svg", ".png", ".webmanifest"}
    paths = (p for p in sorted(folder.rglob("*")) if p.suffix in suffixes)
    return (p for p in paths if "css" not in p.parts)


def _asset(name: str, content: bytes) -> Asset:
    digest = hashlib.sha256(content).hexdigest()[:10]
    path = Path(name)
    encodings = {"identity": content}
    if path.suffix in COMPRESSIBLE:
        encodings["gzip"] = gzip.compress(content, 9, mtime=0)
        encodings["br"] = brotli.compress(content, quality=11)
    return Asset(
        name=f"{path.stem}.{digest}{path.suffix}",
        mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream",
        encodings=encodings,
    )


def init_app(app: Flask) -> None:
    assets = load_assets(Path(app.root_path) / "static")
    app.extensions["assets"] = assets
    app.extensions["assets_by_address"] = {a.name: a for a in assets.values()}
    app.jinja_env.globals["asset"] = asset_url


def asset_url(name: str) -> str:
    """Return the URL of an asset; an unknown name is a programming error."""
    return f"/static/{current_app.extensions['assets'][name].name}"


def send_asset(filename: str) -> Response:
    """Answer with an asset in the best encoding that the browser takes."""
    asset: Asset | None = current_app.extensions["assets_by_address"].get(filename)
    if asset is None:
        abort(404)
    accepted = request.accept_encodings
    best = next((e for e in ("br", "gzip") if e in asset.encodings and accepted[e]), "identity")
    response = Response(asset.encodings[best], mimetype=asset.mimetype)
    if best != "identity":
        response.headers["Content-Encoding"] = best
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = CACHE_FOREVER
    return response
