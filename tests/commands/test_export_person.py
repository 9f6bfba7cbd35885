"""What is known of somebody comes out as JSON, and the trail says that it did."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from learning import wiring
from learning.audit.models import AuditEntry
from learning.cli import main
from learning.kit.engines import make_engine
from tests.conftest import CACHE

ADA = ["administrator", "ada@example.org", "Ada Obi", "--language", "fr"]


@pytest.fixture
def url(tmp_path: Path, monkeypatch, capsys) -> str:
    data = {
        "LEARNING_DATABASE_URL": f"sqlite:///{tmp_path}/own.sqlite",
        "LEARNING_FILES": str(tmp_path / "files"),
        "LEARNING_MAIL_URL": f"folder:{tmp_path}/mail",
        "LEARNING_CACHE": str(CACHE),
    }
    for name, value in data.items():
        monkeypatch.setenv(name, value)
    assert main(["migrate"]) == main(ADA) == 0
    capsys.readouterr()
    return data["LEARNING_DATABASE_URL"]


def test_what_is_known_comes_out_as_json(url: str, capsys) -> None:
    assert main(["export-person", " Ada@Example.org "]) == 0
    known = json.loads(capsys.readouterr().out)
    (person,) = known["accounts"]["people"]
    assert (person["name"], person["email"]) == ("Ada Obi", "ada@example.org")
    assert [row["role"] for row in known["accounts"]["role_grants"]] == ["administrator"]
    assert [row["kind"] for row in known["mail"]["outgoing_emails"]] == ["accounts.invitation"]
    assert "password_hash" not in person
    engine = make_engine(url)
    with wiring.database(engine).read_transaction() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    engine.dispose()
    assert actions[-1] == "personal data exported"


@pytest.mark.usefixtures("url")
def test_nobody_is_said_to_be_nobody(capsys) -> None:
    assert main(["export-person", "nobody@example.org"]) == 2
    assert "Nothing is known of nobody@example.org." in capsys.readouterr().err
