"""Sentences about requirements and marks, in the language of the reader."""

from collections.abc import Sequence
from decimal import Decimal

from learning.content.activity_types import Assessment, Requirement, RequirementKey
from learning.gradebook import facts
from learning.gradebook.rules.completion import (
    PartOutcome,
    RequirementOutcome,
    RequirementState,
)
from learning.kit.i18n import N_, I18n

ASTERISK = "*"
RULES: dict[RequirementKey, str] = {
    RequirementKey.QUIZZES: N_("It takes %(percent)s in each; the best attempt counts."),
    RequirementKey.DISCUSSIONS: N_(
        "In each module: a contribution of your own and a reply to a peer."
    ),
    RequirementKey.PEER: "",
    RequirementKey.GROUP: N_("A plan that the whole group hands in; it passes or is returned."),
    RequirementKey.LIVE: N_("Live, or the replay with its questions."),
    RequirementKey.PROJECT: N_("The whole file. It takes %(percent)s."),
}


def mark_text(i18n: I18n, mark: Decimal | None, *, overridden: bool = False) -> str:
    """Return a mark as it counts, to the hundredth, with an asterisk if staff decided it."""
    if mark is None:
        return ""
    return i18n.amount(mark) + (ASTERISK if overridden else "")


def part_mark(i18n: I18n, part: PartOutcome) -> str:
    return mark_text(i18n, part.mark, overridden=part.overridden)


def percentage_text(i18n: I18n, part: PartOutcome) -> str:
    """Return the mark of a part with its sign: “58.00 %”; "" if there is none."""
    mark = part_mark(i18n, part)
    return i18n.gettext(N_("%(mark)s%%")) % {"mark": mark} if mark else ""


def value_text(i18n: I18n, outcome: RequirementOutcome) -> str:
    """Return how far a requirement is, in a word or two: “2 of 6”, “exempt”."""
    if outcome.state is RequirementState.EXEMPT:
        return i18n.gettext(N_("exempt"))
    if outcome.needed > 1:
        done, needed = i18n.number(outcome.done), i18n.number(outcome.needed)
        return i18n.gettext(N_("%(done)s of %(needed)s")) % {"done": done, "needed": needed}
    marks = [part_mark(i18n, part) for part in outcome.parts if part.mark is not None]
    if marks:
        return marks[0]
    if outcome.state is RequirementState.WAITING:
        return i18n.gettext(N_("handed in"))
    return ""


def rule_text(i18n: I18n, assessment: Assessment, requirement: Requirement) -> str:
    """Return what a requirement asks for, in a sentence."""
    required = facts.pass_mark(assessment, requirement.key)
    percent = i18n.percent(float(required) / 100) if required else ""
    if requirement.key is RequirementKey.PEER and assessment.peer:
        reviews = assessment.peer.reviews
        return i18n.ngettext(
            "Hand in page 4 and assess %(num)s page of a peer. It takes %(percent)s.",
            "Hand in page 4 and assess %(num)s pages of peers. It takes %(percent)s.",
            reviews,
        ) % {"num": i18n.number(reviews), "percent": percent}
    text = i18n.gettext(RULES[requirement.key])
    return text % {"percent": percent} if "%" in text else text


def marks_text(i18n: I18n, parts: Sequence[PartOutcome]) -> str:
    """Return the published marks that a mean is made of, nothing for a single one."""
    marks = [part_mark(i18n, part) for part in parts if part.mark is not None and part.counts]
    if not marks[1:]:
        return ""
    return i18n.gettext(N_("mean of %(marks)s")) % {"marks": i18n.join_list(marks)}
