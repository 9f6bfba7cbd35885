"""The assessment rules of a course: [quiz] to [[requirements]] of course.toml, validated."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import TypeVar

from learning.content.activity_types import (
    Assessment,
    Deadline,
    GroupRules,
    PeerRules,
    ProjectRules,
    Requirement,
    RequirementKey,
)
from learning.content.course import CommonWork, Module
from learning.content.quiz_rules import quiz_numbers, read_quiz_rules
from learning.content.toml_reader import TomlTable

HUNDRED = 100
WEIGHTS = ("quizzes", "peer", "group", "project")
COUNTS = {"discussions": ("contributions", "replies"), "live": ("sessions",)}
"""What a requirement says beside its key."""
WEEK = 7
Rules = TypeVar("Rules", PeerRules, GroupRules, ProjectRules)


def read_assessment(
    sheet: TomlTable, modules: Sequence[Module], work: CommonWork, deadlines: Sequence[Deadline]
) -> Assessment:
    """Return the rules; tables that the course's own banks and documents need are required."""
    peer = _rules(sheet, "peer", PeerRules, required="peer" in work.documents)
    if peer:
        _check_peer(sheet.table("peer"), peer, deadlines)
    group = _rules(sheet, "group", GroupRules, required="group" in work.documents)
    if group and group.max_size < group.min_size:
        sheet.table("group").report("max_size", "max_size: not less than the min_size")
    quiz = read_quiz_rules(sheet, modules)
    project = _rules(sheet, "project", ProjectRules, required="project" in work.documents)
    required = any((quiz, peer, group, project))
    return Assessment(
        quiz=quiz,
        peer=peer,
        group=group,
        project=project,
        requirements=_requirements(sheet, count_sessions(modules), required=required),
        weights=_weights(sheet, required=required),
    )


def count_sessions(modules: Sequence[Module]) -> int:
    """Return how many live sessions a course has: one for each module that plans one."""
    return sum("live" in module.documents for module in modules)


def stated_values(
    assessment: Assessment,
    modules: Sequence[Module],
    minutes: Mapping[str, int],
    extra: Mapping[str, int],
    total: int,
) -> Mapping[str, int]:
    """Return each number that prose may state, by its path in course.toml.

    `minutes` are those of one module, by its parts, `extra` those outside the modules; `total`
    are those of the course.
    """
    rules = {
        "peer": assessment.peer,
        "group": assessment.group,
        "project": assessment.project,
    }
    values = {
        f"{table}.{entry}": value
        for table, own in rules.items()
        if own
        for entry, value in asdict(own).items()
    }
    if assessment.quiz:
        quiz = quiz_numbers(assessment.quiz)
        values |= {f"quiz.{entry}": value for entry, value in quiz.items()}
    values |= {f"weights.{key}": value for key, value in assessment.weights.items()}
    for requirement in assessment.requirements:
        for entry in COUNTS.get(requirement.key, ()):
            values[f"requirements.{requirement.key}.{entry}"] = getattr(requirement, entry)
    values |= {f"module_minutes.{name}": each for name, each in minutes.items()}
    if not total % 60:
        values["total_minutes / 60"] = total // 60
    if group := extra.get("group_exercise"):
        values["extra_minutes.group_exercise / 60"] = group // 60
    counted = {
        "live sessions": count_sessions(modules),
        "quizzes": sum(bool(m.bank) for m in modules),
    }
    return values | {name: count for name, count in counted.items() if count}


def _rules(sheet: TomlTable, name: str, kind: type[Rules], *, required: bool) -> Rules | None:
    """Return one table as its rules; every entry is a whole number greater than 0."""
    if name not in sheet.entries and not required:
        return None
    table = sheet.table(name)
    if name not in sheet.entries:
        return None
    names = [each.name for each in fields(kind)]
    table.find_strangers(names)
    values = {each: table.positive_int(each) for each in names}
    if values.get("pass_percent", 0) > HUNDRED:
        table.report("pass_percent", f"pass_percent: {HUNDRED} at most")
    return kind(**values)


def _check_peer(table: TomlTable, rules: PeerRules, deadlines: Sequence[Deadline]) -> None:
    if rules.reminder_hours >= rules.review_hours:
        table.report("reminder_hours", "reminder_hours: fewer than review_hours")
    if rules.min_reviews > rules.reviews:
        table.report("min_reviews", "min_reviews: not more than reviews")
    days = {each.key: each.week * WEEK + each.weekday for each in deadlines if each.week}
    if {"peer-release", "peer-appeal"} <= days.keys():
        between = days["peer-appeal"] - days["peer-release"]
        if between != rules.appeal_days:
            message = f"appeal_days: “peer-appeal” is {between} days after “peer-release”"
            table.report("appeal_days", message)


def _requirements(sheet: TomlTable, sessions: int, *, required: bool) -> list[Requirement]:
    if "requirements" not in sheet.entries and not required:
        return []
    tables = sheet.tables("requirements")
    requirements: list[Requirement] = []
    for table in tables:
        key = table.entries.get("key")
        if not isinstance(key, str) or key not in set(RequirementKey):
            table.report("key", f"key: one of {', '.join(RequirementKey)}")
            continue
        if key in {each.key for each in requirements}:
            table.report("key", f"a second requirement has the key “{key}”")
        counts = COUNTS.get(key, ())
        table.find_strangers(("key", *counts))
        values = {entry: table.positive_int(entry) for entry in counts}
        if values.get("sessions", 0) > sessions:
            table.report("sessions", f"sessions: the course has {sessions}")
        requirements.append(Requirement(key=RequirementKey(key), **values))
    return requirements


def _weights(sheet: TomlTable, *, required: bool) -> Mapping[str, int]:
    if "weights" not in sheet.entries and not required:
        return {}
    table = sheet.table("weights")
    if "weights" not in sheet.entries:
        return {}
    table.find_strangers(WEIGHTS)
    weights = {name: table.positive_int(name) for name in WEIGHTS if name in table.entries}
    if (total := sum(weights.values())) != HUNDRED:
        table.report("", f"the weights add up to {total}, not {HUNDRED}")
    return weights
