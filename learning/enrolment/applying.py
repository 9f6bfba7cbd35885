"""What a candidate does: begins, fills in step by step, sends, answers, leaves."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.audit.actions import record
from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment import answers, deadlines, queries, ranking, rules, waiting
from learning.enrolment.answers import Answers, Funding, Step
from learning.enrolment.models import Application, OfferEnd, Sponsorship
from learning.enrolment.moving import Deed, check, move, was_done, write_down
from learning.enrolment.rules import Event, Guard, State
from learning.files.models import FileState, StoredFile
from learning.kit.errors import Refused
from learning.kit.i18n import N_
from learning.kit.time import start_of

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
REFERENCE_LENGTH = 10
CHANGEABLE = frozenset({State.DRAFT, State.INFO_REQUESTED})
FIELDS: dict[Step, tuple[str, ...]] = {
    Step.PERSON: ("gender", "country"),
    Step.WORK: ("position", "constituency"),
    Step.MOTIVATION: ("motivation",),
    Step.LANGUAGE: ("study_language",),
    Step.FUNDING: ("funding", "sponsor_share"),
    Step.LETTER: ("letter_id",),
    Step.BILLING: (
        "bill_to", "billing_name", "billing_address", "billing_country", "vat_id", "po_number",
    ),
    Step.CONSENT: ("consent_version", "consented_at"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody gave on one step: values by column, all of that step's columns."""

    step: Step
    values: dict[str, Any]


def takes(edition: Edition, now: datetime) -> frozenset[Guard]:
    """Return the guards about time that hold for an edition now."""
    holds = set()
    in_time = now < deadlines.closes_at(edition.apply_until, edition.zone)
    if in_time:
        holds.add(Guard.BEFORE_DEADLINE)
    if in_time and edition.status is EditionStatus.OPEN:
        holds.add(Guard.TAKES_APPLICATIONS)
    if now < start_of(edition.starts_on, edition.zone):
        holds.add(Guard.NOT_STARTED)
    return frozenset(holds)


def begin(session: Session, edition: Edition, person: Person, deed: Deed) -> Application:
    """Begin an application (T1), or return the live one that the person has here already."""
    if known := queries.live_application(session, person.id, edition.id):
        return known
    application = Application(
        reference=new_reference(),
        edition_id=edition.id,
        person_id=person.id,
        made_at=deed.now,
        changed_at=deed.now,
        name_key=ranking.name_key(person.name),
        study_language=person.language if person.language in edition.languages.split() else "",
    )
    if queries.has_place(session, person.id, edition.id):
        raise Refused(N_("This person has a place in this edition already."))
    insist_open(edition, deed)
    try:
        with session.begin_nested():
            session.add(application)
            session.flush()  # two windows at once: the second finds the first one's
    except IntegrityError:
        if known := queries.live_application(session, person.id, edition.id):
            return known
        raise
    write_down(session, application, deed, None)
    return application


def insist_open(edition: Edition, deed: Deed) -> None:
    """Raise Refused where an edition takes no application now, whoever it would be for."""
    problem = rules.refusal(None, Event.CREATE, deed.who, _case(edition, deed))
    if problem is not None:
        raise Refused(rules.REFUSALS[problem])


def new_reference() -> str:
    """Return a reference that nobody has yet, and that is hard to guess or to misread."""
    return "".join(secrets.choice(ALPHABET) for _ in range(REFERENCE_LENGTH))


def save(application: Application, said: Said, *, now: datetime) -> None:
    """Keep what was given on a step; only a draft, or one that was asked for more, can change."""
    if application.state not in CHANGEABLE:
        raise Refused(rules.REFUSALS[rules.Problem.NO_SUCH_WAY])
    for column in FIELDS[said.step]:
        setattr(application, column, said.values[column])
    application.sponsor_share = (
        answers.share_of(application.funding, application.sponsor_share)
        if application.funding
        else 0
    )
    application.changed_at = now


def answers_of(
    application: Application, person: Person, sponsorship: Sponsorship | None
) -> Answers:
    """Return an application as the rules see it; what the sponsor stated counts as said."""
    signed = sponsorship is not None and (sponsorship.letter_id or sponsorship.signed_at)
    billed = sponsorship is not None and sponsorship.stated_at is not None
    by_sponsor = sponsorship if billed and not application.bill_to else None
    return Answers(
        institution=person.institution,
        gender=application.gender,
        country=application.country,
        position=application.position,
        constituency=application.constituency,
        motivation=application.motivation,
        study_language=application.study_language,
        funding=application.funding,
        sponsor_share=application.sponsor_share,
        has_letter=bool(application.letter_id or signed),
        bill_to="organisation" if by_sponsor else application.bill_to,
        billing_name=by_sponsor.billing_name if by_sponsor else application.billing_name,
        billing_address=by_sponsor.billing_address if by_sponsor else application.billing_address,
        billing_country=by_sponsor.billing_country if by_sponsor else application.billing_country,
        consented_at=application.consented_at,
    )


def missing(session: Session, application: Application) -> list[Step]:
    """Return the steps that are not complete yet."""
    person = session.get_one(Person, application.person_id)
    sponsorship = (
        session.get(Sponsorship, application.sponsorship_id) if application.sponsorship_id else None
    )
    said = answers_of(application, person, sponsorship)
    if said.has_letter and not _is_sound(session, application, sponsorship):
        said = replace(said, has_letter=False)
    return answers.missing(said)


def submit(session: Session, application: Application, deed: Deed) -> bool:
    """Send an application (T2); the clock is looked at now, in the centre's zone, to the second."""
    edition = session.get_one(Edition, application.edition_id)
    if queries.has_place(session, application.person_id, edition.id):
        raise Refused(N_("This person has a place in this edition already."))
    holds = takes(edition, deed.now)
    if not missing(session, application):
        holds |= {Guard.COMPLETE}
    done = move(session, application, deed, holds)
    if done:
        application.submitted_at = deed.now
        application.name_key = ranking.name_key(session.get_one(Person, application.person_id).name)
    return done


def answer(session: Session, application: Application, deed: Deed) -> bool:
    """Answer what the registrar asked (T5)."""
    until = application.answer_until
    in_time = until is None or deed.now < until
    return move(session, application, deed, frozenset({Guard.IN_TIME} if in_time else set()))


def withdraw(session: Session, application: Application, deed: Deed) -> bool:
    """Leave before a decision, or the waiting list (T10); an open offer goes to the next."""
    with waiting.change_of_seats(session, application.edition_id, now=deed.now):
        session.refresh(application)
        if was_done(session, application, deed):
            return False
        check(application, deed, frozenset())
        waiting.withdraw_offer(session, application, OfferEnd.DECLINED, deed.now)
        return move(session, application, deed)


def discard(session: Session, application: Application, *, by: int, now: datetime) -> None:
    """Throw a draft away; what was sent once is never deleted."""
    if application.state is not State.DRAFT:
        raise Refused(rules.REFUSALS[rules.Problem.NO_SUCH_WAY])
    queries.forget_draft(session, application)
    record(session, "draft discarded", f"application {application.id}", by=by, now=now)


def is_fellowship(application: Application) -> bool:
    return application.funding == Funding.FELLOWSHIP


def _is_sound(session: Session, application: Application, sponsorship: Sponsorship | None) -> bool:
    """Whether a letter was signed, or uploaded and not found infected by the scanner."""
    if sponsorship is not None and sponsorship.signed_at is not None:
        return True
    letters = (application.letter_id, sponsorship.letter_id if sponsorship else None)
    files = (session.get_one(StoredFile, letter) for letter in letters if letter is not None)
    return any(file.state is not FileState.INFECTED for file in files)


def _case(edition: Edition, deed: Deed) -> rules.Case:
    return rules.Case(holds=takes(edition, deed.now), reason=deed.reason)
