"""Staff page: who is quiet or behind, for which reasons, and when somebody wrote to them last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from flask import request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission, Role
from learning.catalogue.models import Edition
from learning.catalogue.requests import edition_of
from learning.content import registry
from learning.content.activity_types import RequirementKey
from learning.gradebook import queries
from learning.gradebook.models import ContactEntry
from learning.gradebook.staff.blueprint import bp
from learning.kit.db import db
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, label, render_page
from learning.kit.requests import query_number
from learning.kit.time import WEEK, day_in, now
from learning.lessons import cohort
from learning.lessons.cohort import PAGE_SIZE, CohortFilter, ParticipantProgress

MAX_START = 10_000


@dataclass(frozen=True, kw_only=True)
class QuietPerson:
    """One person with the reasons to write to them, and the last contact, if any."""

    person: ParticipantProgress
    reasons: Sequence[str]
    contact: ContactEntry | None


@dataclass(frozen=True, kw_only=True)
class ContactsPage(Page):
    template: ClassVar[str] = "gradebook/contacts.html"

    edition: Edition
    people: Sequence[QuietPerson]
    total: int
    start: int
    previous: str
    following: str
    is_tutor: bool
    may_sign: bool
    mine: bool
    now: datetime


@bp.get("/contacts", needs=Permission.SEE_GRADEBOOK)
def show_contacts(edition: str) -> ResponseReturnValue:
    """Show who is a week behind, or was not active for a week; `mine` is 1 for a tutor's own."""
    where, actor, moment = edition_of(edition), current_actor(), now()
    course = registry.course(where.course)
    past, week = cohort.past_lessons(course, where, day_in(where.zone, moment))
    mine = request.args.get("mine") == "1"
    filters = CohortFilter(
        tutor_id=current_person_id() if mine else None,
        past=past,
        week=week,
        quiet_before=moment - WEEK,
        start=min(query_number("from") or 0, MAX_START),
    )
    people, summary = cohort.cohort_page(db(), actor, where, filters, since=moment - WEEK)
    ids = [each.enrolment_id for each in people]
    failed = queries.failed_requirements(db(), ids)
    contacts = queries.last_contacts(db(), ids)
    page = ContactsPage(
        edition=where,
        people=[
            QuietPerson(
                person=each,
                reasons=_reasons(each, failed, moment),
                contact=contacts.get(each.enrolment_id),
            )
            for each in people
        ],
        total=summary.listed,
        start=filters.start,
        previous=_address(edition, filters.start - PAGE_SIZE, mine=mine) if filters.start else "",
        following=_address(edition, filters.start + PAGE_SIZE, mine=mine)
        if filters.start + PAGE_SIZE < summary.listed
        else "",
        is_tutor=Role.TUTOR in actor.in_edition.get(edition, ()),
        may_sign=actor.may(Permission.SIGN_CLOSING, edition),
        mine=mine,
        now=moment,
    )
    return render_page(page)


def _address(edition: str, start: int, *, mine: bool) -> str:
    values: dict[str, Any] = {"from": max(start, 0)} | ({"mine": 1} if mine else {})
    return url_for(".show_contacts", edition=edition, **values)


def _reasons(
    person: ParticipantProgress,
    failed: Mapping[int, Sequence[RequirementKey]],
    moment: datetime,
) -> list[str]:
    i18n, seen = current_i18n(), person.last_seen_at
    reasons = []
    if person.behind:
        text = i18n.ngettext("%(num)s lesson behind", "%(num)s lessons behind", person.behind)
        reasons.append(text % {"num": i18n.number(person.behind)})
    if seen is None:
        reasons.append(i18n.gettext("never active"))
    elif (days := (moment - seen).days) >= WEEK.days:
        text = i18n.ngettext("quiet for %(num)s day", "quiet for %(num)s days", days)
        reasons.append(text % {"num": i18n.number(days)})
    not_passed = i18n.gettext("not passed yet")
    reasons += [
        i18n.label_and_text(label(key), not_passed) for key in failed.get(person.enrolment_id, ())
    ]
    return reasons
