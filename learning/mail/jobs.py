"""Sending: decide once more, write the e-mail out, hand it over, note what happened."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NoReturn

from sqlalchemy.orm import Session

from learning.files.storage import Storage
from learning.jobs.worker import PermanentFailure, RetryLater, Task
from learning.kit.email_addresses import sendable_email
from learning.kit.i18n import i18n_for
from learning.mail import actions, copies, queries, rules
from learning.mail.actions import EmailRequest, Recipient
from learning.mail.attachments import (
    Attachment,
    EmailDocument,
    MakeFile,
    attachments_of,
    read_attachments,
)
from learning.mail.categories import CATEGORIES, EmailCategory, by_key
from learning.mail.copies import SentText
from learning.mail.emails import EmailCheck, EmailContext, EmailTemplate, render_copy
from learning.mail.mime import SenderConfig, add_files, build_message, method_of
from learning.mail.models import EmailState, OutgoingEmail
from learning.mail.rules import DeliveryFailure, SmtpStage
from learning.mail.senders import MAILBOX_NAME_NOT_ALLOWED, Sender, SmtpRejection
from learning.mail.subscriptions import subscription_for

log = logging.getLogger("learning.mail")


@dataclass(frozen=True, kw_only=True)
class SendEmailHandler:
    """The handler of e-mails: who writes them, who carries them, in whose name.

    `checks` say for some kinds whether an e-mail is still worth sending.
    `retry_delay` says how long an e-mail of a given age waits for its next attempt. `storage` has
    the attached files. `documents` make a file for some kinds when the e-mail is sent.
    """

    templates: Mapping[str, EmailTemplate]
    sender: Sender
    config: SenderConfig
    retry_delay: Callable[[timedelta], timedelta | None] = rules.retry_delay
    checks: Mapping[str, EmailCheck] = field(default_factory=dict[str, EmailCheck])
    categories: Mapping[str, EmailCategory] = field(default_factory=lambda: by_key(CATEGORIES))
    storage: Storage | None = None
    documents: Mapping[str, EmailDocument] = field(default_factory=dict[str, EmailDocument])

    def __call__(self, task: Task) -> None:
        """Send one e-mail; raise to have it tried again, PermanentFailure to leave it to people."""
        with task.database.transaction() as session:
            mail = session.get(OutgoingEmail, task.payload["mail"])
            unsubscribe_path = self._decide(session, mail, task) if mail else None
            attached = attachments_of(session, task.payload["mail"])
            make = self._document(session, mail) if unsubscribe_path is not None else None
            session.flush()
            session.expunge_all()  # the slow part happens outside the transaction
        if mail is None or unsubscribe_path is None:
            return
        try:
            text = self._send(mail, unsubscribe_path, attached, make)
        except (SmtpRejection, OSError) as error:
            self._record_failure(task, mail, error)
        with task.database.transaction() as session:
            row = session.get_one(OutgoingEmail, mail.id)
            actions.mark_ended(session, row, EmailState.SENT, now=task.now)
            copies.keep_copy(session, mail.id, text, now=task.now)

    def send_unstored(self, to: Recipient, email: EmailRequest, *, now: datetime) -> None:
        """Send an e-mail at once, of which no row stays: its reader is about to be forgotten.

        Raises SmtpRejection, or OSError where the line fails.
        """
        mail = actions.unstored_email(to, email, now=now)
        self._send(mail, "", ())

    def _document(self, session: Session, mail: OutgoingEmail | None) -> MakeFile | None:
        """Read what the document of an e-mail needs, if its kind has one."""
        if mail is None or mail.kind not in self.documents:
            return None
        return self.documents[mail.kind](session, json.loads(mail.params))

    def _send(
        self,
        mail: OutgoingEmail,
        unsubscribe_path: str,
        attached: Sequence[Attachment],
        make: MakeFile | None = None,
    ) -> SentText:
        if sendable_email(mail.email) is None:
            raise SmtpRejection(
                MAILBOX_NAME_NOT_ALLOWED, "5.1.3 no e-mail can be made for it", SmtpStage.RECIPIENT
            )
        i18n = i18n_for(mail.language, mail.zone)
        content = self.templates[mail.kind](i18n, json.loads(mail.params))
        context = EmailContext(
            i18n=i18n,
            name=mail.name,
            address=self.config.address,
            why=self.categories[mail.category].footer,
            unsubscribe_path=unsubscribe_path,
        )
        message = build_message(mail, content, context, self.config)
        files = [*read_attachments(attached, self.storage), *([make()] if make else [])]
        add_files(message, files)
        self.sender.send(
            message,
            envelope_from=rules.bounce_address(mail.token, self.config.domain),
            to=rules.ascii_address(mail.email),
        )
        calendar = [f"text/calendar ({method_of(mail.calendar)})"] if mail.calendar else []
        return SentText(
            subject=content.subject,
            body=render_copy(content, context),
            parts=[*calendar, *(file.name for file in files)],
        )

    def _decide(self, session: Session, mail: OutgoingEmail, task: Task) -> str | None:
        """Return the path that declines such e-mails, "" for critical ones; None not to send."""
        if mail.state is not EmailState.WAITING:
            return None
        check = self.checks.get(mail.kind)
        if check and not check(session, json.loads(mail.params)):
            reason = "its link was called back"
            actions.mark_ended(session, mail, EmailState.SKIPPED, now=task.now, reason=reason)
            return None
        category = self.categories[mail.category]
        wish = queries.send_blockers(session, mail.email, category, mail.topic)
        if wish.suppressed or wish.unsubscribed:
            reason = "the address does not work" if wish.suppressed else "declined"
            actions.mark_ended(session, mail, EmailState.SKIPPED, now=task.now, reason=reason)
            return None
        if not category.declinable:
            return ""
        return f"/u/{subscription_for(session, mail.email, category.key, mail.topic).token}"

    def _record_failure(
        self, task: Task, mail: OutgoingEmail, error: SmtpRejection | OSError
    ) -> NoReturn:
        """Write down why an e-mail did not go, and whether and when it is tried again."""
        failure = _failure_of(error)
        reason = rules.one_line(str(error) or type(error).__name__)
        wait = self.retry_delay(task.now - mail.created_at)
        about_address = failure in {DeliveryFailure.NO_MAILBOX, DeliveryFailure.REJECTED}
        with task.database.transaction() as session:
            if about_address:
                actions.record_bounce(session, mail.email, failure, now=task.now, reason=reason)
            if about_address or wait is None:
                actions.mark_failed(session, mail.id, now=task.now, reason=reason)
            else:
                ours = failure is DeliveryFailure.OUR_SIDE
                actions.postpone(session, mail.id, now=task.now, reason=reason, our_side=ours)
        if failure is DeliveryFailure.OUR_SIDE:
            log.error("an e-mail is held back: %s", reason)
        if about_address or wait is None:
            raise PermanentFailure(reason) from error
        raise RetryLater(reason, wait) from error


def _failure_of(error: SmtpRejection | OSError) -> DeliveryFailure:
    """Return what an error means; a server that cannot be reached says nothing of an address."""
    if isinstance(error, SmtpRejection):
        return rules.classify_reply(error.code, error.text, error.stage)
    return DeliveryFailure.OUR_SIDE
