"""The courses of this installation and what the site says of itself, read once at start."""

from pathlib import Path
from typing import cast

from flask import Flask, current_app

from learning.content.course import Course
from learning.content.course_cache import load_once
from learning.content.organiser import Site, load_site


def init_app(app: Flask, folder: Path, cache: Path) -> None:
    """Read the site's data and every course of a folder; an issue in one stops the start."""
    keys = sorted(path.parent.name for path in folder.glob("*/course.toml"))
    app.extensions["course_folder"] = folder
    app.extensions["site"] = load_site(folder)
    app.extensions["courses"] = {key: load_once(folder / key, cache) for key in keys}


def courses() -> dict[str, Course]:
    return cast("dict[str, Course]", current_app.extensions["courses"])


def course(key: str) -> Course:
    """Return a course by its key, which editions only store if it exists."""
    return courses()[key]


def site() -> Site:
    """Return the organiser and the site's own pages."""
    return cast("Site", current_app.extensions["site"])
