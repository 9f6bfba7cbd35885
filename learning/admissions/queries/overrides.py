"""Reads of overrides: late transfers and substitutions that two people allow."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, literal, select
from sqlalchemy.orm import Session, aliased, joinedload

from learning.access.permissions import Permission
from learning.accounts.models import Person
from learning.admissions.models import Application
from learning.admissions.override_models import TransferOverride
from learning.admissions.queries.terms import Terms, terms_of
from learning.admissions.queries.transfer_costs import (
    TransferCost,
    TransferNotice,
    substitution_cost,
    transfer_cost,
)
from learning.catalogue.models import Edition
from learning.extension_points.waiting import WaitingKind, WaitingRequest
from learning.extension_points.waiting_queries import WaitingQuery
from learning.kit.i18n import N_

SHOWN = 100
PATH = "staff/overrides/"


@dataclass(frozen=True, kw_only=True)
class ListedOverride:
    """An override with the names that a page shows: whose place, where to, who proposed it."""

    override: TransferOverride
    person: str
    edition: Edition
    target: str
    proposer: str
    decider: str


def listed_overrides(session: Session, uid: str | None = None) -> list[ListedOverride]:
    """Return the latest overrides, those that wait first; or the one with a uid. One query."""
    successor, candidate = aliased(Application), aliased(Person)
    target, proposer, decider = aliased(Edition), aliased(Person), aliased(Person)
    query = (
        select(
            TransferOverride, Person.name, Edition, target.code, candidate.name, proposer.name,
            decider.name,
        )
        .join(Application, Application.id == TransferOverride.application_id)
        .join(Person, Person.id == Application.person_id)
        .join(Edition, Edition.id == TransferOverride.edition_id)
        .outerjoin(target, target.id == TransferOverride.target_id)
        .outerjoin(successor, successor.id == TransferOverride.successor_id)
        .outerjoin(candidate, candidate.id == successor.person_id)
        .join(proposer, proposer.id == TransferOverride.proposed_by_id)
        .outerjoin(decider, decider.id == TransferOverride.decided_by_id)
        .order_by(TransferOverride.decided_at.is_not(None), TransferOverride.id.desc())
    )  # fmt: skip
    if uid is not None:
        query = query.where(TransferOverride.uid == uid)
    return [
        ListedOverride(
            override=override,
            person=person,
            edition=edition,
            target=code or substitute or "",
            proposer=by,
            decider=decided_by or "",
        )
        for override, person, edition, code, substitute, by, decided_by in session.execute(
            query.limit(SHOWN)
        )
    ]


def open_override(session: Session, application_id: int) -> TransferOverride | None:
    """Return the override of an application that waits for an approver."""
    return session.scalar(
        select(TransferOverride).where(
            TransferOverride.application_id == application_id,
            TransferOverride.decided_at.is_(None),
        )
    )


def override_cost(
    session: Session,
    override: TransferOverride,
    application: Application,
    terms: Terms | None = None,
) -> TransferCost:
    """Return what the transfer or substitution of an override costs, with its penalty floor."""
    edition = session.get_one(Edition, application.edition_id)
    terms = terms or terms_of(session, application, edition)
    notice = TransferNotice(received_on=override.received_on, late=True)
    if override.target_id is None:
        return substitution_cost(session, application, notice, terms)
    target = session.get_one(Edition, override.target_id)
    return transfer_cost(session, application, target, notice, terms)


def people_of(session: Session, override: TransferOverride) -> set[int]:
    """Return who leaves a place and who gets it: neither of them decides about it."""
    ids = {override.application_id, override.successor_id or override.application_id}
    return set(session.scalars(select(Application.person_id).where(Application.id.in_(ids))))


def application_with_person(session: Session, application_id: int) -> Application:
    """Return an application with its person."""
    loaded = select(Application).options(joinedload(Application.person))
    return session.scalars(loaded.where(Application.id == application_id)).one()


def _waiting(_request: WaitingRequest) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Person.name,
            literal("").label("code"),  # it is decided for all editions in one place
            TransferOverride.proposed_at.label("since"),
            TransferOverride.uid,
        )
        .join(Application, Application.id == TransferOverride.application_id)
        .join(Person, Person.id == Application.person_id)
        .where(TransferOverride.decided_at.is_(None))
    )


WAITING = WaitingQuery(
    found=_waiting,
    order=(TransferOverride.proposed_at, TransferOverride.id),
    within=timedelta(days=2),
    row_path=lambda row: f"{PATH}{row.uid}",
    group_path=lambda _code: PATH,
)
KINDS = (
    WaitingKind(
        key="transfer-overrides",
        label=N_("Late transfers and substitutions to approve"),
        action=N_("Decide on the late transfers"),
        permission=Permission.APPROVE_FINANCES,
        provider=WAITING.rows,
        summary=WAITING.groups,
        site_wide=True,
    ),
)
