"""Events of roles and accounts, for packages above."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from learning.access.permissions import Role


@dataclass(frozen=True, kw_only=True)
class RolesGranted:
    """People have a new role, in one edition or (None) on the whole site; one event for all."""

    people_ids: Sequence[int]
    role: Role
    edition_id: int | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class RolesRevoked:
    """People have a role no longer, in one edition or (None) on the whole site; one for all."""

    people_ids: Sequence[int]
    role: Role
    edition_id: int | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AccountClosed:
    """A person can no longer sign in; their roles stay, and do not count."""

    person_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AccountReopened:
    """A person can sign in again, with the roles that they had."""

    person_id: int
    at: datetime
