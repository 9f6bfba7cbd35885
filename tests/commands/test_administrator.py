"""The first administrator is made by a command and invited like anybody else."""

import io
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from learning import wiring
from learning.access.permissions import Role
from learning.accounts.models import Person, RoleGrant
from learning.app import create_app
from learning.audit.models import AuditEntry
from learning.cli import main
from learning.kit.engines import make_engine
from learning.settings import read_settings
from tests.conftest import CACHE

ADA = ["administrator", " Ada@Example.org ", "Ada  Obi", "--language", "fr"]


@pytest.fixture
def environment(tmp_path: Path, monkeypatch, capsys) -> dict[str, str]:
    values = {
        "LEARNING_DATABASE_URL": f"sqlite:///{tmp_path}/own.sqlite",
        "LEARNING_FILES": str(tmp_path / "files"),
        "LEARNING_MAIL_URL": f"folder:{tmp_path}/mail",
        "LEARNING_CACHE": str(CACHE),
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    assert main(["migrate"]) == 0
    capsys.readouterr()
    return values


def test_the_first_administrator_follows_the_link_and_signs_in(environment, capsys) -> None:
    assert main(ADA) == 0
    output = capsys.readouterr().out
    (link,) = re.findall(r"http://127\.0\.0\.1:8000(/fr/account/invitation/\S+)", output)
    app = create_app(read_settings(environment))
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    assert client.get(link).status_code == 200
    chosen = client.post(link, data={"password": "walnut harbour twelve"})
    assert chosen.status_code == 303
    typed = {"email": "ada@example.org", "password": "walnut harbour twelve"}
    assert client.post("/fr/account/sign-in", data=typed).status_code == 303


def test_what_was_done_is_on_the_trail_and_done_once(environment, capsys, monkeypatch) -> None:
    assert main(ADA) == main(ADA) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("walnut harbour twelve\n"))
    assert main(["set-password", "ada@example.org"]) == main(ADA) == 0
    assert "signs in as before" in capsys.readouterr().out
    engine = make_engine(environment["LEARNING_DATABASE_URL"])
    with wiring.database(engine).read_transaction() as session:
        (person,) = session.scalars(select(Person)).all()
        roles = session.scalars(select(RoleGrant.role)).all()
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    engine.dispose()
    assert (person.email, person.name, person.language) == ("ada@example.org", "Ada Obi", "fr")
    assert roles == [Role.ADMINISTRATOR]
    assert [transition for transition in actions if transition != "policy stored"] == [
        "person added", "role granted", "invited", "invited", "password changed",
    ]  # fmt: skip


def test_with_a_mail_server_no_link_is_shown(environment, capsys, monkeypatch) -> None:
    del environment
    monkeypatch.setenv("LEARNING_MAIL_URL", "smtp://mail.example")
    assert main(ADA) == 0
    output = capsys.readouterr().out
    assert output == "An invitation to ada@example.org is queued; a worker sends it.\n"


@pytest.mark.parametrize(
    ("email", "name"),
    [("ada", "Ada"), ("ann..lee@example.org", "Ann"), ("bob@example..net", "B"), ("", "A")],
)
def test_an_address_that_cannot_be_written_to_is_refused(environment, email, name, capsys) -> None:
    del environment
    assert main(["administrator", email, name]) == 2
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.startswith(repr(email))


def test_a_name_is_needed(environment, capsys) -> None:
    del environment
    assert main(["administrator", "ada@example.org", "  "]) == 2
    assert capsys.readouterr().err == "Say what the administrator is called.\n"


def test_an_address_of_somebody_of_another_name_is_not_made_an_administrator(
    environment, capsys
) -> None:
    assert main(ADA) == 0
    capsys.readouterr()
    assert main(["administrator", "ada@example.org", "Grace Hopper"]) != 0
    assert "ada@example.org is the address of Ada Obi, not of Grace Hopper" in (
        capsys.readouterr().err
    )
    assert main(["administrator", "ada@example.org", "OBI Ada"]) == 0
    del environment
