"""What staff may read of what was sent: the text, never a link, for a year."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from learning.access.permissions import Role
from learning.jobs.actions import NewJob, add_job
from learning.jobs.models import Job, JobState
from learning.jobs.worker import Worker
from learning.kit.i18n import i18n_for
from learning.mail import actions, copies
from learning.mail.emails import EmailContent, EmailContext, render_copy
from learning.mail.models import SEND_KEY, EmailAttachment, EmailCopy, EmailState, OutgoingEmail
from learning.purge import purge
from tests.mail.test_outbox import AWA, MODULE, NOW, RESET, send
from tests.mail.test_parts import a_file, part_of
from tests.world import sign_in

SECRET = "/account/reset/abc"


def test_the_text_is_kept_as_it_was_sent_but_for_its_links(database, session) -> None:
    _, mail = send(database, session, None)
    kept = copies.copy_of(session, mail.id)
    assert kept.subject == "Choisir un nouveau mot de passe"
    assert kept.body.startswith("Bonjour Awa Koné,\n\n")
    assert "[Choisir un nouveau mot de passe]" in kept.body
    assert kept.sent_at == NOW
    assert "abc" not in kept.body
    assert "://" not in kept.body


def test_the_link_that_declines_is_not_kept(database, session) -> None:
    _, mail = send(database, session, None, MODULE)
    kept = copies.copy_of(session, mail.id)
    assert "/u/" not in kept.body
    assert "Vous recevez ceci parce que" in kept.body


def test_a_link_that_stands_in_a_sentence_is_left_out_too() -> None:
    content = EmailContent(
        subject="s", lines=[f"Or type {SECRET} by hand."], button="Go", path=SECRET, after=["End"]
    )
    context = EmailContext(i18n=i18n_for("en", "UTC"), name="A", address="https://e.example")
    copy = render_copy(content, context)
    assert "Or type … by hand.\n\n[Go]\n\nEnd" in copy
    assert SECRET not in copy


def test_what_was_not_sent_has_no_copy(database, session) -> None:
    _, mail = send(database, session, "gone")
    assert mail.state is EmailState.FAILED
    assert copies.copy_of(session, mail.id) is None


def kept_email(session, sent_at, slug: str) -> OutgoingEmail:
    file = a_file(session, slug=slug, key=slug.ljust(32, "0"))
    mail = actions.enqueue_email(session, AWA, replace(MODULE, parts=(part_of(file),)), now=sent_at)
    actions.mark_ended(session, mail, EmailState.SENT, now=sent_at)
    text = copies.SentText(subject="s", body="b")
    copies.keep_copy(session, mail.id, text, now=sent_at)
    return mail


def test_copies_and_attachments_are_purged_after_a_year_a_few_at_a_time(
    session, monkeypatch
) -> None:
    monkeypatch.setattr(copies, "PURGE_BATCH", 2)
    for number in range(3):
        kept_email(session, NOW - timedelta(days=366), f"{number}a")
    young = kept_email(session, NOW - timedelta(days=364), "b")
    before = NOW - copies.COPY_RETENTION
    done = [copies.purge_copies(session, before=before) for _ in range(3)]
    assert done == [4, 2, 0]
    assert session.scalars(select(EmailCopy.email_id)).all() == [young.id]
    assert session.scalars(select(EmailAttachment.email_id)).all() == [young.id]
    assert session.scalar(select(func.count()).select_from(OutgoingEmail)) == 4


def test_the_nightly_purge_deletes_old_copies_and_old_e_mails(database, session) -> None:
    copied = kept_email(session, NOW - timedelta(days=366), "a").id
    sent = kept_email(session, NOW - copies.EMAIL_RETENTION - timedelta(days=1), "b").id
    session.execute(delete(Job).where(Job.unique_key == f"{SEND_KEY}{sent}"))
    session.execute(update(Job).values(state=JobState.DONE, ended_at=NOW))
    add_job(session, NewJob(kind="purge", payload={}, now=NOW, unique_key="p"))
    session.commit()
    Worker(database=database, handlers={"purge": purge}, clock=lambda: NOW).step()
    session.expire_all()
    assert session.scalars(select(EmailCopy)).all() == []
    assert session.scalars(select(OutgoingEmail.id)).all() == [copied]


def test_that_an_e_mail_was_sent_is_purged_after_three_years_a_few_at_a_time(
    session, monkeypatch
) -> None:
    monkeypatch.setattr(copies, "PURGE_BATCH", 2)
    for number in range(3):
        kept_email(session, NOW - copies.EMAIL_RETENTION - timedelta(days=1), f"{number}a")
    undecided = kept_email(session, NOW - copies.EMAIL_RETENTION - timedelta(days=1), "c")
    waiting = kept_email(session, NOW - copies.EMAIL_RETENTION - timedelta(days=1), "d")
    waiting.ended_at = None
    young = kept_email(session, NOW - copies.EMAIL_RETENTION + timedelta(days=1), "e")
    undecided_job = Job.unique_key == f"{SEND_KEY}{undecided.id}"
    session.execute(delete(Job).where(~undecided_job))
    session.execute(update(Job).where(undecided_job).values(state=JobState.DEAD))
    before = NOW - copies.EMAIL_RETENTION
    done = [copies.purge_emails(session, before=before) for _ in range(3)]
    assert done == [2, 1, 0]
    kept = {undecided.id, waiting.id, young.id}
    assert set(session.scalars(select(OutgoingEmail.id))) == kept
    assert set(session.scalars(select(EmailCopy.email_id))) == kept
    assert set(session.scalars(select(EmailAttachment.email_id))) == kept


def test_an_administrator_reads_what_was_sent(app, database, session, world) -> None:
    _, mail = send(database, session, None)
    client = sign_in(app, session, world.staff[Role.ADMINISTRATOR])
    address = f"/fr/staff/emails/{mail.id}"
    assert f'href="{address}"' in client.get("/fr/staff/emails/").text
    page = client.get(address).text.split("<h1", 1)[1]
    assert "Bonjour Awa Koné," in page
    assert "awa@example.org" in page
    assert "abc" not in page
    assert client.get("/fr/staff/emails/999999").status_code == 404


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.AUDITOR, Role.FINANCE])
def test_nobody_else_reads_it(app, database, session, world, role) -> None:
    _, mail = send(database, session, None, RESET)
    client = sign_in(app, session, world.staff[role])
    assert client.get(f"/fr/staff/emails/{mail.id}").status_code == 404
