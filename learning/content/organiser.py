"""Who runs the site, and the site's own pages: `organiser.toml` and `site/` beside the courses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from learning.content.course import CourseError, InLanguages, ProsePage, ValidationIssue
from learning.content.prose_pages import read_prose
from learning.content.toml_reader import TomlTable, read_toml
from learning.kit.email_addresses import is_email, is_placeholder

FILE, FOLDER = "organiser.toml", "site"
FIELDS = frozenset({"name", "short_name", "about", "address", "email", "website"})
MODEL = "fr"  # the language that the translations of the pages are compared with


class SitePageKey(StrEnum):
    """The pages of prose that every site has."""

    HELP = "help"
    PRIVACY = "privacy"
    ACCESSIBILITY = "accessibility"


@dataclass(frozen=True, kw_only=True)
class Organiser:
    """Who runs the site: name and one sentence in every language, postal address by lines."""

    name: InLanguages
    short_name: InLanguages  # at the foot of a lesson
    about: InLanguages
    address: Sequence[str]
    email: str
    website: str


@dataclass(frozen=True, kw_only=True)
class Site:
    """What the site says of itself; pages by key and language."""

    organiser: Organiser
    pages: Mapping[SitePageKey, Mapping[str, ProsePage]]


@lru_cache
def load_site(folder: Path) -> Site:
    """Return the site's data in the folder of the courses; raise CourseError with every issue."""
    site, issues = _read_site(folder)
    if issues:
        raise CourseError(issues)
    return site


def check_site(folder: Path) -> list[ValidationIssue]:
    """Return every issue of `organiser.toml` and of the site's pages."""
    return _read_site(folder)[1]


def placeholder_issues(folder: Path) -> list[ValidationIssue]:
    """Return what `organiser.toml` still has of the example: addresses that reach nobody.

    For a demonstration that is right; an institution that runs the site gives its own.
    """
    issues: list[ValidationIssue] = []
    table = read_toml(folder / FILE, FILE, issues)
    organiser = _read_organiser(table)
    known = len(issues)
    if is_placeholder(organiser.email):
        table.report(
            "email",
            f"email: “{organiser.email}” is a placeholder and reaches nobody; "
            "write the address that your course team reads",
        )
    if is_placeholder(urlsplit(organiser.website).hostname or ""):
        table.report(
            "website",
            f"website: “{organiser.website}” is a placeholder; write that of your institution",
        )
    return issues[known:]


def _read_site(folder: Path) -> tuple[Site, list[ValidationIssue]]:
    issues: list[ValidationIssue] = []
    organiser = _read_organiser(read_toml(folder / FILE, FILE, issues))
    pages = {key: read_prose(folder / FOLDER, key, MODEL, issues) for key in SitePageKey}
    return Site(organiser=organiser, pages=pages), issues


def _read_organiser(table: TomlTable) -> Organiser:
    for name in sorted(table.entries.keys() - FIELDS):
        table.report(name, f"{name} is not known")
    organiser = Organiser(
        name=table.in_languages("name"),
        short_name=table.in_languages("short_name"),
        about=table.in_languages("about"),
        address=table.strings("address"),
        email=table.line("email"),
        website=table.line("website"),
    )
    if organiser.email and not is_email(organiser.email):
        table.report("email", f"email: “{organiser.email}” is no address")
    if organiser.website and not organiser.website.startswith("https://"):
        table.report("website", "website: an address that begins with https://")
    return organiser
