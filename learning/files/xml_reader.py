"""Reading XML of strangers, chunk by chunk: no document type, no entities, no endless depth.

expat is fed as a stream and keeps nothing, so a part of any size takes the memory of a chunk.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from xml.parsers.expat import ParserCreate

from learning.files.containers import Rejected
from learning.files.rules import FileRejection

MAX_DEPTH = 256
MAX_TEXT_LENGTH = 1_000_000  # characters of one text that is listened to

Attributes = Sequence[str]
"""Names and values in turn, as expat gives them: millions of elements are read in seconds."""
OnElement = Callable[[str, Attributes], None]
OnText = Callable[[str, str], None]
OnEnd = Callable[[str], None]


@lru_cache(maxsize=4096)
def local_name(name: str) -> str:
    """Return a name without its prefix: “w:instrText” is “instrText”."""
    return name[name.rfind(":") + 1 :]


def as_dict(attributes: Attributes) -> dict[str, str]:
    return dict(zip(attributes[::2], attributes[1::2], strict=True))


class XmlReader:
    """Reads one document and tells of its elements, and of the text in some of them."""

    def __init__(
        self,
        on_element: OnElement,
        *,
        on_text: OnText | None = None,
        text_of: frozenset[str] = frozenset(),
        on_end: OnEnd | None = None,
    ) -> None:
        """`on_element` gets a local name and attributes; `on_text` the text in `text_of`.

        `on_end` gets the name of each element that ends, after its text.
        """
        self._on_element, self._on_text, self._text_of = on_element, on_text, text_of
        self._on_end = on_end
        self._depth, self._length = 0, 0
        self._text: list[str] = []
        self._parser = ParserCreate()
        self._parser.ordered_attributes = True
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = _refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    @property
    def line(self) -> int:
        """Return the line of the element that is told of."""
        return self._parser.CurrentLineNumber

    def read(self, chunks: Iterable[bytes]) -> None:
        """Read a whole document; raise Rejected, or ExpatError for one that is not well formed."""
        for chunk in chunks:
            self._parser.Parse(chunk, False)  # noqa: FBT003 expat has it so
        self._parser.Parse(b"", True)  # noqa: FBT003 expat has it so

    def _start(self, name: str, flat: list[str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Rejected(FileRejection.BROKEN)
        local = local_name(name)
        self._on_element(local, flat)
        if local in self._text_of:
            self._text, self._length = [], 0
            self._parser.CharacterDataHandler = self._listen

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._on_text is not None and local_name(name) in self._text_of:
            self._parser.CharacterDataHandler = None
            self._on_text(local_name(name), "".join(self._text))
        if self._on_end is not None:
            self._on_end(local_name(name))

    def _listen(self, text: str) -> None:
        self._text.append(text)
        self._length += len(text)
        if self._length > MAX_TEXT_LENGTH:
            raise Rejected(FileRejection.BROKEN)


def _refuse_doctype(*_: object) -> None:
    raise Rejected(FileRejection.BROKEN)
