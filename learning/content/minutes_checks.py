"""The minutes that a course states, compared with those of the rule (`study_minutes`)."""

from collections import Counter
from collections.abc import Collection, Sequence

from learning.content import study_minutes
from learning.content.activity_types import Assessment
from learning.content.course import Block, CommonWork, Document, Kind, LessonText, Module, Reading
from learning.content.documents import is_for_teachers
from learning.content.style_checks import word_count
from learning.content.toml_reader import TomlTable


def check_lessons(module: Module, tables: Sequence[TomlTable]) -> None:
    """Report each lesson whose stated minutes are not those of its texts."""
    for lesson, table in zip(module.lessons, tables, strict=True):
        if lesson.texts:
            text = next(iter(lesson.texts.values()))
            kinds = Counter(block.kind for block in text.blocks)
            computed = study_minutes.lesson(
                _mean([each.words for each in lesson.texts.values()]),
                checks=kinds[Kind.CHECK],
                tables=kinds[Kind.TABLE],
                drawings=kinds[Kind.FIGURE],
                file_boxes=kinds[Kind.FILE],
            )
            _compare(table, "minutes", lesson.minutes, computed)


def check_readings(
    readings: Sequence[Reading], guide: Document | None, tables: Sequence[TomlTable]
) -> None:
    """Report each reading without a guide in every language, or with other minutes."""
    for reading, table in zip(readings, tables, strict=True):
        texts = guide.texts if guide else {}
        parts = {language: guide_of(reading.key, text) for language, text in texts.items()}
        if not all(parts.values()):
            table.report("key", f"readings.md has no “{{#{reading.key}}}”")
        elif parts and reading.summary.texts:
            words = [
                text.words + _words(parts[language])
                for language, text in reading.summary.texts.items()
            ]
            questions = sum(each.kind is Kind.QUESTION for each in next(iter(parts.values())))
            computed = study_minutes.guided_reading(_mean(words), questions=questions)
            _compare(table, "minutes", reading.minutes, computed)


def check_module_minutes(
    table: TomlTable, modules: Sequence[Module], assessment: Assessment
) -> None:
    """Report the minutes of every module's quiz, discussion and page that the rule refutes."""
    if assessment.quiz and "quiz" in table.entries:
        computed = study_minutes.quiz(assessment.quiz.questions)
        _compare(table, "quiz", table.positive_int("quiz"), computed)
    for module in modules:
        documents = module.documents
        if "discussion" in documents and "discussion" in table.entries:
            computed = study_minutes.discussion(_read("discussion", documents["discussion"]))
            stated = table.positive_int("discussion")
            _compare(table, "discussion", stated, computed, module.key)
        if "page" in documents and "file" in table.entries:
            text = next(iter(documents["page"].texts.values()), None)
            computed = study_minutes.file_page(
                _read("page", documents["page"]),
                tasks=sum(each.kind is Kind.PROMPT for each in text.blocks) if text else 0,
                fieldwork=module.fieldwork,
            )
            _compare(table, "file", table.positive_int("file"), computed, module.key)


def check_group_exercise(table: TomlTable, work: CommonWork) -> None:
    if "group" in work.documents and work.manifest and "group_exercise" in table.entries:
        computed = study_minutes.group_exercise(
            _read("group", work.documents["group"]), people=len(work.manifest.rows)
        )
        _compare(table, "group_exercise", table.positive_int("group_exercise"), computed)


def guide_of(key: str, text: LessonText) -> list[Block]:
    """Return the blocks of the guide through one reading: r1, r1-why, r1-q1 and so on."""
    return [block for block in text.blocks if block.key.partition("-")[0] == key]


def _read(name: str, document: Document) -> float:
    """Return how many words of a document participants read."""
    return _mean(
        [
            _words([each for each in text.blocks if not is_for_teachers(name, each.kind)])
            for text in document.texts.values()
        ]
    )


def _words(blocks: Collection[Block]) -> int:
    return sum(word_count(block.source) for block in blocks)


def _mean(words: Sequence[int]) -> float:
    return sum(words) / len(words) if words else 0


def _compare(table: TomlTable, entry: str, stated: int, computed: float, where: str = "") -> None:
    if not study_minutes.agrees(stated, computed):
        of = f" of {where}" if where else ""
        table.report(entry, f"{entry}{of}: {stated} minutes, but {computed:.0f} by the rule")
