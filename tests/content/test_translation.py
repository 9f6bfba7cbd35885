"""How current each translated paragraph is, and what a course looks like in memory."""

from pathlib import Path

import pytest

from learning.content.course import Kind
from learning.content.course_reader import load_course
from learning.content.translation import TranslationState, block_hash, overview, read_stamp, stamp
from learning.settings import ROOT
from tests.content.course_files import write_course

FR, EN = "m1/l1.fr.md", "m1/l1.en.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_course(tmp_path / "small")


def states(folder: Path, language: str = "en") -> dict[str, TranslationState]:
    course = load_course(folder)
    (found,) = [s for s in overview(course, folder) if s.language == language]
    return dict(found.blocks)


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    path.write_text(path.read_text().replace(old, new, 1))


def test_what_nobody_has_compared_is_outdated(folder: Path) -> None:
    assert set(states(folder).values()) == {TranslationState.OUTDATED}


def test_one_changed_paragraph_is_the_one_to_do(folder: Path) -> None:
    stamp(load_course(folder), folder, "m1-l1", "en")
    assert set(states(folder).values()) == {TranslationState.TRANSLATED}
    change(folder, FR, "## Titre", "## Autre titre")
    assert [key for key, state in states(folder).items() if state is TranslationState.OUTDATED] == [
        "head"
    ]
    assert set(states(folder, "es").values()) == {TranslationState.OUTDATED}


def test_a_review_holds_until_the_translation_changes(folder: Path) -> None:
    stamp(load_course(folder), folder, "m1-l1", "en", "2026-11-21 AB")
    assert set(states(folder).values()) == {TranslationState.REVIEWED}
    change(folder, EN, "What?", "Which?")
    after = states(folder)
    assert after["check-1"] is TranslationState.TRANSLATED
    assert after["check-2"] is TranslationState.REVIEWED


def test_a_new_stamp_keeps_the_reviews_of_what_did_not_change(folder: Path) -> None:
    stamp(load_course(folder), folder, "m1-l1", "en", "2026-11-21 AB")
    change(folder, FR, "## Titre", "## Autre titre")
    stamp(load_course(folder), folder, "m1-l1", "en")
    after = states(folder)
    assert after.pop("head") is TranslationState.TRANSLATED
    assert set(after.values()) == {TranslationState.REVIEWED}


def test_flowing_lines_anew_changes_nothing() -> None:
    assert block_hash("a  b\nc") == block_hash("a b c")
    assert block_hash("a b c") != block_hash("a b d")
    assert read_stamp("") is None


def test_stamps_are_written_the_same_each_time(folder: Path) -> None:
    course = load_course(folder)
    stamp(course, folder, "m1-l1", "en")
    stamp(course, folder, "m1-l1", "es")
    first = (folder / "m1/translations.toml").read_text()
    stamp(course, folder, "m1-l1", "en")
    assert (folder / "m1/translations.toml").read_text() == first


def test_a_lesson_in_memory(folder: Path) -> None:
    course = load_course(folder)
    text = course.lessons["m1-l1"].texts["fr"]
    by_key = {block.key: block for block in text.blocks}
    assert by_key["head"].html == "<h2>Titre</h2>\n"
    assert '<a class="term" href="#term-trust">croit</a>' in by_key["situation"].html
    assert '<a class="cite" href="#source-001">Maison 2020</a>' in by_key["situation"].html
    assert 'aria-label="Titre"' in by_key["table"].html
    assert '<th scope="col">a</th>' in by_key["table"].html
    assert "W &lt;&amp;&gt;" in by_key["grid"].html
    assert 'id="grid-title"' in by_key["grid"].html
    assert (list(text.terms), text.sources) == (["trust"], ["001"])
    check = text.checks["check-1"]
    assert [answer.right for answer in check.answers] == [False, True, False]
    assert check.question == "Quoi\u202f?"
    assert not check.several


def test_the_revision_changes_with_any_byte(folder: Path) -> None:
    before = load_course(folder).revision
    change(folder, "sources.toml", "Livre", "Livres")
    assert load_course(folder).revision != before


def test_the_real_course_is_what_the_curriculum_says() -> None:
    course = load_course(ROOT / "courses/reintegration")
    assert [len(module.lessons) for module in course.modules] == [5] * 6
    assert [sum(lesson.minutes for lesson in m.lessons) for m in course.modules] == [130] * 6
    assert course.total_minutes == 3600
    assert course.written_lessons == course.lessons.keys()
    for key in course.written_lessons:
        for text in course.lessons[key].texts.values():
            assert 900 <= text.words <= 1400
            assert len(text.checks) >= 2
    figures = [
        b.key
        for t in course.lessons.values()
        for b in (t.texts["fr"].blocks if t.texts else ())
        if b.kind is Kind.FIGURE
    ]
    assert len(figures) >= 10
