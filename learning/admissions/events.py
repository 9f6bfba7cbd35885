"""Events of applications, for packages above: fees first of all."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class ApplicationAccepted:
    """An application was accepted: a seat is reserved and a `FeeAgreement` exists.

    The agreement of an application that was transferred, or that substitutes another, names the
    earlier agreement: what was paid for that one counts.
    """

    application_id: int
    fee_agreement_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class SeatReleased:
    """The seat of an application was released or handed over, enrolled or not.

    The application's state, and once enrolled the enrolment, say why.
    """

    application_id: int
    at: datetime
