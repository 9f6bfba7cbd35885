"""Health checks of what an installation needs besides its database."""

import os
import shutil
import smtplib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.utils import parseaddr
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import make_url

from learning.content.organiser import placeholder_issues
from learning.files import storage
from learning.files.antivirus import ScanResult, make_scanner
from learning.kit.email_addresses import is_placeholder
from learning.mail.senders import FolderSender, SmtpSender, make_sender
from learning.paths import ROOT
from learning.settings import DEVELOPMENT_SECRET, Settings

MAX_TZDATA_AGE = timedelta(days=400)
MIN_FREE_DISK_SHARE = 0.05
TIMEOUT_SECONDS = 5.0  # seconds for each answer of another program; a staff page waits for them


def unsafe_settings(settings: Settings, _now: datetime) -> str:
    """Check for settings that suit a demonstration only."""
    unsafe = {
        "LEARNING_PRODUCTION is off": not settings.production,
        "LEARNING_SECRET_KEY is the one for development": settings.secret_key == DEVELOPMENT_SECRET,
        "LEARNING_TWO_FACTOR_FOR_STAFF is off": not settings.two_factor_for_staff,
        "LEARNING_MAIL_URL is a folder": settings.mail_url.startswith("folder:"),
        "LEARNING_ALLOW_OLD_WAL is on": settings.allow_old_wal,
        "LEARNING_TRUSTED_PROXIES is not given": settings.trusted_proxies is None,
        "LEARNING_MAIL_FROM is a placeholder": is_placeholder(parseaddr(settings.mail_from)[1]),
    }
    return "; ".join(name for name, bad in unsafe.items() if bad)


def organiser(settings: Settings, _now: datetime) -> str:
    """Check that the pages name an organiser who can be reached."""
    if not settings.production:
        return ""
    return "; ".join(map(str, placeholder_issues(settings.courses)))


def time_zones(_settings: Settings, now: datetime) -> str:
    """Check that the time-zone data is recent: countries change their rules at short notice."""
    return tzdata_problem(version("tzdata"), now)


def tzdata_problem(release: str, now: datetime) -> str:
    """Return what is wrong with a release of tzdata such as “2026.6”: it is over a year old."""
    year = int(release.split(".", maxsplit=1)[0])
    newest = datetime(year, 12, 31, tzinfo=now.tzinfo)
    return f"tzdata {release} is old: update it" if now - newest > MAX_TZDATA_AGE else ""


def files_folder(settings: Settings, _now: datetime) -> str:
    return storage.folder_error(settings.files)


def disks(settings: Settings, _now: datetime) -> str:
    """Check that there is free space in every folder that is written to."""
    problems = {
        problem: None
        for folder in _writable_folders(settings)
        if (problem := _disk_problem(folder))
    }
    return "; ".join(problems)


def _writable_folders(settings: Settings) -> list[Path]:
    """Return the folders of files, e-mails and the database, as far as they are folders."""
    folders = [settings.files]
    where = make_url(settings.database_url)
    if where.get_backend_name() == "sqlite" and where.database:
        folders.append((ROOT / where.database).parent)
    sender = make_sender(settings.mail_url, ROOT)
    if isinstance(sender, FolderSender):
        folders.append(sender.folder)
    return folders


def _disk_problem(folder: Path) -> str:
    """Return why a folder's disk is full.

    For a folder that does not exist yet, its parent counts.
    """
    there = next(path for path in (folder, *folder.parents) if path.is_dir())
    usage = shutil.disk_usage(there)
    if usage.free < usage.total * MIN_FREE_DISK_SHARE:
        return f"{usage.free / usage.total:.1%} of the disk of {folder} is free"
    entries = os.statvfs(there)
    if entries.f_files and entries.f_favail < entries.f_files * MIN_FREE_DISK_SHARE:
        return f"the disk of {folder} has hardly any room for further files (inodes)"
    return ""


def mail_server(settings: Settings, _now: datetime) -> str:
    """Connect to the mail server and sign in, or write a file to the e-mail folder."""
    sender = make_sender(settings.mail_url, ROOT, timeout=TIMEOUT_SECONDS)
    if isinstance(sender, FolderSender):
        return storage.folder_error(sender.folder)
    return _greeting_problem(sender) if isinstance(sender, SmtpSender) else ""


def _greeting_problem(sender: SmtpSender) -> str:
    where = f"{sender.host}:{sender.port}"
    try:
        sender.check_connection()
    except smtplib.SMTPAuthenticationError as refused:
        return f"{where} does not take the user and the password ({refused.smtp_code})"
    except smtplib.SMTPResponseException as refused:
        return f"{where} turns us away ({refused.smtp_code})"
    except (OSError, smtplib.SMTPException) as error:
        return f"{where} does not answer as a mail server: {_reason(error)}"
    return ""


def scanner(settings: Settings, _now: datetime) -> str:
    """Let the scanner check the EICAR test file, which every scanner must report."""
    scan = make_scanner(settings.scanner, timeout=TIMEOUT_SECONDS)
    if scan is None:
        return ""
    verdict = scan.test()
    if verdict is ScanResult.ERROR:
        return f"{settings.scanner} does not answer as clamd: no file can be opened by others"
    return (
        "" if verdict is ScanResult.INFECTED else f"{settings.scanner} does not find a test virus"
    )


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).split()) or type(error).__name__


CHECKS: Mapping[str, Callable[[Settings, datetime], str]] = {
    "settings": unsafe_settings,
    "organiser": organiser,
    "time zones": time_zones,
    "files folder": files_folder,
    "disk": disks,
    "mail server": mail_server,
    "scanner": scanner,
}
