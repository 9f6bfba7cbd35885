"""How current each translated paragraph is.

A stamp stores the hash of the source text that a translation was made from, and of the translation
itself. Stamps are written by authors (`learning course stamp`), never by the application.
"""

import hashlib
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from learning.content.course import ALL, Course, Lesson, Module
from learning.content.toml_reader import TomlTable

STAMPS = "translations.toml"
STAMP = re.compile(r"[0-9a-f]{16} [0-9a-f]{16}( \d{4}-\d\d-\d\d \S+)?")


class TranslationState(StrEnum):
    """How current a translated block is."""

    MISSING = "missing"  # no text in this language
    OUTDATED = "outdated"  # the source text changed since, or it was never stamped
    TRANSLATED = "translated"
    REVIEWED = "reviewed"


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """The source of a translation; `reviewed` names its reviewer and the day."""

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
    blocks: Mapping[str, TranslationState]

    @property
    def counts(self) -> Counter[TranslationState]:
        return Counter(self.blocks.values())


def block_hash(source: str) -> str:
    """Return the hash of a block's text; other line breaks do not change it."""
    text = " ".join(unicodedata.normalize("NFC", source).split())
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_stamp(text: str) -> Stamp | None:
    """Return the stamp in a line of translations.toml, None if it has none."""
    parts = text.split(maxsplit=2)
    if not parts[1:]:
        return None
    return Stamp(source=parts[0], own=parts[1], reviewed=parts[2] if parts[2:] else "")


def state(source: str, translation: str | None, stamp: Stamp | None) -> TranslationState:
    """Return how current a translation is, from both texts and its stamp."""
    if translation is None:
        return TranslationState.MISSING
    if stamp is None or stamp.source != block_hash(source):
        return TranslationState.OUTDATED
    if stamp.reviewed and stamp.own == block_hash(translation):
        return TranslationState.REVIEWED
    return TranslationState.TRANSLATED


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


def stamp_issues(sheet: TomlTable, module: Module, source_language: str) -> None:
    """Report unreadable stamps; one for a deleted block is removed with the next stamp."""
    lessons = {lesson.key.removeprefix(f"{module.key}-") for lesson in module.lessons}
    for lesson in sheet.entries:
        if lesson not in lessons:
            sheet.report(lesson, f"there is no lesson “{lesson}”")
        languages = sheet.table(lesson)
        for language in languages.entries:
            if language not in ALL or language == source_language:
                languages.report(language, f"“{language}” is no language to translate into")
            blocks = languages.table(language)
            for key, text in blocks.entries.items():
                if not (isinstance(text, str) and STAMP.fullmatch(text)):
                    blocks.report(key, f"{key}: two hashes, or two hashes, a day and initials")


Stamps = dict[str, dict[str, dict[str, str]]]


def read_stamps(folder: Path) -> Stamps:
    """Return a module's stamps: by lesson, language and block."""
    path = folder / STAMPS
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def stamp(course: Course, folder: Path, lesson: str, language: str, reviewed_by: str = "") -> None:
    """Stamp a lesson's translation as made from the present source text.

    With `reviewed_by` (initials and a day) it is marked as reviewed too.
    """
    known = course.lessons[lesson]
    stamps = read_stamps(folder / known.module)
    own = {block.key: block.source for block in known.texts[language].blocks}
    table = stamps.setdefault(lesson.removeprefix(f"{known.module}-"), {})
    before = table.get(language, {})
    table[language] = {
        block.key: _next_stamp(before.get(block.key, ""), block.source, own[block.key], reviewed_by)
        for block in known.texts[course.source_language].blocks
    }
    (folder / known.module / STAMPS).write_text(_toml(stamps), "utf-8")


def _next_stamp(before: str, source: str, own: str, reviewed_by: str) -> str:
    """Return a block's new stamp; a review of the very same texts still holds."""
    new = Stamp(source=block_hash(source), own=block_hash(own), reviewed=reviewed_by)
    old = read_stamp(before)
    if old and not reviewed_by and (old.source, old.own) == (new.source, new.own):
        return str(old)
    return str(new)


def _toml(stamps: Stamps) -> str:
    lines: list[str] = []
    for lesson, languages in sorted(stamps.items()):
        for language, blocks in sorted(languages.items()):
            lines.append(f"[{lesson}.{language}]")
            lines += [f'{key} = "{text}"' for key, text in blocks.items()]
            lines.append("")
    return "\n".join(lines)
