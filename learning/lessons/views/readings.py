"""The guided readings of a module as pages show them: what, where, how long, how to get it."""

from dataclasses import dataclass

from flask import url_for

from learning.content.course import Course, Module, Source
from learning.content.readings import reading_title
from learning.kit.i18n import I18n
from learning.lessons.queries import LearnerContext, LearnerRecord


@dataclass(frozen=True, kw_only=True)
class ReadingEntry:
    """A reading in the reader's language; `link` leads to the original, "" for none there.

    `original` is the language of the text that the course uses, None if it is official in several;
    `guide` is the address of its questions.
    """

    title: str
    source: Source
    section: str
    pages: str
    original: str | None
    original_words: int
    link: str
    address: str
    guide: str
    words: int
    size: int
    minutes: int
    done: bool


def reading_entries(
    context: LearnerContext, course: Course, module: Module, record: LearnerRecord, i18n: I18n
) -> dict[str, ReadingEntry]:
    """Return the readings of a module by their keys, which their guide's headings have too."""
    edition = context.edition.code
    guide = url_for("lessons.show_document", edition=edition, document=f"{module.key}-readings")
    result: dict[str, ReadingEntry] = {}
    for reading in module.readings:
        source, text = course.sources[reading.source], reading.summary.texts[i18n.language]
        key = reading.summary.key
        result[reading.key] = ReadingEntry(
            title=reading_title(module, reading, i18n.language),
            source=source,
            section=reading.section[i18n.language],
            pages=reading.pages,
            original=source.text_language,
            original_words=reading.words,
            link=reading.links.get(i18n.language, ""),
            address=url_for("lessons.show_document", edition=edition, document=key),
            guide=f"{guide}#b-{reading.key}",
            words=text.words,
            size=text.size,
            minutes=reading.minutes,
            done=key in record.documents,
        )
    return result
