"""The person who makes a request, and what they may do."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from learning.access.permissions import GRANTS, NOT_IMPERSONATED, Permission, Role


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The person who makes a request, with their site roles and their roles by edition code."""

    person_id: int | None = None
    impersonator: "Actor | None" = None  # the administrator who impersonates this person, if any
    roles: frozenset[Role] = frozenset({Role.VISITOR})
    in_edition: Mapping[str, frozenset[Role]] = field(default_factory=dict[str, frozenset[Role]])

    @property
    def read_only(self) -> bool:
        return self.impersonator is not None

    def may(self, permission: Permission, edition: str | None = None) -> bool:
        """Whether this is allowed; an impersonator needs the permission, too."""
        if self.impersonator and (
            permission in NOT_IMPERSONATED or not self.impersonator.may(permission, edition)
        ):
            return False
        roles = self.roles | self.in_edition.get(edition or "", frozenset())
        return any(permission in GRANTS[role] for role in roles)

    def may_in_any_edition(self, permission: Permission) -> bool:
        """Whether this is allowed on the whole site or in at least one edition."""
        return self.may(permission) or any(self.may(permission, code) for code in self.in_edition)
