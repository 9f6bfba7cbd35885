"""Knowledge checks as written: a question, answers, and explanations."""

import re
from dataclasses import dataclass, field

from learning.kit.text import one_line

ANSWER = re.compile(r"- \[([ xX])\] +(.*)")
WHY = re.compile(r"\s+> ?(.*)")
NEITHER = re.compile(r"\s*(?:[-*+>]\s|- ?\[|\d+[.)]\s)")


@dataclass
class RawAnswer:
    """An answer as written; `line` counts from the check's own first line."""

    line: int
    right: bool
    text: list[str]
    why: list[str] = field(default_factory=list)


@dataclass
class RawCheck:
    """A check as written; `strays` are lines that look like an answer and are not one."""

    question: list[str] = field(default_factory=list)
    answers: list[RawAnswer] = field(default_factory=list)
    strays: list[int] = field(default_factory=list)

    @property
    def right(self) -> list[bool]:
        return [answer.right for answer in self.answers]

    def add(self, line: int, text: str) -> None:
        """Add the next line to the part of the check that it belongs to."""
        last = self.answers[-1] if self.answers else None
        if answer := ANSWER.fullmatch(text):
            self.answers.append(RawAnswer(line, answer[1] != " ", [answer[2]]))
        elif last and (why := WHY.fullmatch(text)):
            last.why.append(why[1])
        elif NEITHER.match(text):
            self.strays.append(line)
        elif last:
            (last.why or last.text).append(text)
        else:
            self.question.append(text)


def parse_check(body: str) -> RawCheck:
    """Return a check's parts; `content.structure` reports missing ones."""
    check = RawCheck()
    for line, text in enumerate(body.split("\n"), 1):
        check.add(line, text)
    return check


def joined(lines: list[str]) -> str:
    """Return a part of a check as one line."""
    return one_line(" ".join(lines))
