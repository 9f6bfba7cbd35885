"""Names are found and told apart by one folding: the directory, the board, candidates alike."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.profiles import Profile, change_profile
from learning.admissions.queries import board
from learning.admissions.rules.ranking import name_key
from learning.admissions.rules.states import ApplicationState
from tests.admissions.factories import NOW, a_draft, a_person, a_sent, in_state
from tests.world import World, make_person, sign_in

NOWHERE = "q" * 12  # longer than a reference: two letters stood in one by luck
FOUND_BY = [
    ("Đặng Thị Hoa", "Mairie", "Dang"),
    ("Đặng Thị Hoa", "Mairie", "thi dang"),
    ("Łukasz Żak", "Mairie", "lukasz"),
    ("Siobhán O’Connor", "Mairie", "oconnor"),
    ("Siobhán O’Connor", "Mairie", "O'Connor"),
    ("Jean-Pierre Ba", "Mairie", "jean pierre"),
    ("Ann Lee", "Ministère du Travail", "ministere"),
    ("Ann Lee", "Ministère du Travail", "MINISTÈRE travail"),
    ("Ann Lee", "Ministère de l’Emploi", "l'emploi"),
]


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


@pytest.mark.parametrize(("name", "institution", "query"), FOUND_BY)
def test_people_and_candidates_are_found_however_it_is_typed(
    app: Flask, registrar, session: Session, world: World, name, institution, query
) -> None:
    administrator = sign_in(app, session, world.staff[Role.ADMINISTRATOR])
    person = a_person(session, name, institution=institution)
    a_sent(session, world, person)
    session.commit()
    for client, path in (
        (administrator, "/en/staff/people/"),
        (registrar, f"/en/staff/editions/{world.open.code}/applications/"),
    ):
        assert name.split()[0] in client.get(path, query_string={"q": query}).text, path
        other = client.get(path, query_string={"q": f"{query} {NOWHERE}"}).text
        assert name.split()[0] not in other


def test_an_institution_that_changes_is_found_by_its_new_name(
    session: Session, world: World
) -> None:
    new = Profile(name="Awa Koné", language="fr", zone="UTC", institution="Bâtiment Œuvre")
    change_profile(session, world.awa, new, now=NOW)
    assert (world.awa.sort_key, world.awa.institution_key) == ("awa kone", "batiment oeuvre")


@pytest.mark.parametrize(
    ("first", "second"),
    [("Łukasz Żak", "Zak Lukasz"), ("O’Connor Ann", "Ann OConnor"), ("Đặng Hoa", "Dang Hoa")],
)
def test_spellings_of_one_name_share_their_key(first: str, second: str) -> None:
    assert name_key(first) == name_key(second)


def test_a_person_is_found_behind_many_of_the_same_key(session: Session, world: World) -> None:
    """Fifty others with the key of a name hid the one that is the same person."""
    for number in range(board.MAX_DUPLICATES + 5):
        other = a_person(session, "Mohamed Ali", institution=f"{'xyzwv'[number % 5] * 9}{number}")
        other.name = "Muhammad Aliou"
        a_draft(session, world, other)
    same = in_state(session, world, ApplicationState.SUBMITTED, a_person(session, "Ali Mohamed"))
    ours = in_state(session, world, ApplicationState.SUBMITTED, a_person(session, "Mohamed Ali"))
    session.commit()
    application = board.application_row(session, world.open, ours.reference)
    assert application
    assert same.id in {each.id for each, _, _ in board.other_applications(session, application)}


def test_an_application_goes_by_the_name_that_it_was_sent_under(
    session: Session, world: World
) -> None:
    person = a_person(session, "Ann Lee")
    draft = a_draft(session, world, person)
    person.name = "Łucja Nowak"
    session.flush()
    sent = in_state(session, world, ApplicationState.SUBMITTED, person)
    assert draft.id == sent.id
    assert sent.name_key == name_key("Lucja Nowak")


def test_a_directory_is_in_the_order_of_its_keys(app: Flask, session: Session, world) -> None:
    for name in ("Żaneta Zz", "Øyvind Zz", "Łucja Zz", "Nina Zz"):
        make_person(session, name)
    session.commit()
    administrator = sign_in(app, session, world.staff[Role.ADMINISTRATOR])
    page = administrator.get("/en/staff/people/?q=Zz").text
    names = ["Łucja", "Nina", "Øyvind", "Żaneta"]
    assert sorted(names, key=page.index) == names
