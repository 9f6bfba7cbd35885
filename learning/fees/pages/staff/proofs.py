"""Proofs of transfer for finance: the file, and that somebody has looked at it."""

from flask import abort, flash, request
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_person_id
from learning.access.permissions import Permission
from learning.fees import limits
from learning.fees.commands.proofs import check_proof
from learning.fees.invoice_models import Invoice
from learning.fees.models import FeeAccount
from learning.fees.pages.staff.accounts import back_to
from learning.fees.pages.staff.blueprint import bp
from learning.fees.queries.proofs import proof_by_uid
from learning.files.downloads import send_stored_file
from learning.files.models import StoredFile
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.time import now
from learning.kit.versions import version_number


@bp.get("/proofs/<uid>", needs=Permission.READ_FINANCES)
def download_proof(uid: str) -> ResponseReturnValue:
    proof = proof_by_uid(db(), uid) or abort(404)
    return send_stored_file(db().get_one(StoredFile, proof.file_id))


@bp.post("/proofs/<uid>", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY), has_form=False)
def mark_proof_checked(uid: str) -> ResponseReturnValue:
    """Store that a proof was looked at: it leaves the queue, and nothing else happens."""
    proof = proof_by_uid(db(), uid) or abort(404)
    invoice = db().get_one(Invoice, proof.invoice_id)
    version = version_number(request.form.get("version"))
    check_proof(db(), proof, by=current_person_id(), now=now(), version=version)
    flash(current_i18n().gettext(N_("Checked. The place is confirmed once the money is here.")))
    return back_to(db().get_one(FeeAccount, invoice.fee_account_id))
