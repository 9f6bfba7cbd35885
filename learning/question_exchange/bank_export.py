"""A module's bank as a file of another platform, in one language."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from learning.content.activity_types import Question
from learning.content.course import Module
from learning.question_exchange.gift_writer import fits_gift, write_gift
from learning.question_exchange.moodle_xml_writer import write_moodle_xml


class ExportFormat(StrEnum):
    """The formats of an export."""

    MOODLE_XML = "moodle-xml"
    GIFT = "gift"


WRITERS: Mapping[ExportFormat, Callable[[Sequence[Question], str, str], str]] = {
    ExportFormat.MOODLE_XML: write_moodle_xml,
    ExportFormat.GIFT: write_gift,
}
ENDINGS = {ExportFormat.MOODLE_XML: "xml", ExportFormat.GIFT: "gift.txt"}
CONTENT_TYPES = {
    ExportFormat.MOODLE_XML: "application/xml",
    ExportFormat.GIFT: "text/plain; charset=utf-8",
}


def export_bank(module: Module, kind: ExportFormat, language: str) -> str:
    """Return a bank with its keys; the category names module and language."""
    return WRITERS[kind](module.bank, language, f"{module.key} ({language})")


def left_out(module: Module, kind: ExportFormat) -> Sequence[Question]:
    """Return the questions that a format cannot hold."""
    if kind is ExportFormat.MOODLE_XML:
        return ()
    return [each for each in module.bank if not fits_gift(each)]


def file_name(module: Module, kind: ExportFormat, language: str) -> str:
    return f"{module.key}-{language}.{ENDINGS[kind]}"
