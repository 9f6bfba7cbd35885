"""Somebody of whom every table keeps something, with a mark in every text."""

import json
from datetime import date, timedelta

from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import (
    AccountCorrection,
    AccountToken,
    FormerEmail,
    Person,
    RecoveryCode,
    RoleGrant,
    TokenPurpose,
    UserSession,
)
from learning.accounts.personal_data import person_ref
from learning.admissions.models import Application, Assessment, Nomination, Offer, Sponsorship
from learning.admissions.override_models import TransferOverride
from learning.admissions.rules.billing import BillingDetails, PartyKind
from learning.admissions.rules.states import ApplicationState
from learning.audit.actions import record
from learning.batches.models import BatchItem, BatchOperation
from learning.contact.models import ContactMessage
from learning.content.snapshots import snapshot
from learning.deadlines.models import AccommodationProfile, Extension
from learning.enrolment.models import Enrolment, EnrolmentTransition
from learning.extension_points.personal_data import PersonRef
from learning.fees.invoice_models import InvoiceLink, JointInvoice
from learning.fees.quote_models import Quote, SponsorBilling
from learning.files.models import FileOwner, FileState, PendingUpload, StoredFile
from learning.files.rules import FileKind
from learning.jobs.models import Job
from learning.kit.idempotency import IdempotencyKey, person_scope
from learning.kit.money import Money
from learning.lessons.models import (
    CheckAnswer,
    DocumentProgress,
    LearnerState,
    LessonProgress,
    ModuleOverride,
    Note,
)
from learning.mail.models import (
    EmailAttachment,
    EmailBounce,
    EmailCopy,
    EmailState,
    OutgoingEmail,
    Subscription,
)
from learning.participants.commands import enrol_person
from learning.quizzes.models import (
    AttemptAnswer,
    AttemptQuestion,
    LateDecision,
    QuizAttempt,
    ReleasedAttempt,
)
from learning.tutors.models import Competence, TutorAssignment
from tests.admissions.factories import a_person, in_state
from tests.extension_points.gradebook import add_gradebook
from tests.extension_points.money import add_money
from tests.world import NOW, World

LATER = NOW + timedelta(days=30)


def make_known_person(session: Session, world: World, mark: str) -> PersonRef:
    """Return somebody with rows everywhere; every text about them has the mark in it."""
    person = a_person(session, f"{mark} Name", email=f"{mark}@example.org", institution=mark)
    person.totp_secret = person.password_hash = f"{mark} secret"
    application = _applications(session, world, person, mark)
    add_money(session, application, mark, world.staff[Role.FINANCE].id)
    _account(session, world, person, mark)
    _studies(session, world, session.get_one(Enrolment, application.enrolment_id), mark)
    _attempts(
        session,
        session.get_one(Enrolment, application.enrolment_id),
        mark,
        world.staff[Role.TUTOR].id,
    )
    _teaching(session, world, person)
    _outbox(session, person, mark)
    _files(session, person, application, mark, world.staff[Role.FINANCE].id)
    session.commit()
    return person_ref(session, person)


def _applications(session: Session, world: World, person: Person, mark: str) -> Application:
    billing = BillingDetails(
        kind=PartyKind.PERSON, name=mark, line1=mark, line2="", postcode="", town=mark, country="CI"
    )
    texts = {"motivation": mark, "position": mark, "billing": billing}
    draft = in_state(session, world, ApplicationState.DRAFT, person, **texts)
    draft.edition_id = world.running.id
    session.flush()
    application = in_state(session, world, ApplicationState.ENROLLED, person, **texts)
    sponsorship = Sponsorship(
        edition_id=world.open.id, token_hash=f"{mark} token", organisation=mark, contact_name=mark,
        contact_email=person.email, language="fr", created_at=NOW, ends_at=LATER,
    )  # fmt: skip
    session.add(sponsorship)
    session.flush()
    session.add_all([
        InvoiceLink(
            sponsorship_id=sponsorship.id, token_hash=f"{mark} s", created_at=NOW, ends_at=LATER
        ),
        Quote(
            number=f"{mark} quote", edition_id=world.open.id, sponsorship_id=sponsorship.id,
            total=Money(98000, "EUR"), issued_on=NOW.date(), valid_until=LATER.date(),
            language="fr", seller="{}", buyer="{}", lines="[]", issued_at=NOW, issued_by_id=None,
        ),
        SponsorBilling(edition_id=world.open.id, sponsorship_id=sponsorship.id),
        JointInvoice(
            number=f"{mark} joint", edition_id=world.open.id, sponsorship_id=sponsorship.id,
            total=Money(98000, "EUR"), issued_on=NOW.date(), due_on=LATER.date(),
            reference=f"{mark} RF", language="fr", seller="{}", buyer="{}", issued_at=NOW,
            issued_by_id=None,
        ),
        Offer(application_id=application.id, created_at=NOW, ends_at=LATER, ended_at=NOW),
        Nomination(
            sponsorship_id=sponsorship.id, email=person.email, name=mark, nominated_at=NOW,
            application_id=draft.id,
        ),
        Assessment(
            application_id=application.id, assessor_id=world.staff[Role.REGISTRAR].id,
            function=1, influence=1, motivation=1, use=1, remark=mark, at=NOW,
        ),
    ])  # fmt: skip
    for row in session.query(EnrolmentTransition).filter_by(enrolment_id=application.enrolment_id):
        row.reason = mark
    operation = BatchOperation(
        uid=mark, kind="k", label="l", scope="s", params="{}", started_by=person.id, started_at=NOW
    )
    session.add(operation)
    session.flush()
    session.add_all([
        BatchItem(
            operation_id=operation.id, label=mark, payload="{}", reference=application.reference
        ),
        BatchItem(
            operation_id=operation.id, label=mark, payload=json.dumps({"email": person.email})
        ),
    ])  # fmt: skip
    return application


def _account(session: Session, world: World, person: Person, mark: str) -> None:
    session.add_all([
        RoleGrant(
            person_id=person.id, role=Role.TUTOR, granted_at=NOW, edition_id=world.running.id
        ),
        UserSession(
            token_hash=f"{mark} hash", person_id=person.id, device=mark, signed_in_at=NOW,
            last_seen_at=NOW, idle_until=LATER, expires_at=LATER, confirmed_at=NOW,
        ),
        AccountToken(
            token_hash=f"{mark} one", purpose=TokenPurpose.RESET, email=person.email,
            payload=mark, created_at=NOW, expires_at=LATER, person_id=person.id,
        ),
        RecoveryCode(code_hash=f"{mark} code", person_id=person.id),
        AccountCorrection(
            person_id=person.id,
            field="name",
            before=mark,
            after=person.name,
            reason=mark,
            corrected_at=NOW,
            corrected_by_id=None,
        ),
        FormerEmail(person_id=person.id, email=f"{mark}@old.example", changed_at=NOW),
        IdempotencyKey(
            scope=person_scope(person.id), key=f"{mark}-key", created_at=NOW, response_url=mark
        ),
    ])  # fmt: skip
    record(session, "profile changed", f"person {person.id}", by=person.id, now=NOW)


def _teaching(session: Session, world: World, person: Person) -> None:
    session.add(Competence(person_id=person.id, edition_id=world.running.id, module="m4"))
    place = enrol_person(session, world.running, a_person(session), by=None, now=NOW)
    here = {"edition_id": world.running.id, "assigned_at": NOW}
    session.add(TutorAssignment(enrolment_id=place.id, tutor_id=person.id, **here))


def _studies(session: Session, world: World, place: Enrolment, mark: str) -> None:
    tutor = world.staff[Role.TUTOR].id
    why = {"reason": mark, "decided_by_id": tutor, "decided_at": NOW}
    own = {"enrolment_id": place.id}
    both = own | {"edition_id": place.edition_id}
    session.add_all([
        Extension(key="project", until=LATER, **own, **why),
        AccommodationProfile(
            extra_time=1, extra_attempts=0, shift_days=0, no_timer=False, note=mark,
            decided_by_id=tutor, decided_at=NOW, **own,
        ),
        LearnerState(last_seen_at=NOW, lesson="m1-l1", block=mark, **both),
        LessonProgress(lesson="m1-l1", opened_at=NOW, block=mark, **both),
        DocumentProgress(document="m1-readings", done_at=NOW, **both),
        CheckAnswer(
            lesson="m1-l1", check_key=mark, chosen="1", right=True, answered_at=NOW, **both
        ),
        Note(lesson="m1-l1", block="b", body=mark, written_at=NOW, **both),
        ModuleOverride(module="m6", opens_on=date(2026, 7, 1), **own, **why),
        TutorAssignment(tutor_id=tutor, assigned_at=NOW, **both),
    ])  # fmt: skip
    add_gradebook(session, place, mark, tutor)


def _attempts(session: Session, place: Enrolment, mark: str, tutor: int) -> None:
    both = {"enrolment_id": place.id, "edition_id": place.edition_id}
    attempt = QuizAttempt(
        module="m1", number=1, seed=1, started_at=NOW, usual_minutes=45, extra_time=0,
        ends_at=LATER, accepted_until=LATER, max_points=12, pass_percent=70, **both,
    )  # fmt: skip
    session.add(attempt)
    session.flush()
    session.add_all([
        AttemptQuestion(
            attempt_id=attempt.id, position=1, question_key="q01",
            question_sha256=snapshot(session, "question", "of a test", {}), **both,
        ),
        ReleasedAttempt(module="m1", reason=mark, released_by_id=tutor, released_at=NOW, **both),
    ])  # fmt: skip
    late = AttemptAnswer(
        attempt_id=attempt.id, position=1, sequence=1, idempotency_key=f"{mark} key",
        answer=mark, language="fr", answered_at=NOW, received_at=NOW, late=True, **both,
    )  # fmt: skip
    session.add(late)
    session.flush()
    session.add(
        LateDecision(
            answer_id=late.id, accepted=False, reason=mark, decided_by_id=tutor, decided_at=NOW,
            **both,
        )
    )  # fmt: skip


def _outbox(session: Session, person: Person, mark: str) -> None:
    sent = OutgoingEmail(
        kind="k", params="{}", category="course", email=person.email, name=mark, language="fr",
        zone="UTC", token=f"{mark} u", created_at=NOW, state=EmailState.SENT, ended_at=NOW,
    )  # fmt: skip
    file = StoredFile(
        purpose="nomination_letter",
        slug=f"{mark}-sent", key=f"{mark}-sent", name="n", kind=FileKind.PDF, size=1, sha256="0",
        state=FileState.CLEAN, owner_id=None, created_at=NOW,
    )  # fmt: skip
    session.add_all([sent, file])
    session.flush()
    session.add_all([
        ContactMessage(name=mark, email=person.email, language="fr", body=mark, sent_at=NOW),
        EmailCopy(email_id=sent.id, subject=mark, body=mark, parts="", sent_at=NOW),
        EmailAttachment(email_id=sent.id, file_id=file.id, slug=mark, position=0),
        OutgoingEmail(
            kind="k", params=json.dumps({"text": mark}), category="course",
            email=person.email, name=mark, language="fr", zone="UTC", token=f"{mark} t",
            created_at=NOW,
        ),
        Subscription(email=person.email, category="course", token=f"{mark} s"),
        EmailBounce(email=person.email, reason=mark),
        Job(kind="k", payload=json.dumps({"email": person.email}), created_at=NOW, due_at=NOW),
    ])  # fmt: skip


def _files(
    session: Session, person: Person, application: Application, mark: str, staff: int
) -> None:
    letter = StoredFile(
        purpose="nomination_letter",
        slug=f"{mark}-slug", key=f"{mark}-key", name=mark, kind=FileKind.PDF, size=1, sha256="0",
        state=FileState.CLEAN, owner_id=person.id, created_at=NOW,
    )  # fmt: skip
    upload = PendingUpload(
        purpose="nomination_letter",
        slug=f"{mark}-part", owner_id=person.id, name=mark, size=1, part_key=f"{mark}-part",
        created_at=NOW,
    )  # fmt: skip
    session.add_all([letter, upload, FileOwner(owner_id=person.id)])
    session.flush()
    application.letter_id = letter.id
    session.add(
        TransferOverride(
            edition_id=application.edition_id, application_id=application.id,
            target_id=application.edition_id, successor_id=None, received_on=NOW.date(),
            reason=mark, file_id=letter.id, proposed_by_id=staff, proposed_at=NOW,
        )
    )  # fmt: skip
