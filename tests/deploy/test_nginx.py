"""deploy/nginx.conf is taken by nginx, and does what it promises."""

import http.client
import json
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.deploy import proxy
from tests.deploy.proxy import Proxy

pytestmark = pytest.mark.skipif(
    not proxy.can_exist(), reason="there are no Debian packages here, so there is no nginx"
)


class Echo(BaseHTTPRequestHandler):
    """Says what arrived, once it has come whole."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        arrived.append(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        echo = json.dumps({"headers": self.headers.items(), "bytes": len(body)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(echo)))
        self.end_headers()
        self.wfile.write(echo)

    do_GET = do_POST  # noqa: N815 the library's name

    def log_message(self, *_: object) -> None:
        """Say nothing."""


arrived: list[str] = []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    assert proxy.nginx(), "run tests/nginx.sh"
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as upstream:
        threading.Thread(target=upstream.serve_forever, daemon=True).start()
        made = proxy.configured(tmp_path_factory.mktemp("nginx"), upstream.server_address[1])
        with proxy.running(made):
            yield made
        upstream.shutdown()


def tls(site: Proxy) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(site.certificate))


def answer_of(site: Proxy, path: str, body: bytes | None = None, **headers: str) -> dict:
    line = http.client.HTTPSConnection("127.0.0.1", site.https, context=tls(site), timeout=30)
    try:
        line.request("POST" if body is not None else "GET", path, body, headers)
        answer = line.getresponse()
        read = answer.read()
        return {"status": answer.status, "server": answer.headers["Server"]} | (
            json.loads(read) if answer.status == 200 else {}
        )
    finally:
        line.close()


def test_nginx_takes_the_file(site: Proxy) -> None:
    tested = subprocess.run(  # noqa: S603 our own words
        proxy.command(site, "-t", "-q"), capture_output=True, text=True, check=False
    )
    assert tested.returncode == 0, tested.stderr
    assert "[emerg]" not in tested.stderr


def test_plain_http_leads_to_https(site: Proxy) -> None:
    line = http.client.HTTPConnection("127.0.0.1", site.http, timeout=30)
    line.request("GET", "/fr/search?q=a", headers={"Host": "evil.example"})
    answer = line.getresponse()
    line.close()
    assert answer.status == 301
    assert answer.headers["Location"] == "https://learn.example.org/fr/search?q=a"


def test_what_a_client_forges_is_replaced(site: Proxy) -> None:
    answer = answer_of(
        site,
        "/",
        **{
            "X-Forwarded-For": "203.0.113.7, 203.0.113.8",
            "X-Forwarded-Proto": "http",
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Port": "1",
            "X-Forwarded-Prefix": "/evil",
            "Forwarded": "for=203.0.113.7",
            "X_FORWARDED_FOR": "203.0.113.7",
            "SCRIPT_NAME": "/evil",
        },
    )
    found = [(n.lower(), v) for n, v in answer["headers"] if "forward" in n.lower()]
    assert sorted(found) == [
        ("x-forwarded-for", "127.0.0.1"),
        ("x-forwarded-host", "127.0.0.1"),
        ("x-forwarded-proto", "https"),
    ]
    assert "evil" not in str([v for n, v in answer["headers"]])


def test_a_body_that_is_too_large_never_arrives(site: Proxy) -> None:
    assert answer_of(site, "/large", body=b"x" * 6_400_000)["status"] == 413
    assert "/large" not in arrived
    assert answer_of(site, "/file", body=b"x" * 5_500_000)["bytes"] == 5_500_000


def test_what_is_sent_slowly_takes_no_thread_until_it_is_whole(site: Proxy) -> None:
    with (
        socket.create_connection(("127.0.0.1", site.https), timeout=30) as plain,
        tls(site).wrap_socket(plain, server_hostname="127.0.0.1") as line,
    ):
        line.sendall(b"POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345")
        assert answer_of(site, "/quick")["status"] == 200
        assert "/slow" not in arrived
        line.sendall(b"67890")
        assert line.recv(100).startswith(b"HTTP/1.1 200")
    assert "/slow" in arrived


def test_which_nginx_it_is_stays_untold(site: Proxy) -> None:
    assert answer_of(site, "/")["server"] == "nginx"
