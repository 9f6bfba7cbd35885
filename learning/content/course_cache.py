"""A course and its search entries, cached by the state of the files and of the code.

Reading thirty lessons in three languages takes seconds. The result is cached on disk under a hash
of everything that it depends on, and in this process as long as it runs.
"""

import sys
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from learning.content import search
from learning.content.course import Course
from learning.content.course_reader import load_course, revision
from learning.kit.disk_cache import cached, hash_of

PACKAGE = Path(__file__).parents[1]
CODE = (
    "content/*.py", "kit/__init__.py", "kit/flows.py", "kit/folding.py", "kit/french.py",
    "kit/i18n.py", "kit/money.py", "kit/search.py", "kit/text.py", "kit/typography.py",
)  # fmt: skip
"""The modules that reading a course runs; a test compares them with its imports."""
LIBRARIES = (
    "babel", "bleach", "linkify-it-py", "markdown-it-py", "markupsafe", "mdurl",
    "snowballstemmer", "webencodings",
)  # fmt: skip


@lru_cache
def load_once(folder: Path, cache: Path) -> Course:
    """Return the course in a folder in the state of this process's first call."""
    state = revision(folder)
    key = hash_of(code_hash().encode(), folder.name.encode(), state.encode())
    course = cached(cache, f"course-{folder.name}", key, lambda: load_course(folder))
    # files were changed while they were read: the result belongs to no single state
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
