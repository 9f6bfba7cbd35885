"""Declining e-mails: one topic or a whole category, by the link or by one click."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from learning.kit.i18n import i18n_for
from learning.mail import categories, queries, subscriptions
from learning.mail.actions import EmailRequest
from learning.mail.categories import COURSE, CRITICAL, EmailCategory
from learning.mail.models import EmailState, Subscription
from learning.wiring import EMAIL_CATEGORIES, LABELS
from tests.mail.test_outbox import AWA, MODULE, NOW, read, send

TOPIC = "module-open"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def token(session) -> str:
    made = subscriptions.subscription_for(session, AWA.email, COURSE.key, TOPIC).token
    session.commit()
    return made


def declined(session) -> tuple[bool, bool]:
    """Return whether the topic and whether all e-mails about the course are declined."""
    session.expire_all()
    return tuple(
        queries.send_blockers(session, AWA.email, COURSE, topic).unsubscribed
        for topic in (TOPIC, "")
    )


def test_one_click_declines_the_topic_only(session, visitor: FlaskClient, token: str) -> None:
    for _ in range(2):
        assert visitor.post(f"/u/{token}", data=ONE_CLICK).status_code == 200
        assert declined(session) == (True, False)
    visitor.post(f"/u/{token}", data={"again": "1"})
    assert declined(session) == (False, False)


def test_the_page_declines_the_whole_category_too(session, visitor, token: str) -> None:
    page = visitor.get(f"/u/{token}", headers={"Accept-Language": "fr"}).text
    assert "Ouverture d’un module" in page
    assert "Courriels sur le cours" in page
    assert page.count("Vous recevez ces courriels.") == 2
    french = {"Accept-Language": "fr"}
    page = visitor.post(f"/u/{token}", data={"scope": "category"}, headers=french).text
    assert declined(session) == (True, True)
    assert page.count("Vous ne recevez plus ces courriels.") == 1
    assert "Ouverture d’un module" not in page, "it does not come either way"
    visitor.post(f"/u/{token}", data={"scope": "category", "again": "1"})
    assert declined(session) == (False, False)


def test_a_link_of_a_category_says_nothing_of_topics(session, visitor) -> None:
    whole = subscriptions.subscription_for(session, AWA.email, COURSE.key).token
    session.commit()
    page = visitor.get(f"/u/{whole}", headers={"Accept-Language": "es"}).text
    assert "Apertura de un módulo" not in page
    assert page.count("Recibe estos correos.") == 1
    visitor.post(f"/u/{whole}", data={"scope": "topic"})
    assert declined(session) == (True, True)


def test_looking_at_a_link_stores_nothing(session, visitor, token: str) -> None:
    visitor.get(f"/u/{token}")
    assert session.get(Subscription, (AWA.email, COURSE.key, "")) is None


@pytest.mark.parametrize("topic", ["", TOPIC])
def test_what_was_declined_is_not_sent_and_says_so(database, session, topic: str) -> None:
    link = subscriptions.subscription_for(session, AWA.email, COURSE.key, topic).token
    assert subscriptions.unsubscribe(session, link, now=NOW)
    _, mail = send(database, session, None, MODULE)
    assert (mail.state, mail.reason) == (EmailState.SKIPPED, "declined")


def test_another_topic_of_the_category_is_still_sent(database, session, token: str) -> None:
    subscriptions.unsubscribe(session, token, now=NOW)
    server, mail = send(database, session, None, replace(MODULE, topic=""))
    assert mail.state is EmailState.SENT
    assert read(server)["List-Id"] == "<course.example.org>"


def test_the_list_is_named_by_topic_and_category(database, session) -> None:
    server, _ = send(database, session, None, MODULE)
    assert read(server)["List-Id"] == "<module-open.course.example.org>"


def test_the_link_in_an_e_mail_is_that_of_its_topic(database, session, token: str) -> None:
    server, _ = send(database, session, None, MODULE)
    assert read(server)["List-Unsubscribe"] == f"<https://course.example.org/u/{token}>"


def test_a_critical_e_mail_is_sent_whatever_was_declined(database, session) -> None:
    link = subscriptions.subscription_for(session, AWA.email, CRITICAL.key).token
    subscriptions.unsubscribe(session, link, now=NOW)
    _, mail = send(database, session, None)
    assert mail.state is EmailState.SENT


def test_two_categories_have_no_common_key() -> None:
    digest = EmailCategory(key="digest", label="Digest", footer="You follow a forum.")
    assert categories.by_key([digest, COURSE]) == {"digest": digest, "course": COURSE}
    other = EmailCategory(key="digest", label="Other", footer="Other")
    with pytest.raises(ValueError, match="two e-mail categories have the key digest"):
        categories.by_key([digest, COURSE, other])


@pytest.mark.parametrize("key", ["", "Course", "a/b", "é", "a" * 33])
def test_a_key_that_cannot_stand_in_a_header_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="small letters"):
        EmailCategory(key=key, label="l", footer="f")
    with pytest.raises(ValueError, match="small letters"):
        EmailCategory(key="k", label="l", footer="f", topics={key: "t"})


def test_an_unknown_topic_is_refused() -> None:
    with pytest.raises(ValueError, match="course has no topic weather"):
        EmailRequest(kind="k", category=COURSE, topic="weather")


@pytest.mark.parametrize("language", ["fr", "es"])
def test_labels_and_footers_are_translated(language: str) -> None:
    i18n = i18n_for(language, "UTC")
    messages = [*LABELS[str, "email-category"].values()]
    messages += [category.footer for category in EMAIL_CATEGORIES.values()]
    assert [message for message in messages if i18n.gettext(message) == message] == []
    keys = {"critical", "course", "course/module-open", "contact", "sponsorship"}
    assert set(LABELS[str, "email-category"]) == keys
