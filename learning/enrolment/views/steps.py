"""Filling an application in: one thing per page, then everything at a glance, then sending it."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import me
from learning.access.permissions import Permission
from learning.accounts import actions as accounts
from learning.accounts.actions import Profile
from learning.enrolment import answers, applying, limits
from learning.enrolment.answers import CONSENT_VERSION, Funding, Step
from learning.enrolment.applying import FIELDS, Said
from learning.enrolment.models import Application
from learning.enrolment.rules import REFUSALS, Event, Problem, State
from learning.enrolment.views.forms import (
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
from learning.enrolment.views.room import (
    answer,
    can_change,
    deed,
    own,
    own_again,
    review_address,
    room,
    status_address,
)
from learning.enrolment.views.step_pages import review_page, stated, step_page
from learning.kit import versions
from learning.kit.db import db
from learning.kit.errors import Refused
from learning.kit.forms import offer
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.languages import current
from learning.kit.rate_limit import attempt, is_limited
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


@room.get(
    "/<reference>/steps/<step>",
    needs=Permission.OWN_PAGES,
    impersonator_needs=Permission.READ_APPLICATIONS,
)
def show_step(reference: str, step: str) -> ResponseReturnValue:
    application = own(reference)
    which = step_of(application, step)
    if not can_change(application):
        return redirect(status_address(application), 303)
    form = _form(application, which)
    form.shown()
    return answer(step_page(application, which, form))


@room.post("/<reference>/steps/<step>", needs=Permission.OWN_PAGES)
def save_step(reference: str, step: str) -> ResponseReturnValue:
    """Keep what one step asks, and go on; whatever is refused comes back as it was typed."""
    application = own(reference)
    which = step_of(application, step)
    form = _form(application, which, sent=True)
    if not form.validate():
        return answer(step_page(application, which, form), 422)
    versions.lock(db(), application)
    open_still = can_change(application) and not stated(application, which)
    if open_still and not form.is_over(_form(application, which)):
        return answer(step_page(application, which, form), 409)
    try:
        _save(application, which, form)
    except Refused as refusal:
        form.refuse(str(refusal))
        return answer(step_page(own_again(reference), which, form), 422)
    return redirect(onward(application, which), 303)


@room.get(
    "/<reference>/review",
    needs=Permission.OWN_PAGES,
    impersonator_needs=Permission.READ_APPLICATIONS,
)
def show_review(reference: str) -> ResponseReturnValue:
    return answer(review_page(own(reference), SendForm()))


@room.post("/<reference>/submit", needs=Permission.OWN_PAGES)
def submit(reference: str) -> ResponseReturnValue:
    """Send an application; one that was sent before is shown where it stands now."""
    application, form = own(reference), SendForm(request.form)
    if application.state is not State.DRAFT:
        return redirect(status_address(application), 303)
    if is_limited(attempt(limits.SUBMIT, me()), form):
        return answer(review_page(application, form), 429)
    application = own(reference)
    try:
        said = deed(Event.SUBMIT, version=form.version.data or "")
        applying.submit(db(), application, said)
    except Refused as refusal:
        form.refuse(str(refusal))
        return answer(review_page(own_again(reference), form), 422)
    flash(current().gettext(N_("Your application is sent.")))
    return redirect(status_address(application), 303)


def step_of(application: Application, name: str) -> Step:
    """Return a step by its name; one that this application does not have leads to its status."""
    if name not in set(Step):
        abort(404)
    step = Step(name)
    if step not in answers.steps(application.funding):
        abort(redirect(status_address(application), 303))
    return step


def onward(application: Application, step: Step) -> str:
    """Return where saving a step leads: on, to the review when nothing is missing, or back."""
    if request.form.get("go") == "leave" or application.state is not State.DRAFT:
        flash(current().gettext(N_("What you gave is saved.")))
        return status_address(application)
    after = answers.next_step(step, application.funding)
    if after is None or not applying.missing(db(), application):
        return review_address(application)
    return url_for(".show_step", reference=application.reference, step=str(after))


def _form(application: Application, step: Step, *, sent: bool = False) -> StepForm:
    """Return a step's form: as it was sent, else with what is known."""
    if step not in FORMS:
        raise ValueError(f"{step} has pages of its own")
    form = FORMS[step](request.form if sent else None, data=_known(application, step))
    if isinstance(form, WorkForm) and application.person.institution:
        del form.institution
    if isinstance(form, LanguageForm):
        codes = application.edition.languages.split()
        form.study_language.choices = offer((code, LANGUAGES[code]) for code in codes)
    return form


def _known(application: Application, step: Step) -> dict[str, Any]:
    """Return what an application says on a step already, and what the profile suggests for it."""
    known = {name: getattr(application, name) for name in FIELDS[step]}
    if step is Step.FUNDING and application.funding != Funding.MIXED:
        known["sponsor_share"] = None
    if step is Step.BILLING and not application.bill_to:
        known |= {
            "billing_name": application.person.name,
            "billing_country": application.country,
        }
    if step is Step.CONSENT:
        known = {"agreed": _has_agreed(application)}
    return known


def _save(application: Application, step: Step, form: StepForm) -> None:
    if stated(application, step):  # the sponsor said it; the page asks nothing
        raise Refused(REFUSALS[Problem.NOT_YOURS])
    values = form.values()
    if step is Step.CONSENT:
        agreed = application.consented_at if _has_agreed(application) else None
        values |= {"consented_at": agreed or now()}
    applying.save(application, Said(step=step, values=values), now=now())
    if isinstance(form, WorkForm) and form.institution:
        person = application.person
        profile = Profile(
            name=person.name,
            language=person.language,
            zone=person.zone,
            institution=form.institution.data or "",
        )
        accounts.change_profile(db(), person, profile, now=now())


def _has_agreed(application: Application) -> bool:
    """Whether somebody agreed to the text as it is now."""
    return application.consented_at is not None and application.consent_version == CONSENT_VERSION
