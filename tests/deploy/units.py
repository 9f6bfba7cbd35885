"""What a systemd unit says, and its commands carried out under the restrictions it asks for."""

import os
import shlex
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from learning.settings import ROOT

Unit = dict[str, list[str]]
TEMPORARY = ("/var/tmp", "/tmp")  # noqa: S108 the system's own, hidden by private ones
NOT_FILES = ("/proc", "/sys", "/dev")


def read(name: str) -> Unit:
    """Return the directives of the [Service] of a unit of deploy/."""
    found: Unit = defaultdict(list)
    section = ""
    for line in (ROOT / "deploy" / name).read_text().splitlines():
        if line.startswith("["):
            section = line
        elif section == "[Service]" and "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found[key].append(value)
    return found


def environment(place: Path) -> dict[str, str]:
    """Return deploy/learning.env as systemd reads it, with what everybody has to fill in."""
    shipped = (ROOT / "deploy/learning.env").read_text()
    mine = place / "learning.env"
    mine.write_text(shipped.replace("SECRET_KEY=", f"SECRET_KEY={os.urandom(32).hex()}"))
    lines = (line for line in mine.read_text().splitlines() if line and line[0] not in "#;")
    pairs = (line.partition("=") for line in lines)
    return {name: value.removeprefix('"').removesuffix('"') for name, _, value in pairs}


def unshare() -> list[str] | None:
    """Return how to have a view of the file system of one's own, None if this machine has no way.

    As root, or in a user namespace where these are allowed.
    """
    for way in (["unshare", "--mount"], ["unshare", "--mount", "--map-root-user"]):
        if shutil.which(way[0]):
            tried = [*way, "sh", "-c", "mount -t tmpfs tmpfs /srv"]
            if subprocess.run(tried, capture_output=True, check=False).returncode == 0:  # noqa: S603 our own words
                return way
    return None


def script(unit: Unit, commands: Sequence[str]) -> str:
    """Return a shell script that carries out commands as systemd would for a unit."""
    lines = ["set -e", "mount -t tmpfs tmpfs /srv", "mkdir /srv/learning"]
    lines += [f"mount --bind {shlex.quote(str(ROOT))} /srv/learning"]
    kept: list[str] = []
    for key, parent in (("StateDirectory", "/var/lib"), ("CacheDirectory", "/var/cache")):
        mode = unit[f"{key}Mode"][0]
        for name in unit[key]:
            lines += [f"mount -t tmpfs tmpfs {parent}", f"mkdir {parent}/{name}"]
            lines += [f"mount -t tmpfs -o mode={mode} tmpfs {parent}/{name}"]
            kept.append(f"{parent}/{name}")
    if unit["PrivateTmp"] == ["yes"]:
        lines += [f"mount -t tmpfs tmpfs {path}" for path in TEMPORARY]
        kept += TEMPORARY
    for path in " ".join(unit["ReadWritePaths"]).split():
        lines += [f"mount --bind {path} {path}"]
        kept.append(path)
    if unit["ProtectSystem"] == ["strict"]:
        lines += [
            "cut -d' ' -f5 /proc/self/mountinfo | while read -r at; do",
            f'  case "$at" in {"|".join([*kept, *NOT_FILES, *(f"{p}/*" for p in NOT_FILES)])}) ;;',
            '  *) mount -o remount,bind,ro "$at" ;; esac',
            "done",
        ]
    lines += [f"cd {unit['WorkingDirectory'][0]}"]
    *first, last = commands
    return "\n".join([*lines, *first, f"exec {last}"])
