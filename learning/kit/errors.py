"""What the rules forbid, by code; pages say it in words (`kit.pages.message_of`)."""

from enum import StrEnum


class RuleViolation(Exception):  # noqa: N818 a refusal is not an error
    """The rules say no: `code` says why, a member of an enumeration whose members have labels.

    `named` are the values that its sentence mentions, and `field` is where on a form it belongs,
    if anywhere.
    """

    def __init__(self, code: StrEnum, *, field: str = "", **named: object) -> None:
        super().__init__(code_name(code))
        self.code, self.field, self.named = code, field, named


def code_name(code: StrEnum) -> str:
    """Return a code with its enumeration, as it is stored: “EditionProblem.code_taken”."""
    return f"{type(code).__name__}.{code}"
