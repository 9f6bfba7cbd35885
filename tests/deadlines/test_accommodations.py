"""What is agreed for one person: who decides, who sees it, and what never leaves their page."""

import json
import re
from datetime import timedelta

from sqlalchemy import select

from learning import wiring
from learning.access.permissions import GRANTS, Permission, Role
from learning.accounts import actions as accounts
from learning.accounts.actions import RoleAssignment
from learning.deadlines import queries, words
from learning.deadlines.models import AccommodationProfile
from learning.deadlines.personal_data import TABLES
from learning.deadlines.rules import Accommodation
from learning.extension_points.personal_data import PersonRef, export
from learning.kit.i18n import i18n_for
from learning.mail.models import OutgoingEmail
from learning.participants.commands import enrol_person
from tests.admissions.factories import a_person
from tests.deadlines.sending import (
    AGREED,
    OWN,
    STAFF,
    due_of,
    general,
    last_row,
    more_time,
    person,
    send,
)
from tests.world import NOW, World, sign_in


def test_the_registrar_agrees_an_accommodation(app, registrar, session, world, course) -> None:
    answer = send(registrar, world, "accommodation", AGREED | {"no_timer": "1"})
    assert answer.status_code == 303
    expected = Accommodation(extra_time=25, extra_attempts=1, shift_days=2, no_timer=True)
    session.expire_all()
    assert queries.adjustments(session, world.place.id).accommodation == expected
    assert due_of(session, world, course, "peer-appeal").days_later == 2
    assert due_of(session, world, course, "peer-release").days_later == 0
    page = sign_in(app, session, world.awa).get(OWN.format("en")).text
    for sentence in words.agreed_sentences(i18n_for("en"), expected):
        assert sentence in page
    assert "25% more time" in page


def test_neither_trail_nor_e_mail_says_what_was_agreed(registrar, session, world) -> None:
    send(registrar, world, "accommodation", AGREED)
    row = last_row(session)
    assert (row.action, row.subject) == ("accommodation changed", f"enrolment {world.place.id}")
    assert json.loads(row.detail) == {}
    mail = session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.id.desc())).first()
    assert mail.kind == "deadlines.accommodated"
    assert json.loads(mail.params) == {"edition": world.running.code}
    assert "25" not in "".join(
        wiring.EMAIL_TEMPLATES[mail.kind](i18n_for("fr"), {"edition": "x"}).lines
    )


def test_nothing_agreed_leaves_no_profile(registrar, session, world) -> None:
    send(registrar, world, "accommodation", AGREED)
    none = {"extra_time": "0", "extra_attempts": "0", "shift_days": "0", "note": ""}
    assert send(registrar, world, "accommodation", none).status_code == 303
    assert session.scalars(select(AccommodationProfile)).all() == []


def test_an_older_form_does_not_overwrite_what_is_agreed(registrar, session, world) -> None:
    page = registrar.get(person(world)).text
    form = page[page.index('/accommodation"') :]
    version = re.search(r'name="version" value="([^"]*)"', form)[1]
    send(registrar, world, "accommodation", AGREED)
    older = AGREED | {"shift_days": "9", "version": version}
    answer = registrar.post(f"{person(world)}/accommodation", data=older)
    assert answer.status_code == 409
    session.expire_all()
    assert queries.adjustments(session, world.place.id).accommodation.shift_days == 2


def test_only_the_person_registrar_and_tutors_see_what_is_agreed(
    app, registrar, session, world: World
) -> None:
    send(registrar, world, "accommodation", AGREED)
    maria = a_person(session)
    enrol_person(session, world.running, maria, by=None, now=NOW)
    other_tutor = a_person(session)
    held = RoleAssignment(person_id=other_tutor.id, role=Role.TUTOR, edition_id=world.open.id)
    accounts.grant_role(session, held, by=None, now=NOW)
    session.commit()
    seen = {}
    everybody = dict(world.staff)
    others = everybody | {"awa": world.awa, "maria": maria, "other tutor": other_tutor}
    for name, who in others.items():
        client = sign_in(app, session, who)
        pages = [client.get(address) for address in (STAFF, person(world), OWN.format("en"))]
        seen[name] = [page.status_code == 200 and shown(page.text) for page in pages]
    expected = dict.fromkeys(others, [False] * 3)
    expected |= {
        Role.TUTOR: [True, True, False],
        Role.LEAD: [True, True, False],
        Role.REGISTRAR: [True, True, False],
        "awa": [False, False, True],
    }
    assert seen == expected


def shown(page: str) -> bool:
    return any(
        message in page for message in ("25% more time", "accommodation<", "Agreed by phone")
    )


def test_who_may_see_and_decide_stands_in_the_permission_table() -> None:
    readers = {role for role in Role if Permission.READ_ACCOMMODATIONS in GRANTS[role]}
    deciders = {role for role in Role if Permission.DECIDE_ACCOMMODATIONS in GRANTS[role]}
    assert (readers, deciders) == (
        {Role.TUTOR, Role.LEAD, Role.REGISTRAR},
        {Role.LEAD, Role.REGISTRAR},
    )


def test_a_tutor_sees_what_is_agreed_and_does_not_change_it(tutor, registrar, world) -> None:
    send(registrar, world, "accommodation", AGREED)
    page = tutor.get(person(world)).text
    assert "25% more time" in page
    assert '/accommodation"' not in page
    assert tutor.post(f"{person(world)}/accommodation", data=AGREED).status_code == 404


def test_a_course_lead_decides_in_their_own_edition_only(app, session, world: World) -> None:
    lead = sign_in(app, session, world.staff[Role.LEAD])
    assert '/accommodation"' in lead.get(person(world)).text
    assert send(lead, world, "accommodation", AGREED).status_code == 303
    session.expire_all()
    assert queries.profile(session, world.place.id).extra_time == 25
    elsewhere = person(world).replace(world.running.code, world.open.code)
    assert lead.post(f"{elsewhere}/accommodation", data=AGREED).status_code == 404


def test_who_looks_through_somebodys_eyes_sees_the_usual_dates(
    app, registrar, session, world
) -> None:
    send(registrar, world, "accommodation", AGREED)
    administrator = sign_in(app, session, world.staff[Role.ADMINISTRATOR])
    path = f"/en/staff/impersonation/{world.awa.uid}"
    seen = administrator.post(path, data={"reason": "A question"})
    page = administrator.get(OWN.format("en"))
    assert (seen.status_code, page.status_code) == (303, 200)
    assert "days later for you" not in page.text
    assert "25% more time" not in page.text
    assert "Agreed for you" not in page.text


def test_a_person_gets_what_is_kept_of_them(registrar, session, world, course) -> None:
    until = general(session, world, course, "group-plan") + timedelta(days=2)
    send(registrar, world, "extend", more_time(until))
    send(registrar, world, "accommodation", AGREED)
    session.expire_all()
    kept = export(TABLES, session, PersonRef(id=world.awa.id, email=world.awa.email))
    (extension,) = kept["extensions"]
    assert (extension["key"], extension["until"]) == ("group-plan", until.isoformat())
    assert extension["reason"] == "Flood"
    assert "decided_by_id" not in extension
    (agreed,) = kept["accommodations"]
    assert (agreed["extra_time"], agreed["note"]) == (25, "Agreed by phone")
    nobody = PersonRef(id=world.stranger.id, email=world.stranger.email)
    assert export(TABLES, session, nobody) == {"extensions": [], "accommodations": []}
