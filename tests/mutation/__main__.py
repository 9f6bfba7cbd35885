"""`python -m tests.mutation [MODULE …]`: change rules one at a time; a test has to fail each time.

Judges a copy of the tree, two modules at a time, at low priority. Prints for each module how many
mutants there were and which survived, and exits with 1 where fewer than FLOOR percent were noticed.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import grimp

from tests.mutation.mutants import Mutant, Name, mutants_of, sample
from tests.mutation.scope import FLOOR, JUDGES, MAX_MUTANTS

ROOT = Path(__file__).parents[2]
EQUIVALENTS = Path(__file__).with_name("equivalents.toml")
GRAPH = grimp.build_graph("learning")
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", ".*_cache", "build", "*.sqlite*")


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of one module: its mutants, those that were judged, those that survived."""

    module: str
    made: int
    judged: int
    survivors: Sequence[tuple[Mutant, str]]
    error: str = ""

    @property
    def score(self) -> float:
        killed = self.judged - len(self.survivors)
        return 100 * killed / self.judged if self.judged else 100.0

    @property
    def good(self) -> bool:
        return not self.error and self.score >= FLOOR


def equivalents() -> Mapping[Name, str]:
    """Return the mutants that change nothing that could be noticed, by name, each with why."""
    rows = tomllib.loads(EQUIVALENTS.read_text()).get("equivalent", [])
    return {
        Name(r["module"], r["function"], r["before"], r["after"], r.get("number", 1)): r["reason"]
        for r in rows
    }


def imported(tree: Path) -> list[str]:
    """Return every module that the application and the beginning of its tests import."""
    listed = "import sys, learning.app, tests.conftest; print(*sys.modules)"
    command = [sys.executable, "-c", listed]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=True)  # noqa: S603 our own words
    return [name for name in done.stdout.split() if not name.startswith(("tests", "__main__"))]


def unchanged_by(module: str, known: Sequence[str]) -> list[str]:
    """Return the modules that neither are a module nor import it, directly or by others.

    To import a module imports the packages that it is in.
    """
    name = module.removesuffix(".py").replace("/", ".")
    changed = {name, *GRAPH.find_downstream_modules(name)}
    return [each for each in known if changed.isdisjoint(accumulate(each.split("."), _dotted))]


def _dotted(package: str, name: str) -> str:
    return f"{package}.{name}"


def judge(module: str, tree: Path, folder: Path, known: Sequence[str], limit: int) -> Result:
    """Judge the mutants of one module in a process of its own."""
    _, made = mutants_of(module, (tree / module).read_text())
    same = equivalents()
    stale = [name for name in same if name.module == module and name not in {m.name for m in made}]
    if stale:
        error = f"equivalents.toml names what is no mutant any more: {stale[0]}"
        return Result(module=module, made=len(made), judged=0, survivors=(), error=error)
    chosen = sample((each for each in made if each.name not in same), limit)
    chosen_indexes = {made.index(each): each for each in chosen}
    folder.mkdir()
    order, answer = folder / "order.json", folder / "answer.json"
    message = {
        "module": module,
        "tests": JUDGES[module],
        "wanted": [*chosen_indexes],
        "answer": str(answer),
    }
    message["unchanged"] = unchanged_by(module, known)
    order.write_text(json.dumps(message))
    command = [sys.executable, "-m", "tests.mutation.judge", str(order)]
    environment = os.environ | {"PYTHONPATH": str(tree), "TMPDIR": str(folder)}
    done = subprocess.run(  # noqa: S603 our own words
        command, cwd=tree, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        return Result(module=module, made=len(made), judged=0, survivors=(), error=done.stderr)
    verdicts = json.loads(answer.read_text())
    bad = [
        (each, verdicts[str(n)]) for n, each in chosen_indexes.items() if _lives(verdicts[str(n)])
    ]
    return Result(module=module, made=len(made), judged=len(chosen_indexes), survivors=bad)


def _lives(verdict: str) -> bool:
    return verdict in {"survived", "untested"}


def report(result: Result, seconds: float) -> None:
    killed = result.judged - len(result.survivors)
    below = "" if result.good else "  BELOW THE FLOOR"
    counts = f"{result.made:3} mutants, {result.judged:3} judged, {killed:3} killed"
    lines = [f"{result.module:36} {counts}: {result.score:5.1f} %{below} ({seconds:.0f} s)"]
    lines += [
        f"    {result.module}:{each.line} {how}: {each.name}" for each, how in result.survivors
    ]
    lines += [f"    {result.error}"] if result.error else []
    sys.stdout.write("\n".join([*lines, ""]))
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.mutation", description=__doc__)
    parser.add_argument("modules", nargs="*", default=list(JUDGES), metavar="MODULE")
    parser.add_argument("--jobs", type=int, default=2, help="how many modules at a time")
    parser.add_argument(
        "--most", dest="limit", type=int, default=MAX_MUTANTS, help="mutants of one module"
    )
    options = parser.parse_args()
    os.nice(10)

    def timed(module: str) -> Result:
        began = time.monotonic()
        result = judge(module, tree, folder / module.replace("/", "-"), known, options.limit)
        report(result, time.monotonic() - began)
        return result

    with tempfile.TemporaryDirectory(prefix="mutation-") as temporary:
        folder = Path(temporary)
        tree = folder / "tree"
        shutil.copytree(ROOT, tree, ignore=NOT_COPIED)
        known = imported(tree)
        with ThreadPoolExecutor(options.jobs) as pool:
            results = list(pool.map(timed, options.modules))
    judged = sum(each.judged for each in results)
    killed = judged - sum(len(each.survivors) for each in results)
    sys.stdout.write(
        f"{judged} mutants judged, {killed} killed; {len(equivalents())} equivalents\n"
    )
    return 0 if all(each.good for each in results) else 1


if __name__ == "__main__":
    sys.exit(main())
