"""How current each translated paragraph is.

A stamp keeps the hash of the source text that a translation was made from, and of the translation
itself. Stamps are written by authors (`learning course stamp`), never by the running application.
"""

import hashlib
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from learning.content.course import Course, Lesson

STAMPS = "translations.toml"


class State(StrEnum):
    """How current a translated block is."""

    MISSING = "missing"  # no text in this language
    OUTDATED = "outdated"  # the source text changed since, or nobody has stamped it
    TRANSLATED = "translated"
    REVIEWED = "reviewed"


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What a translation was made from; `reviewed` names who reviewed it and when."""

    source: str
    own: str
    reviewed: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.source, self.own, self.reviewed) if part)


@dataclass(frozen=True, kw_only=True)
class LessonState:
    """The blocks of one lesson in one language, by state, in the order of the lesson."""

    lesson: Lesson
    language: str
    blocks: Mapping[str, State]

    @property
    def counts(self) -> Counter[State]:
        return Counter(self.blocks.values())


def block_hash(source: str) -> str:
    """Return the hash of a block's text; flowing lines anew does not change it."""
    text = " ".join(unicodedata.normalize("NFC", source).split())
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_stamp(text: str) -> Stamp | None:
    """Return the stamp that a line of translations.toml holds, None if it holds none."""
    parts = text.split(maxsplit=2)
    if not parts[1:]:
        return None
    return Stamp(source=parts[0], own=parts[1], reviewed=parts[2] if parts[2:] else "")


def state(source: str, translation: str | None, stamp: Stamp | None) -> State:
    """Return how current a translation is, from both texts and its stamp."""
    if translation is None:
        return State.MISSING
    if stamp is None or stamp.source != block_hash(source):
        return State.OUTDATED
    if stamp.reviewed and stamp.own == block_hash(translation):
        return State.REVIEWED
    return State.TRANSLATED


def overview(course: Course, folder: Path) -> Iterator[LessonState]:
    """Return the state of every written lesson in every language but its source."""
    for module in course.modules:
        stamps = read_stamps(folder / module.key)
        for lesson in module.lessons:
            for language in lesson.texts:
                if language != course.source_language:
                    table = stamps.get(lesson.key.removeprefix(f"{module.key}-"), {})
                    yield _lesson_state(course, lesson, language, table.get(language, {}))


def _lesson_state(
    course: Course, lesson: Lesson, language: str, stamps: Mapping[str, str]
) -> LessonState:
    own = {block.key: block.source for block in lesson.texts[language].blocks}
    blocks = {
        block.key: state(block.source, own.get(block.key), read_stamp(stamps.get(block.key, "")))
        for block in lesson.texts[course.source_language].blocks
    }
    return LessonState(lesson=lesson, language=language, blocks=blocks)


Stamps = dict[str, dict[str, dict[str, str]]]


def read_stamps(folder: Path) -> Stamps:
    """Return a module's stamps: by lesson, language and block."""
    path = folder / STAMPS
    return tomllib.loads(path.read_text()) if path.exists() else {}


def stamp(course: Course, folder: Path, lesson: str, language: str, reviewed_by: str = "") -> None:
    """Say that a lesson's translation was made from the source text as it stands now.

    With `reviewed_by` (initials and a day) it is marked as reviewed too.
    """
    known = course.lessons[lesson]
    stamps = read_stamps(folder / known.module)
    own = {block.key: block.source for block in known.texts[language].blocks}
    table = stamps.setdefault(lesson.removeprefix(f"{known.module}-"), {})
    table[language] = {
        block.key: str(
            Stamp(
                source=block_hash(block.source),
                own=block_hash(own[block.key]),
                reviewed=reviewed_by,
            )
        )
        for block in known.texts[course.source_language].blocks
    }
    (folder / known.module / STAMPS).write_text(_toml(stamps))


def _toml(stamps: Stamps) -> str:
    lines: list[str] = []
    for lesson, languages in sorted(stamps.items()):
        for language, blocks in sorted(languages.items()):
            lines.append(f"[{lesson}.{language}]")
            lines += [f'{key} = "{text}"' for key, text in blocks.items()]
            lines.append("")
    return "\n".join(lines)
