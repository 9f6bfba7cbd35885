"""A storage of one's own for each test."""

import pytest
from flask import Flask

from learning.files.storage import FolderStorage


@pytest.fixture
def folder(app: Flask, tmp_path, monkeypatch) -> FolderStorage:
    made = FolderStorage(root=tmp_path / "files")
    monkeypatch.setitem(app.extensions, "storage", made)
    return made
