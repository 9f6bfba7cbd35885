"""Settings: read once from the environment; an invalid one stops the start."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from learning import setting_errors
from learning.paths import ROOT

DEVELOPMENT_SECRET = "development only: production refuses to start with it"


NUMBER_RANGES = {
    "trusted_proxies": (0, 9),
    "prepare_threshold": (0, 1000),
    "pool_size": (1, 1000),
    "books_years": (1, 99),
}
SECRETS = frozenset({"secret_key", "card_secret_key", "card_webhook_secret"})
VALIDATORS: dict[str, Callable[[Any], str]] = {
    "database_url": setting_errors.database_url_error,
    "secret_key": setting_errors.secret_key_error,
    "origins": setting_errors.origins_error,
    "address": setting_errors.address_error,
    "mail_url": setting_errors.mail_url_error,
    "mail_from": setting_errors.mail_from_error,
    "scanner": setting_errors.scanner_error,
    "card_address": setting_errors.address_error,
}


class SettingsError(ValueError):
    """An invalid setting."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of this installation.

    `origins` are the addresses (scheme, host, port) that people type; a form sent from anywhere
    else is rejected; `address` is the one that e-mails link to. `production` requires https
    cookies and a secret of one's own. `mail_url` is `folder:instance/mail` or
    `smtp://user:password@host:587?tls=1`; `scanner` is `clamd:/path`, `clamd:host:port` or
    nothing. `trusted_proxies` is how many proxies are before the application, None if not set.
    `books_years` is how long the law wants invoices and payments, after the year of the last one.
    `cache` is a folder for cached values; it may be deleted at any time. `audit_anchors` is the
    file that the head of the audit chain is appended to every night. `card_secret_key` and
    `card_webhook_secret` are those of the card provider, whose API is at `card_address`; without
    them nobody pays by card. `fake_card_provider` serves a card provider of our own that moves no
    money, and stores what it knows in `fake_card_payments`; production refuses it.
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
    two_factor_for_staff: bool = True
    embedded_worker: bool = False
    files: Path = ROOT / "instance/files"
    scanner: str = ""
    books_years: int = 10
    audit_anchors: Path = ROOT / "instance/audit-anchors.txt"
    card_secret_key: str = ""
    card_webhook_secret: str = ""
    card_address: str = "https://api.stripe.com"
    fake_card_provider: bool = False
    fake_card_payments: Path = ROOT / "instance/fake-card-payments.sqlite"

    def __post_init__(self) -> None:
        for name, validate in VALIDATORS.items():
            if error := validate(getattr(self, name)):
                raise SettingsError(f"LEARNING_{name.upper()}: {error}")
        if error := setting_errors.card_secrets_error(
            self.card_secret_key, self.card_webhook_secret, is_fake=self.fake_card_provider
        ):
            raise SettingsError(f"LEARNING_CARD_SECRET_KEY: {error}")
        if self.production:
            self._validate_production()

    def _validate_production(self) -> None:
        if self.secret_key == DEVELOPMENT_SECRET:
            raise SettingsError(
                "LEARNING_SECRET_KEY: production needs a secret of its own; "
                f"make one with {setting_errors.HOW_TO_MAKE_ONE}"
            )
        if error := setting_errors.production_secret_error(self.secret_key):
            raise SettingsError(f"LEARNING_SECRET_KEY: {error}")
        if self.address not in self.origins:
            raise SettingsError("LEARNING_ADDRESS: one of LEARNING_ORIGINS, where e-mails lead")
        if not all(o.startswith("https://") for o in self.origins):
            raise SettingsError("LEARNING_ORIGINS: production needs https:// addresses")
        if self.fake_card_provider:
            raise SettingsError("LEARNING_FAKE_CARD_PROVIDER: nobody can pay production with it")
        if not self.card_address.startswith("https://"):
            raise SettingsError("LEARNING_CARD_ADDRESS: production needs an https:// address")
        if self.trusted_proxies is None:
            raise SettingsError(
                "LEARNING_TRUSTED_PROXIES: say how many proxies stand before the application, "
                "1 behind nginx, 0 for none"
            )

    def without_secrets(self) -> list[tuple[str, str]]:
        """Return each setting for staff, without secrets."""
        values = ((name, getattr(self, name)) for name in self.__dataclass_fields__)
        return [
            (f"LEARNING_{name.upper()}", _without_secrets(name, value)) for name, value in values
        ]


def _without_secrets(name: str, value: object) -> str:
    if name in SECRETS:
        return "…" if value else ""
    text = " ".join(sorted(value)) if isinstance(value, frozenset) else str(value)
    text = re.sub(r"//.*@", "//…@", text, flags=re.DOTALL)  # a password may contain any character
    return re.sub(r"(?<=password=)[^&]*", "…", text, flags=re.IGNORECASE)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings of the LEARNING_… variables; raise SettingsError."""
    names = {f"LEARNING_{name.upper()}": name for name in Settings.__dataclass_fields__}
    variables = {k: v for k, v in environment.items() if k.startswith("LEARNING_")}
    if unknown := sorted(variables.keys() - names.keys()):
        raise SettingsError(f"unknown settings: {', '.join(unknown)}")
    values: dict[str, Any] = {names[k]: _value(names[k], v) for k, v in variables.items()}
    settings = Settings(**values)
    if error := setting_errors.courses_error(settings.courses):
        raise SettingsError(f"LEARNING_COURSES: {error}")
    return settings


def _value(name: str, text: str) -> bool | int | Path | str | frozenset[str]:
    """Return a value converted to its type; relative paths start at the project's folder."""
    kind = Settings.__dataclass_fields__[name].type
    if kind is bool:
        if text.lower() not in {"0", "1", "false", "true"}:
            raise SettingsError(f"LEARNING_{name.upper()}: 1 or 0, not {text!r}")
        return text.lower() in {"1", "true"}
    if name in NUMBER_RANGES:
        minimum, maximum = NUMBER_RANGES[name]
        if not re.fullmatch("[0-9]{1,4}", text) or not minimum <= int(text) <= maximum:
            expected = f"a number from {minimum} to {maximum}"
            raise SettingsError(f"LEARNING_{name.upper()}: {expected}, not {text!r}")
        return int(text)
    if kind is Path:
        if not text or "\0" in text:
            raise SettingsError(f"LEARNING_{name.upper()}: a folder, not {text!r}")
        return ROOT / text
    return frozenset(text.split()) if name == "origins" else text
