"""Breaking a text into lines. Only plain spaces break: French binds “:” and “;” with others."""

from collections.abc import Callable, Iterator

WidthOf = Callable[[str], float]


def lines_of(text: str, width: float, width_of: WidthOf) -> list[str]:
    """Return the lines of a text that fit a width; what was typed on a new line begins one.

    A word that is wider than a line is divided where the line ends.
    """
    return [
        line for typed in text.split("\n") for line in _lines_of_one(typed, width, width_of)
    ] or [""]


def _lines_of_one(typed: str, width: float, width_of: WidthOf) -> Iterator[str]:
    line = ""
    for word in typed.split(" "):
        longer = f"{line} {word}" if line else word
        if width_of(longer) <= width:
            line = longer
            continue
        if line:
            yield line
        *parts, line = _parts(word, width, width_of)
        yield from parts
    yield line


def _parts(word: str, width: float, width_of: WidthOf) -> list[str]:
    """Return a word in parts that fit; each has a character at least."""
    parts = [""]
    for character in word:
        if parts[-1] and width_of(parts[-1] + character) > width:
            parts.append("")
        parts[-1] += character
    return parts
