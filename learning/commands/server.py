"""Commands that run processes: web server, worker, health checks."""

import logging
import os
import signal
import socket
import sys
import threading
from argparse import Namespace

from learning import wiring
from learning.admin import health_checks
from learning.admin.health_checks import CheckContext, CheckResult
from learning.commands.database import open_database
from learning.commands.errors import CommandError, first_line
from learning.files import storage
from learning.kit import logs
from learning.kit.time import now
from learning.paths import ROOT
from learning.settings import Settings

log = logging.getLogger("learning.worker")
NO_PROXY_WARNING = (
    "Serving without a proxy: good for trying out, not for strangers, who could hold every "
    "thread by sending slowly. docs/operations.md shows nginx before it."
)


def serve(settings: Settings, args: Namespace) -> int:
    """Replace this process by gunicorn with threads, so that a slow connection blocks nobody."""
    with open_database(settings):
        require_writable_files(settings)
    _require_free_port(args.port)
    options = ["--config", "deploy/gunicorn.conf.py", "--workers", "2"]
    options += ["--bind", f"127.0.0.1:{args.port}"]
    os.chdir(ROOT)
    os.environ.setdefault("LEARNING_EMBEDDED_WORKER", "1")
    url, localhost_url = (f"http://{name}:{args.port}" for name in ("127.0.0.1", "localhost"))
    os.environ.setdefault("LEARNING_ADDRESS", url)
    os.environ.setdefault("LEARNING_ORIGINS", f"{url} {localhost_url}")
    print(NO_PROXY_WARNING, file=sys.stderr, flush=True)
    arguments = [sys.executable, "-m", "gunicorn", *options, "wsgi:app"]
    os.execv(sys.executable, arguments)


def require_writable_files(settings: Settings) -> None:
    if error := storage.folder_error(settings.files):
        raise CommandError(f"LEARNING_FILES: {error}")


def _require_free_port(port: int) -> None:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(f"Port {port} cannot be used: {first_line(error)}") from error


def run_worker(settings: Settings, _args: Namespace) -> int:
    """Run the worker until a signal; the running job is finished first."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with open_database(settings) as database:
        require_writable_files(settings)
        logs.configure()
        worker = wiring.worker(settings, database)
        log.info("worker %s has started", worker.name)
        worker.run(stop)
        log.info("worker %s has stopped", worker.name)
    return 0


def run_doctor(settings: Settings, _args: Namespace) -> int:
    """Print one line for each health check; the exit status is 1 if there is a problem."""
    moment = now()
    try:
        with (
            open_database(settings, migrated=False) as database,
            database.read_transaction() as session,
        ):
            visit = CheckContext(session=session, settings=settings, now=moment, database=database)
            results = health_checks.run_checks(visit)
    except CommandError as error:
        missing = CheckResult(name="database", problem=str(error))
        results = [missing, *health_checks.run_external_checks(settings, moment)]
    for result in results:
        if result.is_ok:
            print(f"OK       {result.name}")
        else:
            print(f"PROBLEM  {result.name}: {result.problem}")
    return 0 if all(result.is_ok for result in results) else 1
