"""Every form that is sent changes nothing twice and overwrites nothing unseen.

Its view compares a version (what was typed over something older is shown, not saved) or has its key
claimed (sent twice, it is carried out once). The few that do neither are named here, with the
reason. All take what is sent by `access.form_post`, and none counts a try or claims a key by hand.
"""

import inspect
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, request
from wtforms import StringField

from learning.access.form_post import form_post, per_person
from learning.admissions.commands.transitions import TransitionRequest
from learning.admissions.rules.states import ApplicationEvent
from learning.enrolment.rules import ActorRole
from learning.kit.db import db
from learning.kit.forms import CreateForm, Form
from learning.kit.idempotency import claim_key
from learning.kit.rate_limit import Limit, Rate, attempt, check_and_count
from learning.kit.time import now
from learning.kit.versions import VersionedForm
from tests.architecture.post_exceptions import EXCEPT
from tests.view_guards import (
    FORM,
    KEY,
    ROW,
    by_hand,
    forms_of,
    functions_of,
    guards,
    guards_of,
    plain,
    posts,
    protocol_of,
    unfounded,
    unkept,
)


def test_every_form_has_a_version_or_a_key_or_a_reason(app: Flask) -> None:
    bare = {endpoint for endpoint, (_, guarded) in guards(app).items() if not guarded}
    assert bare == EXCEPT.keys()


def test_what_a_form_carries_is_looked_at(app: Flask) -> None:
    """But where a reason stands for it: a form is used for more than one route."""
    found = {endpoint: unkept(*each) for endpoint, each in guards(app).items()}
    assert {endpoint for endpoint, left in found.items() if left} <= EXCEPT.keys()


def test_what_is_looked_at_is_carried_by_a_form(app: Flask) -> None:
    found = {endpoint: unfounded(*each) for endpoint, each in guards(app).items()}
    assert {endpoint for endpoint, wrong in found.items() if wrong} == BY_SCRIPT | BUTTONS


BY_SCRIPT = {
    "lessons.answer_check",
    "lessons.bookmark",
    "lessons.mark_done",
    "lessons.mark_document_done",
    "lessons.save_position",
    "lessons.write_note",
}
"""Whose key a script makes, that sends the form again after a broken line (static/js/queue.js)."""

BUTTONS = {
    "applications.take_seat",
    "enrolment.withdraw",
    "quizzes.submit_attempt",
    "tutors.assign_tutors",
}
"""A button without a form: its key is the row and its version, or the page's own."""

UNKNOWN_LINKS = {
    "learning.accounts.views.registration._account_token",
    "learning.admissions.pages.sponsor.views._unknown",
    "learning.fees.pages.sponsor_links.unknown",
    "learning.mail.views._unknown",
}
"""What counts a link that opens nothing, whether it is opened or sent a form."""


HASHES = "hashing is slow and happens outside the transaction"
PREVIEWS = "saves an edition to see who is to be notified, which is confirmed afterwards"
ROLL_BACK = {
    "learning.accounts.views.registration._choose_password": HASHES,
    "learning.accounts.views.registration.confirm_sign_up": HASHES,
    "learning.accounts.views.security.change_password": HASHES,
    "learning.admin.staff.dates.change": PREVIEWS,
    "learning.admin.staff.editions.change": PREVIEWS,
    "learning.admissions.pages.candidate.nomination_letter._meanwhile": "shows the other letter",
    "learning.admissions.pages.staff.bulk._nothing_chosen": "the key may be claimed again",
}
"""What rolls the request's transaction back, and why."""


def test_every_form_is_taken_by_the_one_protocol(app: Flask) -> None:
    views = posts(app)
    assert len(views) > 60
    assert [endpoint for endpoint, view in views.items() if protocol_of(view) is None] == []


def test_no_view_counts_a_try_claims_a_key_or_rolls_back_by_hand(app: Flask) -> None:
    assert set().union(*map(by_hand, posts(app).values())) == UNKNOWN_LINKS | ROLL_BACK.keys()


def test_a_form_with_a_limit_or_a_key_says_why_it_is_refused(app: Flask) -> None:
    """It asks its form whether it is valid; where there is no room for a try, it is not."""
    silent = {
        endpoint
        for endpoint, view in posts(app).items()
        if (protocol := protocol_of(view)) and protocol.has_form and not asks_its_form(view)
    }
    assert silent == set()


def asks_its_form(view: Any) -> bool:
    bodies = [inspect.getsource(each) for each in functions_of(plain(view))]
    return any(word in body for body in bodies for word in REQUESTED)


REQUESTED = (".validate()", "form.check(", "current_violation()")


class Made(CreateForm):
    name = StringField()


class Changed(VersionedForm, Form):
    name = StringField()


class Row(Form):
    version = StringField()


FEW = Limit(name="few of a test", each=(Rate(1, timedelta(minutes=1)),))


def speaks_of_versions() -> str:
    """Say “version” and “claim”, and look at none."""
    form = Changed(request.form)
    version = {"version": form.version.data, "claim": "known_version"}
    return str(version)


@form_post(idempotent=True)
def makes() -> str:
    return str(_made(request.form).validate())


def makes_twice() -> str:
    return str(_made(request.form).validate())


def _made(sent: Any) -> Made:
    return Made(sent)


def changes() -> str:
    return _changes(Changed(request.form))


def _changes(form: Changed) -> str:
    return str(form.is_current(Changed()))


def moves() -> str:
    form = Row(request.form)
    return str(form.version.data == "1")


def moves_blindly() -> str:
    form = Row(request.form)
    return str(
        TransitionRequest(
            event=ApplicationEvent.ACCEPT,
            actor_role=ActorRole.REGISTRAR,
            by=form.data,
            now=now(),
            version=None,
        )
    )


def by_its_own_hand() -> str:
    check_and_count(attempt(FEW))
    return _claims()


def _claims() -> str:
    return str(claim_key(db(), "person 1", "k" * 20, now=now()))


def rolls_back() -> str:
    db().rollback()
    return ""


@form_post(limit=per_person(FEW))
def by_the_protocol() -> str:
    return str(Made(request.form).validate())


@pytest.mark.parametrize(
    ("view", "found"),
    [
        (by_its_own_hand, {"by_its_own_hand", "_claims"}),
        (rolls_back, {"rolls_back"}),
        (by_the_protocol, set()),
    ],
)
def test_a_step_by_hand_is_found(view, found) -> None:
    assert by_hand(view) == {f"{__name__}.{each}" for each in found}
    assert (protocol_of(view) is None) == bool(found)


@pytest.mark.parametrize(
    ("view", "guarded", "left"),
    [
        (speaks_of_versions, set(), {FORM}),
        (makes, {KEY}, set()),
        (makes_twice, set(), {KEY}),
        (changes, {FORM}, set()),
        (moves, {ROW}, set()),
        (moves_blindly, set(), {ROW}),
    ],
)
def test_a_view_is_read_as_it_is_meant(view, guarded, left) -> None:
    assert guards_of(view) == guarded
    assert unkept(forms_of(plain(view)), guarded) == left
