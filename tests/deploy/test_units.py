"""The systemd units start: their commands are carried out under their own restrictions."""

import http.client
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from learning.settings import ROOT, Settings, read_settings
from tests.deploy import units
from tests.ports import bind_option, listening_socket, port_of

NAMES = ("learning.service", "learning-worker.service")
WAY = units.unshare()
READ_ALREADY = {"LEARNING_CACHE": "/srv/learning/instance/cache"}  # reading the course takes long
in_a_namespace = pytest.mark.skipif(
    WAY is None, reason="this machine gives nobody a view of the file system of their own"
)


def started(
    name: str, place: Path, inherits: Sequence[int] = (), **more: str
) -> subprocess.Popen[str]:
    unit = units.read(name)
    commands = [*unit["ExecStartPre"], *unit["ExecStart"]]
    if name == "learning-worker.service":
        commands = [*units.read("learning.service")["ExecStartPre"], *commands]
    return subprocess.Popen(  # noqa: S603 our own words
        [*WAY, "sh", "-c", units.script(unit, commands)],
        env={"PATH": os.environ["PATH"], **units.environment(place), **READ_ALREADY, **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        pass_fds=inherits,
    )


@in_a_namespace
def test_the_pages_are_served_on_a_system_that_is_read_only(tmp_path) -> None:
    with listening_socket() as listening:
        port, words = port_of(listening), f"--bind {bind_option(listening)} --workers 1"
        service = started(
            "learning.service", tmp_path, inherits=[listening.fileno()], GUNICORN_CMD_ARGS=words
        )
    with service as process:
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            line.request("GET", "/readyz")
            ready = line.getresponse().read()
            line.request("GET", "/en/", headers={"X-Forwarded-Proto": "https"})
            page = line.getresponse()
            cookie, status = page.headers["Set-Cookie"], page.status
            line.close()
        finally:
            process.terminate()
            output = process.communicate()[0]
    assert ready.strip() == b'{"ready":true}', output
    assert status == 200
    assert "lang=en" in cookie
    assert "Secure" in cookie
    assert "Traceback" not in output


@in_a_namespace
def test_the_worker_works_on_a_system_that_is_read_only(tmp_path) -> None:
    with started("learning-worker.service", tmp_path) as process:
        try:
            lines = []
            while "has started" not in "".join(lines):
                assert process.poll() is None, lines
                lines.append(process.stdout.readline())
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(2)
        finally:
            process.terminate()
            output = process.communicate()[0]
    assert process.returncode == 0
    assert "has stopped" in output
    assert "error" not in output


@in_a_namespace
def test_nothing_else_can_be_written() -> None:
    """What the restrictions are worth: the test would pass without any otherwise."""
    unit = units.read("learning.service")
    tried = "for at in /srv/learning /etc /root /usr /var/lib; do touch $at/x && echo $at; done"
    tried += "; touch /tmp/x /var/lib/learning/x /var/cache/learning/x && echo right"
    done = subprocess.run(  # noqa: S603 our own words
        [*WAY, "sh", "-c", units.script(unit, [f"sh -c '{tried}'"])],
        capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert done.stdout == "right\n"


@pytest.mark.parametrize("name", NAMES)
def test_systemd_takes_the_units(name, tmp_path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("there is no systemd here")
    text = (ROOT / "deploy" / name).read_text()
    text = text.replace("/srv/learning/.venv/bin/python", sys.executable)
    (tmp_path / name).write_text(text.replace("=learning\n", "=root\n", 2))
    done = subprocess.run(  # noqa: S603 our own words
        [analyze, "verify", "--man=no", str(tmp_path / name)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    ours = [line for line in done.stderr.splitlines() if name in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.parametrize("name", NAMES)
def test_the_units_name_nothing_that_a_clone_lacks(name) -> None:
    unit = units.read(name)
    assert unit["User"] == ["learning"]
    assert unit["ReadWritePaths"] == []
    assert unit["PrivateTmp"] == ["yes"]
    assert unit["StateDirectory"] == ["learning"]


def test_nothing_is_written_into_the_folder_of_the_program(tmp_path) -> None:
    settings = read_settings(units.environment(tmp_path))
    inside = {name: value for name, value in settings.without_secrets() if "instance" in value}
    assert inside == {}


def test_systemd_and_a_shell_read_the_same_settings(tmp_path) -> None:
    by_systemd = units.environment(tmp_path)
    shown = subprocess.run(  # noqa: S603 our own words
        [str(shutil.which("sh")), "-c", f"set -a; . {tmp_path}/learning.env; exec env -0"],
        capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    by_shell = dict(each.split("=", 1) for each in shown.stdout.split("\0") if each)
    settings = read_settings(by_systemd)
    assert {name: by_shell[name] for name in by_systemd} == by_systemd
    assert settings.mail_from == Settings().mail_from
    assert settings.production
