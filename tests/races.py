"""Real processes that start together, for tests of what happens at once.

Each calls `main` of a module with texts. It is forked from a server that has imported
the program, and nothing else: a process begins in milliseconds, and shares no connection.
"""

import importlib
import multiprocessing
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

RUNNERS = (
    "tests.admissions.race_worker",
    "tests.fees.invoice_worker",
    "tests.fees.payment_worker",
    "tests.fees.place_race_worker",
    "tests.fees.refund_worker",
    "tests.fees.split_worker",
    "tests.ledger.posting_worker",
)
"""Modules whose `main` writes "ready", waits for a line, and then acts; it returns what it did."""
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__, *RUNNERS])


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What a process wrote after the start, and its traceback, "" if it ended well."""

    output: str
    error: str


class _Wire:
    """Standard input and output of a process: what it writes goes to the test at once."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def write(self, text: str) -> None:
        self.connection.send((text, ""))

    def flush(self) -> None:
        """Do nothing: nothing is held back."""

    def readline(self) -> str:
        return str(self.connection.recv())


def run_together(module: str, arguments: Sequence[Sequence[object]]) -> list[Ended]:
    """Run a module once with each list of arguments; all start when all are ready."""
    assert module in RUNNERS, "add it to the list"
    started = []
    for each in arguments:
        ours, theirs = CONTEXT.Pipe()
        process = CONTEXT.Process(target=_run, args=(theirs, module, [str(word) for word in each]))
        process.start()
        theirs.close()
        started.append((process, ours))
    for _, connection in started:
        assert connection.recv() == ("ready\n", "")
    for _, connection in started:
        connection.send("\n")
    return [_ended(*each) for each in started]


def _ended(process: multiprocessing.process.BaseProcess, connection: Connection) -> Ended:
    output, error = "", ""
    try:
        while True:
            written, failed = connection.recv()
            output, error = output + written, error + failed
    except EOFError:
        process.join()
    connection.close()
    return Ended(
        output=output.strip(), error=error or f"exit {process.exitcode}" * bool(process.exitcode)
    )


def _run(connection: Connection, module: str, arguments: Sequence[str]) -> None:
    """Run a module in this process, which is forked for it."""
    sys.stdin = sys.stdout = _Wire(connection)  # type: ignore[assignment]
    try:
        outcome = importlib.import_module(module).main(*arguments)
        connection.send((outcome or "", ""))
    except Exception:  # noqa: BLE001 the test reads it, whatever it is
        connection.send(("", traceback.format_exc()))
        sys.exit(1)
