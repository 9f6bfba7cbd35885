"""Worker processes that can be killed."""

import subprocess
import sys

from bench.servers import ROOT


class WorkerProcess:
    """`learning worker`, as in production; killed without a word, and started again."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "learning.cli", "worker"]
        self._process = subprocess.Popen(  # noqa: S603 our own worker
            command, cwd=ROOT, env=self._environment, stderr=subprocess.DEVNULL
        )

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
