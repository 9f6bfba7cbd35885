"""Databases of a test's own, in which everything is committed."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text


@contextmanager
def own_database(kind: str, server_url: str, folder: Path) -> Iterator[str]:
    """Yield the address of an empty database, beside the one that all tests share."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/own-{secrets.token_hex(4)}.sqlite"
        return
    name = f"own_{secrets.token_hex(4)}"
    server = create_engine(server_url, isolation_level="AUTOCOMMIT")  # ours begins by itself
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    server.dispose()
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
