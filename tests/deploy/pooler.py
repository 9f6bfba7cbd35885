"""The PgBouncer of deploy/pgbouncer.ini before the PostgreSQL of the tests."""

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from learning.settings import ROOT
from tests.ports import free_port, wait_until_listening

OWN = ROOT / ".venv/pgbouncer/usr"  # what tests/pgbouncer.sh unpacked


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Connections to the server; for how many seconds a client may wait for one."""

    server_connections: int = 2
    wait_seconds: int = 60


def pgbouncer() -> str | None:
    """Return the program: the system's, or the one that tests/pgbouncer.sh unpacked."""
    found = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    own = OWN / "sbin/pgbouncer"
    return found or (str(own) if own.exists() else None)


def can_exist() -> bool:
    return pgbouncer() is not None or shutil.which("apt-get") is not None


def configuration(sockets: Path, name: str, port: int, limits: Limits) -> str:
    """Return the shipped configuration, led to the PostgreSQL of the tests."""
    text = (ROOT / "deploy/pgbouncer.ini").read_text()
    for shipped, ours in (
        (r"^learning = .*$", f"{name} = host={sockets} dbname={name} user=postgres"),
        (r"^listen_port = .*$", f"listen_port = {port}"),
        (r"^unix_socket_dir = .*$", "unix_socket_dir ="),
        (r"^auth_type = .*$", "auth_type = any"),
        (r"^auth_file = .*$", ""),
        (r"^default_pool_size = .*$", f"default_pool_size = {limits.server_connections}"),
        (r"^query_wait_timeout = .*$", f"query_wait_timeout = {limits.wait_seconds}"),
    ):
        text, count = re.subn(shipped, ours, text, flags=re.MULTILINE)
        assert count == 1, f"deploy/pgbouncer.ini has no {shipped}"
    return text


@contextmanager
def running(url: str, place: Path, limits: Limits) -> Iterator[str]:
    """Yield the address of a PostgreSQL database through PgBouncer."""
    parsed = make_url(url)
    sockets, port = Path(str(parsed.query["host"])), free_port()
    file = place / "pgbouncer.ini"
    file.write_text(configuration(sockets, str(parsed.database), port, limits))
    command = [str(pgbouncer()), str(file)]
    if os.getuid() == 0:  # it will not run as root, and the sockets are their owner's
        command[1:1] = ["-u", pwd.getpwuid(sockets.stat().st_uid).pw_name]
    libraries = ":".join(str(each) for each in OWN.glob("lib/*-linux-gnu*"))
    environment = os.environ | {"LD_LIBRARY_PATH": libraries}
    with (
        (place / "pgbouncer.log").open("wb") as log,
        subprocess.Popen(command, stderr=log, stdout=log, env=environment) as process,  # noqa: S603 our own words
    ):
        try:
            wait_until_listening(port)
            yield f"postgresql://learning@127.0.0.1:{port}/{parsed.database}"
        finally:
            process.terminate()
            process.wait()
