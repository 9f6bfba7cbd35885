"""Filling in an application: one step per page, then the review, then submitting."""

from dataclasses import replace
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.permissions import Permission
from learning.accounts import profiles
from learning.admissions import limits
from learning.admissions.commands import applications
from learning.admissions.commands.billing_parties import lock_party
from learning.admissions.models import Application
from learning.admissions.pages.billing_form import billing_data
from learning.admissions.pages.candidate.blueprint import (
    answer,
    bp,
    can_change,
    own_application,
    review_url,
    status_url,
    transition_request,
)
from learning.admissions.pages.candidate.forms import (
    BillingForm,
    ConsentForm,
    FundingForm,
    LanguageForm,
    MotivationForm,
    PersonForm,
    SendForm,
    StepForm,
    WorkForm,
)
from learning.admissions.pages.candidate.step_pages import review_page, stated, step_page
from learning.admissions.queries.answers import details_of
from learning.admissions.rules import answers
from learning.admissions.rules.answers import CONSENT_VERSION, Funding, Step, StepAnswers
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.admissions.rules.transitions import TransitionProblem
from learning.kit.database import lock_row
from learning.kit.db import db
from learning.kit.errors import RuleViolation
from learning.kit.forms import select_choices
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.languages import current_i18n
from learning.kit.time import now

FORMS: dict[Step, type[StepForm]] = {
    Step.PERSON: PersonForm,
    Step.WORK: WorkForm,
    Step.MOTIVATION: MotivationForm,
    Step.LANGUAGE: LanguageForm,
    Step.FUNDING: FundingForm,
    Step.BILLING: BillingForm,
    Step.CONSENT: ConsentForm,
}


@bp.get(
    "/<reference>/steps/<step>",
    needs=Permission.OWN_PAGES,
    impersonator_needs=Permission.READ_APPLICATIONS,
)
def show_step(reference: str, step: str) -> ResponseReturnValue:
    application = own_application(reference)
    which = step_of(application, step)
    if not can_change(application):
        return redirect(status_url(application), 303)
    form = _form(application, which)
    form.with_version()
    return answer(step_page(application, which, form))


@bp.post("/<reference>/steps/<step>", needs=Permission.OWN_PAGES)
@form_post()
def save_step(reference: str, step: str) -> ResponseReturnValue:
    """Store one step, and go on; invalid input is shown again as it was typed."""
    application = own_application(reference)
    which = step_of(application, step)
    form = _form(application, which, sent=True)
    if not form.validate():
        return answer(step_page(application, which, form), 422)
    lock_row(db(), application)
    lock_party(db(), application.billing_party_id)
    open_still = can_change(application) and not stated(application, which)
    if open_still and not form.is_current(_form(application, which)):
        return answer(step_page(application, which, form), 409)
    _save(application, which, form)
    return redirect(next_step_url(application, which), 303)


@bp.get(
    "/<reference>/review",
    needs=Permission.OWN_PAGES,
    impersonator_needs=Permission.READ_APPLICATIONS,
)
def show_review(reference: str) -> ResponseReturnValue:
    return answer(review_page(own_application(reference), SendForm()))


@bp.post("/<reference>/submit", needs=Permission.OWN_PAGES)
@form_post(limit=per_person(limits.SUBMIT), idempotent=True)
def submit(reference: str) -> ResponseReturnValue:
    """Submit an application; one that was submitted before shows its status."""
    application, form = own_application(reference), SendForm(request.form)
    if application.state is not ApplicationState.DRAFT:
        return redirect(status_url(application), 303)
    if not form.validate():
        return answer(review_page(application, form), 422)
    transition = transition_request(ApplicationEvent.SUBMIT, version=form.version.data or "")
    applications.submit(db(), application, transition)
    flash(current_i18n().gettext(N_("Your application is sent.")))
    return redirect(status_url(application), 303)


def step_of(application: Application, name: str) -> Step:
    """Return a step by its name.

    A step that this application does not have redirects to its status.
    """
    if name not in set(Step):
        abort(404)
    step = Step(name)
    if step not in answers.steps(application.funding):
        abort(redirect(status_url(application), 303))
    return step


def next_step_url(application: Application, step: Step) -> str:
    """Return the URL after saving a step: the next step, or the review if nothing is missing."""
    if request.form.get("go") == "leave" or application.state is not ApplicationState.DRAFT:
        flash(current_i18n().gettext(N_("What you gave is saved.")))
        return status_url(application)
    after = answers.next_step(step, application.funding)
    if after is None or not applications.missing_steps(db(), application):
        return review_url(application)
    return url_for(".show_step", reference=application.reference, step=str(after))


def _form(application: Application, step: Step, *, sent: bool = False) -> StepForm:
    """Return a step's form: with the sent values, else with the stored ones."""
    if step not in FORMS:
        raise ValueError(f"{step} has pages of its own")
    form = FORMS[step](request.form if sent else None, data=_stored_values(application, step))
    if isinstance(form, WorkForm) and application.person.institution:
        del form.institution
    if isinstance(form, LanguageForm):
        codes = application.edition.languages.split()
        form.study_language.choices = select_choices((code, LANGUAGES[code]) for code in codes)
    return form


def _stored_values(application: Application, step: Step) -> dict[str, Any]:
    """Return the stored values of a step, with suggestions from the profile."""
    if step is Step.BILLING:
        return _stored_billing(application)
    shared = application.funding == Funding.MIXED
    values: dict[Step, dict[str, Any]] = {
        Step.PERSON: {"gender": application.gender, "country": application.country},
        Step.WORK: {
            "position": application.position,
            "constituency": application.constituency,
        },
        Step.MOTIVATION: {"motivation": application.motivation},
        Step.LANGUAGE: {"study_language": application.study_language},
        Step.FUNDING: {
            "funding": application.funding,
            "sponsor_share": application.sponsor_share if shared else None,
        },
        Step.CONSENT: {"agreed": _has_agreed(application)},
    }
    return values[step]


def _stored_billing(application: Application) -> dict[str, Any]:
    details = details_of(db(), application.billing_party_id)
    if details is None:
        person = application.person
        return {"billing_name": person.name, "billing_country": application.country}
    return billing_data(details) | {"billing_kind": details.kind}


def _save(application: Application, step: Step, form: StepForm) -> None:
    if stated(application, step):  # the sponsor said it; the page asks nothing
        raise RuleViolation(TransitionProblem.NOT_PERMITTED)
    step_answers: StepAnswers
    if isinstance(form, ConsentForm):
        agreed = application.consented_at if _has_agreed(application) else None
        step_answers = form.consent(agreed or now())
    else:
        step_answers = form.values()
    applications.save_step(db(), application, step_answers, now=now())
    if isinstance(form, WorkForm) and form.institution:
        person, institution = application.person, form.institution.data or ""
        profile = replace(profiles.profile_of(person), institution=institution)
        profiles.change_profile(db(), person, profile, now=now())


def _has_agreed(application: Application) -> bool:
    """Whether the person agreed to the present text of the consent."""
    return application.consented_at is not None and application.consent_version == CONSENT_VERSION
