"""Where e-mails go: to a mail server, or into a folder."""

import smtplib
import ssl
import uuid
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from learning.mail.rules import SmtpStage

MAILBOX_NAME_NOT_ALLOWED = 553  # a mailbox whose name is not allowed (RFC 5321)
NOT_IMPLEMENTED = 502  # a command that the server does not know (RFC 5321)
SMTP_TIMEOUT_SECONDS = 20.0  # seconds for each answer of a mail server


class SmtpRejection(Exception):  # noqa: N818 an answer, not an error of ours
    """A mail server would not take an e-mail: its code, its words, and where it said so."""

    def __init__(self, code: int, text: str, stage: SmtpStage) -> None:
        super().__init__(f"{code} {text}")
        self.code = code
        self.text = text
        self.stage = stage


class Sender(Protocol):
    def send(self, message: EmailMessage, *, envelope_from: str, to: str) -> None:
        """Hand an e-mail over; raise SmtpRejection, or OSError where the line fails."""


@dataclass(frozen=True, kw_only=True)
class FolderSender:
    """Writes each e-mail into a folder, for demonstrations; each attempt is a file."""

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
    """Speaks SMTP, one conversation an e-mail, with STARTTLS wherever the server offers it."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: bool = False
    timeout: float = SMTP_TIMEOUT_SECONDS

    def send(self, message: EmailMessage, *, envelope_from: str, to: str) -> None:
        try:
            with smtplib.SMTP(self.host, self.port, timeout=self.timeout) as server:
                self._log_in(server)
                server.send_message(message, envelope_from, [to])
        except smtplib.SMTPRecipientsRefused as refused:
            code, text = refused.recipients[to]
            raise SmtpRejection(code, _words(text), SmtpStage.RECIPIENT) from refused
        except smtplib.SMTPResponseException as refused:
            stage = _stage_of(refused)
            raise SmtpRejection(refused.smtp_code, _words(refused.smtp_error), stage) from refused
        except smtplib.SMTPNotSupportedError as missing:
            raise SmtpRejection(NOT_IMPLEMENTED, str(missing), SmtpStage.SESSION) from missing

    def check_connection(self) -> None:
        """Begin a conversation and end it, without an e-mail; raise as smtplib does."""
        with smtplib.SMTP(self.host, self.port, timeout=self.timeout) as server:
            self._log_in(server)
            server.noop()

    def _log_in(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        if self.tls or (self.password and server.has_extn("starttls")):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if self.user:
            server.login(self.user, self.password)


def make_sender(url: str, root: Path, *, timeout: float = SMTP_TIMEOUT_SECONDS) -> Sender:
    """Return the sender for `folder:instance/mail` or `smtp://user:password@host:25?tls=1`."""
    parts = urlsplit(url)
    if parts.scheme == "folder":
        return FolderSender(folder=root / parts.path)
    if parts.scheme != "smtp" or not parts.hostname:
        raise ValueError(f"{parts.scheme}: e-mails go to a folder: or to an smtp:// server")
    return SmtpSender(
        host=parts.hostname,
        port=parts.port or 25,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=parse_qs(parts.query).get("tls") == ["1"],
        timeout=timeout,
    )


def _stage_of(refused: smtplib.SMTPResponseException) -> SmtpStage:
    if isinstance(refused, smtplib.SMTPSenderRefused):
        return SmtpStage.SENDER
    return SmtpStage.CONTENT if isinstance(refused, smtplib.SMTPDataError) else SmtpStage.SESSION


def _words(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text
