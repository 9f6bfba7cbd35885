"""Somebody is listed, refused or forgotten by a command, on both databases."""

import io
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import actions as accounts
from learning.accounts.actions import AccountDecision
from learning.accounts.models import FormerEmail, Person, RoleGrant
from learning.admissions.rules.states import ApplicationState
from learning.audit.models import AuditEntry
from learning.batches.rules import FIRST_SIZE
from learning.cli import main
from learning.commands import personal_data
from learning.contact.models import ContactMessage
from learning.extension_points.personal_data import ForgetRequest, PersonRef
from learning.mail.models import OutgoingEmail
from tests.admissions.factories import a_person, in_state
from tests.extension_points.test_personal_data import BOOKS, tables_with
from tests.world import NOW, World, make_person

ZARA = "zaramark@example.org"
EXECUTE = (ZARA, "--execute")


def run(place: Session, *words: str) -> int:
    """Run the command; the session of the test has no transaction open meanwhile."""
    place.commit()
    return main(["forget-person", *words])


def mailed(folder: Path) -> list[str]:
    """Return whom e-mails in the folder are to."""
    return [
        str(message_from_bytes(each.read_bytes(), policy=default)["To"])
        for each in (folder / "mail").glob("*.eml")
    ]


def test_the_list_says_what_becomes_of_each_table_and_changes_nothing(
    place: Session, zara: PersonRef, tmp_path: Path, capsys
) -> None:
    before = tables_with(place, "zaramark")
    assert run(place, ZARA) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "Nothing was changed. Add --execute to do what the list says."
    what = {table: (becomes, rows) for becomes, rows, table, *_ in map(str.split, lines[:-1])}
    assert what["notes"] == ("delete", "1")
    assert what["people"] == ("anonymise", "1")
    assert what["enrolments"] == ("keep", "1")
    (line,) = [each for each in lines if " enrolments " in each]
    assert line.endswith("it names its person by an id only.")
    assert tables_with(place, "zaramark") == before
    assert place.get_one(Person, zara.id).closed_at is None
    assert mailed(tmp_path) == []


def test_who_types_the_address_forgets_the_person(
    place: Session, zara: PersonRef, tmp_path: Path, monkeypatch, capsys
) -> None:
    monkeypatch.setattr(personal_data, "FIRST_SIZE", 3)
    monkeypatch.setattr("sys.stdin", io.StringIO(" ZaraMark@example.org\n"))
    assert run(place, *EXECUTE) == 0
    assert f"{ZARA} is forgotten." in capsys.readouterr().out
    left = tables_with(place, "zaramark")
    assert left <= BOOKS | {"billing_parties", "sponsorships", "batch_operations", "stored_files"}
    person = place.get_one(Person, zara.id)
    assert (person.name, person.password_hash) == ("—", None)
    (to,) = mailed(tmp_path)
    assert to == f"zaramark Name <{ZARA}>"
    assert place.scalars(select(OutgoingEmail).where(OutgoingEmail.email == ZARA)).all() == []
    actions = place.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.subject == f"person {zara.id}", AuditEntry.actor_id.is_(None))
        .order_by(AuditEntry.id)
    ).all()
    assert actions[-2:] == ["account closed", "personal data deleted"]


@pytest.mark.usefixtures("zara")
def test_a_former_address_names_the_present_one(place: Session, capsys) -> None:
    assert run(place, "zaramark@old.example") == 2
    sentence = f"zaramark@old.example is a former address of {ZARA}: give that one."
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("command", ["forget-person", "export-person"])
def test_an_address_that_two_people_had_and_nobody_has_is_refused(
    place: Session, world: World, capsys, command: str
) -> None:
    """Nobody can say who of them is meant."""
    for person in (world.awa, world.stranger):
        place.add(FormerEmail(person_id=person.id, email="shared@ong.example", changed_at=NOW))
    place.add(
        ContactMessage(name="A", email="shared@ong.example", language="fr", body="b", sent_at=NOW)
    )
    place.commit()
    more = ["--execute", "--yes"] if command == "forget-person" else []
    assert main([command, "shared@ong.example", *more]) == 2
    present = ", ".join(each.email for each in sorted((world.awa, world.stranger), key=by_id))
    assert capsys.readouterr().err == (
        f"shared@ong.example is a former address of several people: give one of {present}.\n"
    )
    assert len(place.scalars(select(ContactMessage)).all()) == 1


def by_id(person: Person) -> int:
    return person.id


def test_another_address_changes_nothing(place: Session, zara: PersonRef, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("zara@example.org\n"))
    assert run(place, *EXECUTE) == 2
    assert place.get_one(Person, zara.id).name == "zaramark Name"


def test_what_was_stopped_is_gone_on_with_and_told_once(
    place: Session, zara: PersonRef, tmp_path: Path, monkeypatch
) -> None:
    done, forget = [], personal_data.forget

    def stop_at_third(*arguments: object) -> int:
        done.append(arguments)
        if len(done) == 3:
            raise KeyboardInterrupt
        return forget(*arguments)

    monkeypatch.setattr(personal_data, "FIRST_SIZE", 3)
    monkeypatch.setattr(personal_data, "forget", stop_at_third)
    assert run(place, *EXECUTE, "--yes") == 2
    assert place.get_one(Person, zara.id).closed_at is not None
    assert place.get_one(Person, zara.id).email == ZARA
    assert run(place, *EXECUTE, "--yes") == 0
    assert place.get_one(Person, zara.id).email == f"person-{zara.id}@forgotten.invalid"
    assert len(mailed(tmp_path)) == 1


def test_whose_account_staff_closed_is_told_too(
    place: Session, zara: PersonRef, tmp_path: Path
) -> None:
    decision = AccountDecision(by=None, why="they asked us to")
    person = place.get_one(Person, zara.id)
    accounts.close_account(place, person, decision, reopen=False, now=NOW)
    assert run(place, *EXECUTE, "--yes") == 0
    assert len(mailed(tmp_path)) == 1


@pytest.mark.usefixtures("zara")
def test_it_rests_after_each_transaction(place: Session, monkeypatch) -> None:
    limits, rests, forget = [], [], personal_data.forget

    def limited(tables: object, session: Session, request: ForgetRequest) -> int:
        limits.append(request.limit)
        return forget(tables, session, request)

    monkeypatch.setattr(personal_data, "forget", limited)
    monkeypatch.setattr("time.sleep", rests.append)
    monkeypatch.setattr(personal_data, "next_size", lambda size, _seconds: max(1, size - 1))
    assert run(place, *EXECUTE, "--yes") == 0
    assert limits == [max(1, FIRST_SIZE - done) for done in range(len(limits))]
    assert len(limits) > 3
    assert sum(rest > 0 for rest in rests) >= len(limits)


def test_nobody_is_forgotten_when_the_email_cannot_be_sent(
    place: Session, zara: PersonRef, tmp_path: Path, capsys
) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")
    assert run(place, *EXECUTE, "--yes") == 2
    output = capsys.readouterr().err
    assert f"The e-mail to {ZARA} could not be sent" in output
    assert "--no-email" in output
    assert place.get_one(Person, zara.id).closed_at is None
    assert run(place, *EXECUTE, "--yes", "--no-email") == 0
    assert place.get_one(Person, zara.id).name == "—"


def test_who_takes_part_is_refused(place: Session, world: World, capsys) -> None:
    email, code = world.awa.email, world.running.code
    assert run(place, email, "--execute", "--yes") == 2
    assert capsys.readouterr().err == (
        f"{email} cannot be forgotten now: takes part in {code}: "
        "cancel or close that enrolment first.\n"
    )
    assert world.awa.closed_at is None


def test_whose_application_is_under_way_is_refused(place: Session, world: World, capsys) -> None:
    person = a_person(place, "Zoe Tall", email="zoe@example.org")
    in_state(place, world, ApplicationState.SUBMITTED, person)
    assert run(place, "zoe@example.org") == 2
    assert f"applies to {world.open.code}: withdraw or decide" in capsys.readouterr().err


def test_the_last_administrator_is_refused(place: Session, world: World, capsys) -> None:
    first = world.staff[Role.ADMINISTRATOR].email
    assert run(place, first, "--execute", "--yes") == 2
    assert "is the last administrator: make another one first" in capsys.readouterr().err
    second = make_person(place, "Second Person")
    place.add(
        RoleGrant(person_id=second.id, role=Role.ADMINISTRATOR, granted_at=world.place.enrolled_at)
    )
    assert run(place, first, "--execute", "--yes") == 0
    assert run(place, second.email) == 2


def test_an_address_without_an_account_is_forgotten_without_an_email(
    place: Session, world: World, tmp_path: Path, capsys
) -> None:
    place.add(
        OutgoingEmail(
            kind="k", params="{}", category="course", email="contact@example.org", name="",
            language="fr", zone="UTC", token="t", created_at=world.place.enrolled_at,
        )
    )  # fmt: skip
    assert run(place, "Contact@example.org", "--execute", "--yes") == 0
    assert place.scalars(select(OutgoingEmail.id)).all() == []
    assert mailed(tmp_path) == []
    assert run(place, "contact@example.org") == 2
    assert "Nothing is known of contact@example.org." in capsys.readouterr().err
