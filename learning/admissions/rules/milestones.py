"""What is still to come for an application, and whether it is the applicant's turn; pure."""

from enum import StrEnum

from learning.admissions.rules.stages import Stage


class Milestone(StrEnum):
    """An event that an application waits for; each has a label."""

    SUBMIT = "submit"
    REVIEW = "review"
    ANSWER = "answer"
    DECISION = "decision"
    FREE_SEAT = "free_seat"
    TAKE_SEAT = "take_seat"
    PAYMENT = "payment"
    FIRST_DAY = "first_day"
    LAST_DAY = "last_day"


SEATED = (Milestone.PAYMENT, Milestone.FIRST_DAY, Milestone.LAST_DAY)
DECIDED = (Milestone.DECISION, *SEATED)
AHEAD: dict[Stage, tuple[Milestone, ...]] = {
    Stage.DRAFT: (Milestone.SUBMIT, Milestone.REVIEW, *DECIDED),
    Stage.SUBMITTED: (Milestone.REVIEW, *DECIDED),
    Stage.UNDER_REVIEW: DECIDED,
    Stage.AWAITING_INFO: (Milestone.ANSWER, *DECIDED),
    Stage.WAITLISTED: (Milestone.FREE_SEAT, *SEATED),
    Stage.ACCEPTED: SEATED,
    Stage.ENROLLED: (Milestone.FIRST_DAY, Milestone.LAST_DAY),
}
"""What comes after each stage; after the others comes nothing."""


def milestones(stage: Stage, *, offered: bool, pays: bool, begun: bool) -> tuple[Milestone, ...]:
    """Return what is to come, in order; the first is what the application waits for now.

    `offered` says that a free seat is kept for the person, `begun` that the course has begun.
    """
    skipped = set()
    if not pays:
        skipped.add(Milestone.PAYMENT)
    if begun:
        skipped.add(Milestone.FIRST_DAY)
    ahead = (each for each in AHEAD.get(stage, ()) if each not in skipped)
    return tuple(
        Milestone.TAKE_SEAT if offered and each is Milestone.FREE_SEAT else each for each in ahead
    )


def waits_for_applicant(stage: Stage, *, in_time: bool, offered: bool) -> bool:
    """Whether the next step is the applicant's, and still possible.

    `in_time` says whether a draft can still be sent, or a question still be answered.
    """
    if stage in {Stage.DRAFT, Stage.AWAITING_INFO}:
        return in_time
    return stage is Stage.WAITLISTED and offered
