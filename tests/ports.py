"""Ports on loopback for the servers of tests and benches, such that no other process takes them."""

import random
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOOPBACK = "127.0.0.1"
TIMEOUT = 120  # seconds until a server listens
LOWEST, ATTEMPTS = 10_000, 100
EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")


@contextmanager
def listening_socket() -> Iterator[socket.socket]:
    """Yield a socket that listens already; a server inherits it (`bind` and Popen's `pass_fds`).

    Close it once the server has started: who connects then is refused if the server ends.
    """
    with socket.socket() as listening:
        listening.bind((LOOPBACK, 0))
        listening.listen(128)
        yield listening


def bind_option(listening: socket.socket) -> str:
    """Return what gunicorn's `--bind` has to say to take a socket that it inherits."""
    return f"fd://{listening.fileno()}"


def port_of(listening: socket.socket) -> int:
    return int(listening.getsockname()[1])


@contextmanager
def closed_port() -> Iterator[int]:
    """Yield a port at which nothing answers, held so that no other process can listen there."""
    with socket.socket() as held:
        held.bind((LOOPBACK, 0))
        yield port_of(held)


def free_port() -> int:
    """Return a port for a program that cannot inherit a socket.

    It is below those that the system gives to connections and to sockets without a port of their
    own, so that only who asks for this very port could take it meanwhile.
    """
    first_ephemeral = int(EPHEMERAL.read_text().split()[0])
    for port in random.sample(range(LOWEST, first_ephemeral), ATTEMPTS):
        with socket.socket() as tried:
            try:
                tried.bind((LOOPBACK, port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")


def wait_until_listening(port: int) -> None:
    ends = time.monotonic() + TIMEOUT
    while time.monotonic() < ends:
        with socket.socket() as tried:
            if tried.connect_ex((LOOPBACK, port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on {port}")
