"""Sending: decide once more, write the letter out, hand it over, note what happened."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from learning.jobs.worker import Hopeless, Task
from learning.kit.i18n import i18n_for
from learning.mail import actions, queries, rules
from learning.mail.letters import LetterWriter, Setting
from learning.mail.messages import House, message
from learning.mail.models import Category, Mail, MailState
from learning.mail.rules import Verdict
from learning.mail.senders import Refusal, Sender


@dataclass(frozen=True, kw_only=True)
class Post:
    """The handler of letters: who writes them, who carries them, in whose name."""

    writers: Mapping[str, LetterWriter]
    sender: Sender
    house: House

    def __call__(self, task: Task) -> None:
        """Send one letter; raise to have it tried again, Hopeless to leave it to people."""
        with task.database.transaction() as session:
            mail = session.get(Mail, task.payload["mail"])
            decline = _decide(session, mail, task) if mail else None
            session.flush()
            session.expunge_all()  # the slow part happens outside the transaction
        if mail is None or decline is None:
            return
        try:
            self._hand_over(mail, decline)
        except Refusal as refusal:
            _note_refusal(task, mail, refusal)
            raise
        with task.database.transaction() as session:
            sent = session.get_one(Mail, mail.id)
            actions.end(session, sent, MailState.SENT, now=task.now)

    def _hand_over(self, mail: Mail, decline: str) -> None:
        i18n = i18n_for(mail.language, mail.zone)
        letter = self.writers[mail.kind](i18n, json.loads(mail.params))
        setting = Setting(i18n=i18n, name=mail.name, address=self.house.address, decline=decline)
        self.sender.send(
            message(mail, letter, setting, self.house),
            envelope_from=rules.bounce_address(mail.token, self.house.domain),
            to=mail.email,
        )


def _decide(session: Session, mail: Mail, task: Task) -> str | None:
    """Return the path that declines such letters, "" for critical ones; None not to send."""
    if mail.state is not MailState.WAITING:
        return None
    wish = queries.wish(session, mail.email, mail.category)
    if wish.suppressed or wish.declined:
        reason = "the address does not work" if wish.suppressed else "declined"
        actions.end(session, mail, MailState.SKIPPED, now=task.now, reason=reason)
        return None
    if mail.category is Category.CRITICAL:
        return ""
    return f"/u/{actions.subscription(session, mail.email, mail.category).token}"


def _note_refusal(task: Task, mail: Mail, refusal: Refusal) -> None:
    """Count a refusal against the address; one for good ends the letter, and the job."""
    said = rules.verdict(refusal.code, refusal.text)
    if said is Verdict.LATER:
        return  # a busy server says nothing of the address
    reason = rules.one_line(str(refusal))
    with task.database.transaction() as session:
        actions.note_bounce(session, mail.email, said, now=task.now, reason=reason)
        failed = session.get_one(Mail, mail.id)
        failed.state, failed.ended_at, failed.reason = MailState.FAILED, task.now, reason
    raise Hopeless(reason) from refusal
