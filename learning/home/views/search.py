"""Search in the lessons, the documents and the glossary of an edition."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import request
from flask.typing import ResponseReturnValue

from learning.access.guard import current_actor
from learning.access.permissions import Permission
from learning.catalogue.models import EditionStatus
from learning.content import registry, search_queries
from learning.content.search_queries import FoundEntry, SearchHit
from learning.home.forms import SearchForm
from learning.home.views.blueprint import bp, outline_of
from learning.kit.db import db
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.requests import query_number
from learning.kit.time import day_in, now
from learning.lessons import queries as lessons
from learning.lessons.queries import LearnerContext, LearnerEdition

KINDS = ("lesson", "document", "term")  # of what is found, as the index has them
SEARCH_PAGE_SIZE = 20  # search results on one page


@dataclass(frozen=True, kw_only=True)
class SearchPage(Page):
    """A page of search results: from `start` on; `total` is how many there are of `kind`.

    `kinds` are the kinds of what was found with their numbers, "" for all of them.
    """

    template: ClassVar[str] = "home/search.html"

    form: SearchForm
    edition: LearnerEdition | None
    is_search: bool
    hits: Sequence[SearchHit]
    total: int
    start: int
    kind: str
    kinds: Sequence[tuple[str, int]]
    size: int = SEARCH_PAGE_SIZE


@bp.get("/search", needs=Permission.READ_LESSONS, any_edition=True)
def show_search() -> ResponseReturnValue:
    """Search the lessons and documents that are open to the reader, and the glossary."""
    form = SearchForm(request.args)
    is_search = bool(form.q.data) and form.validate()
    code = request.args.get("edition", "")
    readable = _readable()
    context = next((c for c in readable if c.edition.code == code), None) or _default(readable)
    edition = context.edition if context else None
    found: Sequence[FoundEntry] = ()
    hits: Sequence[SearchHit] = ()
    start, kind = query_number("from") or 0, request.args.get("kind", "")
    kind = kind if kind in KINDS else ""
    if context and is_search:
        outline = outline_of(context, day_in(context.edition.zone, now()))
        modules = [module.key for module in outline.modules if module.open]
        course = registry.course(context.edition.course)
        query = search_queries.parse_query(form.q.data or "", current_i18n().language)
        found = search_queries.find_entries(db(), course, query, modules)
        ids = [entry.id for entry in found if kind in ("", entry.kind)]
        hits = search_queries.load_hits(db(), query, ids[start : start + SEARCH_PAGE_SIZE])
    numbers = Counter(entry.kind for entry in found)
    page = SearchPage(
        form=form,
        edition=edition,
        is_search=is_search,
        hits=hits,
        total=numbers[kind] if kind else len(found),
        start=start,
        kind=kind,
        kinds=[("", len(found)), *((each, numbers[each]) for each in KINDS)],
    )
    return render_page(page), 422 if form.errors else 200


def _readable() -> Sequence[LearnerContext]:
    """Return the editions whose lessons the reader may read, the latest first."""
    actor = current_actor()
    if actor.may(Permission.READ_LESSONS):
        return lessons.all_contexts(db(), actor)
    codes = [code for code in actor.in_edition if actor.may(Permission.READ_LESSONS, code)]
    return lessons.get_contexts(db(), actor, codes)


def _default(contexts: Sequence[LearnerContext]) -> LearnerContext | None:
    running = (each for each in contexts if each.edition.status is EditionStatus.RUNNING)
    return next(running, next(iter(contexts), None))
