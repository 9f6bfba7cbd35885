"""The courses that this installation has, read once at start."""

from pathlib import Path
from typing import cast

from flask import Flask, current_app

from learning.content.course import Course
from learning.content.course_cache import load_once


def init_app(app: Flask, folder: Path, cache: Path) -> None:
    """Read every course of a folder; a broken one stops the start with its faults."""
    keys = sorted(path.parent.name for path in folder.glob("*/course.toml"))
    app.extensions["course_folder"] = folder
    app.extensions["courses"] = {key: load_once(folder / key, cache) for key in keys}


def courses() -> dict[str, Course]:
    return cast("dict[str, Course]", current_app.extensions["courses"])


def course(key: str) -> Course:
    """Return a course by its key; an edition never names one that is not there."""
    return courses()[key]
