"""Later work on files: the scanner looks at them, contents are deleted, old uploads forgotten."""

from dataclasses import dataclass
from itertools import islice

from learning.files import actions, queries
from learning.files.antivirus import Scanner, ScanResult
from learning.files.models import FileState, StoredFile
from learning.files.purposes import FilePurposes
from learning.files.rules import UNUSED_FILE_TTL, UPLOAD_TTL
from learning.files.storage import Storage
from learning.jobs.worker import Handler, PermanentFailure, Task

PURGE_JOB = "files.purge"
BATCH_SIZE = 200  # rows in one transaction


class ScanFailed(Exception):  # noqa: N818 it is what the work says of itself
    """The scanner gave no answer; it is asked again later."""


@dataclass(frozen=True, kw_only=True)
class FileJobs:
    """The handlers of this package: where contents lie, who looks at them, what they are for."""

    storage: Storage
    scanner: Scanner | None
    purposes: FilePurposes

    def scan(self, task: Task) -> None:
        """Have one file looked at; an infected one loses its content."""
        with task.database.read_transaction() as session:
            file = session.get(StoredFile, task.payload["file"])
            state, key = (file.state, file.key) if file else (FileState.CLEAN, "")
        if state is FileState.WAITING:
            infected = self._is_infected(key)
            with task.database.transaction() as session:
                actions.record_scan(session, task.payload["file"], infected=infected, now=task.now)
            state = FileState.INFECTED if infected else FileState.CLEAN
        if state is FileState.INFECTED:
            self.storage.delete(key)

    def delete_content(self, task: Task) -> None:
        """Delete the content of a file that was removed."""
        self.storage.delete(task.payload["key"])

    def purge(self, task: Task) -> None:
        """Collect what nobody needs, in small transactions: uploads, files, lost contents."""
        while self._forget_uploads(task):
            pass
        while self._remove_unreferenced(task):
            pass
        self._delete_unknown(task)

    def _forget_uploads(self, task: Task) -> bool:
        """Forget uploads that began long ago; the parts go first, so that none is left over."""
        with task.database.read_transaction() as session:
            before = task.now - UPLOAD_TTL
            old = queries.old_uploads(session, before=before, limit=BATCH_SIZE)
            parts = {pending.slug: pending.part_key for pending in old}
        for part in parts.values():
            self.storage.delete(part)
        with task.database.transaction() as session:
            actions.delete_uploads(session, parts)
        return bool(parts)

    def _remove_unreferenced(self, task: Task) -> bool:
        """Remove files that belong to nothing once the retention of their purpose is over."""
        before = queries.UnusedBefore(
            by_purpose={each.key: task.now - each.retention for each in self.purposes},
            others=task.now - UNUSED_FILE_TTL,
        )
        with task.database.transaction() as session:
            unused = queries.unreferenced_files(session, before=before, limit=BATCH_SIZE)
            for file in unused:
                actions.delete_file(session, file, now=task.now)
        return bool(unused)

    def _delete_unknown(self, task: Task) -> None:
        """Delete contents that no row knows of: a process was lost between the two."""
        old = self.storage.keys(before=task.now - UNUSED_FILE_TTL)
        while keys := list(islice(old, BATCH_SIZE)):
            with task.database.read_transaction() as session:
                known = queries.existing_keys(session, keys)
            for key in set(keys) - known:
                self.storage.delete(key)

    def _is_infected(self, key: str) -> bool:
        if self.scanner is None:
            raise PermanentFailure("a file waits for a scanner, and LEARNING_SCANNER names none")
        with self.storage.open(key) as stream:
            verdict = self.scanner.scan(stream)
        if verdict is ScanResult.ERROR:
            raise ScanFailed("the scanner gave no answer")
        return verdict is ScanResult.INFECTED


def handlers(
    storage: Storage, scanner: Scanner | None, purposes: FilePurposes
) -> dict[str, Handler]:
    """Return who does which kind of job."""
    files = FileJobs(storage=storage, scanner=scanner, purposes=purposes)
    return {
        actions.SCAN_JOB: files.scan,
        actions.DELETE_JOB: files.delete_content,
        PURGE_JOB: files.purge,
    }
