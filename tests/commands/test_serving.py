"""`learning serve` becomes gunicorn as deploy/ configures it, and says that it stands alone."""

import io
import os
from pathlib import Path

import pytest

from learning.cli import main
from tests.conftest import CACHE
from tests.ports import free_port


def test_it_serves_on_the_port_that_was_asked_for(tmp_path: Path, monkeypatch, capsys) -> None:
    data = {
        "LEARNING_DATABASE_URL": f"sqlite:///{tmp_path}/own.sqlite",
        "LEARNING_FILES": str(tmp_path / "files"),
        "LEARNING_CACHE": str(CACHE),
    }
    for name, value in data.items():
        monkeypatch.setenv(name, value)
    for name in ("LEARNING_ADDRESS", "LEARNING_ORIGINS", "LEARNING_EMBEDDED_WORKER"):
        monkeypatch.setenv(name, "1")  # so that what the command sets is undone after the test
        monkeypatch.delenv(name)
    became: list[list[str]] = []
    monkeypatch.setattr("os.execv", lambda _program, arguments: became.append(arguments))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(["migrate"]) == 0
    port = free_port()
    main(["serve", "--port", str(port)])
    ((_, *words),) = became
    assert words[:4] == ["-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
    assert f"127.0.0.1:{port}" in words
    assert Path("deploy/gunicorn.conf.py").exists()
    assert os.environ["LEARNING_ADDRESS"] == f"http://127.0.0.1:{port}"
    assert f"http://localhost:{port}" in os.environ["LEARNING_ORIGINS"].split()
    assert "Serving without a proxy" in capsys.readouterr().err


@pytest.mark.parametrize(("production", "secure"), [(True, True), (False, False)])
def test_the_cookie_of_the_language_is_secure_in_production(app, production, secure) -> None:
    from learning.kit import languages  # noqa: PLC0415 the module that sets it

    made = app.config["LANGUAGE_COOKIE_SECURE"]
    app.config["LANGUAGE_COOKIE_SECURE"] = production
    try:
        cookie = app.test_client().get("/fr/").headers["Set-Cookie"]
    finally:
        app.config["LANGUAGE_COOKIE_SECURE"] = made
    assert cookie.startswith(f"{languages.COOKIE}=fr")
    assert ("Secure" in cookie) is secure
