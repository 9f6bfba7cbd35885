"""One application on its page: all that was given, who may read it, who gives points."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.actions import RoleAssignment, grant_role
from learning.accounts.models import Person
from learning.admissions.commands import assessments
from learning.admissions.commands.assessments import AssessmentScores
from learning.admissions.commands.billing_parties import save_party
from learning.admissions.models import Application, Assessment, Sponsorship
from learning.admissions.rules.ranking import Criterion
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.catalogue.models import Edition, EditionStatus
from learning.files.models import FileKind, FileState, StoredFile
from tests.admissions.factories import BILLING, NOW, a_draft, a_person, a_sent, act, in_state
from tests.admissions.test_board import board_of, stand_in
from tests.world import World, make_edition, send_form, sign_in

POINTS = {"function": "4", "influence": "3", "motivation": "2", "use": "3", "remark": "Solide"}


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


def in_edition(session: Session, person: Person, role: Role, edition: Edition) -> Person:
    held = RoleAssignment(person_id=person.id, role=role, edition_id=edition.id)
    grant_role(session, held, by=None, now=NOW)
    session.commit()
    return person


def test_an_application_is_shown_whole_and_its_markup_is_text(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    evil = "<script>alert(1)</script> & <b>bold</b>"
    billing = replace(BILLING, line1=evil)
    sent = a_sent(session, world, motivation=evil, position=evil, billing=billing)
    page = registrar.get(board_of(world.open) + sent.reference).text
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;bold") == 3
    for words in ("Côte d’Ivoire", "Agence emploi jeunes", "Commencer", "candidat"):
        assert words in page


def test_the_sponsor_s_statement_and_letters_are_there(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    sent = a_draft(session, world, funding="sponsor", sponsor_share=100)
    accounts = replace(BILLING, name="Comptabilité", country="SN")
    stated = Sponsorship(
        edition_id=world.open.id, token_hash="x", organisation="Ministère", contact_name="Dr Diop",
        contact_email="d@example.org", language="fr", created_at=NOW, ends_at=NOW, share=80,
        signed_by="Dr Diop", signed_at=NOW, stated_at=NOW,
        billing_party_id=save_party(session, None, world.open.id, accounts),
    )  # fmt: skip
    session.add(stated)
    session.flush()
    sent.sponsorship_id = stated.id
    stand_in(session, sent, ApplicationState.SUBMITTED)
    session.commit()
    address = board_of(world.open) + sent.reference
    page = registrar.get(address).text
    for words in ("Ministère", "Dr Diop", "Comptabilité", "Sénégal"):
        assert words in page
    assert registrar.get(f"{address}/letter").status_code == 404
    for number, state in enumerate((FileState.CLEAN, FileState.WAITING)):
        stored = StoredFile(
            purpose="nomination_letter",
            slug=f"slug{number}", key=f"aa/key{number}", name="Lettre.pdf", kind=FileKind.PDF,
            size=4, sha256="0", state=state, owner_id=None, created_at=NOW,
        )  # fmt: skip
        session.add(stored)
        session.flush()
        if number:
            stated.letter_id = stored.id
        else:
            sent.letter_id = stored.id
    session.commit()
    page = registrar.get(address).text
    assert "letter?of=candidate" in page
    assert "letter?of=sponsor" not in page, "what is not checked yet is not handed out"
    assert registrar.get(f"{address}/letter?of=sponsor").status_code == 404


def test_the_same_person_is_found_elsewhere_however_spelled(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    here = a_sent(session, world, a_person(session, "KONE Awa"))
    there = a_draft(session, world, world.awa, edition=world.open)
    there.edition_id = world.running.id
    a_sent(session, world, a_person(session, "Somebody Else"))
    session.commit()
    page = registrar.get(board_of(world.open) + here.reference).text
    assert "Awa Koné" in page
    assert world.running.code in page
    assert "Somebody Else" not in page
    assert there.reference not in page, "another edition's application is named, not linked"


def test_an_application_of_another_edition_is_not_there(registrar, session, world: World) -> None:
    sent = a_sent(session, world)
    for end in ("", "/letter", "/decide/accept", "/confirm/lapse"):
        assert registrar.get(board_of(world.running) + sent.reference + end).status_code == 404
    answer = send_form(registrar, f"{board_of(world.running)}{sent.reference}/assessment", POINTS)
    assert answer.status_code == 404


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.APPROVER])
def test_auditors_and_approvers_only_read(app: Flask, session, world: World, role: Role) -> None:
    sent = in_state(session, world, ApplicationState.UNDER_REVIEW)
    reader, here = sign_in(app, session, world.staff[role]), board_of(world.open)
    assert 'name="chosen"' not in reader.get(here).text
    page = reader.get(here + sent.reference).text
    assert "/decide/" not in page
    assert "/assessment" not in page
    for end in (
        f"{sent.reference}/decide/decline",
        f"{sent.reference}/assessment",
        "bulk",
        "offers",
    ):
        assert reader.post(here + end, data={"reason": "x"}).status_code == 404
    assert reader.post(f"{here}{sent.reference}/confirm/lapse").status_code == 404


def test_an_expert_of_the_edition_reads_and_assesses_and_a_tutor_sees_nothing(
    app: Flask, session: Session, world: World
) -> None:
    sent = in_state(session, world, ApplicationState.UNDER_REVIEW)
    here = board_of(world.open)
    person = in_edition(session, a_person(session, institution="INSEAD"), Role.EXPERT, world.open)
    expert = sign_in(app, session, person)
    assert expert.get(here).status_code == 200
    page = expert.get(here + sent.reference).text
    assert "/decide/" not in page
    for end in ("decide/accept", "confirm/lapse"):
        assert expert.get(f"{here}{sent.reference}/{end}").status_code == 404
        assert expert.post(f"{here}{sent.reference}/{end}").status_code == 404
    assert send_form(expert, f"{here}{sent.reference}/assessment", POINTS).status_code == 303
    assert expert.get(board_of(world.running)).status_code == 404, "an expert of the other edition"
    tutor = in_edition(session, a_person(session, institution="ITC"), Role.TUTOR, world.open)
    nothing = sign_in(app, session, tutor)
    for path in (here, here + sent.reference, f"{here}waitlist"):
        assert nothing.get(path).status_code == 404


def test_an_assessor_gives_points_changes_them_and_the_third_is_too_many(
    app: Flask, session: Session, world: World
) -> None:
    sent = in_state(session, world, ApplicationState.UNDER_REVIEW)
    address = f"{board_of(world.open)}{sent.reference}"
    made = [
        sign_in(
            app,
            session,
            in_edition(
                session, a_person(session, institution=remark_text), Role.EXPERT, world.open
            ),
        )
        for remark_text in ("Alpha", "Bravissimo", "Charlottenburg")
    ]
    first, second, third = made
    assert send_form(first, f"{address}/assessment", POINTS).status_code == 303
    assert send_form(first, f"{address}/assessment", POINTS | {"use": "4"}).status_code == 303
    assert 'value="4" checked' in first.get(address).text
    assert send_form(second, f"{address}/assessment", POINTS | {"use": "1"}).status_code == 303
    session.expire_all()
    assert sent.score == round((13 + 10) * 10_000 / 32)
    refused = send_form(third, f"{address}/assessment", POINTS | {"remark": "Gardez ceci"})
    assert refused.status_code == 409
    assert "Gardez ceci" in refused.text
    assert "Deux personnes ont déjà donné leurs points" in third.get(address).text
    assert "/assessment" not in third.get(address).text
    assessment_rows = session.scalars(
        select(Assessment).where(Assessment.application_id == sent.id)
    ).all()
    assert len(assessment_rows) == 2


@pytest.mark.parametrize("wrong", [{"use": "5"}, {"use": ""}, {"use": "x"}, {"remark": "x" * 2001}])
def test_bad_points_are_shown_again_whole(registrar, session, world: World, wrong) -> None:
    sent = in_state(session, world, ApplicationState.UNDER_REVIEW)
    answer = send_form(
        registrar, f"{board_of(world.open)}{sent.reference}/assessment", POINTS | wrong
    )
    assert answer.status_code == 422
    assert re.search(r'name="function" value="4" checked', answer.text)
    assert wrong.get("remark", "Solide") in answer.text
    session.expire_all()
    assert sent.score is None


def test_nobody_assesses_their_own_house(registrar, session: Session, world: World) -> None:
    world.staff[Role.REGISTRAR].institution = "AGENCE EMPLOI JEUNES"
    sent = in_state(session, world, ApplicationState.UNDER_REVIEW)
    address = f"{board_of(world.open)}{sent.reference}"
    page = registrar.get(address).text
    assert "même institution" in page
    assert "/assessment" not in page
    assert send_form(registrar, f"{address}/assessment", POINTS).status_code == 409
    session.expire_all()
    assert sent.score is None


def test_what_is_decided_is_not_assessed_any_more(registrar, session, world: World) -> None:
    sent = in_state(session, world, ApplicationState.ACCEPTED)
    page = registrar.get(board_of(world.open) + sent.reference).text
    assert "/assessment" not in page


def assess(session: Session, application: Application, remark_text: str) -> None:
    """Let somebody of a house assess; their remark names it."""
    assessment_rows = AssessmentScores(scores=dict.fromkeys(Criterion, 3), remark=remark_text)
    by = a_person(session, institution=remark_text).id
    assessments.save_assessment(session, application, assessment_rows, by=by, now=NOW)
    session.commit()


def another(session: Session, world: World, person: Person, number: int) -> None:
    """Let somebody apply for one more edition."""
    edition = make_edition(session, f"reintegration-{number}", -20 - number, EditionStatus.OPEN)
    in_state(session, world, ApplicationState.SUBMITTED, person, edition=edition)


def test_what_happened_takes_no_more_queries_to_show(
    registrar: FlaskClient, session: Session, world: World, queries: list[str]
) -> None:
    """Neither history, nor assessments, nor the same person's other applications add one."""
    person = a_person(session, "Ana Ruiz")
    sent = in_state(session, world, ApplicationState.UNDER_REVIEW, person)
    another(session, world, person, 0)
    assess(session, sent, "Alpha")
    address = board_of(world.open) + sent.reference

    def number_of_queries() -> int:
        registrar.get(address)
        queries.clear()
        assert registrar.get(address).status_code == 200
        return len(queries)

    few = number_of_queries()
    assess(session, sent, "Bravissimo")
    for number in range(1, 6):
        another(session, world, person, number)
        for event in (ApplicationEvent.DECLINE, ApplicationEvent.REOPEN):
            act(session, world, sent, event, f"because {number}")
    session.commit()
    assert number_of_queries() == few
    page = registrar.get(address).text
    for words in ("because 1", "because 5", "reintegration-0", "reintegration-5", "Bravissimo"):
        assert words in page
