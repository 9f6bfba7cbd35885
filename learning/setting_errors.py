"""Validation of single settings: an error as half a sentence, or nothing."""

import re
import zlib
from email.headerregistry import Address, AddressHeader, HeaderRegistry
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

MIN_SECRET_LENGTH = 32
MIN_DISTINCT_CHARACTERS = 10
MIN_COMPRESSED_BYTES = 24  # bytes of the compressed secret
COMPRESSION_OVERHEAD = 8  # bytes that compression adds to any text
HOW_TO_MAKE_ONE = 'python3 -c "import secrets; print(secrets.token_hex(32))"'
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[?[0-9A-Fa-f:.]+\]?")


def database_url_error(url: str) -> str:
    shape = "sqlite:///path/of/a/file or postgresql://user@host/name"
    try:
        url_object = make_url(url)
        kind = url_object.get_backend_name()
    except (ArgumentError, ValueError):
        return f"this is no address of a database; write {shape}"
    if kind not in {"sqlite", "postgresql"}:
        return f"{kind} is not served here; write {shape}"
    if kind == "postgresql" and not url_object.database:
        return f"the name of the database is missing; write {shape}"
    return f"the file is missing; write {shape}" if not url_object.database else ""


def secret_key_error(secret: str) -> str:
    return "" if secret else f"it may not be empty; make one with {HOW_TO_MAKE_ONE}"


def production_secret_error(secret: str) -> str:
    """Return why a secret is guessable: too short, or too repetitive."""
    steps = {ord(after) - ord(before) for before, after in pairwise(secret)}
    content = len(zlib.compress(secret.encode(), 9)) - COMPRESSION_OVERHEAD
    if len(secret) < MIN_SECRET_LENGTH:
        error = f"{len(secret)} characters are too few for production"
    elif (
        min(len(set(secret)), len(steps)) < MIN_DISTINCT_CHARACTERS
        or content < MIN_COMPRESSED_BYTES
    ):
        error = "it repeats itself and could be guessed"
    else:
        return ""
    return f"{error}; make one with {HOW_TO_MAKE_ONE}"


def origins_error(origins: frozenset[str]) -> str:
    if not origins:
        return "at least one address such as https://learn.example.org"
    return next((error for each in sorted(origins) if (error := address_error(each))), "")


def address_error(address: str) -> str:
    """Return what is wrong with scheme, host and port of a site."""
    shape = "write it like https://learn.example.org, without a path"
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return f"{address!r} is no address of a site; {shape}"
    host = parts.netloc.rpartition(":")[0] if port is not None else parts.netloc
    whole = f"{parts.scheme}://{parts.netloc}" == address
    if parts.scheme not in {"http", "https"} or not HOST.fullmatch(host) or not whole:
        return f"{address!r} is no address of a site; {shape}"
    return ""


def mail_url_error(url: str) -> str:
    shape = "write folder:instance/mail or smtp://user:password@host:587?tls=1"
    try:
        parts = urlsplit(url)
        port = parts.port
        options = parse_qs(parts.query, strict_parsing=bool(parts.query))
    except ValueError:
        return f"its port or its end cannot be read; {shape}"
    if parts.scheme == "folder":
        return "" if parts.path and not parts.netloc else f"the folder is missing; {shape}"
    if parts.scheme != "smtp" or not HOST.fullmatch(parts.hostname or ""):
        return f"e-mails go to a folder or to a mail server; {shape}"
    if port == 0 or parts.path not in {"", "/"} or parts.fragment or options.keys() - {"tls"}:
        return f"what follows the host cannot be read; {shape}"
    if options and options["tls"] not in (["0"], ["1"]):
        return f"tls is 0 or 1; {shape}"
    return ""


def mail_from_error(line: str) -> str:
    """Return what is wrong with a From line: it needs one person with one valid address."""
    shape = "write it like Reintegration <course@example.org>, without quotation marks around it"
    addresses = _addresses(line)
    if len(addresses) != 1 or addresses[0].username.startswith('"') or "\n" in line:
        return f"{line!r} is not one name and one address; {shape}"
    domain = addresses[0].domain
    if not HOST.fullmatch(domain) or "." not in domain.strip(".") or ".." in domain:
        return f"{line!r} has no address that can be written to; {shape}"
    return ""


def _addresses(line: str) -> tuple[Address, ...]:
    try:
        header = HeaderRegistry()("From", line)
    except (ValueError, IndexError):
        return ()
    if not isinstance(header, AddressHeader) or header.defects or "@" not in line:
        return ()
    return header.addresses


def scanner_error(setting: str) -> str:
    shape = "write clamd:/run/clamav/clamd.ctl or clamd:127.0.0.1:3310, or leave it empty"
    if not setting or re.fullmatch(r"clamd:/[^\0]+", setting):
        return ""
    match = re.fullmatch(r"clamd:(.+):(\d{1,5})", setting)
    if not match or not HOST.fullmatch(match[1]) or not 0 < int(match[2]) < 2**16:
        return f"{setting!r} is no place of a scanner; {shape}"
    return ""


def card_secrets_error(secret_key: str, webhook_secret: str, *, is_fake: bool) -> str:
    """Return what is wrong with the secrets of the card provider, both or none of which are set."""
    if is_fake:
        return "the fake card provider has its own secrets" if secret_key or webhook_secret else ""
    if bool(secret_key) != bool(webhook_secret):
        return "it comes with LEARNING_CARD_WEBHOOK_SECRET: set both, or neither"
    if any(each != each.strip() or not each.isascii() for each in (secret_key, webhook_secret)):
        return "a secret of the card provider has no spaces"
    return ""


def courses_error(folder: Path) -> str:
    if not folder.is_dir():
        return f"there is no folder {folder}"
    return "" if any(folder.glob("*/course.toml")) else f"there is no course in {folder}"
