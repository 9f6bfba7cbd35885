"""What happens to applications and places, for rooms above: fees first of all."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class ApplicationAccepted:
    """A seat is taken; fee, policy and first day are kept as they are now."""

    application_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PlaceConfirmed:
    """The place is paid, guaranteed or waived, and the course opens on its first day."""

    application_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PlaceCancelled:
    """A seat that was taken is given up or taken away."""

    application_id: int
    at: datetime
