"""Administration pages."""

from learning.admin.staff import (
    account_status,
    corrections,
    dates,
    emails,
    health,
    impersonation,
    next_editions,
    outbox,
    people,
    person,
    roles,
    trail,
    translations,
)
from learning.admin.staff.editions import bp as editions

BLUEPRINTS = (
    editions,
    dates.bp,
    person.bp,
    emails.bp,
    outbox.bp,
    trail.bp,
    health.bp,
    health.machines,
    impersonation.bp,
    translations.bp,
)

__all__ = ["BLUEPRINTS", "account_status", "corrections", "next_editions", "people", "roles"]
