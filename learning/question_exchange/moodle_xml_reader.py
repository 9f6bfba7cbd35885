"""Moodle XML, as Moodle 4 writes it."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from learning.question_exchange.answers import (
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
from learning.question_exchange.cloze import cloze_question
from learning.question_exchange.moodle_xml_elements import FILE, Element, read_elements
from learning.question_exchange.notes import LeftOut, Note, NoteKind
from learning.question_exchange.prose import TextFormat
from learning.question_exchange.questions import Draft, ParsedQuestion

CATEGORY = "category"
NO_QUESTIONS = {"essay": NoteKind.ESSAY, "description": NoteKind.DESCRIPTION}
READ = frozenset(
    {
        *("name", "questiontext", "generalfeedback", "idnumber", "tags", "answer", "single"),
        *("subquestion", "units", "usecase", "defaultgrade", "hint"),
        *("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"),
    }
)
"""Elements that are read, or noted by a kind of their own."""
USUAL: Mapping[str, frozenset[str]] = {
    "penalty": frozenset({"0", "0.1", "0.33333", "1"}),
    "hidden": frozenset({"0"}),
    "shuffleanswers": frozenset({"1", "true"}),
    "answernumbering": frozenset({"abc", "none"}),
    "showstandardinstruction": frozenset({"0", "1"}),
    "shownumcorrect": frozenset({"", "1"}),
    "unitgradingtype": frozenset({"0"}),
    "unitpenalty": frozenset({"0.1"}),
    "showunits": frozenset({"0", "3"}),
    "unitsleft": frozenset({"0"}),
    "layouttype": frozenset({"", "VERTICAL"}),
    "selecttype": frozenset({"", "ALL"}),
    "selectcount": frozenset({"0"}),
    "gradingtype": frozenset({"", "ABSOLUTE_POSITION", "RELATIVE_TO_CORRECT"}),
    "showgrading": frozenset({"", "SHOW", "HIDE", "0", "1"}),
    "numberingstyle": frozenset({"none"}),
    "image": frozenset({""}),
    "image_base64": frozenset({""}),
}
"""Settings that every file has, with the values that change nothing of a question of a bank."""


def read_moodle_xml(text: str, notes: list[Note]) -> list[ParsedQuestion]:
    """Return the questions of a file; what cannot be converted is noted."""
    questions: list[ParsedQuestion] = []
    position = 0

    def read(element: Element) -> None:
        nonlocal position
        if element.attributes.get("type") == CATEGORY:
            detail = element.value(CATEGORY)
            notes.append(Note(kind=NoteKind.CATEGORY, line=element.line, detail=detail))
            return
        position += 1
        draft = Draft(
            line=element.line,
            position=position,
            name=element.value("name"),
            idnumber=element.value("idnumber"),
            tags=[tag.content for tags in element.all("tags") for tag in tags.all("tag")],
        )
        try:
            questions.append(_question(draft, element))
        except LeftOut as left_out:
            draft.note(left_out.kind, left_out.detail)
        notes.extend(draft.notes)

    read_elements(text, read)
    return questions


def _question(draft: Draft, element: Element) -> ParsedQuestion:
    kind = element.attributes.get("type", "")
    if kind not in READERS:
        none = NO_QUESTIONS.get(kind)
        raise LeftOut(none) if none else LeftOut(NoteKind.UNKNOWN_TYPE, kind)
    _note_lost(draft, element)
    general = next(element.all("generalfeedback"), None)
    if general is not None:
        draft.general = draft.prose(general.content, general.format).lines
    if kind != "cloze":
        draft.prompt = _sentence(draft, next(element.all("questiontext"), None))
    return READERS[kind](draft, element)


def _note_lost(draft: Draft, element: Element) -> None:
    """Note what a bank has no place for."""
    if files := _files(element):
        draft.note(NoteKind.FILES, ", ".join(dict.fromkeys(files)))
    if hints := sum(1 for _ in element.all("hint")):
        draft.note(NoteKind.HINTS, str(hints))
    overall = [each for each in element.children if each.name.endswith("correctfeedback")]
    if any(each.content for each in overall):
        draft.note(NoteKind.GENERAL_FEEDBACK, ", ".join(e.name for e in overall if e.content))
    points = element.value("defaultgrade")
    if points and percent_of(points) != 1:
        draft.note(NoteKind.POINTS, points)
    if element.value("usecase") == "1":
        draft.note(NoteKind.CASE)
    settings = [each for each in element.children if each.name not in READ | {FILE}]
    unusual = [each for each in settings if _value(each) not in USUAL.get(each.name, ())]
    if unusual:
        draft.note(NoteKind.SETTINGS, ", ".join(f"{each.name} {each.text}" for each in unusual))


def _value(element: Element) -> str:
    """Return a setting without the zeros that databases write: “0.3333333” is “0.33333”."""
    text = element.text
    return f"{float(percent_of(text)):.5f}".rstrip("0").rstrip(".") if "." in text else text


def _files(element: Element) -> list[str]:
    own = [element.attributes.get("name", "")] if element.name == FILE else []
    return own + [name for child in element.children for name in _files(child)]


def _sentence(draft: Draft, element: Element | None) -> str:
    """Return the text in an element as one sentence; markup that is no text at all is noted."""
    if element is None:
        return ""
    for text in element.all("text"):
        for child in text.children:
            draft.note(NoteKind.MARKUP, child.name)
    return draft.prose(element.content, element.format).sentence


def _answers(draft: Draft, element: Element, plain: TextFormat | None = None) -> list[ParsedAnswer]:
    """Return the answers of a question; `plain` if they are no texts but what is typed."""
    return [
        ParsedAnswer(
            text=draft.prose(each.content, plain or each.format).sentence,
            percent=percent_of(each.attributes.get("fraction", "")),
            feedback=_sentence(draft, next(each.all("feedback"), None)),
            tolerance=each.value("tolerance") or "0",
        )
        for each in element.all("answer")
    ]


def _choice(draft: Draft, element: Element) -> ParsedQuestion:
    several = element.value("single") in {"false", "0"}
    return choice_question(draft, _answers(draft, element), several=several)


def _true_false(draft: Draft, element: Element) -> ParsedQuestion:
    answers = {each.text.lower(): each for each in _answers(draft, element, TextFormat.PLAIN)}
    if answers.keys() != {"true", "false"}:
        raise LeftOut(NoteKind.NO_ANSWERS)
    shares = [answers[each].percent for each in ("true", "false")]
    if sorted(shares) != [NONE, FULL]:
        raise LeftOut(NoteKind.NO_RIGHT_ANSWER)
    feedback = (answers["true"].feedback, answers["false"].feedback)
    return true_false_question(draft, true=shares[0] == FULL, feedback=feedback)


def _text(draft: Draft, element: Element) -> ParsedQuestion:
    return text_question(draft, _answers(draft, element, TextFormat.PLAIN))


def _number(draft: Draft, element: Element) -> ParsedQuestion:
    """Return a number; further units with their factors would be other right answers."""
    units = [unit for units in element.all("units") for unit in units.all("unit")]
    if len(units) > 1 or any(_factor(unit) != 1 for unit in units):
        raise LeftOut(NoteKind.SEVERAL_UNITS, ", ".join(unit.value("unit_name") for unit in units))
    if any(each.value("tolerancetype") in {"1", "3"} for each in element.all("answer")):
        raise LeftOut(NoteKind.RELATIVE_TOLERANCE)
    unit = draft.prose(units[0].value("unit_name"), TextFormat.PLAIN).sentence if units else ""
    return number_question(draft, _answers(draft, element, TextFormat.PLAIN), unit)


def _factor(unit: Element) -> Decimal:
    return percent_of(unit.value("multiplier") or "1")


def _matching(draft: Draft, element: Element) -> ParsedQuestion:
    pairs = [
        (
            draft.prose(each.content, each.format).sentence,
            _sentence(draft, next(each.all("answer"), None)),
        )
        for each in element.all("subquestion")
    ]
    return matching_question(draft, pairs)


def _ordering(draft: Draft, element: Element) -> ParsedQuestion:
    """Return items in order: the share of the mark of an item is its place."""
    answers = sorted(_answers(draft, element), key=lambda each: each.percent)
    feedback: Sequence[str] = [each.feedback for each in answers]
    return ordering_question(draft, [each.text for each in answers], feedback)


def _cloze(draft: Draft, element: Element) -> ParsedQuestion:
    text = next(element.all("questiontext"), None)
    if text is None:
        raise LeftOut(NoteKind.NO_GAPS)
    return cloze_question(draft, text.content, text.format)


READERS: Mapping[str, Callable[[Draft, Element], ParsedQuestion]] = {
    "multichoice": _choice,
    "truefalse": _true_false,
    "shortanswer": _text,
    "numerical": _number,
    "matching": _matching,
    "ordering": _ordering,
    "cloze": _cloze,
}
