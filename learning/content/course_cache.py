"""A course and its search entries, made once for each state of the files and of the code.

Reading thirty lessons in three languages takes seconds; what comes out is kept on disk under a
hash of everything that it depends on, and in this process for as long as it runs.
"""

import sys
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from learning.content import search
from learning.content.course import Course
from learning.content.reading import load_course, revision
from learning.kit.disk_cache import cached, hash_of

PACKAGE = Path(__file__).parents[1]
# What reading a course runs; a test compares this with what it imports.
CODE = (
    *(
        "content/*.py",
        "kit/__init__.py",
        "kit/folding.py",
        "kit/french.py",
        "kit/i18n.py",
        "kit/money.py",
    ),
    *("kit/search.py", "kit/text.py", "kit/typography.py"),
)
LIBRARIES = (
    *("babel", "bleach", "linkify-it-py", "markdown-it-py", "markupsafe", "mdurl"),
    *("snowballstemmer", "webencodings"),
)


@lru_cache
def load_once(folder: Path, cache: Path) -> Course:
    """Return the course in a folder as it was when this process first asked."""
    state = revision(folder)
    key = hash_of(code_hash().encode(), folder.name.encode(), state.encode())
    course = cached(cache, f"course-{folder.name}", key, lambda: load_course(folder))
    # files that were changed during the reading: what came out belongs to no one state of them
    return course if course.revision == state else load_course(folder)


def entries(course: Course, cache: Path) -> search.Entries:
    """Return the rows of the search index of a course."""
    parts = code_hash(), search.index_version(), course.key, course.revision
    key = hash_of(*(part.encode() for part in parts))
    return cached(cache, f"search-{course.key}", key, lambda: search.entries(course))


@lru_cache
def code_hash() -> str:
    """Return a hash over the code that reads a course, its libraries and the interpreter."""
    files = sorted(path for pattern in CODE for path in PACKAGE.glob(pattern))
    sources = [path.read_bytes() for path in files]
    libraries = [f"{name} {version(name)}" for name in LIBRARIES]
    return hash_of(*sources, *(name.encode() for name in (*libraries, sys.version)))
