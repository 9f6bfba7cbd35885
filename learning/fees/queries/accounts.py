"""Fee accounts: by application, by agreement, by uid; the lock that comes before their money."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.models import Application
from learning.catalogue.models import Edition
from learning.fees.models import FeeAccount

EARLIER_AGREEMENTS = 20  # of one account; more continue in none


def account_of(session: Session, application_id: int) -> FeeAccount | None:
    """Return the account whose latest agreement is of this application, None if there is none.

    After a transfer or a substitution, the account is that of the later application.
    """
    own = select(FeeAccount).join(FeeAgreement, FeeAgreement.id == FeeAccount.fee_agreement_id)
    return session.scalar(own.where(FeeAgreement.application_id == application_id))


def accounts_of(session: Session, application_ids: Collection[int]) -> dict[int, FeeAccount]:
    """Return the accounts of some applications, by application, in one statement."""
    rows = session.execute(
        select(FeeAgreement.application_id, FeeAccount)
        .join(FeeAccount, FeeAgreement.id == FeeAccount.fee_agreement_id)
        .where(FeeAgreement.application_id.in_(application_ids))
    )
    return {row.application_id: row.FeeAccount for row in rows}


def account_of_agreement(session: Session, agreement_id: int | None) -> FeeAccount | None:
    """Return the account whose latest agreement is this one, None if there is none."""
    return session.scalar(select(FeeAccount).where(FeeAccount.fee_agreement_id == agreement_id))


def account_by_uid(session: Session, uid: str) -> FeeAccount | None:
    """Return the account with a uid, None if there is none."""
    return session.scalar(select(FeeAccount).where(FeeAccount.uid == uid))


def account_uids(session: Session, account_ids: Collection[int]) -> dict[int, str]:
    """Return the uids of some accounts, by id, for links."""
    rows = session.execute(
        select(FeeAccount.id, FeeAccount.uid).where(FeeAccount.id.in_(account_ids))
    )
    return {row.id: row.uid for row in rows}


def latest_agreement_of(session: Session, account: FeeAccount) -> FeeAgreement:
    """Return the agreement that counts for an account."""
    return session.get_one(FeeAgreement, account.fee_agreement_id)


def agreements_of_account(session: Session, account: FeeAccount) -> list[FeeAgreement]:
    """Return the agreements of an account, the latest first: those that it continues."""
    found = [latest_agreement_of(session, account)]
    while found[-1].continues_id is not None and len(found) < EARLIER_AGREEMENTS:
        found.append(session.get_one(FeeAgreement, found[-1].continues_id))
    return found


def people_of_account(session: Session, account: FeeAccount) -> set[int]:
    """Return who has or had the place of an account: none of them decides about its money."""
    applications = [each.application_id for each in agreements_of_account(session, account)]
    people = select(Application.person_id).where(Application.id.in_(applications))
    return set(session.scalars(people))


def lock_account(session: Session, fee_account_id: int) -> FeeAccount:
    """Return an account, read again and locked, with its edition locked before it.

    The edition comes first because a payment may give a place (docs/architecture.md, “Lock
    order”). If a transfer has moved the account meanwhile, its new edition is locked, too.
    """
    of_account = select(FeeAccount.edition_id).where(FeeAccount.id == fee_account_id)
    edition_id = session.scalars(of_account).one()
    _lock_edition(session, edition_id)
    locked = select(FeeAccount).where(FeeAccount.id == fee_account_id).with_for_update()
    account = session.scalars(locked.execution_options(populate_existing=True)).one()
    if account.edition_id != edition_id:
        _lock_edition(session, account.edition_id)
    return account


def _lock_edition(session: Session, edition_id: int) -> None:
    """Lock as `catalogue.actions.lock_edition` does, which is for what writes."""
    locked = select(Edition).where(Edition.id == edition_id).with_for_update()
    session.scalars(locked.execution_options(populate_existing=True)).one()
