"""What the details of an audit row say, in the reader's words.

The trail keeps plain values: states, ids, codes, ISO dates. Each name of a detail has a label and a
reading here; what has none, or cannot be read, stands under “Technical detail” only.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.emails import CORRECTED_FIELDS
from learning.accounts.queries import names_of
from learning.admin.labels import FIELD_LABELS, ROLE_LABELS
from learning.admin.staff.edition_names import edition_name
from learning.admissions.labels import STATES
from learning.admissions.rules.stages import Stage
from learning.audit.models import AuditEntry
from learning.catalogue.labels import STATUS_LABELS
from learning.catalogue.models import Edition, EditionStatus
from learning.content import registry
from learning.enrolment.labels import CAPACITIES, STATUSES
from learning.enrolment.models import EnrolmentMethod
from learning.enrolment.rules import ActorRole, EnrolmentStatus
from learning.fees.centre_labels import CENTRE_LABELS
from learning.kit.i18n import LANGUAGES, N_, I18n
from learning.kit.money import Money
from learning.participants.labels import METHODS

ARROW = " → "
MONEY = re.compile(r"Money\(minor=(\d+), currency='([A-Z]{3})'\)")
PEOPLE, EDITIONS = ("tutor", "person", "owner"), ("edition", "scope")


@dataclass(frozen=True, kw_only=True)
class TrailNames:
    """The names of people by id, and of editions by id and by code, that details refer to."""

    people: Mapping[int, tuple[str, str]]
    editions: Mapping[object, str]


@dataclass(frozen=True, kw_only=True)
class TrailDetails:
    """The details of one row in words: a change from one value to another, and what is said."""

    change: tuple[str, str] | None
    lines: list[tuple[str, str]]  # label and text


def detail_of(row: AuditEntry) -> dict[str, Any]:
    """Return the details of a row that say something."""
    found = json.loads(row.detail)
    return {key: value for key, value in found.items() if value not in (None, "", [])}


def names_in(session: Session, rows: Iterable[AuditEntry], i18n: I18n) -> TrailNames:
    """Return the names of those who acted and of what details refer to, in two statements."""
    rows = list(rows)
    details = [detail_of(row) for row in rows]
    people = {row.actor_id for row in rows if row.actor_id}
    people |= {each[key] for each in details for key in PEOPLE if isinstance(each.get(key), int)}
    keys = {each[key] for each in details for key in EDITIONS if key in each}
    keys |= {row.subject.partition(" ")[2] for row in rows if row.subject.startswith("edition ")}
    ids = [key for key in keys if isinstance(key, int)]
    codes = [key for key in keys if isinstance(key, str)]
    editions = session.scalars(
        select(Edition).where(or_(Edition.id.in_(ids), Edition.code.in_(codes)))
    )
    named = {each: edition_name(each, i18n) for each in editions}
    by_code: dict[object, str] = {each.code: name for each, name in named.items()}
    return TrailNames(
        people=names_of(session, people),
        editions=by_code | {each.id: name for each, name in named.items()},
    )


def details_in_words(row: AuditEntry, names: TrailNames, i18n: I18n) -> TrailDetails:
    reader = _Reader(names=names, i18n=i18n, kind=row.subject.partition(" ")[0])
    detail = detail_of(row)
    change = None
    if "after" in detail:
        before = reader.state(detail["before"]) if "before" in detail else ""
        change = before, reader.state(detail["after"])
    lines = [reader.line(key, value) for key, value in detail.items() if key not in CHANGES]
    return TrailDetails(change=change, lines=[line for line in lines if line])


CHANGES = {"before", "after"}


@dataclass(frozen=True, kw_only=True)
class _Reader:
    """How one row's values are read; `kind` is the kind of its subject."""

    names: TrailNames
    i18n: I18n
    kind: str

    def line(self, key: str, value: object) -> tuple[str, str] | None:
        if key not in READINGS:
            return None
        label, read = READINGS[key]
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            return self.i18n.gettext(label), read(self, value)
        return None

    def state(self, value: Any) -> str:  # noqa: ANN401 what JSON holds
        """Return a state of the row's subject; what is none, as a mark, as it is stored."""
        with suppress(ValueError):
            if self.kind == "application":
                return self.i18n.gettext(STATES[Stage(value)])
            if self.kind == "enrolment":
                return self.i18n.gettext(STATUSES[EnrolmentStatus(value)])
            if self.kind == "edition":
                return self.i18n.gettext(STATUS_LABELS[EditionStatus(value)])
        return str(value)

    def text(self, value: object) -> str:
        return str(value)

    def number(self, value: Any) -> str:  # noqa: ANN401 what JSON holds
        return self.i18n.number(value)

    def day(self, value: Any) -> str:  # noqa: ANN401 what JSON holds
        return self.i18n.date(date.fromisoformat(value), weekday=False)

    def moment(self, value: Any) -> str:  # noqa: ANN401 what JSON holds
        return self.i18n.moment(datetime.fromisoformat(value))

    def score(self, value: Any) -> str:  # noqa: ANN401 what JSON holds
        return self.i18n.percent(value / 10_000)

    def money(self, value: Any) -> str:  # noqa: ANN401 what JSON holds
        found = MONEY.fullmatch(value)
        return self.i18n.exact_money(Money(int(found[1]), found[2])) if found else value

    def person(self, value: Any) -> str:  # noqa: ANN401 what JSON holds
        return self.names.people[value][0]

    def edition(self, value: object) -> str:
        return self.names.editions.get(value) or str(value)

    def role(self, value: Any) -> str:  # noqa: ANN401 what JSON holds
        return self.i18n.gettext(ROLE_LABELS[Role(value)])

    def acting_as(self, value: Any) -> str:  # noqa: ANN401 what JSON holds
        return self.i18n.gettext(CAPACITIES[ActorRole(value)])

    def method(self, value: Any) -> str:  # noqa: ANN401 what JSON holds
        return self.i18n.gettext(METHODS[EnrolmentMethod(value)])

    def languages(self, value: Any) -> str:  # noqa: ANN401 what JSON holds
        return self.i18n.join_list(LANGUAGES[code] for code in value.split())

    def fields(self, value: Any) -> str:  # noqa: ANN401 what JSON holds
        return self.i18n.join_list(self.i18n.gettext(CORRECTED_FIELDS[each]) for each in value)

    def module(self, value: Any) -> str:  # noqa: ANN401 what JSON holds
        modules = [module for course in registry.courses().values() for module in course.modules]
        return next(each.title for each in modules if each.key == value)[self.i18n.language]

    def deadline(self, value: Any) -> str:  # noqa: ANN401 what JSON holds
        all_of_them = [each for course in registry.courses().values() for each in course.deadlines]
        return next(each.title for each in all_of_them if each.key == value)[self.i18n.language]

    def covers(self, value: Any) -> str:  # noqa: ANN401 what JSON holds
        """Return what somebody teaches: “m4:en” is a module in one language, “m4:” in all."""
        words = []
        for cover in value:
            module, _, language = cover.partition(":")
            known = [self.module(module)] if module else []
            words.append(" · ".join([*known, *([LANGUAGES[language]] if language else [])]))
        return self.i18n.join_list(words)


Reading = Callable[[_Reader, Any], str]


def _changed(read: Reading) -> Reading:
    """Return the reading of “before → after”, each side by itself."""

    def both(reader: _Reader, value: Any) -> str:  # noqa: ANN401 what JSON holds
        before, after = value.split(ARROW)
        return f"{read(reader, before)}{ARROW}{read(reader, after)}"

    return both


READINGS: dict[str, tuple[str, Reading]] = {
    **{name: (title, _Reader.text) for name, title in CENTRE_LABELS.items()},
    "actor_role": (N_("Acting as"), _Reader.acting_as),
    "applications": (N_("Applications"), _Reader.number),
    "apply_until": (FIELD_LABELS["apply_until"], _changed(_Reader.day)),
    "capacity": (N_("Places"), _changed(_Reader.text)),
    "change": (N_("Changed date"), _changed(_Reader.moment)),
    "covers": (N_("Teaches"), _Reader.covers),
    "date": (N_("Date"), _Reader.deadline),
    "deadline": (N_("Date"), _Reader.deadline),
    "device": (N_("Device"), _Reader.text),
    "edition": (N_("Edition"), _Reader.edition),
    "ends_on": (FIELD_LABELS["ends_on"], _changed(_Reader.day)),
    "fee": (FIELD_LABELS["fee"], _changed(_Reader.money)),
    "fields": (N_("Corrected"), _Reader.fields),
    "hours_high": (N_("Hours a week, at most"), _changed(_Reader.text)),
    "hours_low": (N_("Hours a week, at least"), _changed(_Reader.text)),
    "items": (N_("Rows"), _Reader.number),
    "language": (N_("Language"), _Reader.languages),
    "languages": (FIELD_LABELS["languages"], _changed(_Reader.languages)),
    "learning_hours": (N_("Learning hours in all"), _changed(_Reader.text)),
    "method": (N_("How enrolled"), _Reader.method),
    "module": (N_("Module"), _Reader.module),
    "opens_on": (N_("Opens on"), _Reader.day),
    "owner": (N_("Person"), _Reader.person),
    "path": (N_("Page"), _Reader.text),
    "people": (N_("People"), _Reader.number),
    "person": (N_("Person"), _Reader.person),
    "policy_version": (FIELD_LABELS["policy_version"], _changed(_Reader.text)),
    "project_due_on": (FIELD_LABELS["project_due_on"], _changed(_Reader.day)),
    "reason": (N_("Reason"), _Reader.text),
    "received_on": (N_("Notice received on"), _Reader.day),
    "role": (N_("Role"), _Reader.role),
    "rows": (N_("Rows"), _Reader.number),
    "score": (N_("Score"), _Reader.score),
    "starts_on": (FIELD_LABELS["starts_on"], _changed(_Reader.day)),
    "tutor": (N_("Tutor"), _Reader.person),
    "until": (N_("Until"), _Reader.moment),
    "weeks": (N_("Weeks"), _changed(_Reader.text)),
    "why": (N_("Reason"), _Reader.text),
    "zone": (FIELD_LABELS["zone"], _changed(_Reader.text)),
}
