"""Labels of the values of an application, collected for `kit.labels`."""

from learning.admissions import labels, problems
from learning.admissions.models import OfferOutcome
from learning.admissions.rules.answers import Step
from learning.admissions.rules.billing import PartyKind
from learning.admissions.rules.ranking import Criterion
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ApplicationEvent
from learning.admissions.rules.transitions import MESSAGES, TransitionGuard, TransitionProblem
from learning.kit.i18n import N_
from learning.kit.labels import Labels

OFFER_ENDS = {
    OfferOutcome.ACCEPTED: N_("seat taken"),
    OfferOutcome.DECLINED: N_("seat declined"),
    OfferOutcome.EXPIRED: N_("no answer in time"),
    OfferOutcome.WITHDRAWN: N_("offer taken back"),
}
PARTS = {
    Step.PERSON: N_("Person"),
    Step.WORK: N_("Work"),
    Step.MOTIVATION: N_("Motivation"),
    Step.LANGUAGE: N_("Language of study"),
    Step.FUNDING: N_("Funding"),
    Step.LETTER: N_("Nomination letter"),
    Step.BILLING: N_("Invoice"),
    Step.CONSENT: N_("Agreement"),
}
"""What the steps are called for those who read, not fill in."""
BILLED = {
    PartyKind.PERSON: N_("to the person"),
    PartyKind.ORGANISATION: N_("to an organisation"),
}
TABS = {
    Stage.DRAFT: N_("Drafts"),
    Stage.SUBMITTED: N_("To review"),
    Stage.WAITLISTED: N_("Waiting list"),
    Stage.WITHDRAWN: N_("Withdrawn"),
    Stage.SUBSTITUTED_OUT: N_("Substituted"),
}
"""Stages as the names of lists, where that is shorter than the stage of one application."""
LABELS: Labels = {
    **problems.LABELS,
    (TransitionGuard, ""): {each: MESSAGES[each] for each in TransitionGuard},
    (TransitionProblem, ""): {each: MESSAGES[each] for each in TransitionProblem},
    (Stage, ""): labels.STATES,
    (Stage, "tab"): TABS,
    (ApplicationEvent, ""): labels.EVENTS,
    (ApplicationEvent, "decision"): labels.DECISIONS,
    (Step, ""): labels.STEPS,
    (Step, "staff"): PARTS,
    (PartyKind, ""): labels.PARTY_KINDS,
    (PartyKind, "staff"): BILLED,
    (Criterion, ""): labels.CRITERIA,
    (OfferOutcome, ""): OFFER_ENDS,
    (str, "gender"): labels.GENDERS,
    (str, "payer"): {"participant": N_("Participant"), "sponsor": N_("Sponsor")},
    (str, "constituency"): labels.CONSTITUENCIES,
    (str, "funding"): labels.SOURCES_OF_FUNDING,
}
