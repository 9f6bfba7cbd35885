"""Staff download banks with their answers, and convert files; nobody else does."""

import re
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.audit.models import AuditEntry
from learning.content import registry
from learning.kit.database import Base
from learning.question_exchange.converter import convert
from learning.question_exchange.limits import EXPORT
from learning.question_exchange.staff import MAX_NOTES
from tests.world import World, sign_in

BANKS = "/en/staff/courses/reintegration/questions/"
CONVERT = f"{BANKS}convert"
CHOSEN = {"module": "m2", "kind": "moodle-xml", "language": "fr"}
GIFT = "::q1::Which?{=a ~b}\n\n::q2::Why?{}"


@pytest.fixture
def lead(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.LEAD])


@pytest.mark.parametrize("role", Role)
def test_only_tutors_and_leads_come_to_the_keys(app, session, world: World, role: Role) -> None:
    person = world.person(role)
    client = sign_in(app, session, person) if person else app.test_client()
    reads = role in {Role.TUTOR, Role.LEAD}
    shown = client.get(BANKS)
    sent = client.post(f"{BANKS}export", data=CHOSEN)
    made = client.post(CONVERT, data={"text_en": GIFT})
    assert [each.status_code == 200 for each in (shown, sent, made)] == [reads] * 3
    assert ("Vrai" in sent.text or "<quiz>" in sent.text) == reads


def test_no_key_is_read_by_staff_of_another_course(app, session, world: World) -> None:
    client = sign_in(app, session, world.staff[Role.TUTOR])
    assert client.get("/en/staff/courses/other/questions/").status_code == 404
    session.execute(text("UPDATE editions SET course = 'other'"))
    session.commit()
    assert client.get(BANKS).status_code == 404
    assert client.post(f"{BANKS}export", data=CHOSEN).status_code == 404


@pytest.mark.parametrize(
    ("kind", "start", "content_type", "name"),
    [
        ("moodle-xml", "<?xml", "application/xml", "m2-fr.xml"),
        ("gift", "$CATEGORY: $course$/top/m2 (fr)", "text/plain", "m2-fr.gift.txt"),
    ],
)
def test_a_bank_is_downloaded_and_the_trail_says_so(
    app: Flask, lead: FlaskClient, session: Session, world: World, kind, start, content_type, name
) -> None:
    answer = lead.post(f"{BANKS}export", data=CHOSEN | {"kind": kind})
    assert answer.status_code == 200
    assert answer.text.startswith(start)
    assert answer.content_type.startswith(content_type)
    assert name in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.subject) == ("questions exported", "course reintegration")
    assert entry.actor_id == world.staff[Role.LEAD].id
    assert '"module": "m2"' in entry.detail
    with app.app_context():
        bank = registry.course("reintegration").modules[1].bank
    converted = {each.key for each in convert({"fr": answer.text}).questions}
    assert converted == {each.key for each in bank if kind != "gift" or each.type != "cloze"}


@pytest.mark.parametrize("wrong", [{"module": "m9"}, {"kind": "qti"}, {"language": "it"}])
def test_what_there_is_not_is_said_in_the_form(lead, session, wrong) -> None:
    before = session.scalar(select(func.count(AuditEntry.id)))
    answer = lead.post(f"{BANKS}export", data=CHOSEN | wrong)
    assert answer.status_code == 422
    assert "Choose one of the list." in answer.text
    assert session.scalar(select(func.count(AuditEntry.id))) == before


def test_downloads_are_limited(lead: FlaskClient) -> None:
    allowed = EXPORT.each[0].attempts
    sent = [lead.post(f"{BANKS}export", data=CHOSEN).status_code for _ in range(allowed + 1)]
    assert sent == [200] * allowed + [429]


def test_no_page_shows_a_key(lead: FlaskClient) -> None:
    for page in (lead.get(BANKS), lead.get(CONVERT)):
        assert page.status_code == 200
        assert "no-store" in page.headers["Cache-Control"]
        assert "right = " not in page.text
    assert "40" in lead.get(BANKS).text


def test_files_are_converted_and_reported(lead: FlaskClient) -> None:
    answer = lead.post(CONVERT, data={"text_en": GIFT, "text_fr": "", "text_es": " "})
    assert answer.status_code == 200
    assert "prompt = &#34;Which?&#34;" in answer.text
    assert "Essay: a bank has no open questions" in answer.text
    assert re.search(r"<bdi>q2</bdi> <span class=\"meta\">English · line 3", answer.text)
    assert "The question is missing in a language" in answer.text


def test_a_chosen_file_replaces_the_text_and_stays_in_the_form(lead: FlaskClient) -> None:
    data = {"file_es": (BytesIO("::ñ::¿Así?{T}".encode("cp1252")), "a.txt"), "text_es": "::x::{}"}
    answer = lead.post(CONVERT, data=data, content_type="multipart/form-data")
    assert answer.status_code == 200
    assert answer.text.count("¿Así?") == 2
    assert "::x::" not in answer.text


def test_the_text_of_a_bank_is_downloaded(lead: FlaskClient) -> None:
    answer = lead.post(CONVERT, data={"text_en": GIFT, "download": "1"})
    assert answer.text == convert({"en": GIFT.replace("\n", "\r\n")}).text
    assert "bank.toml" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<quiz>\n<question></quiz>", "Line 2: The XML is damaged here."),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><quiz>&b;</quiz>", "a document type"),
        ("<html></html>", "it does not begin with &lt;quiz&gt;"),
        ("// nothing", "There is no question in it."),
        ("x" * 500_001, "Keep this to 500,000 characters"),
    ],
)
def test_typed_text_survives_an_error(lead: FlaskClient, text: str, sentence: str) -> None:
    answer = lead.post(CONVERT, data={"text_fr": text, "text_en": "::mine::So?{T}"})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "::mine::So?{T}" in answer.text
    assert 'href="#text_fr"' in answer.text


def test_a_form_without_text_says_what_to_do(lead: FlaskClient) -> None:
    answer = lead.post(CONVERT, data={})
    assert answer.status_code == 422
    assert "Choose a file, or paste its text." in answer.text


def test_a_file_that_is_no_text_is_named_at_its_language(lead: FlaskClient) -> None:
    data = {"file_fr": (BytesIO(b"PK\x03\x04\0\0"), "a.zip"), "text_en": GIFT}
    answer = lead.post(CONVERT, data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "This is not a text file." in answer.text
    assert 'href="#text_fr"' in answer.text


def test_markup_of_a_file_is_text_on_the_page(lead: FlaskClient) -> None:
    script = "<script>alert(1)</script>"
    answer = lead.post(CONVERT, data={"text_en": f"::{script}::[plain]{script}?{{T}}"})
    assert answer.status_code == 200
    assert script not in answer.text


def test_a_conversion_stores_nothing(lead: FlaskClient, session: Session) -> None:
    tables = [each for each in Base.metadata.sorted_tables if each.name != "rate_limits"]
    counted = [select(func.count()).select_from(table) for table in tables]
    lead.get(CONVERT)
    before = [session.scalar(each) for each in counted]
    assert lead.post(CONVERT, data={"text_en": GIFT}).status_code == 200
    assert [session.scalar(each) for each in counted] == before


def test_staff_who_read_keys_find_the_banks_from_the_staff_area(app, session, world) -> None:
    for role, shown in ((Role.TUTOR, True), (Role.REGISTRAR, False)):
        page = sign_in(app, session, world.staff[role]).get("/en/staff/").text
        assert (BANKS in page) == shown


@pytest.mark.parametrize(("too_many", "counted"), [(0, False), (3, True)])
def test_the_page_shows_so_many_notes_of_a_kind_and_counts_the_rest(
    lead: FlaskClient, too_many: int, counted: bool
) -> None:
    text = "Why?{}\n\n" * (MAX_NOTES + too_many)
    page = lead.post(CONVERT, data={"text_en": text}).text
    assert page.count("<li><bdi>Why?</bdi>") == MAX_NOTES
    assert ("3 more" in page) == counted
