"""Labels of the states, steps and choices of an application."""

from learning.admissions.rules.answers import Constituency, Funding, Gender, Step
from learning.admissions.rules.billing import PartyKind
from learning.admissions.rules.ranking import Criterion
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ApplicationEvent
from learning.kit.i18n import N_

STATES: dict[Stage, str] = {
    Stage.DRAFT: N_("not sent yet"),
    Stage.SUBMITTED: N_("application sent"),
    Stage.UNDER_REVIEW: N_("under review"),
    Stage.AWAITING_INFO: N_("question asked"),
    Stage.WAITLISTED: N_("on the waiting list"),
    Stage.ACCEPTED: N_("accepted"),
    Stage.ENROLLED: N_("enrolled"),
    Stage.COMPLETED: N_("completed"),
    Stage.NOT_COMPLETED: N_("not completed"),
    Stage.NO_SHOW: N_("no-show"),
    Stage.DECLINED: N_("declined"),
    Stage.WITHDRAWN: N_("application withdrawn"),
    Stage.CANCELLED: N_("cancelled"),
    Stage.TRANSFERRED_OUT: N_("transferred to another edition"),
    Stage.SUBSTITUTED_OUT: N_("replaced by a substitute"),
    Stage.LAPSED: N_("seat not taken up"),
    Stage.EDITION_CANCELLED: N_("course cancelled"),
}
STEPS: dict[Step, str] = {
    Step.PERSON: N_("About you"),
    Step.WORK: N_("Your work"),
    Step.MOTIVATION: N_("Why this course"),
    Step.LANGUAGE: N_("Language of study"),
    Step.FUNDING: N_("Who pays"),
    Step.LETTER: N_("Nomination letter"),
    Step.BILLING: N_("Where the invoice goes"),
    Step.CONSENT: N_("Your agreement"),
}
GENDERS: dict[str, str] = {
    Gender.WOMAN: N_("Woman"),
    Gender.MAN: N_("Man"),
    Gender.OTHER: N_("Other"),
    Gender.UNSAID: N_("I prefer not to say"),
}
CONSTITUENCIES: dict[str, str] = {
    Constituency.GOVERNMENT: N_("Government or public service"),
    Constituency.EMPLOYERS: N_("Employers’ organisation"),
    Constituency.WORKERS: N_("Workers’ organisation"),
    Constituency.CIVIL_SOCIETY: N_("Association or NGO"),
    Constituency.INTERNATIONAL: N_("International organisation"),
    Constituency.TRAINING: N_("Training or research"),
    Constituency.PRIVATE: N_("Company"),
    Constituency.OTHER: N_("Other"),
}
FUNDINGS: dict[str, str] = {
    Funding.SELF: N_("I pay myself"),
    Funding.SPONSOR: N_("My institution pays everything"),
    Funding.MIXED: N_("My institution and I share the fee"),
    Funding.FELLOWSHIP: N_("I have a fellowship"),
}
SOURCES_OF_FUNDING: dict[str, str] = {
    Funding.SELF: N_("Self-paid"),
    Funding.SPONSOR: N_("Sponsor"),
    Funding.MIXED: N_("Shared"),
    Funding.FELLOWSHIP: N_("Fellowship"),
}
PARTY_KINDS: dict[str, str] = {
    PartyKind.PERSON: N_("To me"),
    PartyKind.ORGANISATION: N_("To an organisation"),
}
REGIONS: dict[str, str] = {
    "africa": N_("Africa"),
    "americas": N_("Americas"),
    "arab-states": N_("Arab States"),
    "asia-pacific": N_("Asia and the Pacific"),
    "europe-central-asia": N_("Europe and Central Asia"),
}
CRITERIA: dict[Criterion, str] = {
    Criterion.FUNCTION: N_("Work close to return and reintegration"),
    Criterion.INFLUENCE: N_("Influence in the institution"),
    Criterion.MOTIVATION: N_("Reasons for taking the course"),
    Criterion.USE: N_("Plan to use what is learned"),
}
DECISIONS: dict[ApplicationEvent, str] = {
    ApplicationEvent.START_REVIEW: N_("Start review"),
    ApplicationEvent.REQUEST_INFO: N_("Ask a question"),
    ApplicationEvent.ACCEPT: N_("Accept"),
    ApplicationEvent.WAITLIST: N_("Put on the waiting list"),
    ApplicationEvent.PROMOTE: N_("Give a seat from the waiting list"),
    ApplicationEvent.DECLINE: N_("Decline"),
    ApplicationEvent.LAPSE: N_("Mark as expired"),
    ApplicationEvent.TRANSFER: N_("Transfer to another edition"),
    ApplicationEvent.SUBSTITUTE: N_("Substitute participant"),
    ApplicationEvent.CANCEL: N_("Cancel the place"),
    ApplicationEvent.REOPEN: N_("Open again"),
}
EVENTS: dict[ApplicationEvent, str] = {
    ApplicationEvent.CREATE: N_("begun"),
    ApplicationEvent.SUBMIT: N_("application sent"),
    ApplicationEvent.START_REVIEW: N_("review started"),
    ApplicationEvent.REQUEST_INFO: N_("question asked"),
    ApplicationEvent.PROVIDE_INFO: N_("question answered"),
    ApplicationEvent.ACCEPT: N_("accepted"),
    ApplicationEvent.WAITLIST: N_("put on the waiting list"),
    ApplicationEvent.PROMOTE: N_("seat given from the waiting list"),
    ApplicationEvent.DECLINE: N_("declined"),
    ApplicationEvent.WITHDRAW: N_("application withdrawn"),
    ApplicationEvent.ACTIVATE: N_("place confirmed"),
    ApplicationEvent.LAPSE: N_("seat not taken up"),
    ApplicationEvent.CANCEL: N_("place cancelled"),
    ApplicationEvent.TRANSFER: N_("transferred to another edition"),
    ApplicationEvent.SUBSTITUTE: N_("replaced by a substitute"),
    ApplicationEvent.CANCEL_EDITION: N_("course cancelled"),
    ApplicationEvent.REOPEN: N_("opened again"),
}
