"""The criteria of the final project, and the pages of the file that name them.

A document names a criterion by its key, as the link `[its title](criterion:key)`. The page shows
the title in bold. Each page of the file names at least one criterion, and each criterion is named.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from learning.content.course import ALL, InLanguages, Module, ValidationIssue
from learning.content.toml_reader import read_toml

PROJECT_RUBRIC = "work/project-rubric.toml"
PAGE = "page"
MENTION = re.compile(r"\[([^\]]*)\]\(criterion:([^)>]*)\)")


def read_criteria(folder: Path) -> Mapping[str, InLanguages]:
    """Return the titles of the project's criteria by key; `read_work` reports their issues."""
    path = folder / PROJECT_RUBRIC
    if not path.exists():
        return {}
    tables = read_toml(path, PROJECT_RUBRIC, []).tables("criteria")
    return {
        table.key("key"): {code: table.table(code).line("title") for code in ALL}
        for table in tables
    }


def title_issues(
    source: str, first_line: int, language: str, criteria: Mapping[str, InLanguages]
) -> Iterator[tuple[int, str]]:
    """Return (line, message) of each mention that does not have the title of its criterion."""
    for mention in MENTION.finditer(source):
        words, key = mention.groups()
        if key in criteria and words != criteria[key][language]:
            line = first_line + source.count("\n", 0, mention.start())
            yield line, f"“{words}” is not the title of the criterion “{key}”"


def show_titles(text: str) -> str:
    """Return a text with the title of each criterion in bold, in place of the link."""
    return MENTION.sub(r"**\1**", text)


def unnamed_criteria(
    modules: Sequence[Module], criteria: Collection[str]
) -> Iterator[ValidationIssue]:
    """Return an issue for each page without a criterion and each criterion without a page.

    A page with another issue has no text: then nothing is said.
    """
    pages = {each.key: each.documents[PAGE].texts for each in modules if PAGE in each.documents}
    if not criteria or not pages or not all(pages.values()):
        return
    named: set[str] = set()
    for module, texts in pages.items():
        own = {
            key
            for text in texts.values()
            for block in text.blocks
            for _, key in MENTION.findall(block.source)
        }
        named |= own
        if not own:
            message = "names no criterion of the final project that it rehearses"
            yield ValidationIssue(path=f"{module}/{PAGE}", line=0, message=message)
    for key in criteria:
        if key not in named:
            message = f"no page of the file names the criterion “{key}”"
            yield ValidationIssue(path=PROJECT_RUBRIC, line=0, message=message)
