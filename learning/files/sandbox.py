"""A process of its own for one file, whose memory and time are limited.

A small file can ask for gigabytes and hours: a PDF by what is squeezed into it, a JPEG by the scans
that it repeats. Whatever happens to the other process, this one goes on.
"""

import resource
import subprocess
import sys
from collections.abc import Callable

from learning.files.rules import FileRejection
from learning.paths import ROOT

MAX_MEMORY_BYTES = 768_000_000  # bytes of address space, libraries included
MAX_CPU_SECONDS = 5  # of processor time
SANDBOX_TIMEOUT_SECONDS = 20.0  # seconds, on a machine that has much to do
ACCEPTED = "sound"


def run_in_sandbox(module: str, content: bytes, *arguments: str) -> bytes | FileRejection:
    """Return what a module makes of a file in a process of its own, or why it is not taken."""
    command = [sys.executable, "-m", module, *arguments]
    try:
        done = subprocess.run(  # noqa: S603 our own module
            command,
            input=content,
            capture_output=True,
            cwd=ROOT,
            timeout=SANDBOX_TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return FileRejection.BROKEN
    verdict, _, made = done.stdout.partition(b"\n")
    if done.returncode or not verdict:
        return FileRejection.BROKEN
    return made if verdict == ACCEPTED.encode() else FileRejection(verdict.decode())


def serve_sandbox(
    examine: Callable[[bytes], bytes | FileRejection], *, cpu_seconds: int = MAX_CPU_SECONDS
) -> None:
    """Be the other process: examine standard input, write the verdict, then what was made."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    made = examine(sys.stdin.buffer.read())
    verdict, content = (made, b"") if isinstance(made, FileRejection) else (ACCEPTED, made)
    sys.stdout.buffer.write(verdict.encode() + b"\n" + content)
