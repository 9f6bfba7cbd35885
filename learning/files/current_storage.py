"""Where this installation keeps files, and what it takes them for; for pages."""

from pathlib import Path
from typing import cast

from flask import Flask, current_app

from learning.files.purposes import FilePurposes
from learning.files.storage import FolderStorage, Storage


def init_app(app: Flask, folder: Path, purposes: FilePurposes) -> None:
    app.extensions["storage"] = FolderStorage(root=folder)
    app.extensions["file_purposes"] = purposes


def storage() -> Storage:
    """Return where this installation keeps files."""
    return cast("Storage", current_app.extensions["storage"])


def file_purposes() -> FilePurposes:
    """Return what this installation takes files for."""
    return cast("FilePurposes", current_app.extensions["file_purposes"])
