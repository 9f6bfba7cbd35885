"""An edition that is changed while people hold places in it, or wait for one."""

from sqlalchemy.orm import Session

from learning.catalogue.events import EditionChanged
from learning.catalogue.models import Edition
from learning.enrolment import queries, waiting
from learning.kit.errors import Refused
from learning.kit.i18n import N_


def follow_change(session: Session, fact: EditionChanged) -> None:
    """Refuse what people hold letters against; offer the seats that a larger edition has."""
    edition = session.get_one(Edition, fact.edition_id)
    if "capacity" in fact.before:
        taken = queries.seats_taken(session, edition)
        if edition.capacity < taken:
            raise Refused(
                N_("%(taken)s places are taken or offered already; there cannot be fewer."),
                field="capacity",
                taken=taken,
            )
        if edition.capacity > fact.before["capacity"]:
            waiting.fill(session, edition.id, now=fact.at)
