"""Every route, as every role, with all that is sent by mistake or on purpose.

No answer is a 500, none lets markup through, none lacks a header, and no GET writes.
"""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from learning.access.permissions import Role
from learning.admissions.commands.transitions import TransitionRequest, record_transition
from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.enrolment.models import EnrolmentMethod
from learning.enrolment.rules import ActorRole
from learning.kit.headers import HEADERS
from tests.admissions.factories import NOW
from tests.architecture.test_routes import VALUES, method_of, rules
from tests.fees.crawl_scene import money_of
from tests.world import World, sign_in

MARK = "<script>mark()</script>\u202e\x00'\"&;--"
FIELDS = (
    "action", "actor", "again", "apply_until", "before", "block", "body", "capacity", "check",
    "chosen", "code", "device", "done", "edition", "email", "ends_on", "fee", "idempotency_key",
    "hours_low", "institution", "keep", "language", "lang", "module", "name", "next", "note",
    "offset", "open", "opens_on", "password", "q", "reason", "role", "starts_on", "status",
    "size", "subject", "signed_by", "may_sign", "share",
    "text", "text_fr", "token", "version", "weeks", "zone", "after",
    "agreed", "answer", "billing_country", "billing_kind", "billing_line1", "billing_line2",
    "billing_name", "billing_postcode", "billing_town",
    "constituency", "contact_email", "contact_name", "country", "file", "funding", "gender", "go",
    "motivation", "organisation", "po_number", "position", "sponsor_share", "study_language",
    "vat_id",
    "event", "function", "influence", "of", "preview", "region", "remark", "seen", "state",
    "unassessed", "use", "to", "received_on", "shown",
    "account_number", "amount", "bank_country", "bank_name", "bic", "cost", "decision", "digest",
    "holder_name", "iban", "kind", "legal_name", "note", "numbers", "payer", "payer_name",
    "document",
    "postcode", "seals", "settled_on", "signatory_name", "signatory_title", "statement", "town",
)  # fmt: skip
FOREIGN = {
    "edition": ("reintegration-draft", "../../etc", "no-such", MARK),
    "course": ("nothing", "..%2f", MARK),
    "lesson": ("m9-l9", MARK),
    "check": ("check-99",),
    "document": ("m9-page", "work-strong", "work", MARK),
    "module": ("m1", "m9", MARK),
    "block": ("no-such-block", "x" * 300),
    "account_uid": (1, "..", MARK),
    "enrolment_uid": (1, 2**63 - 1, "..", MARK, "x" * 500),
    "entry_uid": (1, "..", MARK),
    "event_uid": (1, "..", MARK),
    "grant_id": (0, 2**63 - 1),
    "invoice_uid": (1, "..", MARK),
    "job_id": (0, 2**63 - 1, 10**30),
    "kind": ("worklist", MARK),
    "person_uid": (1, 10**30, "..", MARK, "x" * 500),
    "token": (MARK, "x" * 500),
    "reference": ("..", MARK, "x" * 500),
    "event": ("transfer", "substitute", "request_info", "submit", "no-such-event", MARK),
    "proposal_uid": (1, "..", MARK),
    "payment_uid": (1, "..", MARK),
    "settlement_uid": (1, "..", MARK),
    "statement_uid": (1, "..", MARK),
    "status": ("draft", "no-such-status", MARK),
    "slug": ("uploads", "..%2f..%2fetc", MARK, "x" * 500),
    "step": ("letter", "no-such-step", MARK),
    "uid": (1, "..", MARK),
    "upload": ("..", MARK, "x" * 500),
    "filename": ("../pyproject.toml", "app.css.map"),
}
MARKED, VAST = (urlencode(dict.fromkeys(FIELDS, sent)) for sent in (MARK, "9" * 30))
DOUBLED = urlencode([(name, value) for name in FIELDS for value in ("//evil.example", MARK)])
FORM = {"method": "POST", "content_type": "application/x-www-form-urlencoded"}
BROKEN = {"method": "POST", "content_type": "application/json", "data": "{]"}
READING = ({}, {"query_string": MARKED}, {"query_string": VAST})
WRITING = (
    BROKEN,
    FORM | {"data": MARKED},
    FORM | {"data": VAST},
    FORM | {"data": "", "query_string": DOUBLED},
)
"""What is sent along, encoded once: to pages that are read, and to those that take forms."""
WRITES = ("INSERT", "UPDATE", "DELETE")


def address(app: Flask, rule: Rule, **values: object) -> str:
    known = {name: VALUES[name] for name in rule.arguments} | values
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, known, method=method_of(rule))


def addresses(app: Flask, rule: Rule) -> Iterator[str]:
    """Yield the address with known values, then with others' and with nobody's."""
    yield address(app, rule)
    for name in sorted(rule.arguments & FOREIGN.keys()):
        for value in FOREIGN[name]:
            yield address(app, rule, **{name: value})


def check(answer, where: str) -> None:
    assert answer.status_code < 500, where
    assert answer.status_code != 405, where
    if answer.mimetype.startswith("text/"):  # not a spreadsheet
        if answer.mimetype != "text/plain":  # which runs nothing
            assert b"<script>mark()" not in answer.data, where
        assert b"\x00" not in answer.data, where
    for name, value in HEADERS.items():
        assert answer.headers.get(name) == value, (where, name)
    assert answer.headers.get("Cache-Control"), where
    assert not (answer.location or "").startswith(("//", "http://evil", "https://evil")), where


class Crawler:
    """A browser that knows whether what it sent has come as far as a view."""

    def __init__(self, app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self.client, self.reached = app, client, False
        dispatch = app.dispatch_request

        def note(*args: object) -> ResponseReturnValue:
            self.reached = request.routing_exception is None
            return dispatch(*args)

        monkeypatch.setattr(app, "dispatch_request", note)

    def send(self, where: str, **sent: str) -> None:
        self.reached = False
        check(self.client.open(where, **sent), where)

    def crawl(self) -> None:
        """Send everything to every view; what the guard keeps from a view, once for each route."""
        for rule in rules(self.app):
            if rule.endpoint in {"accounts.sign_out", "impersonation.start"}:
                continue
            plain, *hostile = READING if method_of(rule) == "GET" else WRITING
            for number, where in enumerate(addresses(self.app, rule)):
                self.send(where, **plain)
                for sent in hostile if self.reached or number == 0 else ():
                    self.send(where, **sent)
            if method_of(rule) == "GET":
                self.send(address(self.app, rule), method="HEAD")


def an_application(session: Session, world: World) -> None:
    """Let Awa have applied and paid for the edition she is in, under the names that are crawled."""
    world.awa.uid, world.place.uid = str(VALUES["person_uid"]), str(VALUES["enrolment_uid"])
    world.place.method = EnrolmentMethod.APPLICATION
    application = Application(
        reference=str(VALUES["reference"]),
        edition_id=world.running.id,
        person_id=world.awa.id,
        created_at=NOW,
        changed_at=NOW,
        name_key="awa kone",
        state=ApplicationState.ENROLLED,
        enrolment_id=world.place.id,
        enrolment_period=1,
    )
    session.add(application)
    session.flush()
    begun = TransitionRequest(
        event=ApplicationEvent.CREATE, actor_role=ActorRole.APPLICANT, by=world.awa.id, now=NOW
    )
    record_transition(session, application, begun, None)
    money_of(session, world, application)


@pytest.mark.parametrize("role", Role)
def test_nothing_that_is_sent_breaks_a_page(
    app: Flask, session: Session, world: World, role: Role, monkeypatch
) -> None:
    an_application(session, world)
    Crawler(app, sign_in(app, session, world.person(role)), monkeypatch).crawl()


@pytest.mark.parametrize("role", [Role.VISITOR, Role.PARTICIPANT, Role.ADMINISTRATOR])
def test_no_get_writes(app: Flask, session: Session, world: World, role: Role, database) -> None:
    """But for the place of a reader who opens another lesson, which is what opening means."""
    an_application(session, world)
    client = sign_in(app, session, world.person(role))
    written: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(WRITES) and "rate_limits" not in statement:
            written.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    for rule in rules(app):
        if method_of(rule) == "GET" and rule.endpoint != "lessons.show_lesson":
            client.get(address(app, rule))
            assert written == [], rule
    event.remove(database.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_methods_that_no_page_has_are_refused(app: Flask, session, world: World, method) -> None:
    client = sign_in(app, session, world.staff[Role.ADMINISTRATOR])
    for rule in rules(app):
        assert client.open(address(app, rule), method=method).status_code in {403, 404, 405}, rule
