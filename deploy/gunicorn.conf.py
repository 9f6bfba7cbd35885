"""gunicorn behind a proxy that buffers: threads keep the site alive when a phone dribbles."""

import os

bind = "127.0.0.1:8000"
worker_class = "gthread"
workers = os.cpu_count() or 1
threads = 4
graceful_timeout = 30
max_requests = 5000
max_requests_jitter = 500
control_socket_disable = True
