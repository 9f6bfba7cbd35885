"""The step of the nomination letter: sending it, taking it away, asking the sponsor for it."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from learning.access.guard import actor, me
from learning.access.permissions import Permission
from learning.enrolment import applying, documents, limits, queries, sponsoring
from learning.enrolment.answers import Step
from learning.enrolment.models import Application
from learning.enrolment.rules import REFUSALS, Problem
from learning.enrolment.views.forms import LetterForm, SponsorForm
from learning.enrolment.views.room import answer, can_change, own, own_again, room, status_address
from learning.enrolment.views.step_pages import letter_page
from learning.enrolment.views.steps import onward, step_of
from learning.files import actions as files
from learning.files import queries as stored_files
from learning.files import receiving
from learning.files.actions import Blob
from learning.files.checking import Checked
from learning.files.limits import UPLOAD
from learning.files.models import StoredFile
from learning.files.rules import Fault
from learning.files.storage import storage
from learning.files.words import FAULTS
from learning.kit import once, versions
from learning.kit.db import database, db
from learning.kit.email_addresses import normal_email
from learning.kit.errors import Refused
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.rate_limit import attempt, is_limited
from learning.kit.time import now
from learning.kit.versions import Difference

NOTHING = N_("Choose the file with the letter, or ask your institution to send it.")


@room.get(
    "/<reference>/steps/letter",
    needs=Permission.OWN_PAGES,
    impersonator_needs=Permission.READ_APPLICATIONS,
)
def show_letter(reference: str) -> ResponseReturnValue:
    application = own(reference)
    step_of(application, Step.LETTER)
    if not can_change(application):
        return redirect(status_address(application), 303)
    return answer(letter_page(application, LetterForm(), _sponsor_form(application)))


@room.post("/<reference>/steps/letter", needs=Permission.OWN_PAGES)
def save_letter(reference: str) -> ResponseReturnValue:
    """Keep a letter that came with the form or in pieces before; one that is there may stay."""
    _insist_on_own(reference)
    form, sent = LetterForm(request.form), request.files.get("letter")
    if sent and sent.filename and is_limited(attempt(UPLOAD, me()), form):
        return _said_no(reference, form)
    checked = _checked(sent)
    if isinstance(checked, Fault):
        return _not_taken(reference, form, checked)
    blob = receiving.stored(checked) if checked else None  # slow: before the transaction begins
    try:
        if checked and blob and not files.has_room(db(), me(), len(checked.content)):
            storage().delete(blob.key)
            return _not_taken(reference, form, Fault.QUOTA)
        return _keep(reference, form, checked, blob)
    except BaseException:
        if blob is not None:
            storage().delete(blob.key)
        raise


def _not_taken(reference: str, form: LetterForm, fault: Fault) -> ResponseReturnValue:
    form.letter.errors = [current().gettext(FAULTS[fault])]
    return _said_no(reference, form)


def _said_no(reference: str, form: LetterForm) -> ResponseReturnValue:
    application = own(reference)
    step_of(application, Step.LETTER)
    return answer(letter_page(application, form, _sponsor_form(application)), 422)


@room.post("/<reference>/letter/remove", needs=Permission.OWN_PAGES)
def remove_letter(reference: str) -> ResponseReturnValue:
    application = own(reference)
    documents.detach(db(), application, now=now())
    return redirect(url_for(".show_letter", reference=reference), 303)


@room.post("/<reference>/sponsor", needs=Permission.OWN_PAGES)
def ask_sponsor(reference: str) -> ResponseReturnValue:
    """Send the institution a link of its own, by which it sends or signs the letter."""
    application, form = own(reference), SponsorForm(request.form)
    step_of(application, Step.LETTER)
    tried = attempt(limits.ASK_SPONSOR, me())
    tried += attempt(limits.ASKED_SPONSOR, normal_email(form.contact_email.data or ""))
    if not form.validate() or is_limited(tried, form):
        return answer(letter_page(application, LetterForm(), form), 422)
    application, key = own(reference), form.form_key.data or ""
    here = url_for(".show_letter", reference=reference)
    if once.claim(db(), me(), key, now=now()) is None:
        try:
            _ask(application, form)
        except Refused as refusal:
            form.refuse(str(refusal))
            return answer(letter_page(own_again(reference), LetterForm(), form), 422)
        once.settle(db(), me(), key, here)
        flash(current().gettext(N_("Your institution is asked. You can go on meanwhile.")))
    return redirect(here, 303)


def _insist_on_own(reference: str) -> None:
    """Answer 404 or refuse before a file is looked into that would not be kept."""
    never_store()
    with database().reading() as reading:
        application = queries.own_application(reading, actor(), reference) or abort(404)
        changeable = can_change(application)
    if not changeable:
        raise Refused(REFUSALS[Problem.NO_SUCH_WAY])


def _checked(sent: FileStorage | None) -> Checked | Fault | None:
    """Return what came with the form, None if no file was chosen."""
    return receiving.read(sent) if sent is not None and sent.filename else None


def _keep(
    reference: str, form: LetterForm, checked: Checked | None, blob: Blob | None
) -> ResponseReturnValue:
    application = own(reference)
    step_of(application, Step.LETTER)
    versions.lock(db(), application)
    file = _file(form, checked, blob)
    if file is not None and request.form.get("version", "") != str(application.letter_id or ""):
        return _meanwhile(reference, form, file.name, blob)
    if file is not None:
        documents.attach(db(), application, file, now=now())
    elif not _may_wait(application) and request.form.get("go") != "leave":
        form.letter.errors = [current().gettext(NOTHING)]
        return answer(letter_page(application, form, _sponsor_form(application)), 422)
    return redirect(onward(application, Step.LETTER), 303)


def _meanwhile(
    reference: str, form: LetterForm, name: str, blob: Blob | None
) -> ResponseReturnValue:
    """Show which letter is there now; the one that was sent replaces it only if sent again."""
    application = own_again(reference)
    if blob is not None:
        storage().delete(blob.key)
    there = application.letter.name if application.letter else ""
    form.differences = [Difference(label=form.letter.label.text, stored=there, typed=name)]
    return answer(letter_page(application, form, _sponsor_form(application)), 409)


def _file(form: LetterForm, checked: Checked | None, blob: Blob | None) -> StoredFile | None:
    """Return the file that came with the form, else the one that came in pieces before it."""
    if checked is not None and blob is not None:
        return files.keep(db(), checked, blob, owner=me(), now=now())
    return stored_files.own_file(db(), form.file.data or "", me())


def _may_wait(application: Application) -> bool:
    """Whether there is a letter, or a sponsor was asked for it."""
    return bool(application.letter_id or application.sponsorship_id)


def _ask(application: Application, form: SponsorForm) -> None:
    if application.state not in applying.CHANGEABLE:
        raise Refused(REFUSALS[Problem.NO_SUCH_WAY])
    sponsoring.ask_sponsor(db(), application, form.values(), now=now())


def _sponsor_form(application: Application) -> SponsorForm:
    known = {
        "organisation": application.person.institution,
        "language": current().language,
    }
    return SponsorForm(data=known)
