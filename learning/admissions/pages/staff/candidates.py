"""One application: answers, assessments, history, possible decisions."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission
from learning.accounts import queries as people
from learning.admissions.commands.decisions import activation_of
from learning.admissions.models import Application, Assessment
from learning.admissions.pages.staff.blueprint import application_of, bp, seats
from learning.admissions.pages.staff.decision_panel import (
    acceptance_warnings,
    actions_for,
    lead_decision,
)
from learning.admissions.pages.staff.filters import filter_args, listed_filter
from learning.admissions.pages.staff.forms import AssessForm
from learning.admissions.pages.staff.page_models import CandidatePage
from learning.admissions.pages.staff.score_panel import score_panel
from learning.admissions.problems import LABELS, AssessmentProblem
from learning.admissions.queries import applications as application_queries
from learning.admissions.queries import board
from learning.admissions.queries.agreements import (
    with_parties,
)
from learning.admissions.queries.answers import (
    answers_of,
)
from learning.admissions.queries.board_list import neighbours
from learning.admissions.queries.scores import ApplicationScores, application_scores
from learning.admissions.queries.stages import participation, stages_of
from learning.admissions.queries.terms import terms_under
from learning.admissions.rules import answers, ranking
from learning.admissions.rules.states import ASSESSABLE, ApplicationEvent, ApplicationState
from learning.catalogue.models import Edition
from learning.catalogue.requests import edition_of
from learning.enrolment import queries
from learning.files.downloads import send_stored_file
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.labels import label_of
from learning.kit.pages import render_page
from learning.kit.time import now


@bp.get("/<reference>", needs=Permission.READ_APPLICATIONS)
def show_candidate(edition: str, reference: str) -> ResponseReturnValue:
    where = edition_of(edition)
    return render_page(candidate_page(where, application_of(where, reference)))


@bp.get("/enrolments/<enrolment_uid>/cancel", needs=Permission.ADMIT)
def cancel_enrolled(edition: str, enrolment_uid: str) -> ResponseReturnValue:
    """Lead to the page on which what an application has led to is cancelled."""
    where = edition_of(edition)
    enrolment = queries.enrolment_by_uid(db(), current_actor(), where, enrolment_uid) or abort(404)
    application = application_queries.application_of(db(), enrolment) or abort(404)
    onward = url_for(
        ".show_decision",
        edition=edition,
        reference=application.reference,
        event=ApplicationEvent.CANCEL,
    )
    return redirect(onward, 303)


@bp.get("/<reference>/letter", needs=Permission.READ_APPLICATIONS)
def download_letter(edition: str, reference: str) -> ResponseReturnValue:
    """Download the nomination letter: the candidate's own, or the sponsor's with `of=sponsor`."""
    application = application_of(edition_of(edition), reference)
    sponsored = application.sponsorship.letter if application.sponsorship else None
    letter_file = sponsored if request.args.get("of") == "sponsor" else application.letter
    return send_stored_file(letter_file or abort(404))


def candidate_page(
    edition: Edition, application: Application, form: AssessForm | None = None
) -> CandidatePage:
    """Return the page of an application; `form` is an invalid assessment with its typed values."""
    scores = scores_of(application)
    others, linked = board.other_applications(db(), application), board.linked(db(), application)
    shown = {application.id, *(each.id for each, _, _ in (*others, *linked))}
    filters, actions = listed_filter(), actions_for(edition, application)
    agreement = with_parties(db(), application)
    terms = terms_under(db(), application, edition, agreement)
    may_accept = any(each.event == ApplicationEvent.ACCEPT for each in actions)
    assess_obstacle = _assess_obstacle(edition, application, scores)
    assess_form = form or (own_form(scores) if assess_obstacle is None else None)
    return CandidatePage(
        edition=edition,
        application=application,
        steps=answers.steps(application.funding),
        missing=answers.missing(answers_of(db(), application)),
        agreement=agreement,
        scores=score_panel(scores, own=_own(scores) if assess_form else None),
        assess_form=assess_form,
        assess_obstacle=assess_obstacle or "",
        other_applications=others,
        linked=linked,
        stages=stages_of(db(), shown),
        history=board.history(db(), application),
        participation=participation(db(), application),
        actions=actions,
        lead=lead_decision(edition, application, actions, terms),
        activation=activation_of(db(), application)
        if application.state is ApplicationState.ACCEPTED
        else None,
        may_read_finances=current_actor().may(Permission.READ_FINANCES),
        offer=application_queries.open_offer(db(), application.id),
        place=neighbours(db(), application, filters),
        listed_stage=filters.stage,
        warnings=acceptance_warnings(edition, terms) if may_accept else (),
        seats=seats(edition),
        filters_query=filter_args(),
        now=now(),
    )


def _assess_obstacle(
    edition: Edition, application: Application, scores: ApplicationScores
) -> str | None:
    """Return why this reader cannot assess: "" if they never do, None if they can."""
    if not current_actor().may(Permission.ASSESS, edition.code):
        return ""
    if application.state not in ASSESSABLE:
        return N_("Scores are given between sending and decision.")
    assessor = people.get_person(db(), current_person_id()) or abort(404)
    if current_person_id() == application.person_id or ranking.has_conflict(
        assessor.institution, application.person.institution
    ):
        return label_of(LABELS, AssessmentProblem.CONFLICT)
    if _own(scores) is None and scores.count >= ranking.ASSESSORS:
        return label_of(LABELS, AssessmentProblem.TWO_ALREADY)
    return None


def scores_of(application: Application) -> ApplicationScores:
    """Return the scores of an application that this reader sees."""
    return application_scores(db(), application, current_person_id())


def own_form(scores: ApplicationScores) -> AssessForm:
    """Return the form with this reader's stored scores, empty the first time."""
    own = _own(scores)
    form = AssessForm()
    if own is not None:
        points = {str(name): str(value) for name, value in own.scores.items()}
        form = AssessForm(data=points | {"remark": own.remark})
    form.with_version()
    return form


def _own(scores: ApplicationScores) -> Assessment | None:
    return next((each for each in scores.shown if each.assessor_id == current_person_id()), None)
