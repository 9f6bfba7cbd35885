"""Reads of the catalogue; each starts from what the actor may see."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from learning.access.guard import Actor
from learning.access.permissions import Permission
from learning.catalogue.models import Edition, EditionStatus, EditionText

PUBLIC = (EditionStatus.OPEN, EditionStatus.RUNNING, EditionStatus.FINISHED)


def visible_editions(actor: Actor) -> Select[Edition]:
    """Everybody sees what is on offer; people of an edition see it in any state; staff see all."""
    editions = select(Edition)
    if actor.may(Permission.READ_EDITIONS):
        return editions
    return editions.where(Edition.status.in_(PUBLIC) | Edition.code.in_(list(actor.in_edition)))


def may_see(actor: Actor, edition: Edition) -> bool:
    """Whether an edition is one of the actor's `visible_editions`."""
    if actor.may(Permission.READ_EDITIONS) or edition.code in actor.in_edition:
        return True
    return edition.status in PUBLIC


def edition_by_code(session: Session, actor: Actor, code: str) -> Edition | None:
    return session.scalar(visible_editions(actor).where(Edition.code == code))


def editions_of(session: Session, actor: Actor, course: str) -> Sequence[Edition]:
    """Return a course's editions that the actor may see, the next one to start first."""
    editions = visible_editions(actor).where(Edition.course == course)
    return session.scalars(editions.order_by(Edition.starts_on.desc(), Edition.id)).all()


def staffed_editions(session: Session, actor: Actor, permission: Permission) -> Sequence[Edition]:
    """Return the editions in which the actor has a permission, latest first."""
    editions = select(Edition)
    if not actor.may(permission):
        codes = [code for code in actor.in_edition if actor.may(permission, code)]
        editions = editions.where(Edition.code.in_(codes))
    return session.scalars(editions.order_by(Edition.starts_on.desc(), Edition.id)).all()


def texts(session: Session, edition: Edition) -> dict[str, str]:
    """Return what an edition says of itself, by language."""
    own = select(EditionText.language, EditionText.body).where(EditionText.edition_id == edition.id)
    return dict(session.execute(own).all())
