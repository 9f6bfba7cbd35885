"""Looking into PDFs: in a process of their own, whose memory and time are limited.

A megabyte of PDF can ask for gigabytes and minutes; whatever happens to the other process, this
one goes on. It is run as `python -m learning.files.documents`, a PDF in, a verdict out.
"""

import resource
import subprocess
import sys
from io import BytesIO

from learning.files import rules
from learning.files.rules import Fault
from learning.settings import ROOT

MOST_MEMORY = 768_000_000  # bytes of address space, libraries included
MOST_SECONDS = 5  # of processor time
PATIENCE = 20.0  # seconds, on a machine that has much to do
SOUND = "sound"


def examine(content: bytes) -> bytes | Fault:
    """Return a PDF as it may be kept, or why it is not taken.

    One that needs no password is taken as it is. What phones and scanners put before its head and
    after its end is cut off, and the file written anew, so that every reader opens it.
    """
    bare = rules.without_margins(content)
    command = [sys.executable, "-m", __name__, *(["--rewrite"] if bare != content else [])]
    try:
        done = subprocess.run(  # noqa: S603 our own module
            command, input=bare, capture_output=True, cwd=ROOT, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return Fault.BROKEN
    verdict, _, rewritten = done.stdout.partition(b"\n")
    if done.returncode or not verdict:
        return Fault.BROKEN
    if verdict != SOUND.encode():
        return Fault(verdict.decode())
    return rewritten or content


def main() -> None:
    """Read a PDF from standard input; write the verdict, then the file if it is written anew."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    verdict, rewritten = judge(sys.stdin.buffer.read(), rewrite="--rewrite" in sys.argv)
    sys.stdout.buffer.write(verdict.encode() + b"\n" + rewritten)


def judge(content: bytes, *, rewrite: bool) -> tuple[str, bytes]:
    """Return the verdict on a PDF, and the file written anew if that is asked for."""
    import pikepdf  # noqa: PLC0415 only the other process needs it

    out = BytesIO()
    try:
        with pikepdf.open(BytesIO(content), suppress_warnings=True) as document:
            if not len(document.pages):
                return Fault.BROKEN, b""
            if rewrite:
                document.save(out)
    except pikepdf.PasswordError:
        return Fault.LOCKED, b""
    except (pikepdf.PdfError, MemoryError, RuntimeError):
        return Fault.BROKEN, b""
    return SOUND, out.getvalue()


if __name__ == "__main__":
    main()
