"""Fee agreements of applications: the latest of each counts."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload
from sqlalchemy.sql.base import ExecutableOption

from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.models import Application


def agreement_of(session: Session, application: Application) -> FeeAgreement | None:
    """Return what an application's latest acceptance agreed, None before the first."""
    return latest_agreement(session, application.id)


def with_parties(session: Session, application: Application) -> FeeAgreement | None:
    """Return the same, with the parties that are billed."""
    parties = (joinedload(FeeAgreement.party), joinedload(FeeAgreement.sponsor_party))
    return latest_agreement(session, application.id, *parties)


def agreements_of(session: Session, application_ids: Collection[int]) -> dict[int, FeeAgreement]:
    """Return the latest agreement of each of some applications that has one, by application."""
    rows = session.scalars(
        select(FeeAgreement)
        .where(FeeAgreement.application_id.in_(application_ids))
        .order_by(FeeAgreement.id)
    )
    return {agreement.application_id: agreement for agreement in rows}


def is_latest(application_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether an agreement is the latest of an application, for a join."""
    own = aliased(FeeAgreement)
    latest = select(func.max(own.id)).where(own.application_id == application_id)
    return FeeAgreement.id == latest.correlate(Application).scalar_subquery()


def latest_agreement(
    session: Session, application_id: int | None, *loaded: ExecutableOption
) -> FeeAgreement | None:
    """Return the latest agreement of an application, None where there is none."""
    if application_id is None:
        return None
    own = select(FeeAgreement).where(FeeAgreement.application_id == application_id)
    return session.scalar(own.order_by(FeeAgreement.id.desc()).limit(1).options(*loaded))
