"""Pages of a candidate's own applications: status, answer, take a seat, leave."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission
from learning.admissions import limits
from learning.admissions.commands import applications, decisions, nomination_letters
from learning.admissions.models import Application
from learning.admissions.pages.candidate.application_pages import (
    ApplicationsPage,
    LeaveKind,
    application_page,
    leave_kind_of,
    leave_page,
    next_action,
    stage_of,
)
from learning.admissions.pages.candidate.application_times import (
    is_in_time,
)
from learning.admissions.pages.candidate.blueprint import (
    answer,
    bp,
    own_application,
    status_url,
    transition_request,
)
from learning.admissions.pages.candidate.forms import AnswerForm, LeaveForm
from learning.admissions.queries import applications as application_queries
from learning.admissions.queries.stages import stages_of
from learning.admissions.rules.milestones import waits_for_applicant
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.content import registry
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.time import now

DONE = {
    LeaveKind.DISCARD: N_("The draft is deleted."),
    LeaveKind.WITHDRAW: N_("Your application is withdrawn."),
}
LEFT_ELSEWHERE = (LeaveKind.CANCEL, None)


@bp.get("/", needs=Permission.OWN_PAGES, impersonator_needs=Permission.READ_APPLICATIONS)
def show_applications() -> ResponseReturnValue:
    """Show a person's applications: first what to do next with the one that waits for them."""
    never_store()
    mine = application_queries.own_applications(db(), current_actor())
    stages = stages_of(db(), [each.id for each in mine])
    offered = application_queries.applications_with_offer(db(), current_person_id())
    moment = now()
    turn = {
        each.id
        for each in mine
        if waits_for_applicant(
            stages[each.id], in_time=is_in_time(each, moment), offered=each.id in offered
        )
    }
    chosen = next((each for each in mine if each.id in turn), next(iter(mine), None))
    return answer(
        ApplicationsPage(
            first=next_action(own_application(chosen.reference)) if chosen else None,
            applications=mine,
            courses=registry.courses(),
            turn=frozenset(turn),
            offered=frozenset(offered),
            stages=stages,
        )
    )


@bp.get("/<reference>", needs=Permission.OWN_PAGES, impersonator_needs=Permission.READ_APPLICATIONS)
def show_application(reference: str) -> ResponseReturnValue:
    return answer(application_page(own_application(reference)))


@bp.post("/<reference>/answer", needs=Permission.OWN_PAGES)
@form_post(idempotent=True)
def give_answer(reference: str) -> ResponseReturnValue:
    """Answer the registrar's question."""
    application, form = own_application(reference), AnswerForm(request.form)
    if not form.validate():
        return answer(application_page(application, form), 422)
    version = request.form.get("version", "")
    transition = transition_request(
        ApplicationEvent.PROVIDE_INFO, reason=form.answer.data or "", version=version
    )
    applications.provide_info(db(), application, transition)
    flash(
        current_i18n().gettext(
            N_("Your answer has arrived. Your application is under review again.")
        )
    )
    return redirect(status_url(application), 303)


@bp.post("/<reference>/seat", needs=Permission.OWN_PAGES)
@form_post(limit=per_person(limits.SEAT), idempotent=True, has_form=False)
def take_seat(reference: str) -> ResponseReturnValue:
    """Take a seat that was offered; a person who has it already sees it once more."""
    application = own_application(reference)
    if application.state is ApplicationState.WAITLISTED:
        version = request.form.get("version", "")
        decisions.accept_offer(
            db(), application, transition_request(ApplicationEvent.PROMOTE, version=version)
        )
        flash(current_i18n().gettext(N_("The seat is yours.")))
    return redirect(status_url(application), 303)


@bp.get(
    "/<reference>/leave",
    needs=Permission.OWN_PAGES,
    impersonator_needs=Permission.READ_APPLICATIONS,
)
def show_leave(reference: str) -> ResponseReturnValue:
    application = own_application(reference)
    kind = leave_kind_of(stage_of(application))
    if kind in LEFT_ELSEWHERE:
        return redirect(_other_way(application, kind), 303)
    return answer(leave_page(application, kind, LeaveForm()))


@bp.post("/<reference>/leave", needs=Permission.OWN_PAGES)
@form_post(limit=per_person(limits.LEAVE), idempotent=True)
def leave(reference: str) -> ResponseReturnValue:
    """Discard a draft or withdraw an application, once for each form."""
    application, form = own_application(reference), LeaveForm(request.form)
    kind = leave_kind_of(stage_of(application))
    if kind in LEFT_ELSEWHERE:
        return redirect(_other_way(application, kind), 303)
    if not form.validate():
        return answer(leave_page(application, kind, form), 422)
    where = _leave(application, kind, form)
    flash(current_i18n().gettext(DONE[kind]))
    return redirect(where, 303)


def _leave(application: Application, kind: LeaveKind, form: LeaveForm) -> str:
    """Leave in the way that the stage allows, and return the next URL."""
    reason, version = form.reason.data or "", request.form.get("version", "")
    if kind is LeaveKind.DISCARD:
        nomination_letters.discard(db(), application, by=current_person_id(), now=now())
        return url_for(".show_applications")
    transition = transition_request(ApplicationEvent.WITHDRAW, reason=reason, version=version)
    applications.withdraw(db(), application, transition)
    return status_url(application)


def _other_way(application: Application, kind: LeaveKind | None) -> str:
    """Return where a place is cancelled, with its cost; the status where nothing is left."""
    if kind is LeaveKind.CANCEL:
        return url_for("fees.show_quote", reference=application.reference)
    return status_url(application)
