"""Where letters go: to a mail server, or into a folder."""

import smtplib
import ssl
import uuid
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from learning.mail.rules import Stage

NOT_ALLOWED = 553  # a mailbox whose name is not allowed (RFC 5321)
NOT_IMPLEMENTED = 502  # a command that the server does not know (RFC 5321)
PATIENCE = 20.0  # seconds for each answer of a mail server


class Refusal(Exception):  # noqa: N818 an answer, not a fault of ours
    """A mail server would not take a letter: its code, its words, and where it said so."""

    def __init__(self, code: int, text: str, stage: Stage) -> None:
        super().__init__(f"{code} {text}")
        self.code = code
        self.text = text
        self.stage = stage


class Sender(Protocol):
    def send(self, message: EmailMessage, *, envelope_from: str, to: str) -> None:
        """Hand a letter over; raise Refusal, or OSError where the line fails."""


@dataclass(frozen=True, kw_only=True)
class FolderSender:
    """Writes each letter into a folder, for demonstrations; each attempt is a file."""

    folder: Path

    def send(self, message: EmailMessage, *, envelope_from: str, to: str) -> None:
        del envelope_from, to
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{message['Message-ID'].strip('<>').partition('@')[0]}-{uuid.uuid4().hex[:6]}.eml"
        hidden = self.folder / f".{name}"
        try:
            hidden.write_bytes(message.as_bytes())
            hidden.rename(self.folder / name)
        except OSError:
            hidden.unlink(missing_ok=True)
            raise


@dataclass(frozen=True, kw_only=True)
class SmtpSender:
    """Speaks SMTP, one conversation a letter, with STARTTLS wherever the server offers it."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: bool = False
    patience: float = PATIENCE

    def send(self, message: EmailMessage, *, envelope_from: str, to: str) -> None:
        try:
            with smtplib.SMTP(self.host, self.port, timeout=self.patience) as server:
                self._greet(server)
                server.send_message(message, envelope_from, [to])
        except smtplib.SMTPRecipientsRefused as refused:
            code, text = refused.recipients[to]
            raise Refusal(code, _words(text), Stage.RECIPIENT) from refused
        except smtplib.SMTPResponseException as refused:
            stage = _stage_of(refused)
            raise Refusal(refused.smtp_code, _words(refused.smtp_error), stage) from refused
        except smtplib.SMTPNotSupportedError as missing:
            raise Refusal(NOT_IMPLEMENTED, str(missing), Stage.SESSION) from missing

    def greet(self) -> None:
        """Begin a conversation and end it, without a letter; raise as smtplib does."""
        with smtplib.SMTP(self.host, self.port, timeout=self.patience) as server:
            self._greet(server)
            server.noop()

    def _greet(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        if self.tls or (self.password and server.has_extn("starttls")):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if self.user:
            server.login(self.user, self.password)


def sender_of(url: str, root: Path, *, patience: float = PATIENCE) -> Sender:
    """Return the sender for `folder:instance/mail` or `smtp://user:password@host:25?tls=1`."""
    parts = urlsplit(url)
    if parts.scheme == "folder":
        return FolderSender(folder=root / parts.path)
    if parts.scheme != "smtp" or not parts.hostname:
        raise ValueError(f"{parts.scheme}: letters go to a folder: or to an smtp:// server")
    return SmtpSender(
        host=parts.hostname,
        port=parts.port or 25,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=parse_qs(parts.query).get("tls") == ["1"],
        patience=patience,
    )


def _stage_of(refused: smtplib.SMTPResponseException) -> Stage:
    if isinstance(refused, smtplib.SMTPSenderRefused):
        return Stage.SENDER
    return Stage.CONTENT if isinstance(refused, smtplib.SMTPDataError) else Stage.SESSION


def _words(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text
