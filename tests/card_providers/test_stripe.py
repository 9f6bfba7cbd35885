"""What an answer of the provider means, and what is no answer at all."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from urllib.request import Request

import pytest

from learning.card_providers.interface import NewProviderRefund, ProviderError, ProviderProblem
from learning.card_providers.stripe import StripeProvider, send_request
from learning.kit.money import Money

UNREACHABLE, REFUSED = ProviderProblem.UNREACHABLE, ProviderProblem.REFUSED
REFUND = NewProviderRefund(reference="one", payment_id="pi_1", amount=Money(100, "EUR"))


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        *((status, REFUSED) for status in (400, 402, 404)),
        *((status, UNREACHABLE) for status in (301, 302, 401, 403, 408, 409, 429, 500, 503)),
    ],
)
def test_only_a_no_to_what_was_asked_is_final(status: int, problem: ProviderProblem) -> None:
    """A refund that was made before must not count as failed because a key was replaced."""
    provider = StripeProvider(
        secret_key="sk_test_1",
        webhook_secret="whsec_1",
        address="http://provider.test",
        send=lambda _request: (status, b"{}"),
    )
    with pytest.raises(ProviderError) as refused:
        provider.refund(REFUND)
    assert refused.value.problem is problem


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """Serve one request with some bytes; yield the address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        thread = Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        thread.join()


@pytest.mark.parametrize(
    "answer",
    [
        b"nonsense\r\n\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{",
    ],
)
def test_a_broken_answer_is_none(answer: bytes) -> None:
    with answering(answer) as address, pytest.raises(ProviderError) as refused:
        send_request(Request(address))  # noqa: S310 our own server
    assert refused.value.problem is UNREACHABLE
