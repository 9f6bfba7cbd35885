"""Whatever applicants, sponsors and staff do that sends e-mails is slowed."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.models import Application, Sponsorship
from learning.admissions.rules.states import ApplicationState
from tests.admissions.factories import in_state
from tests.admissions.sponsors import NOMINEE
from tests.admissions.test_board import board_of
from tests.admissions.test_nomination_letter import SPONSOR
from tests.admissions.test_own_applications import browser_of, offered, path_of
from tests.files.samples import PDF
from tests.world import FREE_ATTEMPTS, FREE_IN_NETWORK, World, sign_in, whole


class Scene(NamedTuple):
    app: Flask
    session: Session
    world: World


class Doing(NamedTuple):
    """Somebody's browser, and what it sends again and again."""

    client: FlaskClient
    path: str
    form: dict[str, Any]


def by_applicant(scene: Scene, application: Application, end: str, **form: str) -> Doing:
    client = browser_of(scene.app, scene.session, application)
    return Doing(client, f"{path_of(application)}/{end}", form)


def by_registrar(scene: Scene, end: str, **form: str) -> Doing:
    client = sign_in(scene.app, scene.session, scene.world.staff[Role.REGISTRAR])
    return Doing(client, board_of(scene.world.open) + end, form)


def submitting(scene: Scene) -> Doing:
    """A draft that lacks something stays a draft."""
    draft = in_state(scene.session, scene.world, ApplicationState.DRAFT, motivation="")
    return by_applicant(scene, draft, "submit", version="0")


def taking_a_seat(scene: Scene) -> Doing:
    application = offered(scene.session, scene.world)
    return by_applicant(scene, application, "seat", version=str(application.version))


def leaving_the_list(scene: Scene) -> Doing:
    application = in_state(scene.session, scene.world, ApplicationState.WAITLISTED)
    return by_applicant(scene, application, "leave", version="99")


def cancel_place(scene: Scene) -> Doing:
    application = in_state(scene.session, scene.world, ApplicationState.ACCEPTED)
    return by_applicant(
        scene, application, "fee/cancel/confirm", version="99", reason="Je pars", agreed="y"
    )


def asking_a_sponsor(scene: Scene) -> Doing:
    draft = in_state(scene.session, scene.world, ApplicationState.DRAFT, funding="sponsor")
    return by_applicant(scene, draft, "sponsor", **SPONSOR)


def decide(scene: Scene) -> Doing:
    application = in_state(scene.session, scene.world, ApplicationState.UNDER_REVIEW)
    end = f"{application.reference}/decide/accept"
    return by_registrar(scene, end, version="99", reason="Parcours solide")


def confirming(scene: Scene) -> Doing:
    application = in_state(scene.session, scene.world, ApplicationState.ACCEPTED)
    end = f"{application.reference}/confirm/lapse"
    return by_registrar(scene, end, version="99", reason="Rien reçu")


def decide_in_bulk(scene: Scene) -> Doing:
    sent = in_state(scene.session, scene.world, ApplicationState.SUBMITTED)
    return by_registrar(scene, "bulk/execute", event="start_review", chosen=sent.reference)


def making_offers(scene: Scene) -> Doing:
    return by_registrar(scene, "offers")


KINDS: tuple[Callable[[Scene], Doing], ...] = (
    submitting,
    taking_a_seat,
    leaving_the_list,
    cancel_place,
    asking_a_sponsor,
    decide,
    confirming,
    decide_in_bulk,
    making_offers,
)


def insist(doing: Doing, *, encode: Callable[[dict[str, Any]], dict[str, Any]] = dict) -> None:
    """Do it as often as is free, each time with a form of its own, and be told to wait."""
    statuses = []
    for number in range(FREE_ATTEMPTS + 2):
        form = encode(doing.form | {"idempotency_key": f"{number:024}"})
        answer = doing.client.post(doing.path, **(form if "data" in form else {"data": form}))
        statuses.append(answer.status_code)
    assert statuses[-1] == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60
    assert not {404, 429}.intersection(statuses[:FREE_ATTEMPTS])


@pytest.mark.parametrize("kind", KINDS)
def test_a_person_who_goes_on_without_a_pause_is_slowed(
    app: Flask, session: Session, world: World, kind: Callable[[Scene], Doing]
) -> None:
    insist(kind(Scene(app, session, world)))


def test_one_applicant_s_pace_is_not_another_s(app, session, world: World) -> None:
    scene = Scene(app, session, world)
    insist(submitting(scene))
    client, path, form = submitting(scene)
    assert client.post(path, data=form).status_code == 409


def test_a_sponsor_s_letters_and_nominations_are_slowed(
    visitor: FlaskClient, sponsorship: Sponsorship, link: str
) -> None:
    del sponsorship
    insist(Doing(visitor, f"{link}/letter", {"letter": (PDF, "lettre.pdf")}), encode=whole)
    insist(Doing(visitor, f"{link}/nominees", NOMINEE))
    assert visitor.get(link).status_code == 200, "the page itself stays"


def test_guessing_links_of_sponsors_is_slowed_and_closes_no_link(
    visitor: FlaskClient, link: str
) -> None:
    for number in range(FREE_IN_NETWORK):
        assert visitor.get(f"/fr/sponsor/guess-{number}").status_code == 404
    refused = visitor.get("/fr/sponsor/guess-again")
    assert refused.status_code == 429
    assert visitor.get(link).status_code == 200
    assert int(refused.headers["Retry-After"]) > 0
