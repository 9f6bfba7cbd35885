r"""GIFT, as Moodle reads it: questions between blank lines, comments, categories, escapes.

    // a comment, with [id:q01] and [tag:lesson:l1]
    ::name:: [html]the question {
      =right #why   ~wrong #why   ~%50%partly   ####general feedback
    }

{T} and {FALSE#when wrong#when right}, {=one =another}, {#3:0.1}, {#1..5}, {=stem -> choice},
{>ALL …} with items on lines, {} for an essay. A word may stand for `\:`, `\#`, `\=`, `\{`, `\}`,
`\~`, `\n` and `\\`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import filterfalse

from learning.kit.text import clean_block
from learning.question_exchange.answers import (
    ANY,
    FULL,
    NONE,
    ParsedAnswer,
    choice_question,
    matching_question,
    number_question,
    ordering_question,
    percent_of,
    text_question,
    true_false_question,
)
from learning.question_exchange.notes import LeftOut, Note, NoteKind
from learning.question_exchange.prose import TextFormat
from learning.question_exchange.questions import Draft, ParsedQuestion, number_of

ESCAPES = ":#={}~n"
PLACEHOLDERS = {sign: chr(0xFDD0 + place) for place, sign in enumerate(ESCAPES)}
WRITTEN = {place: "\n" if sign == "n" else sign for sign, place in PLACEHOLDERS.items()}
BACKSLASH = "\ufdd8"
ESCAPED = re.compile(r"\\([:#={}~n\\])")
FORMATS = {
    "html": TextFormat.HTML,
    "plain": TextFormat.PLAIN,
    "markdown": TextFormat.MARKDOWN,
    "moodle": TextFormat.AUTO,
}
FORMAT = re.compile(r"\s*\[(html|plain|markdown|moodle)\]")
ID = re.compile(r"\[id:((?:\\\]|[^\]\[])+)\]")
TAG = re.compile(r"\[tag:((?:\\\]|[^\]<>`\\]|\\(?!\])){1,255}+)\]")  # as long as Moodle keeps
NAME = re.compile(r"::(.*?)::\s*", re.DOTALL)
CATEGORY = "$CATEGORY:"
WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d*)?)%\s*")
TRUE, FALSE = {"T", "TRUE"}, {"F", "FALSE"}
BLANK = "_____"
SUBSET = re.compile(r"\s*[1-9]")  # so many of the items are shown
GENERAL, ARROW, RANGE = "####", "->", ".."


@dataclass(frozen=True)
class _Text:
    """A piece of the file, in the format of its question unless it names another."""

    source: str
    format: TextFormat

    @property
    def formatted(self) -> tuple[str, TextFormat]:
        named = FORMAT.match(self.source)
        if named is None:
            return _restore(self.source).strip(), self.format
        return _restore(self.source[named.end() :]).strip(), FORMATS[named[1]]


def read_gift(text: str, notes: list[Note]) -> list[ParsedQuestion]:
    """Return the questions of a file; what cannot be converted is noted."""
    questions: list[ParsedQuestion] = []
    position = 0
    for line, block in _blocks(text):
        comments = [each for each in block if _is_comment(each)]
        source = _hide_escapes("\n".join(filterfalse(_is_comment, block))).strip()
        if source.startswith(CATEGORY):
            category, _, source = source.removeprefix(CATEGORY).partition("\n")
            notes.append(Note(kind=NoteKind.CATEGORY, line=line, detail=_restore(category).strip()))
        if not source.strip():
            continue
        position += 1
        draft = _draft(source.strip(), comments, line, position)
        try:
            questions.append(_question(draft, source.strip()))
        except LeftOut as left_out:
            draft.note(left_out.kind, left_out.detail)
        notes += draft.notes
    return questions


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Return the blocks between blank lines, each with the line of its first words."""
    block: list[str] = []
    start = 0
    for number, line in enumerate([*clean_block_lines(text), ""], 1):
        if line.strip():
            start = start if start or _is_comment(line) else number
            block.append(line)
        elif block:
            yield start or number - len(block), block
            block, start = [], 0


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("//")


def clean_block_lines(text: str) -> list[str]:
    """Return the lines of a file without invisible characters, none of them lost."""
    return [clean_block(line) for line in re.split("\r\n|[\r\n]", text)]


def _hide_escapes(text: str) -> str:
    return ESCAPED.sub(lambda sign: PLACEHOLDERS.get(sign[1], BACKSLASH), text)


def _restore(text: str) -> str:
    for place, sign in WRITTEN.items():
        text = text.replace(place, sign)
    return text.replace(BACKSLASH, "\\")


def _draft(source: str, comments: Sequence[str], line: int, position: int) -> Draft:
    comment = "\n".join(comments)
    number, name = ID.search(comment), NAME.match(source)
    return Draft(
        line=line,
        position=position,
        name=_restore(name[1]).strip() if name else "",
        idnumber=number[1].replace(r"\]", "]").strip() if number else "",
        tags=[tag.replace(r"\]", "]").strip() for tag in TAG.findall(comment)],
    )


def _question(draft: Draft, source: str) -> ParsedQuestion:
    name = NAME.match(source)
    text = source[name.end() :] if name else source
    head, answers, tail = _cut(text)
    prompt = f"{head} {BLANK} {tail}" if tail else head
    named = FORMAT.match(prompt)
    usual = FORMATS[named[1]] if named else TextFormat.AUTO
    draft.prompt = draft.prose(*_Text(prompt, usual).formatted).sentence
    if answers is None:
        raise LeftOut(NoteKind.DESCRIPTION)
    before, separator, general = answers.rpartition(GENERAL)
    body = (before if separator else general).strip()
    if separator:
        draft.general = draft.prose(*_Text(general, usual).formatted).lines
    return _Answers(draft, usual).question(body)


def _cut(text: str) -> tuple[str, str | None, str]:
    """Return what stands before, in and after the braces; None in them for a description."""
    start, end = text.find("{"), text.find("}")
    if start == end:
        return text, None, ""
    if start == -1 or end < start:
        raise LeftOut(NoteKind.BRACES)
    if text.find("{", end) != -1:
        raise LeftOut(NoteKind.SEVERAL_BLANKS)
    return text[:start].rstrip(), text[start + 1 : end], text[end + 1 :].strip()


@dataclass(frozen=True)
class _Answers:
    """Reads what stands between the braces of a question."""

    draft: Draft
    format: TextFormat

    def question(self, body: str) -> ParsedQuestion:
        if not body:
            raise LeftOut(NoteKind.ESSAY)
        if body.startswith("#"):
            return self._number(body[1:])
        if body.startswith(">"):
            return self._ordering(body[1:])
        if "~" in body:
            return self._choice(body)
        if "=" in body and ARROW in body:
            pairs = [each.partition(ARROW) for each in self._split(body, "=")]
            texts = [(self._text(stem), self._text(choice)) for stem, _, choice in pairs]
            return matching_question(self.draft, texts)
        if body.partition("#")[0].strip() in TRUE | FALSE:
            return self._true_false(body)
        return text_question(
            self.draft, [self._answer(each, FULL) for each in self._split(body, "=")]
        )

    @staticmethod
    def _split(body: str, sign: str) -> list[str]:
        first, *others = body.split(sign)
        return [first, *others] if first.strip() else others

    def _text(self, source: str) -> str:
        return self.draft.prose(*_Text(source.strip(), self.format).formatted).sentence

    def _answer(self, source: str, usual: Decimal) -> ParsedAnswer:
        """Return an answer, its feedback after “#”; its share is as usual unless it names one."""
        source = source.strip()
        weight = WEIGHT.match(source)
        text, _, feedback = source[weight.end() if weight else 0 :].partition("#")
        return ParsedAnswer(
            text=self._text(text),
            percent=percent_of(weight[1]) if weight else usual,
            feedback=self._text(feedback),
        )

    def _choice(self, body: str) -> ParsedQuestion:
        """“=” marks a right option, “~” another; several are right if none has a “=”."""
        marked = re.findall(r"([=~]|^)([^=~]+)", body)
        answers = [self._answer(text, FULL if sign == "=" else NONE) for sign, text in marked]
        return choice_question(self.draft, answers, several="=" not in body)

    def _true_false(self, body: str) -> ParsedQuestion:
        """Of a statement’s two feedbacks, the first is for those who were wrong."""
        answer, *feedback = body.split("#", 2)
        wrong, right = (*(self._text(each) for each in feedback), "", "")[:2]
        true = answer.strip() in TRUE
        return true_false_question(
            self.draft, true=true, feedback=(right, wrong) if true else (wrong, right)
        )

    def _number(self, body: str) -> ParsedQuestion:
        numbers, tilde, wrong = body.partition("~")
        answers = [self._number_answer(each) for each in self._split(numbers, "=")]
        if tilde:
            feedback = self._text(wrong.partition("#")[2])
            answers.append(ParsedAnswer(text=ANY, percent=NONE, feedback=feedback))
        return number_question(self.draft, answers, "")

    def _number_answer(self, source: str) -> ParsedAnswer:
        """Return “3:0.1” or “2.9..3.1”, which is the same."""
        answer = self._answer(source, FULL)
        low, dots, high = answer.text.partition(RANGE)
        value, _, tolerance = answer.text.partition(":")
        if dots:
            ends = Decimal(number_of(low)), Decimal(number_of(high))
            value, tolerance = (f"{each:f}" for each in (sum(ends) / 2, (ends[1] - ends[0]) / 2))
        return ParsedAnswer(
            text=value.strip(),
            percent=answer.percent,
            feedback=answer.feedback,
            tolerance=tolerance.strip() or "0",
        )

    def _ordering(self, body: str) -> ParsedQuestion:
        """Return the items below the line that says how they are shown."""
        shown, *lines = body.split("\n")
        if SUBSET.match(shown):
            self.draft.note(NoteKind.SETTINGS, shown.strip())
        return ordering_question(self.draft, [self._text(line) for line in lines if line.strip()])
