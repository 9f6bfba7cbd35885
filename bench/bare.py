"""What the pages are measured against: a bare Flask page with one query on the same database.

It stands in a process of its own and knows nothing of the application: the libraries' own defaults.
"""

import os

from flask import Flask
from sqlalchemy import create_engine, make_url, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

url = make_url(os.environ["LEARNING_DATABASE_URL"])
driver = "postgresql+psycopg" if url.get_backend_name() == "postgresql" else "sqlite"
engine = create_engine(url.set(drivername=driver))
app = Flask("bare")


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]


@app.get("/")
def page() -> str:
    with Session(engine) as session:
        name = session.scalar(select(Person.name).where(Person.email == "awa@example.org"))
    return f"<!doctype html><title>Bare</title><p>{name}</p>"
