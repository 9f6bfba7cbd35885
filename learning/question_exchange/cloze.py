"""The gaps of Moodle’s cloze texts: those with choices, as `{1:MULTICHOICE:=right#why~wrong}`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from learning.content.activity_types import QuestionType
from learning.question_exchange.answers import FULL, NONE, percent_of
from learning.question_exchange.notes import LeftOut, NoteKind
from learning.question_exchange.prose import TextFormat, check_length, escape
from learning.question_exchange.questions import Draft, ParsedQuestion

GAP = re.compile(r"\{\s*+(?P<weight>\d*+)\s*+:\s*+(?P<type>[A-Z_]++)\s*+:")
ANSWERS = re.compile(r"((?:\\.|[^}\\])*+)\}", re.DOTALL)
CHOICES = re.compile(r"(?:MULTICHOICE|MC)(?:_?[VH]?S?)")
SEPARATOR = re.compile(r"(?<!\\)~")
FEEDBACK = re.compile(r"(?<![\\&])#")
SHARE = re.compile(r"^\s*(?:(=)|%(-?[\d.,]+)%)?(.*)", re.DOTALL)
ESCAPED = re.compile(r"\\([}#~/\"\\])")
FIRST_GAP = "{1}"


@dataclass(frozen=True, kw_only=True)
class _Gap:
    """A gap as it is written, and where it stands in the text."""

    weight: str
    type: str
    answers: str
    start: int
    end: int


def find_gaps(source: str) -> Iterator[_Gap]:
    """Return the gaps of a text. Where one does not end, none after it does."""
    position = 0
    while head := GAP.search(source, position):
        answers = ANSWERS.match(source, head.end())
        if answers is None:
            return
        position = answers.end()
        yield _Gap(
            weight=head["weight"] or "1",
            type=head["type"],
            answers=answers[1],
            start=head.start(),
            end=position,
        )


def cloze_question(draft: Draft, source: str, text_format: TextFormat) -> ParsedQuestion:
    """Return a text with gaps; what stands above the paragraph of the first gap is its prompt."""
    check_length(source)
    found = list(find_gaps(source))
    if not found:
        raise LeftOut(NoteKind.NO_GAPS)
    for gap in found:
        if not CHOICES.fullmatch(gap.type):
            raise LeftOut(NoteKind.GAP_TYPE, gap.type)
    if len({gap.weight for gap in found}) > 1:
        draft.note(NoteKind.MARKS, ", ".join(gap.weight for gap in found))
    gaps = [_read_gap(draft, gap.answers) for gap in found]
    lines = draft.prose(_numbered(source, found), text_format).lines
    above = next((n for n, line in enumerate(lines) if FIRST_GAP in line), 0)
    return draft.finish(
        QuestionType.CLOZE,
        prompt=" ".join(lines[:above]),
        text=" ".join(lines[above:]),
        gaps=tuple(choices for choices, _, _ in gaps),
        right=tuple(right for _, right, _ in gaps),
        feedback=tuple(feedback for _, _, feedback in gaps),
    )


def _numbered(source: str, gaps: Sequence[_Gap]) -> str:
    """Return a text with the number of each gap in its place."""
    starts = [0, *(gap.end for gap in gaps)]
    before = [source[start : gap.start] for start, gap in zip(starts, gaps, strict=False)]
    pieces = [f"{text}{{{number}}}" for number, text in enumerate(before, 1)]
    return "".join([*pieces, source[starts[-1] :]])


def _read_gap(draft: Draft, answers: str) -> tuple[Sequence[str], int, str]:
    """Return the choices of a gap, the number of the right one, and the feedback of the gap."""
    written = [SHARE.findall(answer)[0] for answer in SEPARATOR.split(answers)]
    shares = [FULL if full else percent_of(share.replace(",", ".")) for full, share, _ in written]
    choices: list[str] = []
    feedback: list[str] = []
    for _, _, answer in written:
        text, *why = FEEDBACK.split(answer, maxsplit=1)
        choices.append(_sentence(draft, text))
        feedback.append(_sentence(draft, why[0]) if why else "")
    if shares.count(FULL) != 1:
        raise LeftOut(NoteKind.SEVERAL_RIGHT if FULL in shares else NoteKind.NO_RIGHT_ANSWER)
    if partial := [each for each in shares if each not in {FULL, NONE}]:
        draft.note(NoteKind.MARKS, ", ".join(f"{float(each):g} %" for each in partial))
    right = shares.index(FULL)
    if others := {each for each in feedback if each not in {"", feedback[right]}}:
        draft.note(NoteKind.FEEDBACK, str(len(others)))
    return tuple(choices), right + 1, feedback[right]


def _sentence(draft: Draft, text: str) -> str:
    return draft.prose(ESCAPED.sub(r"\1", text), TextFormat.HTML).sentence


def write_gap(choices: Sequence[str], right: int, feedback: str) -> str:
    """Return a gap as Moodle reads it; each choice says why the right one is right."""
    why = f"#{_escaped(feedback)}" if feedback else ""
    answers = (
        f"{'=' if number == right else ''}{_escaped(choice)}{why}"
        for number, choice in enumerate(choices, 1)
    )
    return f"{{1:MULTICHOICE_S:{'~'.join(answers)}}}"


def _escaped(text: str) -> str:
    """Return a text without what would end a choice, or be read as its share of the mark."""
    safe = re.sub(r"([}#~])", r"\\\1", escape(text).replace("\\", "&bsol;"))
    return re.sub(r"^[=%]", lambda sign: f"&#{ord(sign[0])};", safe)
