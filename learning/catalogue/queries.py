"""Reads of the catalogue; each starts from what the actor may see."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ScalarSelect, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from learning.access.actor import Actor
from learning.access.permissions import Permission
from learning.catalogue.cancellation import Policy, Tier
from learning.catalogue.models import CancellationPolicy, Edition, EditionStatus, EditionText
from learning.extension_points.requests import EditionRef

MAX_EDITIONS = 50
PUBLIC = (EditionStatus.OPEN, EditionStatus.RUNNING, EditionStatus.FINISHED)


def visible_editions(actor: Actor) -> Select[Edition]:
    """Everybody sees public editions; members of an edition see it in any state; staff see all."""
    editions = select(Edition)
    if actor.may(Permission.READ_EDITIONS):
        return editions
    return editions.where(Edition.status.in_(PUBLIC) | Edition.code.in_(list(actor.in_edition)))


def may_see(actor: Actor, code: str, status: EditionStatus) -> bool:
    """Whether an edition is one of the actor's `visible_editions`."""
    return status in PUBLIC or code in actor.in_edition or actor.may(Permission.READ_EDITIONS)


def edition_by_code(session: Session, actor: Actor, code: str) -> Edition | None:
    return session.scalar(visible_editions(actor).where(Edition.code == code))


def editions_of(session: Session, actor: Actor, course: str) -> Sequence[Edition]:
    """Return the latest editions of a course that the actor may see, the latest first."""
    editions = visible_editions(actor).where(Edition.course == course)
    latest = editions.order_by(Edition.starts_on.desc(), Edition.id).limit(MAX_EDITIONS)
    return session.scalars(latest).all()


def staffed_editions(session: Session, actor: Actor, permission: Permission) -> Sequence[Edition]:
    """Return the editions in which the actor has a permission, latest first."""
    editions = select(Edition)
    if not actor.may(permission):
        codes = [code for code in actor.in_edition if actor.may(permission, code)]
        editions = editions.where(Edition.code.in_(codes))
    return session.scalars(editions.order_by(Edition.starts_on.desc(), Edition.id)).all()


def texts(session: Session, edition: Edition) -> dict[str, str]:
    """Return the texts of an edition, by language."""
    own = select(EditionText.language, EditionText.body).where(EditionText.edition_id == edition.id)
    return dict(session.execute(own).all())


def policy(session: Session, version: str) -> Policy:
    """Return a version of the cancellation policy; raise NoResultFound if there is none."""
    return policy_of_row(session.get_one(CancellationPolicy, version))


def policies(session: Session) -> Sequence[Policy]:
    """Return every version of the cancellation policy, the latest first."""
    rows = select(CancellationPolicy).order_by(
        CancellationPolicy.valid_from.desc(), CancellationPolicy.version
    )
    return [policy_of_row(row) for row in session.scalars(rows)]


def policy_of_row(row: CancellationPolicy) -> Policy:
    """Return a stored policy as a value for the rules."""
    return Policy(
        version=row.version,
        valid_from=row.valid_from,
        tiers=tuple(Tier(min_days=days, percent=share) for days, share in json.loads(row.tiers)),
        late_percent=row.late_percent,
        transfer_days=row.transfer_days,
    )


def edition_code(edition_id: InstrumentedAttribute[Any]) -> ScalarSelect[str]:
    """Return the code of the edition whose id stands in a column, as a value of the same row."""
    return select(Edition.code).where(Edition.id == edition_id).scalar_subquery()


def edition_ref(edition: Edition) -> EditionRef:
    """Return an edition as the providers of extension points see it."""
    return EditionRef(
        id=edition.id,
        code=edition.code,
        course=edition.course,
        zone=edition.zone,
        starts_on=edition.starts_on,
        ends_on=edition.ends_on,
        project_due_on=edition.project_due_on,
    )
