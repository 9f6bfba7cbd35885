"""The nginx of deploy/nginx.conf on loopback: other ports, a certificate of its own."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from learning.settings import ROOT
from tests.ports import free_port, wait_until_listening

FOLDERS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
WHOLE = """{user}
daemon off;
worker_processes 2;
pid {place}/nginx.pid;
error_log {place}/error.log warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    {temporary}
    include {place}/learning.conf;
}}
"""


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """Where it listens, and the certificate to trust."""

    http: int
    https: int
    certificate: Path
    place: Path


def nginx() -> str | None:
    """Return the program: the system's, or the one that tests/nginx.sh unpacked."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    own = ROOT / ".venv/nginx/usr/sbin/nginx"
    return found or (str(own) if own.exists() else None)


def can_exist() -> bool:
    return nginx() is not None or shutil.which("apt-get") is not None


def configured(place: Path, upstream: int) -> Proxy:
    """Write a configuration that differs from the shipped one in ports and certificate only."""
    made = Proxy(
        http=free_port(), https=free_port(), certificate=place / "certificate.pem", place=place
    )
    ask = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    ask += ["-subj", "/CN=learn.example.org", "-addext", "subjectAltName=IP:127.0.0.1"]
    ask += ["-keyout", str(place / "key.pem"), "-out", str(made.certificate)]
    subprocess.run(ask, check=True, capture_output=True)  # noqa: S603 our own words
    text = (ROOT / "deploy/nginx.conf").read_text()
    for shipped, ours in (
        (r"listen 80;", f"listen 127.0.0.1:{made.http};"),
        (r"listen 443 ", f"listen 127.0.0.1:{made.https} "),
        (r"listen \[::\]:\d+[^;]*;", ""),
        (r"ssl_certificate [^;]*;", f"ssl_certificate {made.certificate};"),
        (r"ssl_certificate_key [^;]*;", f"ssl_certificate_key {place}/key.pem;"),
        (r"http://127.0.0.1:8000;", f"http://127.0.0.1:{upstream};"),
    ):
        text, count = re.subn(shipped, ours, text)
        assert count, f"deploy/nginx.conf has no {shipped}"
    (place / "learning.conf").write_text(text)
    user = "user root;" if os.getuid() == 0 else ""  # its folders are nobody else's
    temporary = "\n".join(f"{name}_temp_path {place}/{name};" for name in FOLDERS)
    (place / "nginx.conf").write_text(WHOLE.format(user=user, place=place, temporary=temporary))
    return made


def command(proxy: Proxy, *more: str) -> list[str]:
    place = proxy.place
    start = [str(nginx()), "-e", "stderr", "-p", str(place), "-c", str(place / "nginx.conf")]
    return [*start, *more]


@contextmanager
def running(proxy: Proxy) -> Iterator[Proxy]:
    with subprocess.Popen(command(proxy), stderr=subprocess.DEVNULL) as process:  # noqa: S603 see above
        try:
            wait_until_listening(proxy.https)
            yield proxy
        finally:
            process.terminate()
            process.wait()
