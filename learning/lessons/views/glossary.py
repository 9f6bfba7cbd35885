"""The glossary of a course."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from flask import request
from flask.typing import ResponseReturnValue

from learning.access.permissions import Permission
from learning.content import registry
from learning.content.course import Course, Term
from learning.kit import conditional_get
from learning.kit.folding import fold
from learning.kit.languages import current_i18n
from learning.kit.pages import render_page
from learning.lessons.pages import GlossaryPage, TermUse
from learning.lessons.views.blueprint import bp, context_of

MAX_QUERY_LENGTH = 200


@bp.get("/glossary", needs=Permission.READ_LESSONS)
def show_glossary(edition: str) -> ResponseReturnValue:
    """Show the terms by first letter; `q` filters them, without accents or case."""
    context, language = context_of(edition), current_i18n().language
    course = registry.course(context.edition.course)
    query = request.args.get("q", "").strip()[:MAX_QUERY_LENGTH]
    if same := conditional_get.not_modified(course.revision, context.keys, query):
        return same
    terms = [
        term
        for term in course.sorted_terms(language)
        if fold(query) in fold(_searched(term, language))
    ]
    cited = {term.source for term in terms}
    page = GlossaryPage(
        edition=context.edition,
        query=query,
        number=len(terms),
        letters=[
            (letter, list(group))
            for letter, group in groupby(terms, key=lambda term: fold(term.name[language])[:1])
        ],
        terms=course.terms,
        sources={key: source for key, source in course.sources.items() if key in cited},
        uses=_uses(course, language),
    )
    return conditional_get.with_etag(render_page(page))


def _searched(term: Term, language: str) -> str:
    """Return what the filter searches: the names in every language and the definition."""
    return " ".join([*term.name.values(), term.definition[language]])


def _uses(course: Course, language: str) -> Mapping[str, Sequence[TermUse]]:
    """Return by term where lessons link to it, one place in each."""
    uses = dict[str, list[TermUse]]()
    for module in course.modules:
        for number, lesson in enumerate(module.lessons, start=1):
            text = lesson.texts.get(language)
            for key, block in text.terms.items() if text else ():
                use = TermUse(f"{module.week}.{number}", f"lessons/{lesson.key}#b-{block}")
                uses.setdefault(key, []).append(use)
    return uses
