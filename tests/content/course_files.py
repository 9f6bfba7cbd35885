"""A small course in files, whole, for tests that break it one piece at a time."""

import shutil
from pathlib import Path

from learning.settings import ROOT

LANGUAGES = ("fr", "en", "es")
FILLER = "mot " * 440
COURSE = """code = "X1"
source_language = "fr"
modules = ["m1"]
total_minutes = 30
[title]
fr = "Cours"
en = "Course"
es = "Curso"
[module_minutes]
lessons = 20
[extra_minutes]
project = 10
[[phases]]
key = "one"
weeks = [1, 1]
title = { fr = "Une", en = "One", es = "Una" }
summary = { fr = "Une.", en = "One.", es = "Una." }
[promise]
fr = "Ceci."
en = "This."
es = "Esto."
"""
MODULE = """week = 1
[title]
fr = "Module"
en = "Module"
es = "Módulo"
[objectives]
fr = ["Faire"]
en = ["Do"]
es = ["Hacer"]
[[lessons]]
key = "l1"
minutes = 20
written = true
title = { fr = "Leçon", en = "Lesson", es = "Lección" }
"""
GLOSSARY = """[trust]
source = "001"
section = { fr = "article 1", en = "article 1", es = "artículo 1" }
fr = { term = "confiance", definition = "Ce qui porte." }
en = { term = "trust", definition = "What carries." }
es = { term = "confianza", definition = "Lo que sostiene." }
"""
SOURCES = (
    '[001]\ncitation = { fr = "Maison 2020", en = "House 2020", es = "Casa 2020" }\n'
    'title = { fr = "Livre", en = "Book", es = "Libro" }\n'
    'publisher = { fr = "Maison", en = "House", es = "Casa" }\nyear = 2020\n'
)
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 9" role="img" '
    'aria-labelledby="$id-title $id-desc"><title id="$id-title">$title</title>'
    '<desc id="$id-desc">$desc</desc><text class="f-text" x="1" y="1">$word</text></svg>\n'
)
WORDS = "".join(f'[{each}]\ntitle = "T"\ndesc = "D."\nword = "W <&>"\n' for each in LANGUAGES)
STAMPS = '[l1.en]\nhead = "0123456789abcdef 0123456789abcdef"\n'
CHECK = """::: check
{question}

- [ ] A.
  > B.
- [x] C.
  > D.
- [ ] E.
  > F.
:::"""
LESSON = """{{#objectives}}
::: objectives
- a
- b
- c
:::

{{#situation}}
::: situation
Il [croit](term:trust) ([001](source:001)).
:::

{{#head}}
## Titre

{{#p1}}
{filler}

{{#p2}}
{filler}

{{#grid}}
![Une grille](figure:grid)

{{#check-1}}
{check}

{{#check-2}}
{check}

{{#table}}
| a | b |
|---|---|
| 1 | 2 |

{{#file}}
::: file
Faire.
:::

{{#keypoints}}
::: keypoints
- a
- b
- c
:::

{{#sources}}
::: sources
- [001](source:001), page 1.
:::
"""


def lesson(language: str) -> str:
    question = {"fr": "Quoi ?", "en": "What?", "es": "¿Qué?"}[language]
    return LESSON.format(filler=FILLER.strip(), check=CHECK.format(question=question))


def write_course(folder: Path) -> Path:
    """Write the whole course, faultless, and return its folder."""
    (folder / "m1").mkdir(parents=True)
    files = {
        "course.toml": COURSE,
        "glossary.toml": GLOSSARY,
        "sources.toml": SOURCES,
        "m1/module.toml": MODULE,
        "m1/grid.svg": DRAWING,
        "m1/grid.toml": WORDS,
        "m1/translations.toml": STAMPS,
    }
    for language in LANGUAGES:
        files[f"note.{language}.md"] = "## A\n\nB\n"
        files[f"m1/l1.{language}.md"] = lesson(language)
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


def copy_site(folder: Path) -> None:
    """Copy what stands beside the courses: the cancellation policies, the organiser, the pages."""
    for name in ("cancellation.toml", "organiser.toml"):
        shutil.copy(ROOT / "courses" / name, folder)
    shutil.copytree(ROOT / "courses/site", folder / "site")
