"""Promises about every route."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from learning.access.guard import GuardedBlueprint
from learning.access.permissions import EDITION_ROLES, GRANTS, Permission, Role
from learning.kit.db import SAFE_METHODS
from learning.settings import ROOT
from tests.world import World, sign_in

ACCESS = ROOT / "docs/access.txt"
VALUES = {
    "edition": "reintegration-running",
    "course": "reintegration",
    "lesson": "m4-l1",
    "check": "check-1",
    "block": "one-level-1",
    "filename": "nothing.css",
    "document": "m4-page",
    "module": "m6",
    "enrolment_uid": "e" * 16,
    "account_uid": "e" * 16,
    "entry_uid": "e" * 16,
    "event_uid": "e" * 16,
    "grant_id": 1,
    "invoice_uid": "e" * 16,
    "proposal_uid": "e" * 16,
    "payment_uid": "e" * 16,
    "settlement_uid": "e" * 16,
    "statement_uid": "e" * 16,
    "uid": "e" * 16,
    "kind": "pain001",
    "job_id": 1,
    "mail_id": 1,
    "message_id": 1,
    "number": 1,
    "question": 1,
    "key": "peer-work",
    "person_uid": "b" * 16,
    "token": "no-such-token",
    "reference": "NOSUCHCODE",
    "event": "accept",
    "slug": "no-such-file",
    "status": "finished",
    "step": "person",
    "upload": "no-such-upload",
    "lang": "fr",
}
ASK, GONE = 303, 404
NEEDS_MORE = {
    "mail.show_unsubscribe",  # a token that exists
    "mail.unsubscribe",
    "quizzes.show_attempt",  # an attempt of one's own
    "quizzes.show_questions",
    "quizzes.show_result",
    "quizzes.show_review",
    "quizzes.save_answer",
    "quizzes.save_questions",
    "quizzes.submit_attempt",
}


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=str)


def method_of(rule: Rule) -> str:
    return " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))


def access_table(app: Flask) -> str:
    """One line per page: who may open it."""
    needs, somewhere = app.extensions["needs"], app.extensions["any_edition"]
    lines = []
    for rule in rules(app):
        permission = needs[rule.endpoint]
        edition = "edition" in rule.arguments or rule.endpoint in somewhere
        roles = [
            role
            for role in Role
            if permission in GRANTS[role] and (edition or role not in EDITION_ROLES)
        ]
        who = " ".join(roles)
        lines.append(f"{method_of(rule):5} {rule.rule:62} {permission:22} {who}")
    return "\n".join(lines) + "\n"


def test_every_route_says_what_it_needs(app: Flask) -> None:
    assert {rule.endpoint for rule in rules(app)} == set(app.extensions["needs"])


def test_a_route_without_needs_cannot_be_written() -> None:
    blueprint = GuardedBlueprint("attic", __name__, url_prefix="/attic")
    with pytest.raises(TypeError, match="say what this route needs"):
        blueprint.get("/dust")(lambda: "dust")


def test_the_access_table_in_the_docs_is_true(app: Flask) -> None:
    assert ACCESS.read_text() == access_table(app)


def test_no_address_names_people_or_enrolments_by_number(app: Flask) -> None:
    """They have a uid, which nobody can count (docs/decisions/0050)."""
    named = set().union(*(rule.arguments for rule in rules(app)))
    assert {"person_uid", "enrolment_uid"} <= named
    numbered = {name for name in named if VALUES[name] == 1}
    own = {"number", "question"}  # a reader's own attempts at a quiz, and their questions, from 1
    assert numbered == {"grant_id", "job_id", "mail_id", "message_id"} | own


def test_every_page_for_people_is_under_a_language(app: Flask) -> None:
    """What machines ask for has no language; the rest has one."""
    assert sorted({r.rule for r in rules(app) if "lang" not in r.arguments}) == [
        "/card-payments/webhook", "/healthz", "/readyz", "/robots.txt", "/static/<filename>",
        "/u/<token>",
    ]  # fmt: skip


@pytest.mark.parametrize("role", Role)
def test_every_route_opens_to_its_roles_and_to_nobody_else(
    app: Flask, session: Session, world: World, role: Role
) -> None:
    """A visitor is asked to sign in; somebody without the permission finds nothing there."""
    client = sign_in(app, session, world.person(role))
    needs, somewhere = app.extensions["needs"], app.extensions["any_edition"]
    for rule in rules(app):
        if rule.endpoint in {"static", "accounts.sign_out"}:
            continue
        permission: Permission = needs[rule.endpoint]
        in_edition = role in EDITION_ROLES
        counts = not in_edition or "edition" in rule.arguments or rule.endpoint in somewhere
        allowed = permission in GRANTS[role] and counts
        allowed = allowed or permission in GRANTS[Role.MEMBER if role != Role.VISITOR else role]
        with app.test_request_context():
            address = app.url_map.bind("localhost").build(
                rule.endpoint, {k: VALUES[k] for k in rule.arguments}, method=method_of(rule)
            )
        answer = client.open(address, method=method_of(rule))
        if not allowed and role is Role.VISITOR:
            expected_status = ASK if method_of(rule) in SAFE_METHODS else 401
            assert answer.status_code == expected_status, address
        elif not allowed or rule.endpoint in NEEDS_MORE:
            assert answer.status_code == GONE, address
        else:
            assert answer.status_code not in {401, 403, 405, 500}, address


def test_a_forged_form_from_another_site_changes_nothing(
    app: Flask, session: Session, world: World
) -> None:
    client = sign_in(app, session, world.awa)
    for rule in rules(app):
        if method_of(rule) != "POST" or rule.endpoint in app.extensions["for_machines"]:
            continue
        with app.test_request_context():
            values = {k: VALUES[k] for k in rule.arguments}
            address = app.url_map.bind("localhost").build(rule.endpoint, values, method="POST")
        for headers in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
        ):
            answer = client.post(address, headers=headers)
            assert answer.status_code == 403, (address, headers)
