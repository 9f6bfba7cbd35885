"""Later work on files: the scanner looks at them, contents are deleted, old uploads forgotten."""

from dataclasses import dataclass
from itertools import islice

from learning.files import actions, queries
from learning.files.models import FileState, StoredFile
from learning.files.rules import UNUSED_LASTS, UPLOADS_LAST
from learning.files.scanning import Scanner, Verdict
from learning.files.storage import Storage
from learning.jobs.worker import Handler, Hopeless, Task

SWEEP = "files.sweep"
BATCH = 200  # rows in one transaction


class ScanFailed(Exception):  # noqa: N818 it is what the work says of itself
    """The scanner gave no answer; it is asked again later."""


@dataclass(frozen=True, kw_only=True)
class Files:
    """The handlers of this room: where contents lie, and who looks at them."""

    storage: Storage
    scanner: Scanner | None

    def scan(self, task: Task) -> None:
        """Have one file looked at; an infected one loses its content."""
        with task.database.reading() as session:
            file = session.get(StoredFile, task.payload["file"])
            state, key = (file.state, file.key) if file else (FileState.CLEAN, "")
        if state is FileState.WAITING:
            infected = self._is_infected(key)
            with task.database.transaction() as session:
                actions.judge(session, task.payload["file"], infected=infected, now=task.now)
            state = FileState.INFECTED if infected else FileState.CLEAN
        if state is FileState.INFECTED:
            self.storage.delete(key)

    def drop(self, task: Task) -> None:
        """Delete the content of a file that was removed."""
        self.storage.delete(task.payload["key"])

    def sweep(self, task: Task) -> None:
        """Collect what nobody needs, in small transactions: uploads, files, lost contents."""
        while self._forget_uploads(task):
            pass
        while self._remove_unreferenced(task):
            pass
        self._delete_unknown(task)

    def _forget_uploads(self, task: Task) -> bool:
        """Forget uploads that began long ago; the parts go first, so that none is left over."""
        with task.database.reading() as session:
            before = task.now - UPLOADS_LAST
            old = queries.old_uploads(session, before=before, limit=BATCH)
            parts = {pending.slug: pending.part for pending in old}
        for part in parts.values():
            self.storage.delete(part)
        with task.database.transaction() as session:
            actions.forget_uploads(session, parts)
        return bool(parts)

    def _remove_unreferenced(self, task: Task) -> bool:
        """Remove files that belong to nothing a day after they came."""
        with task.database.transaction() as session:
            before = task.now - UNUSED_LASTS
            unused = queries.unreferenced(session, before=before, limit=BATCH)
            for file in unused:
                actions.remove(session, file, now=task.now)
        return bool(unused)

    def _delete_unknown(self, task: Task) -> None:
        """Delete contents that no row knows of: a process was lost between the two."""
        old = self.storage.keys(before=task.now - UNUSED_LASTS)
        while keys := list(islice(old, BATCH)):
            with task.database.reading() as session:
                known = queries.known_keys(session, keys)
            for key in set(keys) - known:
                self.storage.delete(key)

    def _is_infected(self, key: str) -> bool:
        if self.scanner is None:
            raise Hopeless("a file waits for a scanner, and LEARNING_SCANNER names none")
        with self.storage.open(key) as stream:
            verdict = self.scanner.scan(stream)
        if verdict is Verdict.ERROR:
            raise ScanFailed("the scanner gave no answer")
        return verdict is Verdict.INFECTED


def handlers(storage: Storage, scanner: Scanner | None) -> dict[str, Handler]:
    """Return who does which kind of job."""
    files = Files(storage=storage, scanner=scanner)
    return {actions.SCAN: files.scan, actions.DROP: files.drop, SWEEP: files.sweep}
