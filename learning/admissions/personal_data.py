"""What admissions keep of a person (`extension_points.personal_data`)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, Subquery, cast, literal, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.billing_models import BillingParty
from learning.admissions.models import (
    Application,
    ApplicationTransition,
    Assessment,
    Nomination,
    Offer,
    Sponsorship,
)
from learning.admissions.override_models import TransferOverride
from learning.admissions.rules.states import PENDING, ApplicationState
from learning.audit.personal_data import entries_about_rows
from learning.batches.models import BatchItem
from learning.catalogue.models import Edition
from learning.catalogue.queries import edition_code
from learning.extension_points.personal_data import (
    ForgetBlocker,
    ForgetRequest,
    OnForget,
    PersonalTable,
    PersonRef,
    has_email,
)

UNDER_WAY = PENDING | {ApplicationState.ACCEPTED}
WHOLE_PRICE = 100  # percent
MONEY = "Books and claims have to be kept; it is what was agreed about money."
ANSWERS = ("gender", "country", "position", "constituency", "motivation", "study_language")
CONTACT = ("contact_name", "contact_email", "signed_by")  # somebody else
ADDRESS = ("name", "line1", "line2", "postcode", "town", "country", "vat_id", "po_number")


def _is_own(application_id: InstrumentedAttribute[Any], person: PersonRef) -> ColumnElement[bool]:
    own = select(Application.id).where(Application.person_id == person.id)
    return application_id.in_(own)


def _is_own_party(person: PersonRef) -> ColumnElement[bool]:
    """Whether an application of the person, or an agreement about one, names this party."""
    agreed = FeeAgreement.application_id.in_(
        select(Application.id).where(Application.person_id == person.id)
    )
    own = union(
        select(Application.billing_party_id).where(Application.person_id == person.id),
        select(FeeAgreement.party_id).where(agreed),
    ).subquery()
    return BillingParty.id.in_(select(_first(own)))


def _is_contact(person: PersonRef) -> ColumnElement[bool]:
    return has_email(Sponsorship.contact_email, Sponsorship.created_at, person)


def _is_stated() -> ColumnElement[bool]:
    return Sponsorship.stated_at.is_not(None) | Sponsorship.signed_at.is_not(None)


def _first(rows: Subquery) -> ColumnElement[Any]:
    return next(iter(rows.columns))


def _is_agreed() -> ColumnElement[bool]:
    named = or_(
        FeeAgreement.party_id == BillingParty.id, FeeAgreement.sponsor_party_id == BillingParty.id
    )
    return select(FeeAgreement.id).where(named).exists()


def _blank_application(_request: ForgetRequest) -> Mapping[str, Any]:
    return dict.fromkeys((*ANSWERS, "name_key"), "") | {"letter_id": None}


def _blank_nomination(_request: ForgetRequest) -> Mapping[str, Any]:
    number = cast(Nomination.id, String)
    return {"name": "—", "email": literal("nomination-") + number + literal("@forgotten.invalid")}


TABLES = (
    PersonalTable(
        model=BatchItem,
        about=lambda person: BatchItem.reference.in_(
            select(Application.reference).where(Application.person_id == person.id)
        ),
        on_forget=OnForget.ANONYMISE,
        why="The numbers of the operation stay right; it is purged sixty days after its end.",
        blank=lambda _request: {"label": "—"},
    ),
    PersonalTable(
        model=Assessment,
        about=lambda person: _is_own(Assessment.application_id, person),
        on_forget=OnForget.ANONYMISE,
        why="The order of all others hangs on the points; remarks are emptied.",
        hidden=frozenset({"assessor_id"}),
        blank=lambda _request: {"remark": ""},
    ),
    PersonalTable(
        model=ApplicationTransition,
        about=lambda person: _is_own(ApplicationTransition.application_id, person),
        on_forget=OnForget.ANONYMISE,
        why="Statistics count what became of an application; reasons are emptied.",
        hidden=frozenset({"actor_id"}),
        blank=lambda _request: {"reason": ""},
    ),
    PersonalTable(
        model=Offer,
        about=lambda person: _is_own(Offer.application_id, person),
        on_forget=OnForget.KEEP,
        why="It shows that the waiting list was kept in order; it has no words in it.",
    ),
    PersonalTable(
        model=Nomination,
        about=lambda person: or_(
            has_email(Nomination.email, Nomination.nominated_at, person),
            _is_own(Nomination.application_id, person),
        ),
        on_forget=OnForget.ANONYMISE,
        why="The sponsor’s page counts whom it nominated.",
        blank=_blank_nomination,
    ),
    PersonalTable(
        model=BillingParty,
        about=lambda person: _is_own_party(person) & _is_agreed(),
        on_forget=OnForget.KEEP,
        why=MONEY,
    ),
    PersonalTable(
        model=BillingParty,
        about=lambda person: _is_own_party(person) & ~_is_agreed(),
        on_forget=OnForget.ANONYMISE,
        why="An application names it; nothing was agreed.",
        blank=lambda _request: dict.fromkeys(ADDRESS, ""),
    ),
    PersonalTable(
        model=TransferOverride,
        about=lambda person: or_(
            _is_own(TransferOverride.application_id, person),
            _is_own(TransferOverride.successor_id, person),
        ),
        on_forget=OnForget.KEEP,
        why="It proves which two people allowed a late change, and why it costs more later.",
        hidden=frozenset({"proposed_by_id", "decided_by_id"}),
        added={"edition": edition_code(TransferOverride.edition_id)},
    ),
    PersonalTable(
        model=FeeAgreement,
        about=lambda person: _is_own(FeeAgreement.application_id, person),
        on_forget=OnForget.KEEP,
        why=MONEY,
    ),
    PersonalTable(
        model=Sponsorship,
        about=lambda person: _is_contact(person) & _is_stated(),
        on_forget=OnForget.ANONYMISE,
        why="Claims rest on what was stated and who signed it; the address is emptied.",
        hidden=frozenset({"token_hash"}),
        blank=lambda _request: {"contact_email": ""},
    ),
    PersonalTable(
        model=Sponsorship,
        about=lambda person: _is_contact(person) & ~_is_stated(),
        on_forget=OnForget.ANONYMISE,
        why="An application names it; nothing was stated.",
        hidden=frozenset({"token_hash"}),
        blank=lambda _request: {"contact_name": "—", "contact_email": ""},
    ),
    PersonalTable(
        model=Sponsorship,
        about=lambda person: (Sponsorship.requested_by_id == person.id) & ~_is_contact(person),
        on_forget=OnForget.KEEP,
        why=MONEY,
        hidden=frozenset({"token_hash", *CONTACT}),
    ),
    entries_about_rows("application", Application.id, Application.person_id),
    PersonalTable(
        model=Application,
        about=lambda person: Application.person_id == person.id,
        on_forget=OnForget.ANONYMISE,
        why="Seats, fees and statistics count it; answers are emptied, the letter is let go.",
        hidden=frozenset({"name_key"}),
        added={"edition": edition_code(Application.edition_id)},
        blank=_blank_application,
    ),
)


def forget_blockers(session: Session, person: PersonRef) -> list[ForgetBlocker]:
    """Return the person's applications that are under way."""
    return [
        ForgetBlocker(reason=f"applies to {code}: withdraw or decide that application first")
        for code in _editions(session, person, Application.state.in_(UNDER_WAY))
    ]


def _editions(session: Session, person: PersonRef, condition: ColumnElement[bool]) -> Sequence[str]:
    """Return the codes of the editions of the person's applications that meet a condition."""
    applications = select(Edition.code).join(Application, Application.edition_id == Edition.id)
    own = Application.person_id == person.id, condition
    return session.scalars(applications.where(*own).order_by(Edition.code)).all()
