"""Every e-mail, in every language."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from learning.admissions.queries.terms import plain_window
from learning.catalogue.cancellation import window
from learning.kit.i18n import I18n
from learning.kit.typography import typography_issues
from learning.mail import actions
from learning.mail.actions import EmailRequest, Recipient
from learning.mail.models import EmailCopy
from learning.settings import Settings
from learning.wiring import EMAIL_TEMPLATES, handlers
from tests.catalogue.test_cancellation import NOTE
from tests.mail.smtp import serving
from tests.mail.test_outbox import MODULE, NOW, a_worker, read


def test_every_kind_of_letter_has_a_writer_and_every_job_a_handler() -> None:
    known = handlers(Settings())
    assert {
        "mail.send",
        "purge",
        "accounts.sign-up",
        "lessons.announce-open-modules",
    } <= known.keys()
    assert all(
        kind.split(".")[0]
        in {
            "accounts",
            "admin",
            "admissions",
            "contact",
            "deadlines",
            "enrolment",
            "fees",
            "gradebook",
            "lessons",
            "quizzes",
        }
        for kind in EMAIL_TEMPLATES
    )


WINDOW = plain_window(window(NOTE, (date(2026, 11, 2),), date(2026, 11, 1)))
CHANGED = {
    "starts_on": "2026-11-02", "ends_on": "2026-12-11", "project_due_on": "2026-12-01",
    "zone": "Europe/Rome", "languages": "fr en es", "fee": "98000 EUR",
    "policy_version": "A9716205", "date quiz-m1": "2026-11-08T22:59:00+00:00",
}  # fmt: skip


MONEY: dict[str, Any] = {
    "kind": "invoice", "minor": 98000, "currency": "EUR", "open": [98000, "EUR"],
    "credit": [0, "EUR"], "amount": [98000, "EUR"], "is_sponsor": False, "activated": True,
    "path": "/applications/X/fee/", "before": True, "name": "<b>Firefox</b>", "number": "INV-1",
    "iban": "IT60X0542811101000000123456", "application": "X",
}  # fmt: skip


def params_for(kind: str) -> dict[str, Any]:
    """Return every parameter that an e-mail of a kind is ever given, with markup in them."""
    params: dict[str, Any] = {**MODULE.params,
        "path": "/x-secret", "address": "new@example.org", "device": "<b>Firefox</b>", "on": True,
        "starts_on": "2026-11-02", "ends_on": "2026-12-11", "edition": "e", "pays": True,
        "reference": "X", "today": "2026-11-01", "due_on": "2026-11-01", "reason": "<b>Firefox</b>",
        "agreed": True, "before": CHANGED, "after": CHANGED,
        "module": "m1", "number": 7, "hash": "a" * 64,
        "received_on": "2026-11-01", "window": WINDOW,
        "fee_minor": 98000, "fee_currency": "EUR", "organisation": "<i>A</i>", "candidate": "B",
        **dict.fromkeys(("answer_until", "ends_at", "until"), "2026-11-01T10:00:00+00:00")
    }  # fmt: skip
    if kind.startswith("fees."):
        euros = [98000, "EUR"]
        params |= {"kind": "invoice", "minor": 98000, "currency": "EUR", "iban": "", "invoice": 0}
        params |= {"open": euros, "credit": euros, "amount": euros, "application": "X"}
        params |= {"activated": True, "is_sponsor": False}
        bank = {
            "legal_name": "<i>A</i>",
            "iban": "DE89370400440532013000",
            "bic": "",
            "bank_name": "",
        }
        params |= {"state": "open", "by": "<i>A</i>", "old": bank, "new": bank | {"bic": "B"}}
        params |= {"valid_until": "2026-12-01", "quote": 0, "joint": 0}
        params |= {"net_minor": 47500, "refund": "a1", "has_page": True}
    if kind == "admissions.edition-changed":
        params["titles"] = {"date quiz-m1": dict.fromkeys(("fr", "en", "es"), "Quiz 1")}
    if kind.startswith("fees."):
        params |= MONEY
    params["changes"] = [{"field": "name", "before": "Awa Kone", "after": "Awa Koné"}]
    return params


@pytest.mark.parametrize("language", ["fr", "en", "es"])
@pytest.mark.parametrize("kind", sorted(EMAIL_TEMPLATES))
def test_every_letter_can_be_written_in_every_language(database, session, kind, language) -> None:
    """With the parameters that are ever given to it, and markup in them that stays text."""
    params = params_for(kind)
    with serving() as (server, port):
        to = Recipient(email="a@example.org", name="<i>A</i>", language=language, zone="UTC")
        actions.enqueue_email(session, to, EmailRequest(kind=kind, params=params), now=NOW)
        session.commit()
        a_worker(database, port).step()
    kept = session.scalars(select(EmailCopy)).one()
    assert "x-secret" not in kept.subject + kept.body
    assert "://" not in kept.body
    message = read(server)
    html = message.get_body(("html",)).get_content()
    assert "<b>Firefox" not in html
    assert "<i>A" not in html
    assert "%(" not in html + message["Subject"]
    plain = message.get_body(("plain",)).get_content()
    ours = [line for line in plain.splitlines() if line != "-- "]
    assert [error for line in ours for error in typography_issues(line, language)] == []


@pytest.mark.parametrize("kind", sorted(EMAIL_TEMPLATES))
def test_the_button_of_an_email_leads_to_a_page_that_there_is(app: Flask, kind: str) -> None:
    params = params_for(kind)
    path = EMAIL_TEMPLATES[kind](I18n("fr"), params).path
    if path and not path.endswith(params["path"]):
        app.url_map.bind("localhost").match(path, method="GET")
