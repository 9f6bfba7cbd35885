"""What is changed, and what a change is called."""

from textwrap import dedent

import pytest

from tests.mutation.__main__ import ROOT, equivalents
from tests.mutation.mutants import Mutant, mutants_of, sample
from tests.mutation.scope import JUDGES


def made_of(source: str) -> list[Mutant]:
    return mutants_of("a.py", dedent(source))[1]


def changes(source: str) -> set[str]:
    return {f"{each.name.before} → {each.name.after}" for each in made_of(source)}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("a < b", "a < b → a <= b"),
        ("a is None", "a is None → a is not None"),
        ("a and b", "a and b → a or b"),
        ("a and b", "a and b → a"),
        ("not a", "not a → a"),
        ("a - 1", "a - 1 → a - 2"),
        ("a - 1", "a - 1 → a + 1"),
        ("f(True)", "f(True) → f(False)"),
        ("f('')", "f('') → f('XX')"),
        ("f(a, by=b)", "f(…) by=b → (left out)"),
        ("min(a, b)", "min(a, b) → max(a, b)"),
        ("q.where(a, b)", "q.where(…) a → (left out)"),
        ("q.where(a)", "q.where(a) → q"),
        ("q.in_(a)", "q.in_(a) → q.not_in(a)"),
        ("a.strip()", "a.strip() → a"),
        ("a[:b]", "a[:b] → a[:]"),
        ("[a, b]", "… a → (left out)"),
        ("{a: b, c: d}", "{c: d} → (left out)"),
        ("[a for a in b if c]", "… c → (left out)"),
        ("a if b else c", "a if b else c → a if not b else c"),
    ],
)
def test_an_expression_is_changed(code: str, expected: str) -> None:
    assert expected in changes(f"x = {code}")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("if a:\n    b = c", "if a → if not a"),
        ("f(a)", "f(a) → pass"),
        ("a.b = c", "a.b = c → pass"),
        ("a += 1", "a += 1 → pass"),
        ("a += 1", "a += 1 → a -= 1"),
        ("raise A(b)", "raise A(b) → pass"),
        ("def f():\n    return a", "return a → return None"),
        ("def f(a=1):\n    pass", "a=1 → a=2"),
        ("A = 1", "A = 1 → A = 2"),
    ],
)
def test_a_statement_is_changed(code: str, expected: str) -> None:
    assert expected in changes(code)


@pytest.mark.parametrize(
    "code",
    [
        '"""A docstring."""',
        'x = N_("A message.")',
        'log.info("A log: %s", a)',
        'x: "int"',
        "import a",
        "if TYPE_CHECKING:\n    A = 1",
        'class A(StrEnum):\n    B = "b"',
        'class A:\n    __tablename__ = "a"\n    b = f("c")',
        "assert a == b",
    ],
)
def test_what_decides_nothing_is_passed_over(code: str) -> None:
    assert made_of(code) == []


def test_a_mutant_is_named_by_the_outermost_function_that_holds_it() -> None:
    source = """
        A = 1
        class B:
            @property
            def c(self, d=2):
                def inner():
                    return 3
                return inner
        """
    named = {(each.name.function, each.name.after) for each in made_of(source)}
    assert ("", "A = 2") in named
    assert ("B.c", "return 4") in named
    assert ("B.c", "return None") in named
    assert ("", "self, d=3") in named


def test_changes_that_read_alike_have_numbers() -> None:
    names = [each.name for each in made_of("x = f(1)\ny = f(1)\n")]
    assert [(name.before, name.number) for name in names] == [("f(1)", 1), ("f(1)", 2)]


def test_a_mutant_is_compiled_and_leaves_the_tree_as_it_was() -> None:
    tree, (mutant, *_) = mutants_of("a.py", "x = 1 + 1\n")
    results = []
    for code in (mutant.compiled(tree, "a.py"), compile(tree, "a.py", "exec")):
        known: dict[str, int] = {}
        exec(code, known)  # noqa: S102 our own words
        results.append(known["x"])
    assert results == [0, 2]


def test_a_sample_stays_when_something_else_changes() -> None:
    before = sample(made_of("def f():\n    return a + b + c + d + e\n"), 3)
    after = sample(made_of("import z\n\n\ndef f():\n    return a + b + c + d + e\n"), 3)
    assert [each.name for each in before] == [each.name for each in after]
    assert len(before) == 3


def test_every_module_and_test_that_is_named_is_there() -> None:
    named = {*JUDGES, *(test for tests in JUDGES.values() for test in tests)}
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []
    rules = [*ROOT.glob("learning/*/rules.py"), *ROOT.glob("learning/*/rules/[!_]*.py")]
    assert {str(path.relative_to(ROOT)) for path in rules} <= JUDGES.keys()


def test_every_equivalent_is_a_mutant_and_says_why() -> None:
    known = {
        m.name for module in JUDGES for m in mutants_of(module, (ROOT / module).read_text())[1]
    }
    assert [str(name) for name in equivalents() if name not in known] == []
    assert all(reason.endswith(".") for reason in equivalents().values())
