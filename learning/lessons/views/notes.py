"""Pages of a reader's own notes and bookmarks."""

from collections.abc import Sequence

from flask import Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.permissions import Permission
from learning.content import registry
from learning.content.course import Block, Kind, LessonText
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.languages import current_i18n
from learning.kit.pages import render_page
from learning.kit.time import now
from learning.lessons import actions, queries
from learning.lessons.forms import NoteForm
from learning.lessons.note_list import notes_by_lesson, notes_file
from learning.lessons.pages import NotePage, NotePlacesPage, NotesPage
from learning.lessons.views.blueprint import bp, context_of, outline_of
from learning.lessons.views.open_lesson import (
    is_without_script,
    open_lesson,
    position_in,
)

MAX_QUERY_LENGTH = 200
WITHOUT_NOTES = frozenset({Kind.CHECK, Kind.OBJECTIVES, Kind.SOURCES})


@bp.get("/lessons/<lesson>/notes", needs=Permission.SAVE_PROGRESS)
def choose_note(edition: str, lesson: str) -> ResponseReturnValue:
    """Show the blocks of a lesson, to choose the one that a note is about.

    A script goes to the block that is being read instead.
    """
    context, line, text = open_lesson(edition, lesson)
    page = NotePlacesPage(edition=context.edition, line=line, sections=_note_places(text))
    return render_page(page)


def _note_places(text: LessonText) -> list[tuple[str, Sequence[Block]]]:
    """Return the blocks that can have a note, by the heading above them."""
    sections: list[tuple[str, list[Block]]] = [("", [])]
    for block in text.blocks:
        if block.kind is Kind.HEADING:
            sections.append((block.plain, []))
        elif block.kind not in WITHOUT_NOTES:
            sections[-1][1].append(block)
    return [(heading, blocks) for heading, blocks in sections if blocks]


@bp.get("/lessons/<lesson>/notes/<block>", needs=Permission.SAVE_PROGRESS)
def show_note(edition: str, lesson: str, block: str) -> ResponseReturnValue:
    context, line, text = open_lesson(edition, lesson)
    note = queries.note(db(), context.enrolment_id or 0, lesson, block)
    form = NoteForm(body=note.body if note else "", version=str(note.version if note else 0))
    quoted, back = _block(text, block), _back(edition, lesson, block)
    return render_page(
        NotePage(edition=context.edition, line=line, block=quoted, form=form, back=back)
    )


@bp.post("/lessons/<lesson>/notes/<block>", needs=Permission.SAVE_PROGRESS)
@form_post(idempotent=True)
def write_note(edition: str, lesson: str, block: str) -> ResponseReturnValue:
    context, line, text = open_lesson(edition, lesson)
    quoted, form, back = _block(text, block), NoteForm(request.form), _back(edition, lesson, block)
    if not form.validate():
        return render_page(
            NotePage(edition=context.edition, line=line, block=quoted, form=form, back=back)
        ), 422
    position = position_in(context, lesson, block)
    keep_place = is_without_script()
    if actions.write_note(db(), position, form.values(), now=now(), keep_place=keep_place):
        return redirect(back, 303)
    note = queries.note(db(), position.enrolment_id, lesson, block)
    form.version.data = str(note.version if note else 0)
    other = note.body if note else ""
    page = NotePage(
        edition=context.edition, line=line, block=quoted, form=form, back=back, other=other
    )
    return render_page(page), 409


@bp.get("/notes", needs=Permission.SAVE_PROGRESS)
def show_notes(edition: str) -> ResponseReturnValue:
    """Show a reader's notes in the order of the course, and bookmarks; `q` filters the notes."""
    context, query = context_of(edition), request.args.get("q", "").strip()[:MAX_QUERY_LENGTH]
    outline, notes = outline_of(context), queries.all_notes(db(), context.enrolment_id)
    page = NotesPage(
        edition=context.edition,
        query=query,
        lessons=notes_by_lesson(outline, notes, query),
        total=len(notes),
        now=now(),
        bookmarked=[(module, line) for module, line in outline.lessons() if line.bookmarked],
    )
    return render_page(page)


@bp.get("/notes/file", needs=Permission.SAVE_PROGRESS)
def download_notes(edition: str) -> ResponseReturnValue:
    """Send a reader's notes as a text file."""
    never_store()
    context, i18n = context_of(edition), current_i18n()
    notes = queries.all_notes(db(), context.enrolment_id)
    lessons = notes_by_lesson(outline_of(context), notes)
    text = notes_file(lessons, i18n, registry.course(context.edition.course).title[i18n.language])
    response = Response(text, mimetype="text/plain")
    response.headers.set("Content-Disposition", "attachment", filename=f"notes-{edition}.txt")
    return response


def _back(edition: str, lesson: str, block: str) -> str:
    """Return where a reader came from to write a note: the paragraph, or the list of all notes."""
    anchor = f"b-{block}"
    if request.args.get("from") == "notes":
        return url_for(".show_notes", edition=edition, _anchor=f"{lesson}-{anchor}")
    return url_for(".show_lesson", edition=edition, lesson=lesson, _anchor=anchor)


def _block(text: LessonText, key: str) -> Block:
    return next((b for b in text.blocks if b.key == key), None) or abort(404)
