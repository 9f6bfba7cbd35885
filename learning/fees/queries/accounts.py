"""Fee accounts: by application, by agreement, by uid; the lock that comes before their money."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
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

    A command that touches several accounts locks them together: `lock_accounts`.
    """
    return lock_accounts(session, [fee_account_id])[fee_account_id]


def lock_accounts(session: Session, ids: Collection[int]) -> dict[int, FeeAccount]:
    """Return accounts by id, read again and locked: their editions by id, then they by id.

    The editions come first because a payment may give a place (docs/architecture.md, “Lock
    order”). If a transfer has moved an account meanwhile, all is released and locked again: an
    edition is never locked after an account. Raise NoResultFound for an unknown id.
    """
    if not ids:
        return {}
    while True:
        attempt = session.begin_nested()
        editions = _lock_editions(session, ids)
        locked = select(FeeAccount).where(FeeAccount.id.in_(sorted(ids))).order_by(FeeAccount.id)
        rows = session.scalars(
            locked.with_for_update().execution_options(populate_existing=True)
        ).all()
        if len(rows) != len(set(ids)):
            raise NoResultFound(f"fee accounts {sorted(ids)}")
        if all(each.edition_id in editions for each in rows):
            attempt.commit()
            return {each.id: each for each in rows}
        attempt.rollback()


def _lock_editions(session: Session, account_ids: Collection[int]) -> set[int]:
    """Lock the editions of accounts as `catalogue.actions.lock_edition` does one; their ids."""
    of_accounts = select(FeeAccount.edition_id).where(FeeAccount.id.in_(sorted(account_ids)))
    ids = sorted(set(session.scalars(of_accounts)))
    locked = select(Edition).where(Edition.id.in_(ids)).order_by(Edition.id).with_for_update()
    session.scalars(locked.execution_options(populate_existing=True)).all()
    return set(ids)
