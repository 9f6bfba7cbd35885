"""What cancelling costs is one thing: on the page, in the letter, for the guard, in the preview."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.commands import decisions, transfers
from learning.admissions.commands.transitions import TransitionRequest
from learning.admissions.emails.applications import EMAILS
from learning.admissions.models import Application
from learning.admissions.queries.stages import participation
from learning.admissions.queries.terms import terms_of
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.admissions.rules.transitions import TransitionGuard
from learning.audit.models import AuditEntry
from learning.catalogue.cancellation import NoticeError, Outcome
from learning.catalogue.models import Edition
from learning.enrolment.rules import ActorRole
from learning.kit.errors import RuleViolation
from learning.kit.i18n import i18n_for
from learning.kit.money import Money
from learning.mail.models import OutgoingEmail
from tests.admissions.factories import a_person, in_state, save, stage_of
from tests.admissions.test_decision_pages import address_of, hidden
from tests.admissions.test_own_applications import browser_of
from tests.world import World, make_policy, sign_in

DAYS = ("apply_until", "starts_on", "project_due_on", "ends_on")
SENTENCES = {
    0: "Remboursement intégral du montant payé.",
    50: "Remboursement de 50 % du montant payé.",
    100: "Aucun remboursement du montant payé.",
}


def noon(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=12)


def shift(session: Session, world: World, by: int) -> None:
    """Save the open edition with every day so many days later."""
    moved = {name: getattr(world.open, name) + timedelta(days=by) for name in DAYS}
    save(session, world.open, world.staff[Role.REGISTRAR].id, **moved)
    session.commit()


def letter_of(session: Session, application: Application, language: str = "") -> str:
    """Return the last e-mail about an application, as its person reads it or in a language."""
    mails = session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.id.desc())).all()
    mail = next(each for each in mails if application.reference in each.params)
    i18n = i18n_for(language or mail.language)
    return plain(" ".join(EMAILS[mail.kind](i18n, json.loads(mail.params)).lines))


def plain(text: str) -> str:
    return unescape(text).replace("\u00a0", " ").replace("\u202f", " ")


def cancel(client: FlaskClient, world: World, application: Application, **values: str):
    """Read the letter on the registrar's page, then send it; return that page and the answer."""
    address = address_of(world, application, "decide/cancel")
    version = hidden(client.get(address).text, "version")[0]
    form = {"reason": "Départ", "version": version} | values
    shown = client.post(address, data=form | {"preview": "1"})
    seen = hidden(shown.text, "seen")
    return plain(shown.text), client.post(address, data=form | {"seen": seen[0] if seen else ""})


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> Callable[[], FlaskClient]:
    """Sign the registrar in at the hour of the test."""
    return lambda: sign_in(app, session, world.staff[Role.REGISTRAR])


@pytest.mark.parametrize(
    ("moves", "days", "percent"),
    [
        ((), 10, 50),
        ((7,), 10, 0),  # 17 days before the later day
        ((7,), 6, 50),
        ((7, -7), 10, 50),  # forth and back: what was agreed
        ((-7,), 14, 0),  # 7 days before the earlier day: what was agreed counts
        ((-7, 7), 14, 0),
        ((-7,), 7, 100),
    ],
)
def test_page_letter_guard_and_preview_say_the_same_percent_the_better_one(
    app, registrar, session, world: World, moves, days: int, percent: int
) -> None:
    agreed = world.open.starts_on
    application = in_state(session, world, ApplicationState.ACCEPTED)
    for by in moves:
        shift(session, world, by)
    with time_machine.travel(noon(agreed - timedelta(days=days)), tick=False):
        client = browser_of(app, session, application)
        page = client.get(f"/fr/applications/{application.reference}/fee/cancel/confirm").text
        assert f'name="cost" value="{percent}"' in page
        now = datetime.now(UTC)
        transition = TransitionRequest(
            event=ApplicationEvent.TRANSFER,
            actor_role=ActorRole.REGISTRAR,
            by=None,
            now=now,
            reason="x",
        )
        holds = decisions.evaluate_guards(session, world.open, application, transition)
        assert (TransitionGuard.NOTICE in holds) is (percent == 0)
        received = (agreed - timedelta(days=days)).isoformat()
        preview, done = cancel(registrar(), world, application, received_on=received)
        assert SENTENCES[percent] in preview.split('class="preview"')[1]
    assert done.status_code == 303
    session.expire_all()
    assert stage_of(session, application) is Stage.CANCELLED
    assert SENTENCES[percent] in letter_of(session, application)


def test_a_notice_received_on_day_14_and_typed_on_day_12_costs_nothing(
    registrar: Callable[[], FlaskClient], session: Session, world: World
) -> None:
    application = in_state(session, world, ApplicationState.ENROLLED)
    received = world.open.starts_on - timedelta(days=14)
    with time_machine.travel(noon(received + timedelta(days=2)), tick=False):
        preview, done = cancel(registrar(), world, application, received_on=str(received))
    assert done.status_code == 303
    assert SENTENCES[0] in preview
    letter = letter_of(session, application)
    assert SENTENCES[0] in letter
    assert plain(i18n_for("fr").date(received)) in letter
    (ended, _) = participation(session, application)[-1]
    assert ended.received_on == received
    query = select(AuditEntry).where(AuditEntry.subject == f"enrolment {application.enrolment_id}")
    query = query.order_by(AuditEntry.id.desc()).limit(1)
    assert json.loads(session.scalars(query).one().detail)["received_on"] == str(received)


def test_without_the_letter_as_it_would_be_sent_nothing_is_sent(
    registrar: Callable[[], FlaskClient], session: Session, world: World
) -> None:
    """Another day typed after the letter was read is another letter."""
    application = in_state(session, world, ApplicationState.ACCEPTED)
    address = address_of(world, application, "decide/cancel")
    first = world.open.starts_on
    with time_machine.travel(noon(first - timedelta(days=12)), tick=False):
        client = registrar()
        version = hidden(client.get(address).text, "version")[0]
        form = {"reason": "Départ", "version": version}
        form["received_on"] = str(first - timedelta(days=14))
        shown = client.post(address, data=form | {"preview": "1"}).text
        form |= {"seen": hidden(shown, "seen")[0], "received_on": str(first - timedelta(days=12))}
        refused = client.post(address, data=form)
    assert refused.status_code == 422
    assert "Relisez la lettre" in refused.text or "changé" in refused.text
    session.expire_all()
    assert application.state is ApplicationState.ACCEPTED


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("2099-01-01", "arriver après aujourd’hui"),
        ("2020-01-01", "avant l’attribution de la place"),
        ("hier", "Écrivez un jour"),
        ("", "Écrivez un jour"),
    ],
)
def test_a_day_on_which_no_notice_can_arrive_is_refused(
    registrar, session, world: World, day: str, message: str
) -> None:
    application = in_state(session, world, ApplicationState.ACCEPTED)
    page, refused = cancel(registrar(), world, application, received_on=day)
    assert refused.status_code == 422
    assert message in page
    assert "Départ" in page
    assert 'class="preview"' not in page
    session.expire_all()
    assert application.state is ApplicationState.ACCEPTED


@pytest.mark.parametrize("event", [ApplicationEvent.CANCEL, ApplicationEvent.TRANSFER])
@pytest.mark.parametrize(("days", "error"), [(1, NoticeError.AFTER_TODAY), (-400, "before")])
def test_the_core_refuses_such_a_day_too(session, world: World, event, days, error) -> None:
    application = in_state(session, world, ApplicationState.ACCEPTED)
    today = datetime.now(UTC)
    transition = TransitionRequest(
        event=event, actor_role=ActorRole.REGISTRAR, by=None, now=today, reason="x",
        received_on=today.date() + timedelta(days=days),
    )  # fmt: skip
    with pytest.raises(RuleViolation) as refused:
        decisions.execute(session, application, transition, frozenset(TransitionGuard))
    known = error if error is NoticeError.AFTER_TODAY else NoticeError.BEFORE_AGREEMENT
    assert refused.value.code is known
    assert refused.value.field == "received_on"


def test_what_was_agreed_is_named_whatever_the_edition_asks_now(
    app, registrar, session: Session, world: World
) -> None:
    application = in_state(session, world, ApplicationState.ACCEPTED)
    make_policy(session, "B7", "[[60, 10]]")
    staff = world.staff[Role.REGISTRAR].id
    agreed = world.open.starts_on
    save(session, world.open, staff, fee=Money(120_000, "EUR"), policy_version="B7")
    shift(session, world, -7)
    with time_machine.travel(noon(agreed - timedelta(days=13)), tick=False):
        client = browser_of(app, session, application)
        page = plain(client.get(f"/fr/applications/{application.reference}/fee/cancel").text)
        preview, _ = cancel(
            registrar(), world, application, received_on=str(agreed - timedelta(days=13))
        )
    fr = i18n_for("fr")
    for text in (page, preview.split('class="preview"')[1]):
        assert plain(fr.exact_money(Money(98_000, "EUR"))) in text
        assert "1 200" not in text
        assert plain(fr.date(agreed)) in text
        assert SENTENCES[50] in text


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("fr", "Remboursement intégral du montant payé. Les frais convenus sont de 980,00 EUR"),
        ("en", "Full refund of what was paid. The fee that was agreed is 980.00 EUR"),
        ("es", "Reembolso íntegro de lo pagado. El precio acordado es de 980,00 EUR"),
    ],
)
def test_the_letter_of_cancelling_in_three_languages(session, world, language, message) -> None:
    application = in_state(session, world, ApplicationState.CANCELLED)
    assert message in letter_of(session, application, language)


def test_a_fellow_reads_nothing_of_money(session: Session, world: World) -> None:
    application = in_state(session, world, ApplicationState.CANCELLED, funding="fellowship")
    assert "980" not in letter_of(session, application)
    terms = terms_of(session, application, world.open)
    quote = terms.quote(world.open.starts_on, pays=False)
    assert (quote.percent, quote.outcome) == (0, Outcome.NOTHING_PAID)


def test_an_earlier_acceptance_that_lapsed_does_not_count(session: Session, world: World) -> None:
    application = in_state(session, world, ApplicationState.LAPSED)
    application.state = ApplicationState.UNDER_REVIEW
    world.open.fee = Money(120_000, "EUR")
    session.flush()
    terms = terms_of(session, application, world.open)
    assert (terms.fee, terms.agreed_on) == (Money(120_000, "EUR"), None)


def test_who_takes_over_reads_the_price_that_was_agreed(session: Session, world: World) -> None:
    old = in_state(session, world, ApplicationState.ACCEPTED)
    successor = in_state(session, world, ApplicationState.UNDER_REVIEW, a_person(session))
    world.open.fee = Money(120_000, "EUR")
    session.commit()
    transition = TransitionRequest(
        event=ApplicationEvent.SUBSTITUTE,
        actor_role=ActorRole.REGISTRAR,
        by=world.staff[Role.REGISTRAR].id,
        now=datetime.now(UTC),
        reason="x",
    )
    transfers.substitute(session, old, successor, transition)
    session.commit()
    assert "980" in letter_of(session, successor)
    terms = terms_of(session, successor, session.get_one(Edition, world.open.id))
    assert terms.fee == Money(98_000, "EUR")
