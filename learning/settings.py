"""Settings: read once from the environment, failing loudly."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
DEVELOPMENT_SECRET = "development only: production refuses to start with it"


class SettingsError(ValueError):
    """The environment asks for something that cannot be."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How this installation runs.

    `origins` are the addresses (scheme, host, port) that people type; a form sent from
    anywhere else is refused; `address` is the one that letters link to. `production` demands
    https cookies and a secret of one's own. `mail_url` is `folder:instance/mail` or
    `smtp://user:password@host:587?tls=1`; `scanner` is
    `clamd:/path`, `clamd:host:port` or nothing. `cache` is a folder for what is slow to make; it
    may be deleted at any time.
    """

    database_url: str = "sqlite:///instance/learning.sqlite"
    secret_key: str = DEVELOPMENT_SECRET
    production: bool = False
    origins: frozenset[str] = frozenset({"http://127.0.0.1:8000", "http://localhost:8000"})
    courses: Path = ROOT / "courses"
    cache: Path = ROOT / "instance/cache"
    trusted_proxies: int | None = None  # none given is 0, which production does not guess
    allow_old_wal: bool = False
    address: str = "http://127.0.0.1:8000"
    mail_url: str = "folder:instance/mail"
    mail_from: str = "Reintegration <course@example.org>"
    second_factor_for_staff: bool = True
    embedded_worker: bool = False
    files: Path = ROOT / "instance/files"
    scanner: str = ""

    def __post_init__(self) -> None:
        if self.production and self.secret_key == DEVELOPMENT_SECRET:
            raise SettingsError("LEARNING_SECRET_KEY: production needs a secret of its own")
        if self.production and self.address not in self.origins:
            raise SettingsError("LEARNING_ADDRESS: one of LEARNING_ORIGINS, where letters lead")
        if self.production and not all(o.startswith("https://") for o in self.origins):
            raise SettingsError("LEARNING_ORIGINS: production needs https:// addresses")
        if self.production and self.trusted_proxies is None:
            raise SettingsError(
                "LEARNING_TRUSTED_PROXIES: how many proxies stand before the application "
                "(1 behind the nginx of deploy/); production does not guess it"
            )

    def shown(self) -> list[tuple[str, str]]:
        """Return each setting as staff may see it, without secrets."""
        values = ((name, getattr(self, name)) for name in self.__dataclass_fields__)
        return [
            (f"LEARNING_{name.upper()}", _without_secrets(name, value)) for name, value in values
        ]


def _without_secrets(name: str, value: object) -> str:
    if name == "secret_key":
        return "…"
    text = " ".join(sorted(value)) if isinstance(value, frozenset) else str(value)
    return re.sub(r"//[^/@]*@", "//…@", text)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings that the LEARNING_… variables describe; raise SettingsError."""
    known = {f"LEARNING_{name.upper()}": name for name in Settings.__dataclass_fields__}
    given = {k: v for k, v in environment.items() if k.startswith("LEARNING_")}
    if unknown := sorted(given.keys() - known.keys()):
        raise SettingsError(f"unknown settings: {', '.join(unknown)}")
    values: dict[str, Any] = {known[k]: _value(known[k], v) for k, v in given.items()}
    return Settings(**values)


def _value(name: str, text: str) -> bool | int | Path | str | frozenset[str]:
    kind = Settings.__dataclass_fields__[name].type
    if kind is bool:
        if text.lower() not in {"0", "1", "false", "true"}:
            raise SettingsError(f"LEARNING_{name.upper()}: 1 or 0, not {text!r}")
        return text.lower() in {"1", "true"}
    if kind in {int, int | None}:
        if not text.isdigit():
            raise SettingsError(f"LEARNING_{name.upper()}: a number, not {text!r}")
        return int(text)
    if name == "origins":
        return frozenset(text.split())
    return Path(text) if kind is Path else text
