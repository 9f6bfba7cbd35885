"""A process of its own for one file, whose memory and time are limited.

A small file can ask for gigabytes and hours: a PDF by what is squeezed into it, a JPEG by the scans
that it repeats. Whatever happens to the other process, this one goes on.
"""

import resource
import subprocess
import sys
from collections.abc import Callable

from learning.files.rules import Fault
from learning.settings import ROOT

MOST_MEMORY = 768_000_000  # bytes of address space, libraries included
MOST_SECONDS = 5  # of processor time
PATIENCE = 20.0  # seconds, on a machine that has much to do
SOUND = "sound"


def run(module: str, content: bytes, *arguments: str) -> bytes | Fault:
    """Return what a module makes of a file in a process of its own, or why it is not taken."""
    command = [sys.executable, "-m", module, *arguments]
    try:
        done = subprocess.run(  # noqa: S603 our own module
            command, input=content, capture_output=True, cwd=ROOT, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return Fault.BROKEN
    verdict, _, made = done.stdout.partition(b"\n")
    if done.returncode or not verdict:
        return Fault.BROKEN
    return made if verdict == SOUND.encode() else Fault(verdict.decode())


def answer(examine: Callable[[bytes], bytes | Fault]) -> None:
    """Be the other process: examine standard input, write the verdict, then what was made."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    made = examine(sys.stdin.buffer.read())
    verdict, content = (made, b"") if isinstance(made, Fault) else (SOUND, made)
    sys.stdout.buffer.write(verdict.encode() + b"\n" + content)
