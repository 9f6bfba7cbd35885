"""Aiken: a question on one line, options as “A.” or “A)”, “ANSWER: B”."""

import re
from collections.abc import Iterator

from learning.question_exchange.answers import FULL, NONE, ParsedAnswer, choice_question
from learning.question_exchange.gift_reader import clean_block_lines
from learning.question_exchange.notes import LeftOut, Note, NoteKind
from learning.question_exchange.prose import TextFormat
from learning.question_exchange.questions import Draft, ParsedQuestion

OPTION = re.compile(r"([A-Z])[.)]\s+(.+)")
ANSWER = re.compile(r"ANSWER:\s*([A-Z])")
IS_AIKEN = re.compile(r"^ANSWER:\s*[A-Z]\s*$", re.MULTILINE)


def read_aiken(text: str, notes: list[Note]) -> list[ParsedQuestion]:
    """Return the questions of a file; what cannot be converted is noted."""
    questions: list[ParsedQuestion] = []
    for position, (line, lines) in enumerate(_blocks(text), 1):
        draft = Draft(line=line, position=position)
        try:
            questions.append(_question(draft, lines))
        except LeftOut as left_out:
            draft.note(left_out.kind, left_out.detail)
        notes += draft.notes
    return questions


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Return the lines of each question up to its answer, with the number of the first."""
    block: list[str] = []
    start = 0
    for number, line in enumerate(clean_block_lines(text), 1):
        if line:
            start = start if block else number
            block.append(line)
        if ANSWER.fullmatch(line):
            yield start, block
            block = []
    if block:
        yield start, block


def _question(draft: Draft, lines: list[str]) -> ParsedQuestion:
    options = [match for line in lines if (match := OPTION.fullmatch(line))]
    answer = ANSWER.fullmatch(lines[-1])
    prompt = [line for line in lines if not OPTION.fullmatch(line) and not ANSWER.fullmatch(line)]
    draft.prompt = draft.prose("\n".join(prompt), TextFormat.PLAIN).sentence
    if answer is None:
        raise LeftOut(NoteKind.NO_RIGHT_ANSWER)
    answers = [
        ParsedAnswer(
            text=draft.prose(option[2], TextFormat.PLAIN).sentence,
            percent=FULL if option[1] == answer[1] else NONE,
        )
        for option in options
    ]
    return choice_question(draft, answers, several=False)
