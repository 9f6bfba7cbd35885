"""gunicorn behind a proxy that buffers: threads keep the site alive when a phone dribbles.

The application is loaded once, before the workers are forked, and what it holds is shared by them.
"""

import gc
import os
from typing import Any

from sqlalchemy.orm import configure_mappers

from learning.kit import forks

bind = "127.0.0.1:8000"
worker_class = "gthread"
workers = os.cpu_count() or 1
threads = 128  # passwords.MAX_WAITING_REQUESTS of them may wait for a hash; the others go on
graceful_timeout = 30
max_requests = 5000
max_requests_jitter = 500
control_socket_disable = True
preload_app = True

forks.prepare_for_fork()
forks.trim_memory()


def when_ready(_server: Any) -> None:  # noqa: ANN401 gunicorn has no types
    """Leave what was loaded to itself: the collector would write to every page it shares.

    Tables are mapped before, not by the first query of each worker.
    """
    configure_mappers()
    gc.collect()
    gc.freeze()


def post_fork(_server: Any, _worker: Any) -> None:  # noqa: ANN401 see above
    forks.run_after_fork()
