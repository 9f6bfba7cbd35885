"""Addresses that were taken before there was a gate, and for which no e-mail can be made."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from learning.jobs.models import Job
from learning.mail.models import EmailState
from tests.mail.test_outbox import AWA, send


@pytest.mark.parametrize("kept", ["ann..lee@example.org", "bob@example..net", "josé@example.org"])
def test_an_address_that_no_letter_can_be_made_for_fails_once_with_its_reason(
    database, session, kept
) -> None:
    """Such were taken before there was a gate; their letters died attempt after attempt."""
    server, mail = send(database, session, None, to=replace(AWA, email=kept))
    assert (mail.state, server.contents) == (EmailState.FAILED, [])
    assert "5.1.3" in mail.reason
    assert session.scalars(select(Job.attempts)).one() == 1
