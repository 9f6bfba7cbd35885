"""Documents besides the lessons: their labels, and which parts participants read."""

from learning.content.course import Kind
from learning.kit.i18n import N_

TITLES = {
    "readings": N_("Guided readings"),
    "discussion": N_("Discussion"),
    "page": N_("Page of my file"),
    "live": N_("Live session"),
    "orientation": N_("How to study this course"),
    "forum": N_("Technical forum"),
    "peer": N_("Work assessed by peers"),
    "group": N_("Group exercise"),
    "project": N_("Final project"),
    "model-project": N_("A model project, annotated"),
    "strong": N_("Marked example: a strong page"),
    "weak": N_("Marked example: a weak page"),
}
FOR_TEACHERS = frozenset({"strong", "weak"})
PLAN = frozenset({Kind.TABLE, Kind.POLL, Kind.BREAKOUT})  # of a live session


def is_for_teachers(name: str, kind: Kind | None = None) -> bool:
    """Whether a document, or a block of this kind in it, is for teaching staff only."""
    if name in FOR_TEACHERS or kind is Kind.EXPERTS:
        return True
    return name == "live" and kind in PLAN
