"""Checks of what an installation needs beside its database."""

import os
import shutil
import smtplib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import make_url

from learning.files import storage
from learning.files.scanning import Verdict, scanner_of
from learning.mail.senders import FolderSender, SmtpSender, sender_of
from learning.settings import DEVELOPMENT_SECRET, ROOT, Settings

OLDEST_ZONES = timedelta(days=400)
LEAST_DISK = 0.05
PATIENCE = 5.0  # seconds for each answer of another program; a page of the desk waits for them


def unsafe_settings(given: Settings, _now: datetime) -> str:
    """Look for settings that suit a demonstration only."""
    unsafe = {
        "LEARNING_PRODUCTION is off": not given.production,
        "LEARNING_SECRET_KEY is the one for development": given.secret_key == DEVELOPMENT_SECRET,
        "LEARNING_SECOND_FACTOR_FOR_STAFF is off": not given.second_factor_for_staff,
        "LEARNING_MAIL_URL is a folder": given.mail_url.startswith("folder:"),
        "LEARNING_ALLOW_OLD_WAL is on": given.allow_old_wal,
        "LEARNING_TRUSTED_PROXIES is not given": given.trusted_proxies is None,
    }
    return "; ".join(name for name, bad in unsafe.items() if bad)


def zones(_given: Settings, now: datetime) -> str:
    """See whether the rules of time zones are recent: countries change them at short notice."""
    return zones_fault(version("tzdata"), now)


def zones_fault(release: str, now: datetime) -> str:
    """Return what is wrong with a release of tzdata such as “2026.6”: it is over a year old."""
    year = int(release.split(".", maxsplit=1)[0])
    newest = datetime(year, 12, 31, tzinfo=now.tzinfo)
    return f"tzdata {release} is old: update it" if now - newest > OLDEST_ZONES else ""


def files_folder(given: Settings, _now: datetime) -> str:
    return storage.fault_of_folder(given.files)


def disks(given: Settings, _now: datetime) -> str:
    """See whether there is room to write where this installation writes."""
    faults = {fault: None for folder in _written(given) if (fault := _disk_fault(folder))}
    return "; ".join(faults)


def _written(given: Settings) -> list[Path]:
    """Return the folders of files, of letters and of the database, where they are folders."""
    folders = [given.files]
    where = make_url(given.database_url)
    if where.get_backend_name() == "sqlite" and where.database:
        folders.append((ROOT / where.database).parent)
    sender = sender_of(given.mail_url, ROOT)
    if isinstance(sender, FolderSender):
        folders.append(sender.folder)
    return folders


def _disk_fault(folder: Path) -> str:
    """Return why a folder's disk takes no more; a folder that is still to be made has a parent."""
    there = next(path for path in (folder, *folder.parents) if path.is_dir())
    usage = shutil.disk_usage(there)
    if usage.free < usage.total * LEAST_DISK:
        return f"{usage.free / usage.total:.1%} of the disk of {folder} is free"
    entries = os.statvfs(there)
    if entries.f_files and entries.f_favail < entries.f_files * LEAST_DISK:
        return f"the disk of {folder} has hardly any room for further files (inodes)"
    return ""


def mail_server(given: Settings, _now: datetime) -> str:
    """Greet the mail server and sign in, without a letter; or write where letters are written."""
    sender = sender_of(given.mail_url, ROOT, patience=PATIENCE)
    if isinstance(sender, FolderSender):
        return storage.fault_of_folder(sender.folder)
    return _greeting_fault(sender) if isinstance(sender, SmtpSender) else ""


def _greeting_fault(sender: SmtpSender) -> str:
    where = f"{sender.host}:{sender.port}"
    try:
        sender.greet()
    except smtplib.SMTPAuthenticationError as refused:
        return f"{where} does not take the user and the password ({refused.smtp_code})"
    except smtplib.SMTPResponseException as refused:
        return f"{where} turns us away ({refused.smtp_code})"
    except (OSError, smtplib.SMTPException) as fault:
        return f"{where} does not answer as a mail server: {_reason(fault)}"
    return ""


def scanner(given: Settings, _now: datetime) -> str:
    """Have the scanner look at the harmless file that every scanner must call a virus."""
    asked = scanner_of(given.scanner, patience=PATIENCE)
    if asked is None:
        return ""
    verdict = asked.test()
    if verdict is Verdict.ERROR:
        return f"{given.scanner} does not answer as clamd: no file can be opened by others"
    return "" if verdict is Verdict.INFECTED else f"{given.scanner} does not find a test virus"


def _reason(fault: Exception) -> str:
    if isinstance(fault, OSError) and fault.strerror:
        return fault.strerror
    return " ".join(str(fault).split()) or type(fault).__name__


CHECKS: Mapping[str, Callable[[Settings, datetime], str]] = {
    "settings": unsafe_settings,
    "time zones": zones,
    "files folder": files_folder,
    "disk": disks,
    "mail server": mail_server,
    "scanner": scanner,
}
