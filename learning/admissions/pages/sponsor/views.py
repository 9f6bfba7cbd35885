"""The pages of a sponsor: opened by the signed link in its e-mail, without an account."""

from http import HTTPStatus
from typing import NoReturn

from flask import abort, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import GuardedBlueprint
from learning.access.permissions import Permission
from learning.accounts.rules import token_hash
from learning.admissions import limits
from learning.admissions.commands import nominations, sponsorships
from learning.admissions.commands.billing_parties import lock_party
from learning.admissions.file_purposes import NOMINATION_LETTER
from learning.admissions.models import Sponsorship
from learning.admissions.pages.sponsor.forms import NomineeForm, SponsorLetterForm, StatementForm
from learning.admissions.pages.sponsor.page_models import (
    NoSponsorPage,
    SponsorStep,
    has_letter,
    sponsor_page,
    sponsor_step_page,
    statement_form,
    step_form,
)
from learning.files import actions as files
from learning.files import uploads
from learning.files.downloads import send_stored_file
from learning.files.labels import rejection_text
from learning.files.rules import FileRejection
from learning.kit.database import lock_row
from learning.kit.db import database, db
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import render_page
from learning.kit.rate_limit import Attempt, attempt, check_and_count
from learning.kit.requests import posted_email
from learning.kit.time import now

bp = GuardedBlueprint("sponsor", __name__, url_prefix="/sponsor")


def _letter_attempt(token: str) -> Attempt:
    return attempt(limits.SPONSOR_LETTER, _sponsorship_of(token).id)


def _nomination_attempt(token: str) -> Attempt:
    """Count a nomination for the link, for the applicant who had it sent, and for the nominee."""
    sponsorship = _sponsorship_of(token)
    tried = attempt(limits.NOMINATE, sponsorship.id)
    if sponsorship.requested_by_id is not None:
        tried += attempt(limits.NOMINATE_FOR, sponsorship.requested_by_id)
    return tried + attempt(limits.NOMINATED, posted_email())


def _sponsorship_of(token: str) -> Sponsorship:
    """Return what the link opens, without beginning the request's transaction."""
    never_store()
    with database().read_transaction() as reading:
        sponsorship = sponsorships.sponsorship_by_token(reading, token, now=now())
    return sponsorship or _unknown(token)


def _link_scope(token: str) -> str:
    """Return whose keys the forms of a link are: those of its own."""
    return f"sponsor link {token_hash(token)}"


@bp.get("/<token>", needs=Permission.OPEN_TO_ALL)
def show_sponsor(token: str) -> ResponseReturnValue:
    """Show what is asked and what was given."""
    return render_page(sponsor_page(token, _sponsorship_or_404(token)))


@bp.get("/<token>/steps/<step>", needs=Permission.OPEN_TO_ALL)
def show_step(token: str, step: str) -> ResponseReturnValue:
    """Show one question."""
    if step not in set(SponsorStep):
        abort(404)
    sponsorship = _sponsorship_or_404(token)
    form = step_form(sponsorship, SponsorStep(step))
    return render_page(sponsor_step_page(token, sponsorship, form))


@bp.post("/<token>", needs=Permission.OPEN_TO_ALL)
@form_post()
def state(token: str) -> ResponseReturnValue:
    """Store the sponsor's statement: signature, share, billing party."""
    sponsorship, form = _sponsorship_or_404(token), StatementForm(request.form)
    form.has_letter = has_letter(sponsorship) or sponsorship.signed_at is not None
    if not form.validate():
        return render_page(sponsor_step_page(token, sponsorship, form)), 422
    lock_row(db(), sponsorship)
    lock_party(db(), sponsorship.billing_party_id)
    if not form.is_current(statement_form(sponsorship)):
        return render_page(sponsor_step_page(token, sponsorship, form)), 409
    sponsorships.save_statement(db(), sponsorship, form.values(sponsorship.version), now=now())
    flash(current_i18n().gettext(N_("Thank you. What you state is kept.")))
    return redirect(url_for(".show_sponsor", token=token), 303)


@bp.post("/<token>/letter", needs=Permission.OPEN_TO_ALL)
@form_post(limit=_letter_attempt, counts_refused=True)
def add_letter(token: str) -> ResponseReturnValue:
    """Take the letter by itself; it is looked into before any transaction begins."""
    form, upload = SponsorLetterForm(), request.files.getlist("letter")
    if not form.validate():
        return render_page(sponsor_step_page(token, _sponsorship_or_404(token), form)), 422
    sent = uploads.validate_uploads(upload, NOMINATION_LETTER) or FileRejection.EMPTY
    if isinstance(sent, FileRejection):
        form.add_error(rejection_text(sent, NOMINATION_LETTER, current_i18n()))
        return render_page(sponsor_step_page(token, _sponsorship_or_404(token), form)), 422
    blob = uploads.store_upload(sent[0])
    sponsorship = _sponsorship_or_404(token)
    file = files.create_file(db(), sent[0], blob, owner=None, now=now())
    sponsorships.add_letter(db(), sponsorship, file, now=now())
    flash(current_i18n().gettext(N_("The letter has arrived: %(name)s")) % {"name": file.name})
    if sponsorship.stated_at is None:
        return redirect(url_for(".show_step", token=token, step=SponsorStep.STATEMENT.value), 303)
    return redirect(url_for(".show_sponsor", token=token), 303)


@bp.get("/<token>/letter", needs=Permission.OPEN_TO_ALL)
def download_letter(token: str) -> ResponseReturnValue:
    return send_stored_file(_sponsorship_or_404(token).letter or abort(404))


@bp.post("/<token>/nominees", needs=Permission.OPEN_TO_ALL)
@form_post(limit=_nomination_attempt, idempotent=True, scope=_link_scope)
def nominate(token: str) -> ResponseReturnValue:
    """Begin an application for somebody else, once, and tell them."""
    sponsorship, form = _sponsorship_or_404(token), NomineeForm(request.form)
    if not form.validate():
        return render_page(sponsor_step_page(token, sponsorship, form)), 422
    nominations.nominate(db(), sponsorship, form.values(), now=now())
    message = current_i18n().gettext(N_("%(name)s is nominated and receives an e-mail."))
    flash(message % {"name": form.values().name})
    return redirect(url_for(".show_sponsor", token=token), 303)


def _sponsorship_or_404(token: str) -> Sponsorship:
    """Return the sponsorship of a token; an invalid token counts against its network only."""
    never_store()
    return sponsorships.sponsorship_by_token(db(), token, now=now()) or _unknown(token)


def _unknown(token: str) -> NoReturn:
    check_and_count(attempt(limits.SPONSOR_LINK))
    ended = sponsorships.is_known(db(), token)
    status = HTTPStatus.GONE if ended else HTTPStatus.NOT_FOUND
    abort(make_response(render_page(NoSponsorPage(has_ended=ended)), status))
