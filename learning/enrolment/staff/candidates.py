"""One application: what was given, what assessors think, what happened, what can be decided."""

from collections.abc import Collection, Sequence

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import actor, me
from learning.access.permissions import Permission
from learning.accounts import queries as people
from learning.catalogue.models import Edition
from learning.enrolment import answers, assessing, board, deadlines, ranking
from learning.enrolment.applying import answers_of
from learning.enrolment.letters import warnings
from learning.enrolment.models import Application, Assessment
from learning.enrolment.rules import Event, Who, events_for
from learning.enrolment.staff.forms import AssessForm
from learning.enrolment.staff.pages import CandidatePage, Way
from learning.enrolment.staff.room import application_of, edition_of, kept, room, seats
from learning.enrolment.words import DECISIONS
from learning.files.serving import send
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.pages import show
from learning.kit.time import day_in, now

MONEY = frozenset({Event.ACTIVATE, Event.LAPSE})
"""What finance decides, when it is settled or not settled in time."""
PASSING = frozenset({Event.TRANSFER, Event.SUBSTITUTE})
"""What takes another edition, or another person, to decide."""


@room.get("/<reference>", needs=Permission.READ_APPLICATIONS)
def show_candidate(edition: str, reference: str) -> ResponseReturnValue:
    where = edition_of(edition)
    return show(candidate_page(where, application_of(where, reference)))


@room.get("/<reference>/letter", needs=Permission.READ_APPLICATIONS)
def download_letter(edition: str, reference: str) -> ResponseReturnValue:
    """Hand the nomination letter out: the candidate's own, or the sponsor's with `of=sponsor`."""
    application = application_of(edition_of(edition), reference)
    sponsored = application.sponsorship.letter if application.sponsorship else None
    wanted = sponsored if request.args.get("of") == "sponsor" else application.letter
    return send(wanted or abort(404))


def candidate_page(
    edition: Edition, application: Application, form: AssessForm | None = None
) -> CandidatePage:
    """Return the page of an application; `form` is an assessment that was not taken, kept whole."""
    given = board.assessments(db(), application)
    no_assessing = _no_assessing(edition, application, given)
    person = application.person
    return CandidatePage(
        edition=edition,
        application=application,
        steps=answers.steps(application.funding),
        missing=answers.missing(answers_of(application, person, application.sponsorship)),
        assessments=given,
        assess_form=form or (own_form(given) if no_assessing is None else None),
        no_assessing=no_assessing or "",
        others=board.others(db(), application),
        linked=board.linked(db(), application),
        history=board.history(db(), application),
        ways=ways(edition, application),
        warnings=acceptance_warnings(edition),
        seats=seats(edition),
        kept=kept(),
    )


def ways(edition: Edition, application: Application) -> list[Way]:
    """Return the decisions that this reader may take about an application as it stands."""
    by_registrar = by_finance = frozenset[Event]()
    if actor().may(Permission.ADMIT, edition.code):
        by_registrar = frozenset(events_for(application.state, Who.REGISTRAR)) - {Event.ACTIVATE}
    if actor().may(Permission.CONFIRM_PLACES, edition.code):
        by_finance = MONEY & frozenset(events_for(application.state, Who.FINANCE))
    return [
        Way(
            event=event,
            address=url_for(
                _page_of(event, by_registrar),
                edition=edition.code,
                reference=application.reference,
                event=event,
                **kept(),
            ),
        )
        for event in DECISIONS
        if event in by_registrar | by_finance
    ]


def _page_of(event: Event, by_registrar: Collection[Event]) -> str:
    if event in PASSING:
        return ".show_passing"
    return ".show_decision" if event in by_registrar else ".show_confirmation"


def acceptance_warnings(edition: Edition) -> list[str]:
    """Return what an acceptance would have to say today, if leaving costs something already."""
    today = day_in(edition.zone, now())
    if not deadlines.window(edition.starts_on, today).open:
        return []
    return warnings(current(), edition.starts_on, today)


def _no_assessing(
    edition: Edition, application: Application, given: Sequence[Assessment]
) -> str | None:
    """Return why this reader does not assess: empty for those who never do, None if they may."""
    if not actor().may(Permission.ASSESS, edition.code):
        return ""
    if application.state not in assessing.ASSESSED:
        return N_("Scores are given between sending and decision.")
    assessor = people.person(db(), me()) or abort(404)
    if me() == application.person_id or ranking.has_conflict(
        assessor.institution, application.person.institution
    ):
        return assessing.CONFLICT
    if sum(each.assessor_id != me() for each in given) >= ranking.ASSESSORS:
        return N_("Two assessors have given their scores already.")
    return None


def own_form(given: Sequence[Assessment]) -> AssessForm:
    """Return the form with what this reader gave before, empty the first time."""
    own = next((each for each in given if each.assessor_id == me()), None)
    form = AssessForm()
    if own is not None:
        points = {str(name): str(value) for name, value in assessing.points_of(own).items()}
        form = AssessForm(data=points | {"remark": own.remark})
    form.shown()
    return form
