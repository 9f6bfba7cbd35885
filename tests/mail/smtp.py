"""A real SMTP server on loopback that behaves as it is told."""

import asyncio
import socket
from asyncio import AbstractServer
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

Mood = Callable[[int], str]


class Server:
    """What arrives, by Message-ID; `mood` says how to answer the n-th letter.

    Moods: ok, 4xx, 5xx, gone (refuses the recipient), relay (refuses to relay for us), slow,
    silent (never answers), dropped (takes the letter and cuts the line before it says so).
    """

    def __init__(self, mood: Mood) -> None:
        self.mood = mood
        self.number = 0
        self.arrived: Counter[str] = Counter()
        self.senders: list[str] = []
        self.contents: list[bytes] = []
        self.moods: Counter[str] = Counter()

    async def handle_RCPT(  # noqa: N802 the library's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        self.number += 1
        envelope.mood = self.mood(self.number)
        self.moods[envelope.mood] += 1
        if envelope.mood == "gone":
            return "550 5.1.1 no such user"
        if envelope.mood == "relay":
            return "550 5.7.1 relaying denied"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        mood = envelope.mood
        if mood == "4xx":
            return "451 4.3.0 try later"
        if mood == "5xx":
            return "554 5.7.1 not wanted"
        if mood == "silent":
            await asyncio.sleep(3600)
        if mood == "slow":
            await asyncio.sleep(0.3)
        content = envelope.original_content or b""
        self.contents.append(content)
        self.senders.append(envelope.mail_from or "")
        self.arrived[message_from_bytes(content)["Message-ID"]] += 1
        if mood == "dropped":
            server.transport.abort()
        return "250 taken"


class LocalController(Controller):
    """Serves on a free port of loopback, which it holds from the start."""

    def __init__(self, handler: Server, **more: Any) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        super().__init__(
            handler, hostname="127.0.0.1", port=self.listening.getsockname()[1], **more
        )

    def _create_server(self) -> Awaitable[AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self.listening)


@contextmanager
def serving(
    mood: Mood = lambda _number: "ok", password: str | None = None
) -> Iterator[tuple[Server, int]]:
    """Serve on a free port of loopback; give the server and the port.

    With a password, a client that signs in with another one is refused (535), as real relays do.
    """
    handler = Server(mood)
    more = {}
    if password is not None:
        more = {
            "authenticator": lambda _server, _session, _envelope, _mechanism, data: AuthResult(
                success=data.password == password.encode(), handled=False
            ),
            "auth_require_tls": False,
        }
    controller = LocalController(handler, **more)
    controller.start()
    try:
        yield handler, controller.port
    finally:
        controller.stop()
