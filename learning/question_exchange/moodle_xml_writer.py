"""Questions as Moodle XML, as Moodle 4 writes it itself."""

from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest

from learning.content.activity_types import Question, QuestionText, QuestionType
from learning.content.question_bank import GAP
from learning.question_exchange.cloze import write_gap
from learning.question_exchange.moodle_terms import shares_of, tags_of
from learning.question_exchange.prose import escape, html_of

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
NAMES = {
    QuestionType.SINGLE: "multichoice",
    QuestionType.MULTIPLE: "multichoice",
    QuestionType.TRUE_FALSE: "truefalse",
    QuestionType.TEXT: "shortanswer",
    QuestionType.NUMERIC: "numerical",
    QuestionType.MATCHING: "matching",
    QuestionType.ORDERING: "ordering",
    QuestionType.CLOZE: "cloze",
}
Lines = list[str]


def write_moodle_xml(questions: Sequence[Question], language: str, category: str) -> str:
    """Return the questions in one language, in a category of their own."""
    where = ["<category>", f"  <text>$course$/top/{escape(category)}</text>", "</category>"]
    elements = [_question("category", where)]
    elements += [_whole(question, question.texts[language]) for question in questions]
    return "\n".join([HEAD, "<quiz>", *elements, "</quiz>", ""])


def _question(kind: str, lines: Lines) -> str:
    inner = "\n".join(f"    {line}" for line in lines)
    return f'  <question type="{kind}">\n{inner}\n  </question>'


def _whole(question: Question, text: QuestionText) -> str:
    own, listed = PARTS[question.type](question, text)
    if question.type is QuestionType.CLOZE:
        html = html_of([text.prompt]) + _text_with_gaps(question, text)
    else:
        html = html_of([text.prompt])
    lines = [
        "<name>",
        f"  <text>{question.key}</text>",
        "</name>",
        *_formatted("questiontext", html),
        *_formatted("generalfeedback", html_of([text.explain], listed)),
        *([] if question.type is QuestionType.CLOZE else ["<defaultgrade>1</defaultgrade>"]),
        "<penalty>0</penalty>",
        "<hidden>0</hidden>",
        f"<idnumber>{question.key}</idnumber>",
        *own,
        "<tags>",
        *(f"  <tag><text>{escape(tag)}</text></tag>" for tag in tags_of(question, text)),
        "</tags>",
    ]
    return _question(NAMES[question.type], lines)


def _cdata(html: str) -> str:
    inner = html.replace("]]>", "]]]]><![CDATA[>")
    return f"<text><![CDATA[{inner}]]></text>" if html else "<text></text>"


def _formatted(name: str, html: str) -> Lines:
    return [f'<{name} format="html">', f"  {_cdata(html)}", f"</{name}>"]


def _answer(share: str, text: str, feedback: str) -> Lines:
    """Return an answer that is read, with its feedback."""
    return _answer_element(share, "html", _cdata(html_of([text])), feedback)


def _typed(share: str, text: str, feedback: str, more: Sequence[str] = ()) -> Lines:
    """Return an answer that is typed, or a word that Moodle knows, with its feedback."""
    return _answer_element(share, "plain_text", _plain(text), feedback, more)


def _answer_element(
    share: str, text_format: str, text: str, feedback: str, more: Sequence[str] = ()
) -> Lines:
    return [
        f'<answer fraction="{share}" format="{text_format}">',
        f"  {text}",
        *(f"  {line}" for line in _formatted("feedback", html_of([feedback]))),
        *(f"  {line}" for line in more),
        "</answer>",
    ]


def _plain(text: str) -> str:
    return f"<text>{escape(text)}</text>"


def _options(question: Question, text: QuestionText) -> tuple[Lines, Sequence[str]]:
    right, wrong = shares_of(question, text)
    lines = [
        f"<single>{'true' if question.type is QuestionType.SINGLE else 'false'}</single>",
        "<shuffleanswers>true</shuffleanswers>",
        "<answernumbering>abc</answernumbering>",
        "<showstandardinstruction>0</showstandardinstruction>",
    ]
    for number, (option, why) in enumerate(zip(text.options, text.feedback, strict=True), 1):
        share = right if number in question.right else wrong
        lines += _answer(share, option, why)
    return lines, ()


def _true_false(question: Question, text: QuestionText) -> tuple[Lines, Sequence[str]]:
    shares = ("100", "0") if question.right[0] == 1 else ("0", "100")
    lines: Lines = []
    for share, word, why in zip(shares, ("true", "false"), text.feedback, strict=True):
        lines += _typed(share, word, why)
    return lines, ()


def _text(_question: Question, text: QuestionText) -> tuple[Lines, Sequence[str]]:
    right, wrong = text.feedback
    lines = ["<usecase>0</usecase>"]
    for accepted in text.accepted:
        lines += _typed("100", accepted.replace("*", r"\*"), right)
    return lines + _typed("0", "*", wrong), ()


def _number(question: Question, text: QuestionText) -> tuple[Lines, Sequence[str]]:
    """Return a number; its unit is shown beside the field and not marked."""
    right, wrong = text.feedback
    tolerance = f"<tolerance>{question.tolerance}</tolerance>"
    lines = _typed("100", question.number, right, [tolerance])
    lines += _typed("0", "*", wrong, ["<tolerance>0</tolerance>"])
    if text.unit:
        unit = f"<unit_name>{escape(text.unit)}</unit_name>"
        lines += ["<units>", f"  <unit><multiplier>1</multiplier>{unit}</unit>", "</units>"]
    lines += ["<unitgradingtype>0</unitgradingtype>", "<unitpenalty>0.1</unitpenalty>"]
    shown = "0" if text.unit else "3"
    return [*lines, f"<showunits>{shown}</showunits>", "<unitsleft>0</unitsleft>"], ()


def _matching(question: Question, text: QuestionText) -> tuple[Lines, Sequence[str]]:
    """Return pairs; a choice that fits no stem has an empty one. The feedback is listed."""
    fitting = [text.choices[right - 1] for right in question.right]
    extras = [choice for n, choice in enumerate(text.choices, 1) if n not in question.right]
    lines = ["<shuffleanswers>true</shuffleanswers>"]
    for stem, choice in zip_longest(text.stems, [*fitting, *extras], fillvalue=""):
        lines += [
            '<subquestion format="html">',
            f"  {_cdata(html_of([stem]))}",
            f"  <answer>{_plain(choice)}</answer>",
            "</subquestion>",
        ]
    return lines, text.feedback


def _ordering(_question: Question, text: QuestionText) -> tuple[Lines, Sequence[str]]:
    lines = [
        "<layouttype>VERTICAL</layouttype>",
        "<selecttype>ALL</selecttype>",
        "<selectcount>0</selectcount>",
        "<gradingtype>ABSOLUTE_POSITION</gradingtype>",
        "<showgrading>SHOW</showgrading>",
        "<numberingstyle>none</numberingstyle>",
    ]
    for place, (item, why) in enumerate(zip(text.items, text.feedback, strict=True), 1):
        lines += _answer(f"{place}.0000000", item, why)
    return lines, ()


def _cloze(_question: Question, _text: QuestionText) -> tuple[Lines, Sequence[str]]:
    return [], ()


def _text_with_gaps(question: Question, text: QuestionText) -> str:
    def gap(number: str) -> str:
        place = int(number) - 1
        return write_gap(text.gaps[place], question.right[place], text.feedback[place])

    return GAP.sub(lambda match: gap(match[1]), html_of([text.text]))


PARTS: Mapping[QuestionType, Callable[[Question, QuestionText], tuple[Lines, Sequence[str]]]] = {
    QuestionType.SINGLE: _options,
    QuestionType.MULTIPLE: _options,
    QuestionType.TRUE_FALSE: _true_false,
    QuestionType.TEXT: _text,
    QuestionType.NUMERIC: _number,
    QuestionType.MATCHING: _matching,
    QuestionType.ORDERING: _ordering,
    QuestionType.CLOZE: _cloze,
}
"""The elements of each type, and the texts that follow its explanation as a list."""
