"""Settings: read once from the environment, failing loudly."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from learning import setting_faults as faults

ROOT = Path(__file__).parent.parent
DEVELOPMENT_SECRET = "development only: production refuses to start with it"


NUMBERS = {"trusted_proxies": (0, 9), "prepare_threshold": (0, 1000), "pool_size": (1, 1000)}
FAULTS: dict[str, Callable[[Any], str]] = {
    "database_url": faults.of_database_url,
    "secret_key": faults.of_secret_key,
    "origins": faults.of_origins,
    "address": faults.of_address,
    "mail_url": faults.of_mail_url,
    "mail_from": faults.of_mail_from,
    "scanner": faults.of_scanner,
}


class SettingsError(ValueError):
    """The environment asks for something that cannot be."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How this installation runs.

    `origins` are the addresses (scheme, host, port) that people type; a form sent from
    anywhere else is refused; `address` is the one that letters link to. `production` demands
    https cookies and a secret of one's own. `mail_url` is `folder:instance/mail` or
    `smtp://user:password@host:587?tls=1`; `scanner` is `clamd:/path`, `clamd:host:port` or
    nothing. `trusted_proxies` is how many proxies stand before the application, None where nobody
    said so. `cache` is a folder for what is slow to make; it may be deleted at any time.
    `audit_anchors` is the file that the head of the audit chain is added to every night.
    """

    database_url: str = "sqlite:///instance/learning.sqlite"
    secret_key: str = DEVELOPMENT_SECRET
    production: bool = False
    origins: frozenset[str] = frozenset({"http://127.0.0.1:8000", "http://localhost:8000"})
    courses: Path = ROOT / "courses"
    cache: Path = ROOT / "instance/cache"
    trusted_proxies: int | None = None
    allow_old_wal: bool = False
    prepare_threshold: int = 2
    pool_size: int = 5
    address: str = "http://127.0.0.1:8000"
    mail_url: str = "folder:instance/mail"
    mail_from: str = "Reintegration <course@example.org>"
    second_factor_for_staff: bool = True
    embedded_worker: bool = False
    files: Path = ROOT / "instance/files"
    scanner: str = ""
    audit_anchors: Path = ROOT / "instance/audit-anchors.txt"

    def __post_init__(self) -> None:
        for name, fault_of in FAULTS.items():
            if fault := fault_of(getattr(self, name)):
                raise SettingsError(f"LEARNING_{name.upper()}: {fault}")
        if self.production:
            self._demand_what_production_needs()

    def _demand_what_production_needs(self) -> None:
        if self.secret_key == DEVELOPMENT_SECRET:
            raise SettingsError(
                "LEARNING_SECRET_KEY: production needs a secret of its own; "
                f"make one with {faults.HOW_TO_MAKE_ONE}"
            )
        if fault := faults.of_production_secret(self.secret_key):
            raise SettingsError(f"LEARNING_SECRET_KEY: {fault}")
        if self.address not in self.origins:
            raise SettingsError("LEARNING_ADDRESS: one of LEARNING_ORIGINS, where letters lead")
        if not all(o.startswith("https://") for o in self.origins):
            raise SettingsError("LEARNING_ORIGINS: production needs https:// addresses")
        if self.trusted_proxies is None:
            raise SettingsError(
                "LEARNING_TRUSTED_PROXIES: say how many proxies stand before the application, "
                "1 behind nginx, 0 for none"
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
    text = re.sub(r"//.*@", "//…@", text, flags=re.DOTALL)  # a password may hold any sign
    return re.sub(r"(?<=password=)[^&]*", "…", text, flags=re.IGNORECASE)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings that the LEARNING_… variables describe; raise SettingsError."""
    known = {f"LEARNING_{name.upper()}": name for name in Settings.__dataclass_fields__}
    given = {k: v for k, v in environment.items() if k.startswith("LEARNING_")}
    if unknown := sorted(given.keys() - known.keys()):
        raise SettingsError(f"unknown settings: {', '.join(unknown)}")
    values: dict[str, Any] = {known[k]: _value(known[k], v) for k, v in given.items()}
    settings = Settings(**values)
    if fault := faults.of_courses(settings.courses):
        raise SettingsError(f"LEARNING_COURSES: {fault}")
    return settings


def _value(name: str, text: str) -> bool | int | Path | str | frozenset[str]:
    """Return a value as the program uses it; relative paths begin at the project's folder."""
    kind = Settings.__dataclass_fields__[name].type
    if kind is bool:
        if text.lower() not in {"0", "1", "false", "true"}:
            raise SettingsError(f"LEARNING_{name.upper()}: 1 or 0, not {text!r}")
        return text.lower() in {"1", "true"}
    if name in NUMBERS:
        least, most = NUMBERS[name]
        if not re.fullmatch("[0-9]{1,4}", text) or not least <= int(text) <= most:
            wanted = f"a number from {least} to {most}"
            raise SettingsError(f"LEARNING_{name.upper()}: {wanted}, not {text!r}")
        return int(text)
    if kind is Path:
        if not text or "\0" in text:
            raise SettingsError(f"LEARNING_{name.upper()}: a folder, not {text!r}")
        return ROOT / text
    return frozenset(text.split()) if name == "origins" else text
