"""What admissions refuse beside the table of transitions, by code, with its sentence."""

from enum import StrEnum

from learning.kit.i18n import N_
from learning.kit.labels import Labels


class ApplicationProblem(StrEnum):
    """What forbids an application, beside the table of transitions."""

    ENROLLED = "enrolled"
    ELSEWHERE = "elsewhere"
    OFFER_ENDED = "offer_ended"
    SUBSTITUTE_DECIDED = "substitute_decided"
    OTHER_QUOTE = "other_quote"
    OTHER_PRICE = "other_price"
    OTHER_CURRENCY = "other_currency"


class OverrideProblem(StrEnum):
    """Why a late transfer or substitution is not proposed, or not decided."""

    IN_TIME = "in_time"
    WAITS = "waits"
    DECIDED = "decided"
    SAME_PERSON = "same_person"
    OWN_PLACE = "own_place"


class AssessmentProblem(StrEnum):
    """Why an assessor gives no scores."""

    DECIDED = "decided"
    CONFLICT = "conflict"
    TWO_ALREADY = "two_already"


class SponsorshipProblem(StrEnum):
    """Why a sponsor’s answer or nomination is not kept."""

    ANSWERED = "answered"
    LINK_EXPIRED = "link_expired"
    CHANGED_MEANWHILE = "changed_meanwhile"
    NO_LETTER = "no_letter"
    TOO_MANY = "too_many"


class EditionChangeProblem(StrEnum):
    """Why an edition with people in it is not changed."""

    SEATS_TAKEN = "seats_taken"
    BEGUN = "begun"
    FIRST_DAY_PAST = "first_day_past"
    OFFER_OPEN = "offer_open"
    OFFER_FEE = "offer_fee"
    OFFER_POLICY = "offer_policy"
    LANGUAGE = "language"


LABELS: Labels = {
    (ApplicationProblem, ""): {
        ApplicationProblem.ENROLLED: N_("This person has a place in this edition already."),
        ApplicationProblem.ELSEWHERE: N_(
            "This person has an application or a place there already."
        ),
        ApplicationProblem.OFFER_ENDED: N_(
            "This offer has ended; the seat went to the next on the list."
        ),
        ApplicationProblem.SUBSTITUTE_DECIDED: N_(
            "The substitute’s application is no longer under review."
        ),
        ApplicationProblem.OTHER_QUOTE: N_(
            "Another day has begun, the first day was moved, or a payment has arrived. "
            "Read once more what is refunded, then cancel."
        ),
        ApplicationProblem.OTHER_PRICE: N_(
            "A fee or a first day was changed, or a payment has arrived. "
            "Read once more what is to be paid, then confirm."
        ),
        ApplicationProblem.OTHER_CURRENCY: N_(
            "The fee there is in another currency: what was paid cannot count for it."
        ),
    },
    (OverrideProblem, ""): {
        OverrideProblem.IN_TIME: N_("This notice is in time: nobody has to allow it."),
        OverrideProblem.WAITS: N_("A proposal about this place waits for an approver already."),
        OverrideProblem.DECIDED: N_("Somebody has decided about this proposal already."),
        OverrideProblem.SAME_PERSON: N_("Who proposed it does not approve it."),
        OverrideProblem.OWN_PLACE: N_("Nobody decides about their own place."),
    },
    (AssessmentProblem, ""): {
        AssessmentProblem.DECIDED: N_("This application is decided; its scores stay as they are."),
        AssessmentProblem.CONFLICT: N_(
            "You come from the same institution. Somebody else assesses this application."
        ),
        AssessmentProblem.TWO_ALREADY: N_("Two assessors have given their scores already."),
    },
    (SponsorshipProblem, ""): {
        SponsorshipProblem.ANSWERED: N_("Your institution has answered already."),
        SponsorshipProblem.LINK_EXPIRED: N_("This link does not work any more."),
        SponsorshipProblem.CHANGED_MEANWHILE: N_(
            "Somebody changed this meanwhile. "
            "What is kept now stands above; send yours to replace it."
        ),
        SponsorshipProblem.NO_LETTER: N_("Add the letter, or sign here by typing your name."),
        SponsorshipProblem.TOO_MANY: N_("That is as many people as one link can nominate."),
    },
    (EditionChangeProblem, ""): {
        EditionChangeProblem.SEATS_TAKEN: N_(
            "%(taken)s places are taken or offered already; there cannot be fewer."
        ),
        EditionChangeProblem.BEGUN: N_(
            "The course has begun with people in it: its first day stays."
        ),
        EditionChangeProblem.FIRST_DAY_PAST: N_(
            "People have applied or have a place: the first day lies ahead."
        ),
        EditionChangeProblem.OFFER_OPEN: N_(
            "A seat is offered to somebody until %(until)s: the course cannot begin before."
        ),
        EditionChangeProblem.OFFER_FEE: N_(
            "A seat is offered at the fee of %(fee)s until %(until)s: it cannot rise before."
        ),
        EditionChangeProblem.OFFER_POLICY: N_(
            "A seat is offered until %(until)s: the cancellation policy cannot change before then."
        ),
        EditionChangeProblem.LANGUAGE: N_(
            "Somebody has applied in a language that this edition would lose."
        ),
    },
}
