"""Late transfers and substitutions: proposed by a registrar, decided by an approver."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from learning.access.form_post import form_post, per_person
from learning.access.guard import GuardedBlueprint, current_actor, current_person_id
from learning.access.permissions import Permission
from learning.admissions import limits
from learning.admissions.commands.overrides import (
    NewOverride,
    OverrideDecision,
    decide_override,
    propose_override,
)
from learning.admissions.emails.transfers import floor_sentence, price_sentence
from learning.admissions.file_purposes import OVERRIDE_DOCUMENT
from learning.admissions.models import Application
from learning.admissions.pages.staff.blueprint import bp as applications
from learning.admissions.pages.staff.forms import TransferForm
from learning.admissions.pages.staff.transfers import (
    TransferContext,
    is_possible,
    transfer_context,
    transfer_form,
)
from learning.admissions.queries.overrides import (
    ListedOverride,
    application_with_person,
    listed_overrides,
    override_cost,
)
from learning.admissions.queries.terms import received_error, terms_of
from learning.admissions.queries.transfer_costs import TransferCost
from learning.admissions.rules.states import ApplicationEvent
from learning.admissions.rules.transitions import MESSAGES, TransitionGuard, TransitionProblem
from learning.catalogue.cancellation import Window
from learning.catalogue.labels import NOTICE_ERRORS
from learning.files import actions as files
from learning.files.downloads import send_stored_file
from learning.files.labels import rejection_text
from learning.files.models import StoredFile
from learning.files.rules import FileRejection
from learning.files.uploads import store_upload, validate_uploads
from learning.files.validation import ValidatedFile
from learning.kit.db import db
from learning.kit.errors import RuleViolation
from learning.kit.forms import CreateForm, Required
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import day_in, now
from learning.kit.versions import version_number

bp = GuardedBlueprint("overrides", __name__, url_prefix="/staff/overrides")
MISSING = N_("Attach the document that proves why.")


class OverrideDecisionForm(CreateForm):
    """`approve` or `refuse`, the version of the proposal, and the key of its cost."""

    decision = HiddenField(validators=[Required(N_("Choose what to do."))])
    version = HiddenField()
    cost = HiddenField()


@dataclass(frozen=True, kw_only=True)
class OverrideProposalPage(Page):
    """What is proposed, and what a later cancellation will charge at least."""

    template: ClassVar[str] = "admissions/override_proposal.html"

    application: Application
    event: ApplicationEvent
    form: TransferForm
    window: Window


@dataclass(frozen=True, kw_only=True)
class OverridesPage(Page):
    template: ClassVar[str] = "admissions/overrides.html"

    overrides: Sequence[ListedOverride]


@dataclass(frozen=True, kw_only=True)
class OverridePage(Page):
    """A proposal: whose place, why, what it costs now and later; the buttons of an approver."""

    template: ClassVar[str] = "admissions/override.html"

    row: ListedOverride
    form: OverrideDecisionForm
    cost: TransferCost | None
    price: str
    floor: str
    may_decide: bool
    is_own_proposal: bool


@applications.get("/<reference>/transfers/<event>/override", needs=Permission.ADMIT)
def show_override_proposal(edition: str, reference: str, event: str) -> ResponseReturnValue:
    context = transfer_context(edition, reference, event)
    if not is_possible(context):
        raise RuleViolation(TransitionProblem.INVALID_TRANSITION)
    form = transfer_form(context)
    form.received_on.data = day_in(context.edition.zone, now())
    return render_page(_proposal_page(context, form))


@applications.post("/<reference>/transfers/<event>/override", needs=Permission.ADMIT)
@form_post(limit=per_person(limits.DECIDE), idempotent=True)
def propose(edition: str, reference: str, event: str) -> ResponseReturnValue:
    """Propose a late transfer or substitution, with its document."""
    checked = validate_uploads(request.files.getlist("document"), OVERRIDE_DOCUMENT)
    blob = store_upload(checked[0]) if isinstance(checked, list) and checked else None
    context = transfer_context(edition, reference, event)
    form = transfer_form(context)
    if not _is_valid(context, form, checked) or blob is None or isinstance(checked, FileRejection):
        return render_page(_proposal_page(context, form)), 422
    goal = context.goals.get(form.to.data or "")
    if goal is None or form.received_on.data is None:
        return render_page(_proposal_page(context, form)), 422
    by = current_person_id()
    document = files.create_file(db(), checked[0], blob, owner=by, now=now())
    new = NewOverride(
        goal=goal,
        received_on=form.received_on.data,
        reason=form.reason.data or "",
        file_id=document.id,
        by=by,
        now=now(),
    )
    override = propose_override(db(), context.application, new)
    flash(current_i18n().gettext(N_("The proposal waits for a second person.")))
    return redirect(url_for("overrides.show_override", uid=override.uid), 303)


def _is_valid(
    context: TransferContext, form: TransferForm, checked: list[ValidatedFile] | FileRejection
) -> bool:
    """Add all errors to the form; return whether there are none."""
    words, received_on = current_i18n(), form.received_on.data
    form.validate()
    received_on = form.received_on.data
    terms = terms_of(db(), context.application, context.edition)
    today = day_in(context.edition.zone, now())
    if received_on and (error := received_error(terms, received_on, today=today)):
        form.received_on.errors = [words.gettext(NOTICE_ERRORS[error])]
    if not form.reason.data:
        form.reason.errors = [words.gettext(MESSAGES[TransitionGuard.REASON])]
    if isinstance(checked, FileRejection):
        form.add_error(rejection_text(checked, OVERRIDE_DOCUMENT, words))
    elif not checked:
        form.add_error(words.gettext(MISSING))
    return not form.error_list


def _proposal_page(context: TransferContext, form: TransferForm) -> OverrideProposalPage:
    terms = terms_of(db(), context.application, context.edition)
    return OverrideProposalPage(
        application=context.application,
        event=context.event,
        form=form,
        window=terms.window(day_in(context.edition.zone, now())),
    )


@bp.get("/", needs=Permission.READ_ENROLMENTS)
def show_overrides() -> ResponseReturnValue:
    return render_page(OverridesPage(overrides=listed_overrides(db())))


@bp.get("/<uid>", needs=Permission.READ_ENROLMENTS)
def show_override(uid: str) -> ResponseReturnValue:
    return render_page(_override_page(_row(uid), OverrideDecisionForm()))


@bp.get("/<uid>/document", needs=Permission.READ_ENROLMENTS)
def download_document(uid: str) -> ResponseReturnValue:
    return send_stored_file(db().get_one(StoredFile, _row(uid).override.file_id))


@bp.post("/<uid>", needs=Permission.APPROVE_FINANCES)
@form_post(limit=per_person(limits.DECIDE), idempotent=True)
def decide(uid: str) -> ResponseReturnValue:
    """Allow a late transfer or substitution, which carries it out, or refuse it."""
    row, form = _row(uid), OverrideDecisionForm(request.form)
    if not form.validate():
        return render_page(_override_page(row, form)), 422
    approved = form.decision.data == "approve"
    decision = OverrideDecision(
        approved=approved,
        by=current_person_id(),
        now=now(),
        version=version_number(form.version.data),
        cost_key=form.cost.data or "",
    )
    decide_override(db(), row.override, decision)
    text = N_("Approved. It is carried out.") if approved else N_("Refused. Nothing changes.")
    flash(current_i18n().gettext(text))
    return redirect(url_for(".show_override", uid=uid), 303)


def _row(uid: str) -> ListedOverride:
    return next(iter(listed_overrides(db(), uid)), None) or abort(404)


def _override_page(row: ListedOverride, form: OverrideDecisionForm) -> OverridePage:
    """Return the page; what it costs is shown until it is decided."""
    i18n, override = current_i18n(), row.override
    application = application_with_person(db(), override.application_id)
    is_open = override.decided_at is None
    cost = override_cost(db(), override, application) if is_open else None
    form.cost.data, form.version.data = cost.key if cost else "", str(override.version)
    return OverridePage(
        row=row,
        form=form,
        cost=cost,
        price=price_sentence(i18n, cost.differences) if cost else "",
        floor=floor_sentence(i18n, cost.penalty_floor) if cost else "",
        may_decide=current_actor().may(Permission.APPROVE_FINANCES),
        is_own_proposal=override.proposed_by_id == current_person_id(),
    )
