"""What happens to applications and places, for rooms above: fees first of all."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class ApplicationAccepted:
    """A seat is taken; fee, policy and first day are kept as they are now.

    An application that was transferred, or that substitutes another, names it: what was paid for
    that one goes along.
    """

    application_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PlaceConfirmed:
    """The place is paid, guaranteed or waived, and the course opens on its first day."""

    application_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PlaceCancelled:
    """A seat that was taken is given up, taken away or handed on; the state says which."""

    application_id: int
    at: datetime
