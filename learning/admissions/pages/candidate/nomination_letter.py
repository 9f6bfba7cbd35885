"""The step of the nomination letter: upload, remove, ask the sponsor for it."""

from collections.abc import Sequence

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from learning.access.form_post import form_post
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission
from learning.admissions import limits
from learning.admissions.commands import nomination_letters, sponsorships
from learning.admissions.file_purposes import NOMINATION_LETTER
from learning.admissions.models import Application
from learning.admissions.pages.candidate.blueprint import (
    answer,
    bp,
    can_change,
    own_application,
    status_url,
)
from learning.admissions.pages.candidate.forms import LetterForm, SponsorForm
from learning.admissions.pages.candidate.step_pages import ModelLetterPage, letter_page
from learning.admissions.pages.candidate.steps import next_step_url, step_of
from learning.admissions.queries import applications as application_queries
from learning.admissions.rules.answers import Step
from learning.admissions.rules.states import EDITABLE
from learning.admissions.rules.transitions import TransitionProblem
from learning.content import registry
from learning.files import actions as files
from learning.files import queries as stored_files
from learning.files import uploads
from learning.files.actions import Blob
from learning.files.labels import rejection_text
from learning.files.limits import UPLOAD
from learning.files.models import StoredFile
from learning.files.rules import FileRejection
from learning.files.validation import ValidatedFile
from learning.kit.database import lock_row
from learning.kit.db import database, db, rollback_changes
from learning.kit.errors import RuleViolation
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.rate_limit import Attempt, attempt
from learning.kit.requests import posted_email
from learning.kit.time import now
from learning.kit.versions import Difference


def _upload_attempt(**_address: str) -> Attempt | None:
    """Count a file that comes with the form; looking into one takes seconds."""
    sent = any(each.filename for each in request.files.getlist("letter"))
    return attempt(UPLOAD, current_person_id()) if sent else None


def _invitation_attempt(**_address: str) -> Attempt:
    email = posted_email("contact_email")
    tried = attempt(limits.INVITE_SPONSOR, current_person_id())
    return tried + attempt(limits.SPONSOR_INVITED, email)


NO_LETTER = N_("Choose the file with the letter, or ask your institution to send it.")


@bp.get(
    "/<reference>/steps/letter",
    needs=Permission.OWN_PAGES,
    impersonator_needs=Permission.READ_APPLICATIONS,
)
def show_letter(reference: str) -> ResponseReturnValue:
    application = own_application(reference)
    step_of(application, Step.LETTER)
    if not can_change(application):
        return redirect(status_url(application), 303)
    return answer(letter_page(application, LetterForm(), _sponsor_form(application)))


@bp.get(
    "/<reference>/model-letter",
    needs=Permission.OWN_PAGES,
    impersonator_needs=Permission.READ_APPLICATIONS,
)
def show_model_letter(reference: str) -> ResponseReturnValue:
    """Show a nomination letter that the applicant can hand to their institution."""
    application = own_application(reference)
    course = registry.course(application.edition.course)
    return answer(ModelLetterPage(application=application, course=course))


@bp.post("/<reference>/steps/letter", needs=Permission.OWN_PAGES)
@form_post(limit=_upload_attempt, counts_refused=True)
def save_letter(reference: str) -> ResponseReturnValue:
    """Store a letter that came with the form or in chunks before; an existing one may stay."""
    _insist_on_own(reference)
    form, upload = LetterForm(request.form), request.files.getlist("letter")
    if not form.validate():
        return _no_letter_page(reference, form)
    checked = _checked(upload)
    if isinstance(checked, FileRejection):
        return _rejected_file_page(reference, form, checked)
    # slow, so before the transaction begins
    blob = uploads.store_upload(checked) if checked else None
    if checked and not files.is_within_quota(db(), current_person_id(), len(checked.content)):
        return _rejected_file_page(reference, form, FileRejection.QUOTA)
    return _store_letter(reference, form, checked, blob)


def _rejected_file_page(
    reference: str, form: LetterForm, rejection: FileRejection
) -> ResponseReturnValue:
    form.letter.errors = [rejection_text(rejection, NOMINATION_LETTER, current_i18n())]
    return _no_letter_page(reference, form)


def _no_letter_page(reference: str, form: LetterForm) -> ResponseReturnValue:
    application = own_application(reference)
    step_of(application, Step.LETTER)
    return answer(letter_page(application, form, _sponsor_form(application)), 422)


@bp.post("/<reference>/letter/remove", needs=Permission.OWN_PAGES)
@form_post(has_form=False)
def remove_letter(reference: str) -> ResponseReturnValue:
    application = own_application(reference)
    nomination_letters.detach(db(), application, now=now())
    return redirect(url_for(".show_letter", reference=reference), 303)


@bp.post("/<reference>/sponsor", needs=Permission.OWN_PAGES)
@form_post(limit=_invitation_attempt, idempotent=True)
def ask_sponsor(reference: str) -> ResponseReturnValue:
    """Send the institution a link to upload or sign the letter."""
    application, form = own_application(reference), SponsorForm(request.form)
    step_of(application, Step.LETTER)
    if not form.validate():
        return answer(letter_page(application, LetterForm(), form), 422)
    _request_sponsorship(application, form)
    flash(current_i18n().gettext(N_("Your institution is asked. You can go on meanwhile.")))
    return redirect(url_for(".show_letter", reference=reference), 303)


def _insist_on_own(reference: str) -> None:
    """Return 404 or a violation before a file is validated that would not be stored."""
    never_store()
    with database().read_transaction() as reading:
        application = application_queries.own_application(
            reading, current_actor(), reference
        ) or abort(404)
        changeable = can_change(application)
    if not changeable:
        raise RuleViolation(TransitionProblem.INVALID_TRANSITION)


def _checked(upload: Sequence[FileStorage]) -> ValidatedFile | FileRejection | None:
    """Return what came with the form, None if no file was chosen."""
    checked = uploads.validate_uploads(upload, NOMINATION_LETTER)
    if isinstance(checked, FileRejection):
        return checked
    return checked[0] if checked else None


def _store_letter(
    reference: str, form: LetterForm, checked: ValidatedFile | None, blob: Blob | None
) -> ResponseReturnValue:
    application = own_application(reference)
    step_of(application, Step.LETTER)
    lock_row(db(), application)
    file = _file(form, checked, blob)
    if file is not None and request.form.get("version", "") != str(application.letter_id or ""):
        return _meanwhile(reference, form, file.name)
    if file is not None:
        nomination_letters.attach(db(), application, file, now=now())
    elif not _may_wait(application) and request.form.get("go") != "leave":
        form.letter.errors = [current_i18n().gettext(NO_LETTER)]
        return answer(letter_page(application, form, _sponsor_form(application)), 422)
    return redirect(next_step_url(application, Step.LETTER), 303)


def _meanwhile(reference: str, form: LetterForm, name: str) -> ResponseReturnValue:
    """Show which letter is there now; the one that was sent replaces it only if sent again."""
    rollback_changes()
    application = own_application(reference)
    there = application.letter.name if application.letter else ""
    form.differences = [Difference(label=form.letter.label.text, stored=there, typed=name)]
    return answer(letter_page(application, form, _sponsor_form(application)), 409)


def _file(form: LetterForm, checked: ValidatedFile | None, blob: Blob | None) -> StoredFile | None:
    """Return the file of the form, else the one that was uploaded in chunks before."""
    if checked is not None and blob is not None:
        return files.create_file(db(), checked, blob, owner=current_person_id(), now=now())
    return stored_files.own_file(
        db(), form.file.data or "", current_person_id(), purpose=NOMINATION_LETTER.key
    )


def _may_wait(application: Application) -> bool:
    """Whether there is a letter, or a sponsor was asked for it."""
    return bool(application.letter_id or application.sponsorship_id)


def _request_sponsorship(application: Application, form: SponsorForm) -> None:
    if application.state not in EDITABLE:
        raise RuleViolation(TransitionProblem.INVALID_TRANSITION)
    sponsorships.invite_sponsor(db(), application, form.values(), now=now())


def _sponsor_form(application: Application) -> SponsorForm:
    values = {
        "organisation": application.person.institution,
        "language": current_i18n().language,
    }
    return SponsorForm(data=values)
