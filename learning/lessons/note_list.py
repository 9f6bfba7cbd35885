"""A reader's own notes by lesson, in the order of the course, as a page and as a text file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from learning.content.course import LessonText
from learning.kit.folding import fold
from learning.kit.i18n import I18n
from learning.lessons.models import Note
from learning.lessons.outline import LessonItem, ModuleItem, Outline


@dataclass(frozen=True, kw_only=True)
class NoteEntry:
    """A note and the paragraph that it is about; the quote is empty if the lesson lost it."""

    note: Note
    quote: str


@dataclass(frozen=True, kw_only=True)
class NotedLesson:
    """The notes of one lesson, in the order of its paragraphs."""

    module: ModuleItem
    line: LessonItem
    entries: Sequence[NoteEntry]


def notes_by_lesson(outline: Outline, notes: Sequence[Note], query: str = "") -> list[NotedLesson]:
    """Return the lessons that have notes; `query` is looked for in title, quote and note."""
    found = []
    for module, line in outline.lessons():
        text = line.lesson.texts.get(line.language)
        own = [note for note in notes if note.lesson == line.key]
        entries = [
            entry
            for entry in _in_order(own, text)
            if fold(query) in fold(f"{line.title} {entry.quote} {entry.note.body}")
        ]
        if entries:
            found.append(NotedLesson(module=module, line=line, entries=entries))
    return found


def _in_order(notes: Sequence[Note], text: LessonText | None) -> list[NoteEntry]:
    quotes = {block.key: block.plain for block in text.blocks} if text else {}
    order = list(quotes)
    entries = [NoteEntry(note=note, quote=quotes.get(note.block, "")) for note in notes]
    return sorted(
        entries,
        key=lambda each: order.index(each.note.block) if each.note.block in quotes else len(order),
    )


def notes_file(lessons: Sequence[NotedLesson], i18n: I18n, title: str) -> str:
    """Return the notes as plain text that any device opens: lesson, quoted place, note, date."""
    return "\r\n".join([*_lines(lessons, i18n, title), ""])


def _lines(lessons: Sequence[NotedLesson], i18n: I18n, title: str) -> Iterator[str]:
    yield title
    for lesson in lessons:
        module = i18n.gettext("Module %(number)s") % {"number": lesson.module.week}
        heading = f"{module} – {lesson.line.title}"
        yield from ("", "", heading, "=" * len(heading))
        for entry in lesson.entries:
            quoted = [f"> {line}" for line in entry.quote.splitlines()]
            yield from ("", *quoted, "", *entry.note.body.splitlines())
            yield f"({i18n.moment(entry.note.written_at)})"
