"""How a mutant gets into a process: in place, or as a module that is imported anew."""

import ast
import gc
import re
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from types import CodeType, FunctionType, ModuleType

from tests.mutation.mutants import Mutant

Change = Callable[[], None]


class ChangedModule(SourceFileLoader):
    """Finds and loads one module, whose code is not that of its file."""

    def __init__(self, name: str, file: str, code: CodeType) -> None:
        super().__init__(name, file)
        self.code = code

    def find_spec(self, name: str, _path: object, _: ModuleType | None = None) -> ModuleSpec | None:
        return spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, _: str) -> CodeType:
        return self.code


def changed_function(mutant: Mutant, tree: ast.Module, file: str) -> Change | None:
    """Return what exchanges the code of a mutant's function; None if that cannot be done."""
    functions = [
        each
        for each in gc.get_objects()
        if isinstance(each, FunctionType) and _is_of(each.__code__, file, mutant)
    ]
    new = _code_of(mutant.compiled(tree, file), mutant)
    if not functions or new is None or new.co_freevars != functions[0].__code__.co_freevars:
        return None

    def change() -> None:
        for function in functions:
            function.__code__ = new

    return change


def _is_of(code: CodeType, file: str, mutant: Mutant) -> bool:
    place = code.co_filename, code.co_qualname, code.co_firstlineno
    return place == (file, mutant.name.function, mutant.first_line)


def _code_of(module: CodeType, mutant: Mutant) -> CodeType | None:
    """Return the code of a mutant's function from the code of its module."""
    if _is_of(module, module.co_filename, mutant):
        return module
    inner = (each for each in module.co_consts if isinstance(each, CodeType))
    return next((found for each in inner if (found := _code_of(each, mutant))), None)


def changed_constant(
    mutant: Mutant, tree: ast.Module, module: str, tests: Sequence[str]
) -> Change | None:
    """Return what binds a module's constants anew, changed, wherever they are known by name.

    None if the change is in something else, or if the text of a test names a constant, which may
    have made its cases of the old one.
    """
    statements = _bound_anew(mutant, tree)
    names = {name for each in statements for name in _bound(each)}
    words = {word for text in tests for word in re.findall(r"\w+", text)}
    if not statements or names & words:
        return None
    code = mutant.compiled(ast.Module(statements, type_ignores=[]), module)

    def change() -> None:
        known = vars(sys.modules[module])
        old = {name: known[name] for name in names}
        exec(code, known)  # noqa: S102 our own words, changed
        for other in list(sys.modules.values()):
            for name, value in old.items():
                if getattr(other, "__dict__", {}).get(name) is value:
                    setattr(other, name, known[name])

    return change


def _bound_anew(mutant: Mutant, tree: ast.Module) -> list[ast.stmt]:
    """Return the assignment that a mutant changes, and those that follow from it."""
    found: list[ast.stmt] = []
    names: set[str] = set()
    for statement in tree.body:
        changed = not found and mutant.is_in(statement)
        read = {each.id for each in ast.walk(statement) if isinstance(each, ast.Name)}
        if changed and not _bound(statement):
            return []
        if changed or (_bound(statement) and names & read):
            found.append(statement)
            names |= _bound(statement)
    return found


def _bound(statement: ast.stmt) -> set[str]:
    """Return the names that an assignment binds; none for any other statement."""
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign) and statement.value:
        targets = [statement.target]
    else:
        return set()
    inner = (each for target in targets for each in ast.walk(target))
    return {each.id for each in inner if isinstance(each, ast.Name)}
