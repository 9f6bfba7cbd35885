"""Style, scripts and fonts: joined, hashed and compressed once at start, no build step.

`static/css/*.css` become one file in the order of their names; everything else stands alone. An
address carries the hash of its content, so that a browser may keep it for ever. A script imports
another as `"./store.js"`; the address that browsers see carries that one's hash.
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

FOREVER = "public, max-age=31536000, immutable"
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
    style = "".join(path.read_text() for path in sorted((folder / "css").glob("*.css")))
    files = {"app.css": style.encode()}
    for path in _others(folder):
        files[path.name] = path.read_bytes()
    assets = {name: _asset(name, content) for name, content in files.items()} | _scripts(files)
    display = files["display.css"].replace(b"FONT", assets[FONT].name.encode())
    return assets | {"display.css": _asset("display.css", display)}


def _scripts(files: dict[str, bytes]) -> dict[str, Asset]:
    """Return the scripts without their comments, each naming what it imports by its hash."""
    done: dict[str, Asset] = {}

    def finish(name: str) -> Asset:
        if name not in done:
            done[name] = _asset(name, IMPORT.sub(hashed, COMMENT.sub(b"", files[name])))
        return done[name]

    def hashed(found: re.Match[bytes]) -> bytes:
        return b'%s "./%s"' % (found[1], finish(found[2].decode()).name.encode())

    return {name: finish(name) for name in files if name.endswith(".js")}


def _others(folder: Path) -> Iterable[Path]:
    wanted = {".js", ".css", ".woff2", ".svg", ".png", ".webmanifest"}
    paths = (p for p in sorted(folder.rglob("*")) if p.suffix in wanted)
    return (p for p in paths if p.parent.name != "css")


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
    """Return the address of an asset; an unknown name is an error of ours."""
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
    response.headers["Cache-Control"] = FOREVER
    return response
