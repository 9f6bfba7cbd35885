"""Column types that mean the same on SQLite and PostgreSQL.

SQLite tables are STRICT, which allows INTEGER, TEXT, REAL and BLOB only; the compilers at the
end give every other type one of these names.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Dialect, Enum, String, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeDecorator, TypeEngine


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment; a naive one, or one of another zone, raises an error."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        text = dialect.name == "sqlite"
        return dialect.type_descriptor(Text() if text else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401 the base class's own type
        if value is None:
            return None
        if value.tzinfo is None or value.utcoffset() != UTC.utcoffset(None):
            raise ValueError(f"a moment is stored in UTC, not as {value!r}")
        return value.isoformat(timespec="microseconds") if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401 the base class's own type
        if value is None:
            return None
        moment = datetime.fromisoformat(value) if dialect.name == "sqlite" else value
        return moment.astimezone(UTC)


@compiles(BigInteger, "sqlite")
@compiles(Boolean, "sqlite")
def _integer(*_: object, **__: object) -> str:
    return "INTEGER"


@compiles(Date, "sqlite")
@compiles(Enum, "sqlite")
@compiles(String, "sqlite")
def _text(*_: object, **__: object) -> str:
    return "TEXT"
