"""The cells of a row in the table of a cohort as HTML: cached for all who are equally far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from markupsafe import Markup

from learning.content.course import Module
from learning.kit.pages import template_macro
from learning.kit.text import mark_safe

TEMPLATE = "components/cohort.html"


@dataclass(frozen=True, kw_only=True)
class ModuleColumn:
    """A module in the table: shut, it has one cell for each person; the chosen one is open."""

    module: Module
    lessons: Sequence[str]  # the keys of those that are written
    opens_on: date
    is_ahead: bool
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class CellColumn:
    """What the cells of a module depend on besides a person's progress."""

    week: int
    lessons: tuple[str, ...]
    is_ahead: bool
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class CellColumns:
    """The columns of a table in one language; equal ones have equal cells at equal progress."""

    language: str
    modules: tuple[CellColumn, ...]


def columns_of(language: str, modules: Sequence[ModuleColumn]) -> CellColumns:
    return CellColumns(
        language=language,
        modules=tuple(
            CellColumn(
                week=each.module.week,
                lessons=tuple(each.lessons),
                is_ahead=each.is_ahead,
                is_open=each.is_open,
            )
            for each in modules
        ),
    )


@lru_cache(maxsize=1024)
def render_cells(columns: CellColumns, opened: frozenset[str], done: frozenset[str]) -> Markup:
    """Return the cells of one person, by the lessons that they have opened and finished."""
    return mark_safe(template_macro(TEMPLATE, "cells")(columns.modules, opened, done))
