"""The first page of somebody without a course."""

from learning.admissions.rules.states import ApplicationState
from tests.admissions.factories import a_person, in_state
from tests.world import World, sign_in


def test_the_list_begins_with_what_to_do_next(app, session, world: World) -> None:
    person = a_person(session)
    closed = in_state(session, world, ApplicationState.WITHDRAWN, person)
    client = sign_in(app, session, person)
    page = client.get("/en/this-week", follow_redirects=True).text
    assert f'<a class="button secondary" href="/en/applications/{closed.reference}"' in page
    draft = in_state(session, world, ApplicationState.DRAFT, person)
    page = client.get("/en/applications/").text
    assert "Your application is not sent yet" in page
    assert f'<a class="button" href="/en/applications/{draft.reference}/' in page
    assert page.count("<h1") == 1
