"""The providers of this installation, for pages."""

from typing import cast

from flask import Flask, current_app

from learning.extension_points.registry import ExtensionPoints


def init_app(app: Flask, points: ExtensionPoints) -> None:
    app.extensions["extension_points"] = points


def extension_points() -> ExtensionPoints:
    """Return every provider that is registered."""
    return cast("ExtensionPoints", current_app.extensions["extension_points"])
