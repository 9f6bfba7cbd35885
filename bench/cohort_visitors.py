"""Those who work while something large is done: signing in, a note, a check, every 0.2 s."""

import http.client
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from bench.cohort_scene import EMAIL, PASSWORD, RUNNING, Scene

EVERY = 0.2
NOTE = f"/fr/editions/{RUNNING}/lessons/m4-l1/notes/one-level-1"
GOOD = {HTTPStatus.OK, HTTPStatus.SEE_OTHER, HTTPStatus.FOUND}


@dataclass(frozen=True, kw_only=True)
class Answered:
    kind: str
    seconds: float
    status: int

    @property
    def well(self) -> bool:
        return self.status in GOOD


class Visitors:
    """Three people at work, and two of the staff who ask for large acts."""

    def __init__(self, port: int, scene: Scene) -> None:
        self._port = port
        self._scene = scene
        self._version = 0
        self._keys = 0

    def watch(self, act: Callable[[], None]) -> list[Answered]:
        """Let the three work while something is done; return every answer they got."""
        stop = threading.Event()
        found: list[Answered] = []
        kinds = {"sign-in": self._sign_in, "note": self._note, "check": self._check}
        threads = [
            threading.Thread(target=self._work, args=(kind, ask, found, stop))
            for kind, ask in kinds.items()
        ]
        for thread in threads:
            thread.start()
        try:
            act()
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        return found

    def as_registrar(self, path: str, fields: Iterable[tuple[str, str]]) -> float:
        return self._ask_for(path, fields, self._scene.registrar)

    def as_approver(self, path: str, fields: Iterable[tuple[str, str]]) -> float:
        return self._ask_for(path, fields, self._scene.approver)

    def _ask_for(self, path: str, fields: Iterable[tuple[str, str]], cookie: str) -> float:
        self._keys += 1
        began = time.monotonic()
        all_fields = [*fields, ("idempotency_key", f"{self._keys:020}")]
        status = self._post(f"/fr/staff/editions/{path}", all_fields, cookie)
        if status != HTTPStatus.SEE_OTHER:
            raise RuntimeError(f"{path}: {status}")
        return time.monotonic() - began

    def _work(
        self, kind: str, ask: Callable[[], int], found: list[Answered], stop: threading.Event
    ) -> None:
        while not stop.is_set():
            began = time.monotonic()
            status = ask()
            seconds = time.monotonic() - began
            found.append(Answered(kind=kind, seconds=seconds, status=status))
            stop.wait(max(0.0, EVERY - seconds))

    def _sign_in(self) -> int:
        fields = [("email", EMAIL), ("password", PASSWORD)]
        return self._post("/fr/account/sign-in", fields, "")

    def _note(self) -> int:
        fields = [("body", f"Note {self._version}"), ("version", str(self._version))]
        status = self._post(NOTE, fields, self._scene.learner)
        self._version += status in GOOD
        return status

    def _check(self) -> int:
        return self._post(self._scene.check, [("answer", "1")], self._scene.learner)

    def _post(self, path: str, fields: Iterable[tuple[str, str]], cookie: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        headers = {
            "Cookie": cookie,
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection.request("POST", path, urlencode(list(fields)), headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status
