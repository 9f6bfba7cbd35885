"""The elements of Moodle XML, one question after another; files in it are never kept.

The reader of the platform refuses document types, so there are no entities, and endless depth. The
text of `<file>` is not listened to: a large picture takes the memory of a chunk.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError

from learning.files.containers import Rejected
from learning.files.xml_reader import XmlReader, as_dict
from learning.question_exchange.notes import FileError, FileProblem
from learning.question_exchange.prose import TextFormat

ROOT, QUESTION, FILE = "quiz", "question", "file"
MAX_ELEMENTS = 5_000  # of one question
CHUNK = 65_536
TEXTS = frozenset(
    {
        *("text", "idnumber", "defaultgrade", "penalty", "hidden", "single", "shuffleanswers"),
        *("answernumbering", "showstandardinstruction", "shownumcorrect", "usecase", "tolerance"),
        *("unit_name", "multiplier", "unitgradingtype", "unitpenalty", "showunits", "unitsleft"),
        *("layouttype", "selecttype", "selectcount", "gradingtype", "showgrading"),
        *("numberingstyle", "image", "image_base64", "tolerancetype"),
    }
)
"""Elements whose own text is read."""
FORMATS = {
    "html": TextFormat.HTML,
    "plain_text": TextFormat.PLAIN,
    "markdown": TextFormat.MARKDOWN,
    "moodle_auto_format": TextFormat.AUTO,
}


@dataclass(frozen=True)
class Element:
    """An element with what is in it; `line` is where it begins."""

    name: str
    attributes: Mapping[str, str]
    line: int
    children: "list[Element]" = field(default_factory=list["Element"])
    texts: list[str] = field(default_factory=list[str])

    @property
    def text(self) -> str:
        """Return the element's own text."""
        return "".join(self.texts).strip()

    def all(self, name: str) -> "Iterator[Element]":
        return (child for child in self.children if child.name == name)

    def value(self, name: str) -> str:
        """Return what stands in a child: its own text, or that of its `<text>`; "" if nothing."""
        child = next(self.all(name), None)
        return child.content if child else ""

    @property
    def content(self) -> str:
        return next((child.text for child in self.all("text")), self.text)

    @property
    def format(self) -> TextFormat:
        return FORMATS.get(self.attributes.get("format", ""), TextFormat.AUTO)


def read_elements(text: str, on_question: Callable[[Element], None]) -> None:
    """Tell of each question of a file; raise FileError for what is no Moodle XML."""
    questions = _Questions(on_question)
    reader = XmlReader(
        questions.start, on_text=questions.own_text, text_of=TEXTS, on_end=questions.end
    )
    questions.reader = reader
    content = text.encode()
    try:
        reader.read(content[start : start + CHUNK] for start in range(0, len(content), CHUNK))
    except ExpatError as error:
        raise FileError(FileProblem.NOT_WELL_FORMED, line=error.lineno) from None
    except Rejected:
        raise FileError(FileProblem.UNSAFE_XML, line=reader.line) from None


class _Questions:
    """Puts elements together, and lets go of a question as soon as it is told of."""

    reader: XmlReader

    def __init__(self, on_question: Callable[[Element], None]) -> None:
        self._on_question = on_question
        self._open: list[Element] = []
        self._count = 0

    def start(self, name: str, flat: Sequence[str]) -> None:
        line = self.reader.line
        if not self._open and name != ROOT:
            raise FileError(FileProblem.NOT_MOODLE_XML, line=line)
        self._count += 1
        if self._count > MAX_ELEMENTS:
            raise FileError(FileProblem.TOO_LARGE, line=line)
        element = Element(name, as_dict(flat), line)
        if len(self._open) > 1:
            self._open[-1].children.append(element)
        self._open.append(element)

    def own_text(self, _name: str, text: str) -> None:
        self._open[-1].texts.append(text)

    def end(self, name: str) -> None:
        element = self._open.pop()
        if len(self._open) == 1 and name == QUESTION:
            self._count = 0
            self._on_question(element)
