"""One process that judges the mutants of one module: which of them does no test notice?

It imports what does not import the module. A copy of it imports the module and its tests, and is
itself copied for each mutant: the code of a function, or a constant, is exchanged in place. What
cannot be exchanged, and every constant whose change nothing noticed so, is imported anew, changed,
by a copy of the first.
"""

import importlib
import json
import pickle
import resource
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType

import pytest

from tests.mutation.children import Limits, in_child
from tests.mutation.exchange import ChangedModule, changed_constant, changed_function
from tests.mutation.mutants import mutants_of
from tests.mutation.plugins import Calls, KeptDatabase, run_tests

OPTIONS = (
    *("-q", "-x", "--tb=short", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # libraries are there already
)
WARMING = Limits(cpu_seconds=3600, seconds=3600)
KILLED, SURVIVED, TOO_SLOW, UNTESTED = "killed", "survived", "too slow", "untested"


@dataclass(eq=False)
class Judge:
    """One module, the tests that judge it, and what is known of its mutants."""

    root: Path
    folder: Path
    module: str
    tests: Sequence[str]
    indexes: Sequence[int]
    verdicts: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.file = str(self.root / self.module)
        self.name = self.module.removesuffix(".py").replace("/", ".")
        self.tree, self.mutants = mutants_of(self.module, Path(self.file).read_text())
        self.log = self.folder / "log.txt"
        self.database = KeptDatabase(self.folder / "database.sqlite")
        self.calls = Calls(self.file)

    def run(self) -> None:
        """Judge all that are wanted."""
        known = self.folder / "verdicts.pickle"
        status = in_child(lambda: self._warm(known), WARMING, log=self.log)
        if status != 0:
            raise SystemExit(
                f"{self.module}: its tests fail without a change\n{self._end_of_log()}"
            )
        self.verdicts, limits = pickle.loads(known.read_bytes())  # noqa: S301 our own words
        for number in self.indexes:
            if number not in self.verdicts:
                code = self.mutants[number].compiled(self.tree, self.file)
                done = in_child(lambda code=code: self._import_anew(code), limits, log=self.log)
                self.verdicts[number] = _verdict(done)

    def _end_of_log(self) -> str:
        return self.log.read_text()[-3000:]

    def _warm(self, known: Path) -> int:
        """Import everything, see which test calls what, and judge the mutants of functions."""
        self.calls.start()
        self.known = known
        return int(pytest.main([*OPTIONS, *self.tests], plugins=[self, self.database]))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.calls.stop()
        noted = self.folder / "calls.pickle"
        began = time.monotonic()
        if in_child(lambda: self._note_calls(session, noted), WARMING, log=self.log) != 0:
            session.testsfailed = 1
            return True
        self.calls, cpu_seconds = pickle.loads(noted.read_bytes())  # noqa: S301 our own words
        limits = Limits(int(10 + 4 * cpu_seconds), 60 + 10 * (time.monotonic() - began))
        for number in self.indexes:
            name = self.mutants[number].name
            if name.function and name.function not in self.calls.early:
                self._judge_function(session, number, limits)
            elif not name.function:
                self._judge_constant(session, number, limits)
        self.known.write_bytes(pickle.dumps((self.verdicts, limits)))
        return True

    def _note_calls(self, session: pytest.Session, noted: Path) -> int:
        session.config.pluginmanager.register(self.calls)
        self.calls.start()
        self.calls.current = set()
        status = run_tests(session, session.items)
        self.calls.stop()
        used = resource.getrusage(resource.RUSAGE_SELF)
        noted.write_bytes(pickle.dumps((self.calls, used.ru_utime + used.ru_stime)))
        return status

    def _judge_function(self, session: pytest.Session, number: int, limits: Limits) -> None:
        mutant = self.mutants[number]
        change = changed_function(mutant, self.tree, self.file)
        tests = [session.items[n] for n in self.calls.tests_of(mutant.name.function)]
        if change and not tests:
            self.verdicts[number] = UNTESTED
        elif change:
            self.verdicts[number] = _verdict(self._tried(session, change, tests, limits))

    def _judge_constant(self, session: pytest.Session, number: int, limits: Limits) -> None:
        """Judge a constant by changing it where it is known; what survives is imported anew."""
        texts = [(self.root / test).read_text() for test in self.tests]
        change = changed_constant(self.mutants[number], self.tree, self.name, texts)
        if change and _verdict(self._tried(session, change, session.items, limits)) == KILLED:
            self.verdicts[number] = KILLED

    def _tried(
        self,
        session: pytest.Session,
        change: Callable[[], None],
        tests: Sequence[pytest.Item],
        limits: Limits,
    ) -> int | None:
        def work() -> int:
            change()
            return run_tests(session, tests)

        return in_child(work, limits, log=self.log)

    def _import_anew(self, code: CodeType) -> int:
        sys.meta_path.insert(0, ChangedModule(self.name, self.file, code))
        return int(pytest.main([*OPTIONS, *self.tests], plugins=[self.database]))


def _verdict(status: int | None) -> str:
    if status is None:
        return TOO_SLOW
    return SURVIVED if status == 0 else KILLED


def main(ordered: str) -> None:
    order = json.loads(Path(ordered).read_text())
    judge = Judge(
        Path.cwd(), Path(ordered).parent, order["module"], order["tests"], order["wanted"]
    )
    for name in order["unchanged"]:
        with suppress(ImportError):  # a module that another one made up
            importlib.import_module(name)
    if judge.name in sys.modules:
        raise SystemExit(f"{judge.module} was imported before it could be changed")
    judge.run()
    found = {str(number): verdict for number, verdict in judge.verdicts.items()}
    Path(order["answer"]).write_text(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
