"""A clamd on loopback that says what it is told, once per connection."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Clamd:
    def __init__(self, listening: socket.socket, reply: bytes) -> None:
        self.listening = listening
        self.reply = reply
        self.received: list[bytes] = []

    def serve(self) -> None:
        while True:
            try:
                line, _ = self.listening.accept()
            except OSError:
                return
            with line, line.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while length := struct.unpack("!I", stream.read(4))[0]:
                    content += stream.read(length)
                self.received.append(content)
                line.sendall(self.reply)


@contextmanager
def answering(reply: bytes, path: str = "") -> Iterator[tuple[Clamd, str | tuple[str, int]]]:
    """Yield a server and its address: a path for a unix socket, else a port on loopback."""
    listening = socket.socket(socket.AF_UNIX) if path else socket.socket()
    listening.bind(path or ("127.0.0.1", 0))
    listening.listen()
    server = Clamd(listening, reply)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server, path or listening.getsockname()[:2]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()
