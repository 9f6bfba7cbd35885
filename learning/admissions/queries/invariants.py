"""Invariants between applications, offers, enrolments and reservations, for the health checks."""

from sqlalchemy import ColumnElement, Select, Text, cast, select
from sqlalchemy.orm import Session

from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.models import Application, Offer
from learning.admissions.rules.states import ACTIVE_STATES, ApplicationState
from learning.enrolment.invariants import violations
from learning.enrolment.models import Enrolment, EnrolmentMethod, ReservationKind, SeatReservation
from learning.enrolment.rules import UNENROLLED


def broken_applications(session: Session) -> list[str]:
    """Return the violated invariants of applications, enrolments, offers and reservations."""
    looks = {
        "enrolled without an enrolment": _without_enrolment(),
        "an enrolment by application without one": _without_application(),
        "an enrolment beside an application that is being decided": _enrolled_and_open(),
        "an offer to somebody who does not wait": _offered_to_others(),
        "accepted without a seat that is reserved": _without_seat(),
        "an offer without a seat that is reserved": _offered_without_seat(),
        "a seat that is reserved for nobody": _reserved_without_claim(),
        "a seat without an agreement about the fee": _without_agreement(),
    }
    return violations(session, looks)


def _without_enrolment() -> Select[int]:
    """Find applications in an enrolled state that refer to no enrolment of their person."""
    own = select(Enrolment.id).where(
        Enrolment.id == Application.enrolment_id,
        Enrolment.period >= Application.enrolment_period,
        _is_of_same_person(),
    )
    enrolled = Application.state == ApplicationState.ENROLLED
    return select(Application.id).where(enrolled, ~own.exists()).order_by(Application.id)


def _without_application() -> Select[int]:
    led_to = select(Application.id).where(
        Application.enrolment_id == Enrolment.id,
        Application.enrolment_period == Enrolment.period,
        Application.state == ApplicationState.ENROLLED,
    )
    applied = Enrolment.method == EnrolmentMethod.APPLICATION
    return select(Enrolment.id).where(applied, ~led_to.exists()).order_by(Enrolment.id)


def _enrolled_and_open() -> Select[int]:
    """Find people with two seats: enrolled, and with another application on its way."""
    return (
        select(Enrolment.id)
        .join(Application, _is_of_same_person())
        .where(
            Enrolment.status.not_in(UNENROLLED),
            Application.state.in_(ACTIVE_STATES - {ApplicationState.DRAFT}),
        )
        .order_by(Enrolment.id)
    )


def _offered_to_others() -> Select[int]:
    return (
        select(Offer.id)
        .join(Application, Application.id == Offer.application_id)
        .where(Offer.ended_at.is_(None), Application.state != ApplicationState.WAITLISTED)
        .order_by(Offer.id)
    )


def _without_seat() -> Select[int]:
    reserved = select(SeatReservation.id).where(_is_for(ReservationKind.ACCEPTED))
    accepted = Application.state == ApplicationState.ACCEPTED
    return select(Application.id).where(accepted, ~reserved.exists()).order_by(Application.id)


def _offered_without_seat() -> Select[int]:
    reserved = select(SeatReservation.id).where(
        _is_for(ReservationKind.OFFER), SeatReservation.until == Offer.ends_at
    )
    offers = select(Offer.id).join(Application, Application.id == Offer.application_id)
    return offers.where(Offer.ended_at.is_(None), ~reserved.exists()).order_by(Offer.id)


def _reserved_without_claim() -> Select[int]:
    accepted = select(Application.id).where(
        _is_for(ReservationKind.ACCEPTED), Application.state == ApplicationState.ACCEPTED
    )
    offered = (
        select(Offer.id)
        .join(Application, Application.id == Offer.application_id)
        .where(_is_for(ReservationKind.OFFER), Offer.ended_at.is_(None))
    )
    unclaimed = ~accepted.exists() & ~offered.exists()
    return select(SeatReservation.id).where(unclaimed).order_by(SeatReservation.id)


def _is_for(kind: ReservationKind) -> ColumnElement[bool]:
    """Whether a reservation of a kind belongs to an application, in its edition."""
    return (
        (SeatReservation.kind == kind)
        & (SeatReservation.key == cast(Application.id, Text))
        & (SeatReservation.edition_id == Application.edition_id)
    )


def _without_agreement() -> Select[int]:
    agreed = select(FeeAgreement.id).where(FeeAgreement.application_id == Application.id)
    seated = Application.state.in_((ApplicationState.ACCEPTED, ApplicationState.ENROLLED))
    return select(Application.id).where(seated, ~agreed.exists()).order_by(Application.id)


def _is_of_same_person() -> ColumnElement[bool]:
    return (Application.person_id == Enrolment.person_id) & (
        Application.edition_id == Enrolment.edition_id
    )
