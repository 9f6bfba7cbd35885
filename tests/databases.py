"""Databases of a test's own, in which everything is committed."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url, text

from learning.kit.engines import make_engine


@contextmanager
def own_database(kind: str, server_url: str, folder: Path) -> Iterator[str]:
    """Yield the address of an empty database, beside the one that all tests share."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/own-{secrets.token_hex(4)}.sqlite"
        return
    name = f"own_{secrets.token_hex(4)}"
    server = make_engine(server_url)
    with server.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    server.dispose()
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
