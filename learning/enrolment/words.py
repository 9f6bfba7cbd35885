"""What states, steps and choices of an application are called on pages."""

from learning.enrolment.answers import BillTo, Constituency, Funding, Gender, Step
from learning.enrolment.ranking import Criterion
from learning.enrolment.rules import Event, State, Who
from learning.kit.i18n import N_

STATES: dict[State, str] = {
    State.DRAFT: N_("not sent yet"),
    State.SUBMITTED: N_("application sent"),
    State.UNDER_REVIEW: N_("being read"),
    State.INFO_REQUESTED: N_("question asked"),
    State.WAITLISTED: N_("on the waiting list"),
    State.ACCEPTED: N_("accepted"),
    State.ENROLLED: N_("enrolled"),
    State.COMPLETED: N_("completed"),
    State.NOT_COMPLETED: N_("not completed"),
    State.NO_SHOW: N_("never came"),
    State.DECLINED: N_("declined"),
    State.WITHDRAWN: N_("application withdrawn"),
    State.CANCELLED: N_("cancelled"),
    State.TRANSFERRED_OUT: N_("transferred to another course"),
    State.SUBSTITUTED_OUT: N_("replaced by somebody else"),
    State.LAPSED: N_("seat not taken up"),
    State.EDITION_CANCELLED: N_("course cancelled"),
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
    Constituency.OTHER: N_("Something else"),
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
BILL_TO: dict[str, str] = {
    BillTo.PERSON: N_("To me"),
    BillTo.ORGANISATION: N_("To an organisation"),
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
DECISIONS: dict[Event, str] = {
    Event.OPEN_REVIEW: N_("Begin to read"),
    Event.ASK_INFO: N_("Ask a question"),
    Event.ACCEPT: N_("Accept"),
    Event.WAITLIST: N_("Put on the waiting list"),
    Event.PROMOTE: N_("Give a seat from the waiting list"),
    Event.DECLINE: N_("Decline"),
    Event.ACTIVATE: N_("Confirm the place"),
    Event.LAPSE: N_("Let the seat lapse"),
    Event.TRANSFER: N_("Move to another edition"),
    Event.SUBSTITUTE: N_("Hand over to somebody else"),
    Event.CANCEL: N_("Cancel the place"),
    Event.REOPEN: N_("Open again"),
    Event.CLOSE: N_("Close: not completed"),
    Event.NEVER_CAME: N_("Close: never came"),
}
EVENTS: dict[Event, str] = {
    Event.CREATE: N_("begun"),
    Event.SUBMIT: N_("application sent"),
    Event.OPEN_REVIEW: N_("reading begun"),
    Event.ASK_INFO: N_("question asked"),
    Event.ANSWER: N_("question answered"),
    Event.ACCEPT: N_("accepted"),
    Event.WAITLIST: N_("put on the waiting list"),
    Event.PROMOTE: N_("seat given from the waiting list"),
    Event.DECLINE: N_("declined"),
    Event.WITHDRAW: N_("application withdrawn"),
    Event.ACTIVATE: N_("place confirmed"),
    Event.LAPSE: N_("seat not taken up"),
    Event.CANCEL: N_("place cancelled"),
    Event.TRANSFER: N_("transferred to another course"),
    Event.SUBSTITUTE: N_("replaced by somebody else"),
    Event.COMPLETE: N_("course completed"),
    Event.CLOSE: N_("not completed"),
    Event.NEVER_CAME: N_("never came"),
    Event.CANCEL_EDITION: N_("course cancelled"),
    Event.REOPEN: N_("opened again"),
    Event.INVOICE: N_("invoice issued"),
}
CAPACITIES: dict[Who, str] = {
    Who.APPLICANT: N_("candidate"),
    Who.SPONSOR: N_("sponsor"),
    Who.REGISTRAR: N_("registrar"),
    Who.FINANCE: N_("finance"),
    Who.APPROVER: N_("approver"),
    Who.SYSTEM: N_("automatically"),
}
