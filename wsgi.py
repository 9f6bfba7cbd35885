"""The WSGI entry point: gunicorn and friends load `app` from here."""

import os
import sys
import threading

from learning import wiring
from learning.app import create_app
from learning.kit import forks, logs
from learning.settings import SettingsError, read_settings

try:
    settings = read_settings(os.environ)
except SettingsError as error:
    sys.exit(f"settings: {error}")
logs.configure()
app = create_app(settings)


def start_worker() -> None:
    """Work in a thread; beside `learning worker`, and beside each other, these do no harm."""
    worker = wiring.worker(settings, wiring.database(wiring.engine(settings)))
    threading.Thread(target=worker.run, args=[threading.Event()], daemon=True).start()


if settings.embedded_worker:
    forks.after_fork(start_worker)
