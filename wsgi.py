"""The WSGI entry point: gunicorn and friends load `app` from here."""

import os

from learning.app import create_app
from learning.settings import read_settings

app = create_app(read_settings(os.environ))
