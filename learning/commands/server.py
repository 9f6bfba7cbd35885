"""Commands that serve: the pages, the worker, the doctor."""

import logging
import os
import signal
import socket
import sys
import threading
from argparse import Namespace

from learning import wiring
from learning.admin import doctor
from learning.admin.doctor import Result, Visit
from learning.commands.database import open_database
from learning.commands.faults import UnusableError, line_of
from learning.files import storage
from learning.kit import logs
from learning.kit.time import now
from learning.settings import ROOT, Settings

log = logging.getLogger("learning.worker")
ALONE = (
    "Serving without a proxy: good for trying out, not for strangers, who could hold every "
    "thread by sending slowly. docs/operations.md shows nginx before it."
)


def serve(settings: Settings, given: Namespace) -> int:
    """Become gunicorn: threads, so that a slow phone does not keep others waiting."""
    with open_database(settings):
        require_room_for_files(settings)
    _require_free_port(given.port)
    options = ["--config", "deploy/gunicorn.conf.py", "--workers", "2"]
    options += ["--bind", f"127.0.0.1:{given.port}"]
    os.chdir(ROOT)
    os.environ.setdefault("LEARNING_EMBEDDED_WORKER", "1")
    here, also_here = (f"http://{name}:{given.port}" for name in ("127.0.0.1", "localhost"))
    os.environ.setdefault("LEARNING_ADDRESS", here)
    os.environ.setdefault("LEARNING_ORIGINS", f"{here} {also_here}")
    print(ALONE, file=sys.stderr, flush=True)
    arguments = [sys.executable, "-m", "gunicorn", *options, "wsgi:app"]
    os.execv(sys.executable, arguments)


def require_room_for_files(settings: Settings) -> None:
    if fault := storage.fault_of_folder(settings.files):
        raise UnusableError(f"LEARNING_FILES: {fault}")


def _require_free_port(port: int) -> None:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError as fault:
            raise UnusableError(f"Port {port} cannot be used: {line_of(fault)}") from fault


def work(settings: Settings, _given: Namespace) -> int:
    """Work until told to stop; the job in hand is finished first."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with open_database(settings) as database:
        require_room_for_files(settings)
        logs.set_up()
        worker = wiring.worker(settings, database)
        log.info("worker %s has started", worker.name)
        worker.run(stop)
        log.info("worker %s has stopped", worker.name)
    return 0


def examine(settings: Settings, _given: Namespace) -> int:
    """Print one line for each thing that was looked at; fail if one is not well."""
    moment = now()
    try:
        with open_database(settings, migrated=False) as database, database.reading() as session:
            visit = Visit(session=session, settings=settings, now=moment, database=database)
            results = doctor.examine(visit)
    except UnusableError as fault:
        missing = Result(name="database", fault=str(fault))
        results = [missing, *doctor.examine_outside(settings, moment)]
    for result in results:
        print(f"{'well' if result.well else 'FAULT':5}  {result.name}: {result.fault or 'nothing'}")
    return 0 if all(result.well for result in results) else 1
