"""Sending: decide once more, write the letter out, hand it over, note what happened."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NoReturn

from sqlalchemy.orm import Session

from learning.jobs.worker import Hopeless, Postpone, Task
from learning.kit.email_addresses import sendable_email
from learning.kit.i18n import i18n_for
from learning.mail import actions, queries, rules
from learning.mail.letters import LetterCheck, LetterWriter, Setting
from learning.mail.messages import House, message
from learning.mail.models import Category, Mail, MailState
from learning.mail.rules import Stage, Verdict
from learning.mail.senders import NOT_ALLOWED, Refusal, Sender

log = logging.getLogger("learning.mail")


@dataclass(frozen=True, kw_only=True)
class Post:
    """The handler of letters: who writes them, who carries them, in whose name.

    `checks` say for some kinds whether a letter is still worth sending.
    `retry_wait` says how long an e-mail of a given age waits for its next attempt.
    """

    writers: Mapping[str, LetterWriter]
    sender: Sender
    house: House
    retry_wait: Callable[[timedelta], timedelta | None] = rules.retry_wait
    checks: Mapping[str, LetterCheck] = field(default_factory=dict[str, LetterCheck])

    def __call__(self, task: Task) -> None:
        """Send one letter; raise to have it tried again, Hopeless to leave it to people."""
        with task.database.transaction() as session:
            mail = session.get(Mail, task.payload["mail"])
            decline = self._decide(session, mail, task) if mail else None
            session.flush()
            session.expunge_all()  # the slow part happens outside the transaction
        if mail is None or decline is None:
            return
        try:
            self._hand_over(mail, decline)
        except (Refusal, OSError) as fault:
            self._note_fault(task, mail, fault)
        with task.database.transaction() as session:
            sent = session.get_one(Mail, mail.id)
            actions.end(session, sent, MailState.SENT, now=task.now)

    def _hand_over(self, mail: Mail, decline: str) -> None:
        if sendable_email(mail.email) is None:
            raise Refusal(NOT_ALLOWED, "5.1.3 no letter can be made for it", Stage.RECIPIENT)
        i18n = i18n_for(mail.language, mail.zone)
        letter = self.writers[mail.kind](i18n, json.loads(mail.params))
        setting = Setting(i18n=i18n, name=mail.name, address=self.house.address, decline=decline)
        self.sender.send(
            message(mail, letter, setting, self.house),
            envelope_from=rules.bounce_address(mail.token, self.house.domain),
            to=rules.wire_address(mail.email),
        )

    def _decide(self, session: Session, mail: Mail, task: Task) -> str | None:
        """Return the path that declines such letters, "" for critical ones; None not to send."""
        if mail.state is not MailState.WAITING:
            return None
        check = self.checks.get(mail.kind)
        if check and not check(session, json.loads(mail.params)):
            reason = "its link was called back"
            actions.end(session, mail, MailState.SKIPPED, now=task.now, reason=reason)
            return None
        wish = queries.wish(session, mail.email, mail.category)
        if wish.suppressed or wish.declined:
            reason = "the address does not work" if wish.suppressed else "declined"
            actions.end(session, mail, MailState.SKIPPED, now=task.now, reason=reason)
            return None
        if mail.category is Category.CRITICAL:
            return ""
        return f"/u/{actions.subscription(session, mail.email, mail.category).token}"

    def _note_fault(self, task: Task, mail: Mail, fault: Refusal | OSError) -> NoReturn:
        """Write down why an e-mail did not go, and whether and when it is tried again."""
        said = _verdict(fault)
        reason = rules.one_line(str(fault) or type(fault).__name__)
        wait = self.retry_wait(task.now - mail.made_at)
        about_address = said in {Verdict.GONE, Verdict.REFUSED}
        with task.database.transaction() as session:
            if about_address:
                actions.note_bounce(session, mail.email, said, now=task.now, reason=reason)
            if about_address or wait is None:
                actions.fail(session, mail.id, now=task.now, reason=reason)
            else:
                ours = said is Verdict.OURS
                actions.hold(session, mail.id, now=task.now, reason=reason, ours=ours)
        if said is Verdict.OURS:
            log.error("no e-mail can be sent: %s", reason)
        if about_address or wait is None:
            raise Hopeless(reason) from fault
        raise Postpone(reason, wait) from fault


def _verdict(fault: Refusal | OSError) -> Verdict:
    """Return what a fault means; a server that cannot be reached says nothing of an address."""
    if isinstance(fault, Refusal):
        return rules.verdict(fault.code, fault.text, fault.stage)
    return Verdict.OURS
