"""The part of the wiring for retention: what every package deletes each night."""

from datetime import timedelta
from functools import partial

from learning.accounts.jobs import purge as purge_accounts
from learning.batches import actions as batch_actions
from learning.contact.actions import purge_messages
from learning.fees.commands.card_events import purge_events
from learning.jobs import actions as job_actions
from learning.jobs.worker import Task
from learning.kit import idempotency
from learning.mail.copies import COPY_RETENTION, EMAIL_RETENTION, purge_copies, purge_emails

RETENTION = timedelta(days=60)
EVENT_RETENTION = timedelta(days=180)  # of the card provider, which sends one for three days
MESSAGE_RETENTION = timedelta(days=365)  # once it is answered


def purge(task: Task) -> None:
    """Delete what has expired, each kind in a transaction of its own: SQLite has one writer."""
    before = task.now - RETENTION
    for delete_expired in (
        partial(purge_accounts, now=task.now),
        partial(job_actions.purge_jobs, before=before),
        partial(batch_actions.purge_operations, before=before),
        partial(idempotency.purge_keys, before=before),
    ):
        with task.database.transaction() as session:
            delete_expired(session)
    purged = True
    while purged:  # no transaction grows with the rows
        with task.database.transaction() as session:
            purged = purge_copies(session, before=task.now - COPY_RETENTION) > 0
            purged |= purge_emails(session, before=task.now - EMAIL_RETENTION) > 0
            purged |= purge_messages(session, before=task.now - MESSAGE_RETENTION) > 0
            purged |= purge_events(session, before=task.now - EVENT_RETENTION) > 0
