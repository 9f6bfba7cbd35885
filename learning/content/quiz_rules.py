"""The rules of quizzes: [quiz] of course.toml, compared with the banks of the modules."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields

from learning.content.activity_types import Blueprint, Difficulty, QuizRules
from learning.content.course import Module
from learning.content.quiz_blueprint import possible_draws
from learning.content.toml_reader import TomlTable

HUNDRED = 100
COUNTS = ("pass_percent", "attempts", "questions", "time_limit_minutes")
COUNTS_OR_ZERO = ("wait_hours", "grace_minutes")


def read_quiz_rules(sheet: TomlTable, modules: Sequence[Module]) -> QuizRules | None:
    """Return the rules of quizzes; a course with question banks needs them."""
    if "quiz" not in sheet.entries and not any(module.bank for module in modules):
        return None
    table = sheet.table("quiz")
    if "quiz" not in sheet.entries:
        return None
    table.find_strangers([each.name for each in fields(QuizRules)])
    rules = QuizRules(
        **{entry: table.positive_int(entry) for entry in COUNTS},
        **{entry: table.whole_number(entry) for entry in COUNTS_OR_ZERO},
        blueprint=_blueprint(table),
    )
    if rules.pass_percent > HUNDRED:
        table.report("pass_percent", f"pass_percent: {HUNDRED} at most")
    _check_draws(table, rules, modules)
    return rules


def quiz_numbers(rules: QuizRules) -> Mapping[str, int]:
    """Return each number of the rules by its path in [quiz]."""
    numbers = {entry: getattr(rules, entry) for entry in (*COUNTS, *COUNTS_OR_ZERO)}
    return numbers | {f"blueprint.{name}": n for name, n in asdict(rules.blueprint).items()}


def _blueprint(table: TomlTable) -> Blueprint:
    own = table.table("blueprint")
    own.find_strangers(list(Difficulty))
    return Blueprint(**{str(difficulty): own.whole_number(difficulty) for difficulty in Difficulty})


def _check_draws(table: TomlTable, rules: QuizRules, modules: Sequence[Module]) -> None:
    """Report each bank that does not satisfy the blueprint in every attempt without a repeat."""
    if (total := rules.blueprint.questions) != rules.questions:
        message = f"blueprint: {total} questions together, not {rules.questions}"
        table.report("blueprint", message)
        return
    for module in modules:
        objectives = len(next(iter(module.objectives.values()), ()))
        if not module.bank or not objectives:
            continue
        draws = possible_draws(module.bank, rules.blueprint, objectives)
        if draws < rules.attempts:
            table.report(
                "blueprint",
                f"blueprint: the bank of {module.key} satisfies it {draws} times without a "
                f"repeat, not {rules.attempts}",
            )
